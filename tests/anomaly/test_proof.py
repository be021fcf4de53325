"""The active proof: what is looked at, and that each look can fail it."""

import pytest

from anomaly.proof import TILL_PINGS
from anomaly.topology import Place
from inventory.errors import UnreachableError
from inventory.looks import LeaseRow, PingRow, Reading

AP1 = Place("s001-ap1", "s001-ap1")
WAN = Place("s001-edge", "GigabitEthernet0/0")


def answer(stage, function, root=None, *, silent=(), lossy=(), slow=(), leases=True, broken=()):
    """Answer every look of a proof from the stage's rows; some addresses do not answer pings."""
    given = []
    for device, look in stage.watch.looks_to_prove("s001", function, root):
        if look.getter in broken:
            given.append((device, look, UnreachableError(device, "silent")))
            continue
        if look.getter == "ping":
            to, sent = look.args["destination"], int(look.args["count"])
            received = 0 if to in silent else sent - 2 if to in lossy else sent
            rows = (PingRow(destination=to, sent=sent, received=received, average_ms=900.0 if to in slow else 20.0),)
        elif look.getter == "leases":
            macs = {row.mac for name in ("s001-sw1", "s001-sw2") for row in stage.rows[name]["macs"]}
            rows = tuple(LeaseRow(address="10.1.10.50", mac=mac) for mac in sorted(macs) if leases)
        else:
            rows = stage.reading(device, look).rows
        given.append((device, look, Reading(device=device, look=look, rows=tuple(rows), taken_at=stage.now)))
    return given


def prove(stage, function, root=None, **more):
    checks = stage.watch.prove("s001", function, answer(stage, function, root, **more), stage.now, root)
    return {c.name: all(d.ok for d in checks if d.name == c.name) for c in checks}, checks


def failed(stage, function, root=None, **more):
    return {name for name, ok in prove(stage, function, root, **more)[0].items() if not ok}


@pytest.mark.parametrize("function", ["pos", "click_and_collect", "guest_wifi"])
def test_health_is_proven(stage, function):
    checks = prove(stage, function)[0]
    assert all(checks.values())
    assert {"target_answers", "vlan_carried", "leases_held"} < checks.keys()


def test_packets_go_out_from_the_functions_own_vlan(stage):
    pings = [look.args for _, look in stage.watch.looks_to_prove("s001", "pos") if look.getter == "ping"]
    assert pings[0] == {"destination": "198.51.100.10", "source": "GigabitEthernet0/1.10", "count": "5"}
    assert {"destination": "10.1.10.13", "source": "GigabitEthernet0/1.10", "count": str(TILL_PINGS)} in pings
    air = [look.args for _, look in stage.watch.looks_to_prove("s001", "guest_wifi") if look.getter == "ping"]
    assert air[0]["source"] == "GigabitEthernet0/1.30"
    assert {a["source"] for a in air[1:]} == {"GigabitEthernet0/1.99"}


def test_a_root_narrows_what_is_looked_at(stage):
    looks = stage.watch.looks_to_prove("s001", "click_and_collect", AP1)
    assert {look.args["destination"] for _, look in looks if look.getter == "ping"} == {"198.51.100.20", "10.1.99.21"}
    assert "s001-sw2" not in {device for device, _ in looks}


@pytest.mark.parametrize(
    "trouble",
    [{"silent": ["198.51.100.10"]}, {"lossy": ["198.51.100.10"]}, {"slow": ["198.51.100.10"]}, {"broken": ["ping"]}],
)
def test_a_target_out_of_reach_or_bounds_fails(stage, trouble):
    assert "target_answers" in failed(stage, "pos", **trouble)


def test_no_lease_for_those_present_fails(stage):
    assert failed(stage, "pos", leases=False) == {"leases_held"}
    assert failed(stage, "pos", broken=["leases"]) == {"leases_held"}


def test_a_vlan_not_carried_fails_and_an_unknown_one_too(stage):
    stage.change("s001-sw1", "trunks", {"GigabitEthernet1/0/24": {"allowed": [20, 30, 99]}})
    assert "vlan_carried" in failed(stage, "pos")
    assert failed(stage, "click_and_collect") == set()
    assert "vlan_carried" in failed(stage, "click_and_collect", broken=["trunks"])


def test_a_hung_access_point_fails_its_own_proof_and_not_that_of_the_wan(stage):
    stage.change("s001-sw1", "macs", dict.fromkeys(["02:aa:11:00:00:20", "02:aa:11:00:00:30", "02:aa:11:00:00:99"]))
    stage.change("s001-sw1", "neighbors", {"GigabitEthernet1/0/2": None})
    more = {"silent": ["10.1.99.21"]}
    assert failed(stage, "click_and_collect", AP1, **more) == {"access_point_serves"}
    assert failed(stage, "click_and_collect", **more) == {"access_point_serves"}
    assert failed(stage, "click_and_collect", WAN, **more) == set()


def test_an_access_point_that_answers_and_serves_nobody_fails(stage):
    stage.change("s001-sw1", "macs", dict.fromkeys(["02:aa:11:00:00:20", "02:aa:11:00:00:30", "02:aa:11:00:00:99"]))
    stage.change("s001-sw1", "neighbors", {"GigabitEthernet1/0/2": None})
    assert failed(stage, "click_and_collect", AP1) == {"access_point_serves"}


def test_a_till_behind_the_root_must_be_seen_while_the_store_trades(stage, stage_at):
    root = Place("s001-sw1", "GigabitEthernet1/0/3")
    gone = {"02:53:00:01:05:03": None}
    stage.change("s001-sw1", "macs", gone)
    assert "till_mac_seen" in failed(stage, "pos", root)
    assert failed(stage, "pos", WAN) == set()
    closed = stage_at(stage.now.replace(hour=23))
    closed.change("s001-sw1", "macs", gone)
    assert failed(closed, "pos", root) == set()


def test_a_seen_till_that_does_not_answer_fails(stage):
    assert failed(stage, "pos", silent=[f"10.1.10.1{n}" for n in (1, 2, 3, 4)]) == {"till_answers"}


def test_names_that_are_not_resolved_fail(stage):
    stage.change("s001-edge", "probes", {11: {"ok": False, "rtt_ms": None}})
    assert failed(stage, "pos") == {"names_resolved"}
    assert "names_resolved" in failed(stage, "pos", broken=["probes"])


def test_nothing_answered_proves_nothing(stage):
    everything = {look.getter for _, look in stage.watch.looks_to_prove("s001", "pos")}
    checks = prove(stage, "pos", broken=everything)[1]
    assert not any(c.ok for c in checks)
    assert all(c.value for c in checks)
    assert not any(c.ok for c in stage.watch.prove("s001", "pos", (), stage.now))
