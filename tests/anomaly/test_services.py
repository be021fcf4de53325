"""What a device says of the services it gives its store, and of the tills that live by them."""

from datetime import UTC, datetime

import pytest

from anomaly.collecting import collect, looks_of
from anomaly.service_path import judge
from anomaly.watch import observe_all
from inventory.looks import ClaimRow, LeaseRow, Look, MacRow, PoolRow, Reading, ServiceProbeRow, ServiceRow
from lab.netns.content import real_chain
from lab.netns.world import make_keys
from lab.numbering import endpoint_mac

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
EDGE, SWITCH, TILL = "s001-edge", "s001-sw1", endpoint_mac(1, 5, 1)
GATEWAY, OWN = "10.1.10.1", "10.1.10.20"


@pytest.fixture(scope="module")
def chain():
    return real_chain(1, make_keys(1)).chain


def answers(chain, **rows):
    """The switch's answers by look."""
    found = {}
    for look in looks_of(chain.devices[SWITCH], chain):
        given = rows.get(look.getter)
        if given is not None:
            found[look.key] = Reading(device=SWITCH, look=look, rows=tuple(given), taken_at=NOW)
    return found


def told(chain, **rows):
    seen = collect(chain.devices[SWITCH], chain, answers(chain, **rows), NOW)
    return {(o.name, o.subject): o.value for o in seen}


def probe(**how):
    well = {"sent": 10, "received": 10, "average_ms": 1.0, "large_ok": True, "resolved": True}
    return ServiceProbeRow(target="t", http_asked=True, **{**well, "http_status": 200, **how})


def test_each_function_is_asked_for_from_its_own_vlan(chain):
    asked = {look.args["source"]: look for look in looks_of(chain.devices[SWITCH], chain) if look.args}
    assert set(asked) == {"svc10", "svc20"}
    assert asked["svc10"].args["url"].startswith("http://")
    assert asked["svc20"].args["url"] == "-"
    assert not any(look.getter == "service_probe" for look in looks_of(chain.devices[EDGE], chain))


@pytest.mark.parametrize(
    ("how", "name", "value"),
    [
        ({}, "service_answers", True),
        ({"http_status": None}, "service_answers", False),
        ({"http_status": 503}, "service_answers", False),
        ({"resolved": False, "http_status": None}, "service_answers", None),
        ({"resolved": False, "http_status": None}, "dns_probe_ok", False),
        ({"large_ok": False}, "large_packets_pass", False),
        ({"received": 0, "large_ok": False}, "large_packets_pass", None),
        ({"received": 0}, "probe_ok", False),
        ({"received": 0}, "probe_lossy", False),
        ({"received": 7}, "probe_lossy", True),
        ({"received": 9}, "probe_lossy", False),
    ],
)
def test_what_a_burst_shows(chain, how, name, value):
    assert told(chain, service_probe=[probe(**how)])[name, "pos"] is value


def test_services_pools_and_claims(chain):
    service = ServiceRow(name="dns", running=True, answers=False)
    claims = [
        ClaimRow(address=GATEWAY, vlan=10, macs=frozenset({"a", "b"})),
        ClaimRow(address=OWN, vlan=10, macs=frozenset({TILL})),
        ClaimRow(address="10.1.20.1", vlan=20, macs=frozenset()),
    ]
    leases = [LeaseRow(address=OWN, mac=TILL)]
    pools = [PoolRow(vlan=10, size=100, used=97), PoolRow(vlan=20, size=100, used=1)]
    seen = told(chain, services=[service], pools=pools, claims=claims, leases=leases)
    assert seen["services_dead", SWITCH] == "dns"
    assert seen["pool_used_pct", SWITCH] == 97.0
    assert seen["addresses_in_conflict", SWITCH] == GATEWAY
    assert seen["gateways_silent", SWITCH] == "20"
    assert seen["till_answers", "s001-till1"] is True
    assert told(chain, claims=claims)["till_answers", "s001-till1"] is None


@pytest.mark.parametrize(("macs", "state"), [({TILL}, "working"), (set(), "down")])
def test_a_till_that_is_there_without_its_address_does_not_trade(chain, macs, state):
    rows = {
        "service_probe": [probe()],
        "macs": [MacRow(vlan=10, mac=TILL, port="till1")],
        "leases": [LeaseRow(address=OWN, mac=TILL)],
        "claims": [ClaimRow(address=OWN, vlan=10, macs=frozenset(macs))],
    }
    up = Reading(device=EDGE, look=Look(getter="interfaces"), rows=(), taken_at=NOW)
    by_device = {SWITCH: answers(chain, **rows), EDGE: {"interfaces": up}}
    observed = [o for o in observe_all(chain, "s001", by_device, NOW) if o.name != "trunk_missing_vlans"]
    carried = [o for o in observe_all(chain, "s001", by_device, NOW) if o.name == "trunk_missing_vlans"]
    observed += [type(o)(**{**{f: getattr(o, f) for f in o.__slots__}, "value": ""}) for o in carried]
    sight = next(s for s in judge(chain, "s001", observed, NOW) if s.name == "pos")
    assert sight.state == state
    assert sight.accounted is False
