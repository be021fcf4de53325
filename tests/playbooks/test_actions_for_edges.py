"""What the actions on an edge's modem, tunnels and sessions send - and what they refuse, because it cannot help."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from inventory.discover import discover
from inventory.edge_rows import CellularRow, TunnelRow
from inventory.looks import ArpRow, BgpRow, Look, Reading, TextRow
from inventory.model import Chain, Device, Port
from playbooks.model import Target

ACTIONS = discover("playbooks.actions")
NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
CELL = Port(name="Cellular0/2/0", use="backup_wan", carrier="mobilco", apn="mobilco.stores")
WELL = CellularRow(
    port=CELL.name, radio=True, registered=True, session=True, profile=1, apn="mobilco.stores", sent=9, received=9
)


def edge(port=CELL):
    return Device(
        id="s001-edge", store="s001", role="edge", address="192.0.2.1", platform="cisco_ios", ports={port.name: port}
    )


def target(device=None, subject=CELL.name):
    device = device or edge()
    return Target(chain=Chain(stores={}, devices={device.id: device}, functions={}), device=device.id, subject=subject)


def reader(**told):
    def read(device, look):
        return Reading(device=device, look=look, rows=tuple(told[look.getter]), taken_at=NOW)

    return SimpleNamespace(read=read)


def plan(action, told, params=None, at=None):
    return ACTIONS[action].plan(at or target(), reader(**told), params or {})


def reading(*rows):
    return Reading(device="s001-edge", look=Look(getter="x"), rows=rows, taken_at=NOW)


def test_a_modem_is_started_anew_under_our_token():
    (change,) = plan("reset_modem", {"cellular": [WELL]})
    assert change.write.lines[0].startswith("send log 6 ")
    assert change.write.lines[1:] == ("test cellular 0/2/0 modem-reset",)
    assert (change.port, change.undo, change.interrupts) == (CELL.name, None, True)
    token = change.witness.args["text"]
    assert ACTIONS["reset_modem"].ran(change, reading(TextRow(text=f"Mar  3: %SYS-6-USERLOG_INFO: {token}")))
    assert not ACTIONS["reset_modem"].ran(change, reading(TextRow(text=f"show logging | include {token}")))


@pytest.mark.parametrize(
    ("row", "params", "why"),
    [
        (replace(WELL, registered=False, session=False), {}, "does not take the modem in"),
        (WELL, {"radio_off": "1"}, "whether the plan's data is used up"),
        (None, {}, "no modem"),
    ],
)
def test_a_modem_that_a_start_does_not_help_is_left_alone(row, params, why):
    with pytest.raises(LookupError, match=why):
        plan("reset_modem", {"cellular": [row] if row else []}, params)


def test_a_modem_whose_radio_is_off_is_started():
    assert plan("reset_modem", {"cellular": [replace(WELL, radio=False, registered=False)]}, {"radio_off": "1"})


def test_the_access_point_name_is_the_inventory_s_and_its_undo_the_one_before():
    (change,) = plan("set_apn", {"cellular": [replace(WELL, session=False, apn="internet", profile=2)]})
    assert change.write.lines == ("cellular 0/2/0 lte profile create 2 mobilco.stores none ipv4",)
    assert change.undo is not None
    assert change.undo.lines == ("cellular 0/2/0 lte profile create 2 internet none ipv4",)
    ran = ACTIONS["set_apn"].ran
    assert ran(change, reading(WELL))
    assert not ran(change, reading(replace(WELL, apn="internet")))
    assert ran(replace(change, write=change.undo), reading(replace(WELL, apn="internet")))
    assert ran(change, reading(replace(WELL, apn=None))) is None


@pytest.mark.parametrize(
    ("port", "row", "why"),
    [
        (CELL, WELL, "its access point name is right"),
        (replace(CELL, apn=None), replace(WELL, apn="x"), "gives Cellular0/2/0 no access point name"),
        (CELL, replace(WELL, apn=None), "does not tell"),
        (CELL, replace(WELL, apn="x", profile=None), "does not tell"),
    ],
)
def test_an_access_point_name_that_is_right_or_not_known_is_left_alone(port, row, why):
    with pytest.raises(LookupError, match=why):
        plan("set_apn", {"cellular": [row]}, at=target(edge(port)))


def peers(**states):
    return [
        BgpRow(neighbor=f"198.18.1.{last}", remote_as="64500", state=state, prefixes=None, since_seconds=None)
        for last, state in ((name[1:], state) for name, state in states.items())
    ]


def arp(*known):
    return [ArpRow(address=f"198.18.1.{last}", mac="02:53:ff:01:00:01", interface="x") for last in known]


@pytest.mark.parametrize(
    ("params", "line"), [({"soft": "1"}, "clear ip bgp 198.18.1.1 soft"), ({}, "clear ip bgp 198.18.1.1")]
)
def test_only_the_session_that_hangs_is_cleared(params, line):
    told = {"bgp": peers(n1="down", n5="established", n9="down", n13="shut"), "arp": arp(1, 5, 13)}
    (change,) = plan("reset_bgp", told, params)
    assert change.write.lines[1:] == (line,)


def test_no_session_is_cleared_whose_peer_does_not_answer():
    with pytest.raises(LookupError, match="no session is down"):
        plan("reset_bgp", {"bgp": peers(n1="down", n5="over_limit"), "arp": arp(5)})


def tunnel(number, *, up=True, sent=0):
    return TunnelRow(port=f"Tunnel{number}", peer=f"192.0.2.{number}", up=up, up_seconds=9.0, sent=sent, received=0)


def test_the_keys_of_one_peer_are_forgotten_and_of_no_other():
    (change,) = plan("clear_tunnel", {"tunnels": [tunnel(1, sent=3), tunnel(2, sent=9), tunnel(3, up=False, sent=99)]})
    assert change.write.lines[1:] == ("clear crypto sa peer 192.0.2.2",)
    assert change.port == "Tunnel2"
    with pytest.raises(LookupError, match="no tunnel is up"):
        plan("clear_tunnel", {"tunnels": [tunnel(1, up=False)]})
