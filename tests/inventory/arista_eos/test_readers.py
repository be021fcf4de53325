"""What an EOS switch answers, read; and every answer that is not whole, doubted."""

import contextlib
import json
import string
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import CommandRefusedError
from inventory.looks import (
    ArpRow,
    DefaultRouteRow,
    ErrDisabledRow,
    InterfaceRow,
    Look,
    MacRow,
    NeighborRow,
    PingRow,
    PoeRow,
    PortRow,
    TrunkRow,
)
from inventory.model import Device, DeviceId, StoreId
from inventory.platforms import ParseDoubt
from inventory.platforms.arista_eos.names import KINDS, full_mac, full_port, vlan_set
from inventory.platforms.arista_eos.platform import PLATFORM
from inventory.platforms.arista_eos.text_readers import free_lines
from inventory.reading import reading_of
from tests.inventory.arista_eos import samples
from tests.inventory.arista_eos.samples import printed
from tests.inventory.conftest import NOON

DEVICE = Device(
    id=DeviceId("s001-sw1"), store=StoreId("s001"), role="switch", address="192.0.2.1", platform="arista_eos"
)
LOG = "Nov 20 12:00:01 s001-sw1 ConfigAgent: %SYS-5-CONFIG_I: Configured from console by jdoe on vty5 (192.0.2.77)"
TOLD: Mapping[str, Any] = {
    "interfaces": samples.INTERFACES,
    "ports": samples.PORTS,
    "errdisabled": samples.ERRDISABLED,
    "trunks": samples.SWITCHPORTS,
    "neighbors": samples.NEIGHBORS,
    "macs": samples.MACS,
    "arp": samples.ARP,
    "default_route": samples.ROUTE,
}
EXPECTED: Mapping[str, tuple[Any, ...]] = {
    "interfaces": (
        InterfaceRow(name="Management1", address=None, method="manual", admin_up=False, oper_up=False),
        InterfaceRow(name="Vlan99", address="10.1.99.2", method="manual", admin_up=True, oper_up=True),
        InterfaceRow(name="Vlan30", address="10.1.30.2", method="manual", admin_up=True, oper_up=False),
    ),
    "ports": (
        PortRow(name="Ethernet1", status="connected", vlan="trunk"),
        PortRow(name="Ethernet2", status="notconnect", vlan="10"),
        PortRow(name="Ethernet3", status="err-disabled", vlan="20"),
        PortRow(name="Ethernet4", status="disabled", vlan="1"),
        PortRow(name="Ethernet5/1", status="inactive", vlan="1"),
        PortRow(name="Management1", status="connected", vlan="routed"),
        PortRow(name="Ethernet6", status="other", vlan="in Po1"),
    ),
    "errdisabled": (
        ErrDisabledRow(port="Ethernet3", cause="bpduguard"),
        ErrDisabledRow(port="Ethernet7", cause="link-flap"),
    ),
    "trunks": (
        TrunkRow(port="Ethernet1", allowed=frozenset({10, 20, 21, 22, 99})),
        TrunkRow(port="Ethernet3", allowed=frozenset()),
        TrunkRow(port="Port-Channel1", allowed=frozenset(range(1, 4095))),
    ),
    "neighbors": (
        NeighborRow(local_port="Ethernet1", neighbor="s001-edge"),
        NeighborRow(local_port="Ethernet2", neighbor="s001-ap1"),
        NeighborRow(local_port="Ethernet9", neighbor="0253.0001.0901"),
        NeighborRow(local_port="Ethernet10", neighbor="10.1.20.7"),
    ),
    "macs": (
        MacRow(vlan=10, mac="02:53:00:01:05:01", port="Ethernet5"),
        MacRow(vlan=20, mac="02:53:00:01:02:01", port="Port-Channel1"),
    ),
    "arp": (
        ArpRow(address="10.1.99.1", mac="02:53:00:01:00:01", interface="Vlan99"),
        ArpRow(address="10.1.10.11", mac="02:53:00:01:05:01", interface="Vlan10"),
    ),
    "default_route": (DefaultRouteRow(next_hop="10.1.99.1", interface="Vlan99", distance=1),),
}


def _keys(told: Any) -> Iterator[str]:
    if isinstance(told, dict):
        for key, inside in told.items():
            yield key
            yield from _keys(inside)
    elif isinstance(told, list):
        for inside in told:
            yield from _keys(inside)


def rows(getter: str, output: str, args: Mapping[str, str] | None = None) -> tuple[Any, ...]:
    return PLATFORM.getters[getter].parse(output, args or {})


@pytest.mark.parametrize("getter", TOLD)
def test_what_is_told_in_json(getter: str) -> None:
    assert rows(getter, printed(TOLD[getter])) == EXPECTED[getter]


@pytest.mark.parametrize("getter", TOLD)
def test_log_messages_in_between_are_no_part_of_it(getter: str) -> None:
    lines = printed(TOLD[getter]).splitlines()
    spoilt = "\r\n".join([LOG, *lines[:3], LOG, LOG, *lines[3:], LOG])
    assert rows(getter, spoilt) == EXPECTED[getter]


@pytest.mark.parametrize("getter", TOLD)
@pytest.mark.parametrize("spoil", ["empty", "half", "noise", "errors", "list", "other"])
def test_what_is_not_whole_is_doubted(getter: str, spoil: str) -> None:
    whole = printed(TOLD[getter])
    said = {
        "empty": "",
        "half": whole[: len(whole) // 2],
        "noise": whole[:40] + "\ufffd\ufffd\x07" + whole[40:] + "x",
        "errors": printed({"errors": ["This is an unconverted command"]}),
        "list": "[]",
        "other": "{}",
    }
    with pytest.raises(ParseDoubt):
        rows(getter, said[spoil])


@pytest.mark.parametrize(
    ("getter", "odd"),
    [
        ("interfaces", {"interfaces": {"Vlan1": {"interfaceStatus": "connected", "lineProtocolStatus": "up"}}}),
        ("ports", {"interfaceStatuses": {"Ethernet1": {"linkStatus": "connected", "vlanInformation": {}}}}),
        ("errdisabled", {"interfaceStatuses": {"Ethernet1": {"causes": []}}}),
        ("trunks", {"switchports": {"Ethernet1": {"switchportInfo": {"mode": "trunk", "trunkAllowedVlans": "10,x"}}}}),
        ("trunks", {"switchports": {"Ethernet1": {"switchportInfo": {"mode": "trunk", "trunkAllowedVlans": "5000"}}}}),
        ("neighbors", {"lldpNeighbors": [{"port": "Ethernet1"}]}),
        ("macs", {"unicastTable": {"tableEntries": [{"macAddress": "nobody", "interface": "Ethernet1", "vlanId": 1}]}}),
        ("macs", {"unicastTable": {"tableEntries": [{"macAddress": "02:53:00:01:05:01", "interface": "Ethernet1"}]}}),
        ("arp", {"ipV4Neighbors": [{"address": "10.1.99.1"}]}),
        ("default_route", {"vrfs": {"default": {"routes": {"0.0.0.0/0": {"preference": 1, "vias": []}}}}}),
        ("default_route", {"vrfs": {"default": {"routes": {"0.0.0.0/0": {"preference": True, "vias": [{}]}}}}}),
    ],
)
def test_a_row_that_is_odd_spoils_the_answer(getter: str, odd: object) -> None:
    with pytest.raises(ParseDoubt):
        rows(getter, printed(odd))


def test_nothing_there_is_an_answer() -> None:
    assert rows("default_route", printed(samples.NO_ROUTE)) == ()
    assert rows("errdisabled", printed({"interfaceStatuses": {}})) == ()
    assert rows("neighbors", printed({"lldpNeighbors": []})) == ()


def test_arp_of_all_vrfs_counts_the_default_one() -> None:
    assert rows("arp", printed({"vrfs": {"default": samples.ARP}})) == EXPECTED["arp"]


def test_poe_by_its_header() -> None:
    expected = (
        PoeRow(port="Ethernet1", admin="auto", oper="off", watts=0.0),
        PoeRow(port="Ethernet2", admin="auto", oper="on", watts=11.4, grade=4),
        PoeRow(port="Ethernet3", admin="never", oper="off", watts=0.0),
        PoeRow(port="Ethernet4", admin="auto", oper="faulty", watts=0.0, grade=3),
    )
    assert rows("poe", samples.POE) == expected
    turned = "\n".join("  ".join(reversed(line.split("  "))) for line in samples.POE.splitlines())
    assert rows("poe", turned) == expected


def test_poe_whose_cells_stand_close_is_cut_at_the_header() -> None:
    close = samples.POE.replace("class4   ", "unknown9 ")
    assert "unknown9 30.00 W" in close
    assert rows("poe", close)[1] == PoeRow(port="Ethernet2", admin="auto", oper="on", watts=11.4)


@pytest.mark.parametrize("odd", ["", "Port  State\nEthernet1  on\n", f"{samples.POE}Ethernet5   Yes\n"])
def test_poe_that_is_not_understood_is_doubted(odd: str) -> None:
    with pytest.raises(ParseDoubt):
        rows("poe", odd)


def test_ping() -> None:
    args = {"destination": "10.1.99.1"}
    assert rows("ping", samples.PING, args) == (PingRow(destination="10.1.99.1", sent=3, received=2, average_ms=0.3),)
    assert rows("ping", samples.PING_NOTHING, args)[0].received == 0
    assert rows("ping", "% Invalid source interface Vlan77\n", args)[0].sent == 0
    assert rows("ping", "connect: Network is unreachable\n", args)[0].sent == 0
    with pytest.raises(ParseDoubt):
        rows("ping", samples.PING[:100], args)


def test_configurations() -> None:
    assert rows("running_config", samples.RUNNING)[0].text.splitlines()[-1] == "end"
    for odd in (samples.RUNNING.replace("\nend", ""), samples.RUNNING[200:], ""):
        with pytest.raises(ParseDoubt):
            rows("running_config", odd)
    port = {"port": "Ethernet6"}
    assert "   poe disabled" in rows("port_config", samples.PORT_CONFIG, port)[0].text
    for odd in ("", samples.PORT_CONFIG + "xx\n", samples.PORT_CONFIG.replace("poe", "p\x07e")):
        with pytest.raises(ParseDoubt):
            rows("port_config", odd, port)
    with pytest.raises(ParseDoubt):
        rows("port_config", samples.PORT_CONFIG, {"port": "Ethernet7"})


def test_free_lines() -> None:
    assert free_lines(samples.USERS) == PLATFORM.vty_lines - 2
    for odd in ("", samples.USERS.replace("*", " "), f"{samples.USERS}% nonsense\n"):
        with pytest.raises(ParseDoubt):
            free_lines(odd)


@pytest.mark.parametrize(
    "said",
    [
        "% Invalid input",
        "% Invalid input (privileged mode required)",
        "% Incomplete command",
        "% Ambiguous command",
        "% Unavailable command (not supported on this hardware platform)",
        "% Authorization denied for command 'show poe'",
        "% This is an unconverted command",
    ],
)
def test_a_refused_look_is_no_empty_answer(said: str) -> None:
    with pytest.raises(CommandRefusedError, match="refused"):
        reading_of(PLATFORM, DEVICE, Look(getter="ports"), f"{said}\n", NOON)


NAMES = sorted({key for told in TOLD.values() for key in _keys(told)})
leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
spoilt = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=12,
)


@given(getter=st.sampled_from(sorted(TOLD)), found=spoilt, at=st.integers(0, 5))
def test_whatever_is_told_is_read_or_doubted(getter: str, found: Any, at: int) -> None:
    """Any value in any place of a whole answer: rows, or a doubt, never anything else."""
    whole = json.loads(printed(TOLD[getter]))
    place = whole
    for _ in range(at):
        inside = [value for value in (place.values() if isinstance(place, dict) else place) if value]
        if not inside or not isinstance(inside[0], dict | list):
            break
        place = inside[0]
    if isinstance(place, dict):
        place[next(iter(place))] = found
    else:
        place.append(found)
    with contextlib.suppress(ParseDoubt):
        assert isinstance(rows(getter, printed(whole)), tuple)


def test_an_answer_that_is_too_deep_is_doubted() -> None:
    with pytest.raises(ParseDoubt):
        rows("ports", '{"a":' * 100_000)


# --- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("Et1", "Ethernet1"),
        ("ethernet 1/1", "Ethernet1/1"),
        ("Eth1/1/2", "Ethernet1/1/2"),
        ("Ma1", "Management1"),
        ("Vl10", "Vlan10"),
        ("po1", "Port-Channel1"),
        ("Port-channel1", "Port-Channel1"),
        ("Lo0", "Loopback0"),
        ("Et3.10", "Ethernet3.10"),
        ("Router", "Router"),
        ("Etx1", "Etx1"),
        ("GigabitEthernet1/0/1", "GigabitEthernet1/0/1"),
    ],
)
def test_port_names(name: str, full: str) -> None:
    assert PLATFORM.port_name(name) == full


numbers = st.lists(st.integers(0, 128), min_size=1, max_size=3).map(lambda n: "/".join(map(str, n)))


@given(kind=st.sampled_from(sorted(KINDS.values())), number=numbers, cut=st.integers(2, 20), gap=st.booleans())
def test_every_way_to_write_a_port_is_one_name(kind: str, number: str, cut: int, *, gap: bool) -> None:
    for spelled in (kind[:cut], kind[:cut].lower(), kind[:cut].upper()):
        assert full_port(f"{spelled}{' ' if gap else ''}{number}") == kind + number
    assert full_port(full_port(kind + number)) == kind + number


@given(st.text(max_size=30))
def test_a_full_name_stays_as_it_is(text: str) -> None:
    assert full_port(full_port(text)) == full_port(text)


@given(st.text(alphabet=string.hexdigits, min_size=12, max_size=12))
def test_mac_addresses_have_one_form(digits: str) -> None:
    forms = (digits, ".".join((digits[:4], digits[4:8], digits[8:])))
    assert {full_mac(form) for form in forms} == {":".join(digits.lower()[i : i + 2] for i in range(0, 12, 2))}


@given(st.frozensets(st.integers(1, 4094), min_size=1, max_size=40))
def test_lists_of_vlans_are_read_back(vlans: frozenset[int]) -> None:
    assert vlan_set(",".join(map(str, sorted(vlans)))) == vlans
    low, high = min(vlans), max(vlans)
    assert vlan_set(f"{low}-{high}") == frozenset(range(low, high + 1))


@pytest.mark.parametrize("odd", ["", "10-", "ten", "0", "4095", "10,,20", "all but 3"])
def test_what_is_no_list_of_vlans(odd: str) -> None:
    with pytest.raises(ValueError, match="no list of VLANs"):
        vlan_set(odd)
