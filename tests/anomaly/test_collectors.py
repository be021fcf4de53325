"""Collectors: what each row says, and that what was not answered is unknown and never healthy."""

import pytest

from anomaly.collecting import collect, collectors, is_slow, looks_of
from inventory.errors import AuthRefusedError, BusyError, CommandRefusedError, UnreachableError
from inventory.looks import (
    ArpRow,
    BgpRow,
    DefaultRouteRow,
    ErrDisabledRow,
    InterfaceRow,
    Look,
    MacRow,
    NeighborRow,
    PortRow,
    Reading,
)

NOT_ASKED = {}


def frequent(stage, name):
    """The answers to what is asked in every poll."""
    keys = {look.key for look in looks_of(stage.chain.devices[name], stage.chain, slow=False)}
    return {key: answer for key, answer in stage.answers()[name].items() if key in keys}


def told(stage, name, answers=None):
    device = stage.chain.devices[name]
    given = frequent(stage, name) if answers is None else answers
    return {(o.name, o.device, o.subject): o.value for o in collect(device, stage.chain, given, stage.now)}


def one(stage, name, getter, rows):
    answer = Reading(device=name, look=Look(getter=getter), rows=tuple(rows), taken_at=stage.now)
    return told(stage, name, {**frequent(stage, name), getter: answer})


def test_health_as_observations(stage):
    edge, switch = told(stage, "s001-edge"), told(stage, "s001-sw1")
    assert edge["wan_link", "s001-edge", "GigabitEthernet0/0"] == "up"
    assert edge["wan_address", "s001-edge", "GigabitEthernet0/0"] == "present"
    assert edge["wan_method", "s001-edge", "GigabitEthernet0/0"] == "dhcp"
    assert edge["default_via", "s001-edge", "GigabitEthernet0/0"] is True
    assert edge["default_via", "s001-edge", "Cellular0/2/0"] is False
    assert edge["vlan_gateway", "s001-edge", "GigabitEthernet0/1.20"] == "up"
    assert edge["trunk_missing_vlans", "s001-edge", "GigabitEthernet0/1"] == ""
    assert edge["probe_rtt_ms", "s001-edge", "pos"] == 20.0
    assert edge["dns_probe_ok", "s001-edge", "pos"] is True
    assert edge["ap_answers", "s001-ap2", "s001-ap2"] is True
    assert edge["till_arp", "s001-ap2", "s001-till3"] is True
    assert switch["port_status", "s001-sw1", "GigabitEthernet1/0/5"] == "connected"
    assert switch["trunk_missing_vlans", "s001-sw1", "GigabitEthernet1/0/3"] == ""
    assert switch["poe_watts", "s001-sw1", "GigabitEthernet1/0/2"] == 6.3
    assert switch["ap_seen", "s001-ap1", "s001-ap1"] is True
    assert switch["clients", "s001-ap2", "s001-ap2"] == 2.0
    assert switch["till_seen", "s001-ap2", "s001-till3"] is True
    assert None not in {*edge.values(), *switch.values()}


@pytest.mark.parametrize("error", [UnreachableError, BusyError, AuthRefusedError])
def test_an_error_makes_everything_unknown(stage, error):
    for name in ("s001-edge", "s001-sw1"):
        answers = {getter: error(name, "x") for getter in stage.answers()[name]}
        values = told(stage, name, answers)
        reachable = values.pop(("device_reachable", name, name))
        assert reachable is (False if error is UnreachableError else None)
        assert set(values.values()) == {None}


def test_nothing_asked_is_unknown(stage):
    for name in ("s001-edge", "s001-sw1"):
        assert set(told(stage, name, NOT_ASKED).values()) == {None}


def test_a_refused_command_is_an_answer(stage):
    values = told(stage, "s001-edge", {"arp": CommandRefusedError("s001-edge", "x")})
    assert values.pop(("device_reachable", "s001-edge", "s001-edge")) is True
    assert set(values.values()) == {None}


@pytest.mark.parametrize("getter", ["interfaces", "ports", "trunks", "poe", "probes"])
def test_an_empty_table_is_no_evidence(stage, getter):
    name = "s001-edge" if getter in ("interfaces", "probes") else "s001-sw1"
    others = ("bgp", "wan")  # these read others as well
    whole = {name: c for name, c in collectors().items() if name not in others and not is_slow(c)}
    collector = whole.get(getter) or next(c for c in whole.values() if getter in c.GETTERS)
    values = one(stage, name, getter, [])
    assert {v for (n, *_), v in values.items() if n in collector.OBSERVES} == {None}


def test_empty_neighbours_and_addresses_are_evidence(stage):
    assert one(stage, "s001-sw1", "neighbors", [])["ap_seen", "s001-ap1", "s001-ap1"] is False
    gone = one(stage, "s001-sw1", "macs", [])
    assert gone["clients", "s001-ap1", "s001-ap1"] == 0.0
    assert gone["till_seen", "s001-sw1", "s001-till1"] is False


def test_a_till_in_a_wrong_vlan_or_on_another_port_is_not_seen(stage):
    mac = "02:53:00:01:05:01"
    wrong_vlan = one(stage, "s001-sw1", "macs", [MacRow(vlan=30, mac=mac, port="GigabitEthernet1/0/5")])
    wrong_port = one(stage, "s001-sw1", "macs", [MacRow(vlan=10, mac=mac, port="GigabitEthernet1/0/6")])
    right = one(stage, "s001-sw1", "macs", [MacRow(vlan=10, mac=mac.upper(), port="GigabitEthernet1/0/5")])
    spot = ("till_seen", "s001-sw1", "s001-till1")
    assert [values[spot] for values in (wrong_vlan, wrong_port, right)] == [False, False, True]


@pytest.mark.parametrize(
    ("route", "leaves_by"),
    [
        ({"next_hop": "198.18.1.1", "interface": None, "distance": 1}, "GigabitEthernet0/0"),
        ({"next_hop": "198.18.1.1", "interface": None, "distance": 254}, "Cellular0/2/0"),
        ({"next_hop": "198.18.1.1", "interface": "GigabitEthernet0/0", "distance": 254}, "GigabitEthernet0/0"),
        ({"next_hop": None, "interface": "Cellular0/2/0", "distance": 200}, "Cellular0/2/0"),
        (None, None),
    ],
)
def test_which_port_the_default_route_leaves_by(stage, route, leaves_by):
    rows = [] if route is None else [DefaultRouteRow(**route)]
    values = one(stage, "s001-edge", "default_route", rows)
    used = {subject for (name, _, subject), v in values.items() if name == "default_via" and v}
    assert used == ({leaves_by} if leaves_by else set())


def test_a_port_that_is_no_trunk_is_unknown_not_complete(stage):
    rows = [r for r in stage.rows["s001-sw1"]["trunks"] if r.port != "GigabitEthernet1/0/2"]
    assert one(stage, "s001-sw1", "trunks", rows)["trunk_missing_vlans", "s001-sw1", "GigabitEthernet1/0/2"] is None


def test_a_gateway_shut_by_hand_or_gone(stage):
    rows = stage.rows["s001-edge"]["interfaces"]
    down = InterfaceRow(
        name="GigabitEthernet0/1.20", address="10.1.20.1", method="NVRAM", admin_up=False, oper_up=False
    )
    others = [r for r in rows if r.name not in ("GigabitEthernet0/1.20", "GigabitEthernet0/1.30")]
    values = one(stage, "s001-edge", "interfaces", [*others, down])
    assert values["vlan_gateway", "s001-edge", "GigabitEthernet0/1.20"] == "disabled"
    assert values["vlan_gateway", "s001-edge", "GigabitEthernet0/1.30"] == "absent"
    assert values["trunk_missing_vlans", "s001-edge", "GigabitEthernet0/1"] == "30"


def test_collectors_observe_what_they_say(stage):
    names = {name for d in ("s001-edge", "s001-sw1") for name, *_ in told(stage, d)}
    told_by = {name: c.OBSERVES for name, c in collectors().items() if not is_slow(c)}
    elsewhere = told_by["services"] | told_by["service_probe"] | {"service_rtt_ms"}
    assert names == set().union(*told_by.values()) - (elsewhere - names)


def test_looks_are_asked_by_role_and_tempo_and_can_be_narrowed(stage):
    edge, switch = stage.chain.devices["s001-edge"], stage.chain.devices["s001-sw1"]
    asked = [look.getter for look in looks_of(edge, stage.chain, slow=False)]
    assert asked == ["arp", "bgp", "default_route", "interfaces", "probes"]
    on_switch = ["errdisabled", "macs", "neighbors", "poe", "ports", "trunks"]
    assert [look.getter for look in looks_of(switch, stage.chain, slow=False)] == on_switch
    assert set(on_switch) < {look.getter for look in looks_of(switch, stage.chain)}
    assert [look.getter for look in looks_of(switch, stage.chain, {"ap_seen", "till_seen"})] == ["macs", "neighbors"]
    assert looks_of(stage.chain.devices["s001-ap1"], stage.chain) == ()


def test_cdp_names_with_a_domain_or_in_capitals(stage):
    row = NeighborRow(local_port="GigabitEthernet1/0/2", neighbor="S001-AP1.shops.example")
    values = one(stage, "s001-sw1", "neighbors", [row])
    assert values["ap_seen", "s001-ap1", "s001-ap1"] is True
    assert values["ap_seen", "s001-ap2", "s001-ap2"] is False


def bgp(stage, states, arp):
    rows = [BgpRow(neighbor=n, remote_as="1", state=s, prefixes=None, since_seconds=None) for n, s in states.items()]
    entries = [ArpRow(address=n, mac="02:00:00:00:00:01" if there else None, interface="") for n, there in arp.items()]
    answers = {
        getter: Reading(device="s001-edge", look=Look(getter=getter), rows=tuple(given), taken_at=stage.now)
        for getter, given in (("bgp", rows), ("arp", entries))
    }
    values = told(stage, "s001-edge", {**stage.answers()["s001-edge"], **answers})
    return values["bgp_down", "s001-edge", "s001-edge"]


@pytest.mark.parametrize(
    ("states", "arp", "down"),
    [
        ({}, {}, ""),
        ({"192.0.2.1": "shut", "192.0.2.2": "over_limit", "192.0.2.3": "established"}, {}, ""),
        ({"192.0.2.1": "down"}, {"192.0.2.1": True}, "192.0.2.1"),
        ({"192.0.2.1": "down"}, {"192.0.2.1": False}, None),
        ({"192.0.2.1": "down"}, {}, None),
        ({"192.0.2.1": "down", "192.0.2.2": "down"}, {"192.0.2.2": True}, "192.0.2.2"),
        ({"100.72.0.1": "down"}, {}, ""),  # a backup port is up whatever becomes of its line
        ({"100.72.0.1": "down"}, {"100.72.0.1": False}, ""),
        ({"100.72.0.1": "down"}, {"100.72.0.1": True}, "100.72.0.1"),
        ({"100.72.0.1": "down", "192.0.2.1": "down"}, {}, None),
        ({"100.72.0.9": "down"}, {}, None),
        ({"fe80::1": "down", "GigabitEthernet0/0": "established"}, {}, None),
    ],
)
def test_a_session_is_down_only_towards_a_peer_that_answers(stage, states, arp, down):
    assert bgp(stage, states, arp) == down


@pytest.mark.parametrize(
    ("status", "causes", "value"),
    [
        ("err-disabled", ["link-flap"], "link-flap"),
        ("err-disabled", [], None),
        ("connected", ["link-flap"], ""),
        ("disabled", [], ""),
    ],
)
def test_a_cause_counts_while_the_port_is_shut_by_the_switch(stage, status, causes, value):
    port = "GigabitEthernet1/0/5"
    given = {
        "ports": (PortRow(name=port, status=status, vlan="10"),),
        "errdisabled": tuple(ErrDisabledRow(port=port, cause=cause) for cause in causes),
    }
    answers = {
        getter: Reading(device="s001-sw1", look=Look(getter=getter), rows=rows, taken_at=stage.now)
        for getter, rows in given.items()
    }
    values = told(stage, "s001-sw1", {**stage.answers()["s001-sw1"], **answers})
    assert values["errdisabled_cause", "s001-sw1", port] == value
