"""Formats after ntc-templates 9.3 (tests/cisco_ios), NAPALM 5.2 (test/ios) and Cisco's command references."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import pytest
from netmiko.utilities import get_structured_data_textfsm

from inventory.errors import DoubtfulOutputError
from inventory.looks import (
    ArpRow,
    DefaultRouteRow,
    InterfaceRow,
    LeaseRow,
    Look,
    MacRow,
    NeighborRow,
    PingRow,
    PoeRow,
    PortRow,
    ProbeRow,
    TrunkRow,
)
from inventory.model import Device, DeviceId, StoreId
from inventory.platforms import Getter, ParseDoubt
from inventory.platforms.cisco_ios.bgp_reader import span_seconds
from inventory.platforms.cisco_ios.names import age_seconds, full_mac, full_port, vlan_set
from inventory.platforms.cisco_ios.platform import PLATFORM, REFUSED
from inventory.platforms.cisco_ios.readers import free_lines
from inventory.reading import reading_of
from tests.inventory.ios_samples import SAMPLES

DEVICE = Device(
    id=DeviceId("s001-sw1"), store=StoreId("s001"), role="switch", address="192.0.2.1", platform="cisco_ios"
)
LOG = "*Mar  3 18:07:21.123: %LINK-3-UPDOWN: Interface GigabitEthernet1/0/7, changed state to down"


def rows(getter: str, output: str, args: Mapping[str, str] | None = None) -> tuple[Any, ...]:
    return PLATFORM.getters[getter].parse(output, args or {})


def test_interfaces() -> None:
    assert rows("interfaces", SAMPLES["interfaces"]) == (
        InterfaceRow(name="GigabitEthernet0/0", address="203.0.113.2", method="DHCP", admin_up=True, oper_up=True),
        InterfaceRow(name="GigabitEthernet0/1.10", address="10.1.10.1", method="NVRAM", admin_up=True, oper_up=True),
        InterfaceRow(name="Cellular0/2/0", address=None, method="unset", admin_up=False, oper_up=False),
        InterfaceRow(name="TenGigabitEthernet1/0/10", address=None, method="unset", admin_up=True, oper_up=False),
        InterfaceRow(name="Dialer1", address="198.51.100.9", method="IPCP", admin_up=True, oper_up=True),
    )


def test_ports() -> None:
    assert rows("ports", SAMPLES["ports"]) == (
        PortRow(name="GigabitEthernet1/0/1", status="connected", vlan="trunk"),
        PortRow(name="GigabitEthernet1/0/2", status="notconnect", vlan="10"),
        PortRow(name="GigabitEthernet1/0/3", status="err-disabled", vlan="20"),
        PortRow(name="GigabitEthernet1/0/4", status="disabled", vlan="1"),
        PortRow(name="TenGigabitEthernet1/1/1", status="notconnect", vlan="1"),
        PortRow(name="GigabitEthernet1/0/6", status="other", vlan="routed"),
    )


def test_trunks_expand_ranges_and_continued_lists() -> None:
    assert rows("trunks", SAMPLES["trunks"]) == (
        TrunkRow(port="GigabitEthernet1/0/1", allowed=frozenset({10, 20, 21, 22, 99})),
        TrunkRow(port="GigabitEthernet1/0/2", allowed=frozenset()),
        TrunkRow(port="Port-channel1", allowed=frozenset({*range(2, 6), 30, 40, 41})),
    )


def test_poe() -> None:
    assert rows("poe", SAMPLES["poe"]) == (
        PoeRow(port="GigabitEthernet1/0/1", admin="auto", oper="off", watts=0.0),
        PoeRow(port="GigabitEthernet1/0/2", admin="auto", oper="on", watts=15.4, grade=4),
        PoeRow(port="GigabitEthernet1/0/3", admin="never", oper="off", watts=0.0),
        PoeRow(port="GigabitEthernet1/0/4", admin="static", oper="power-deny", watts=0.0, grade=3),
    )


def test_neighbors_with_wrapped_names() -> None:
    assert rows("neighbors", SAMPLES["neighbors"]) == (
        NeighborRow(local_port="GigabitEthernet1/0/1", neighbor="s001-edge"),
        NeighborRow(local_port="GigabitEthernet1/0/2", neighbor="s001-ap1"),
        NeighborRow(local_port="TenGigabitEthernet1/1/1", neighbor="s001-switch-in-the-back-room"),
        NeighborRow(local_port="FastEthernet0", neighbor="SEP001122334455"),
    )


def test_macs_leave_out_the_switch_s_own() -> None:
    assert rows("macs", SAMPLES["macs"]) == (
        MacRow(vlan=10, mac="02:53:00:01:05:01", port="GigabitEthernet1/0/5"),
        MacRow(vlan=99, mac="02:53:00:01:00:63", port="GigabitEthernet1/0/1"),
    )


def test_arp() -> None:
    assert rows("arp", SAMPLES["arp"]) == (
        ArpRow(address="10.1.10.1", mac="02:53:00:01:01:01", interface="GigabitEthernet0/1.10"),
        ArpRow(address="203.0.113.1", mac=None, interface=""),
        ArpRow(address="10.1.10.11", mac="02:53:00:01:05:01", interface="GigabitEthernet0/1.10"),
    )


def test_probes() -> None:
    assert rows("probes", SAMPLES["probes"]) == (
        ProbeRow(number=10, ok=True, rtt_ms=21.0, age_seconds=1.0),
        ProbeRow(number=11, ok=True, rtt_ms=0.5, age_seconds=65.0),
        ProbeRow(number=20, ok=False, rtt_ms=None, age_seconds=2.0),
        ProbeRow(number=30, ok=False, rtt_ms=None, age_seconds=None),
        ProbeRow(number=101, ok=False, rtt_ms=None, age_seconds=7380.0),
    )


def test_default_route() -> None:
    def of(key: str) -> tuple[Any, ...]:
        return rows("default_route", SAMPLES[key])

    assert of("route_dhcp") == (DefaultRouteRow(next_hop="203.0.113.1", interface=None, distance=254),)
    assert of("route_lte") == (DefaultRouteRow(next_hop=None, interface="Cellular0/2/0", distance=200),)
    assert of("route_via") == (DefaultRouteRow(next_hop="192.0.2.1", interface="GigabitEthernet0/0", distance=20),)
    assert of("route_none") == ()
    assert rows("default_route", "% Subnet not in table") == ()


def test_leases_with_client_ids_over_several_lines() -> None:
    assert rows("leases", SAMPLES["leases"]) == (
        LeaseRow(address="10.1.10.11", mac="02:53:00:01:05:01"),
        LeaseRow(address="10.1.10.12", mac="02:53:00:01:05:02"),
        LeaseRow(address="10.1.20.11", mac="02:53:00:01:06:0a"),
    )


def test_ping() -> None:
    assert rows("ping", SAMPLES["ping_good"]) == (
        PingRow(destination="198.51.100.10", sent=5, received=4, average_ms=21.0),
    )
    assert rows("ping", SAMPLES["ping_bad"]) == (
        PingRow(destination="198.51.100.10", sent=3, received=0, average_ms=None),
    )
    source = "% Invalid source interface - IP not enabled or interface is down"
    assert rows("ping", source, {"destination": "198.51.100.10"}) == (
        PingRow(destination="198.51.100.10", sent=0, received=0, average_ms=None),
    )


def test_running_config_is_whole_or_not_at_all() -> None:
    whole = "Building configuration...\n\nversion 15.7\nhostname a\n!\nend\n"
    assert rows("running_config", whole)[0].text.endswith("end")
    for part in (whole.replace("end\n", ""), "end\n", ""):
        with pytest.raises(ParseDoubt):
            rows("running_config", part)


def test_port_config_is_of_the_port_asked_for() -> None:
    said = "Building configuration...\n\nCurrent configuration : 60 bytes\n!\ninterface GigabitEthernet1/0/2\n shutdown\nend\n"  # noqa: E501
    assert " shutdown" in rows("port_config", said, {"port": "Gi1/0/2"})[0].text
    with pytest.raises(ParseDoubt):
        rows("port_config", said, {"port": "GigabitEthernet1/0/3"})


SEARCHED = ("log", "users", "errdisabled", "edge_log", "link_downs", "changes")
"""What looks for words among others: finding none is an answer."""
SILENT = ("standby", "dhcp_pools", "time_servers", "account_servers")
"""IOS prints nothing where none is configured."""


@pytest.mark.parametrize("getter", [g for g in PLATFORM.getters if g not in SEARCHED])
def test_empty_or_garbled_output_is_no_evidence(getter: str) -> None:
    for output in ("", "\n\n", "\ufffd\ufffd\x07 %%%"):
        if getter in SILENT and not output.strip():
            assert rows(getter, output, {"port": "Gi1/0/1"}) == ()
            continue
        with pytest.raises(ParseDoubt):
            rows(getter, output, {"port": "Gi1/0/1"})


TABLES = ["interfaces", "ports", "trunks", "poe", "neighbors", "macs", "arp", "probes", "leases"]


@pytest.mark.parametrize("getter", TABLES)
def test_a_line_that_is_not_understood_is_never_dropped(getter: str) -> None:
    lines = SAMPLES[getter].split("\n")
    first = next(i for i, line in enumerate(lines) if lines_due(getter, line))
    lines[first] = lines[first][:9] + "\ufffd\ufffd"
    with pytest.raises(ParseDoubt):
        rows(getter, "\n".join(lines))


def lines_due(getter: str, line: str) -> bool:
    starts = {
        "interfaces": "GigabitEthernet0/0",
        "ports": "Gi1/0/2",
        "trunks": "Gi1/0/1     10",
        "poe": "Gi1/0/2",
        "neighbors": "s001-edge",
        "macs": "  10",
        "arp": "Internet  10.1.10.1 ",
        "probes": "*10",
        "leases": "10.1.10.11",
    }
    return line.startswith(starts[getter])


@pytest.mark.parametrize("getter", TABLES)
def test_a_log_line_printed_in_between_is_passed_over(getter: str) -> None:
    lines = SAMPLES[getter].split("\n")
    at = next(i for i, line in enumerate(lines) if lines_due(getter, line))
    assert rows(getter, "\n".join([*lines[:at], LOG, *lines[at:]])) == rows(getter, SAMPLES[getter])
    assert rows(getter, SAMPLES[getter].replace("\n", "\r\n")) == rows(getter, SAMPLES[getter])


def test_a_lost_tail_is_noticed_where_the_device_counts() -> None:
    without_one = SAMPLES["neighbors"].replace(
        "SEP001122334455  Fas 0             140              H P   IP Phone  Port 1\n", ""
    )
    with pytest.raises(ParseDoubt, match="3 rows read, the device counts 4"):
        rows("neighbors", without_one)
    with pytest.raises(ParseDoubt, match="3 trunks, 2 lists"):
        rows("trunks", SAMPLES["trunks"].replace("Gi1/0/2     none\n", "", 1))


def test_the_template_helps_where_the_lean_reader_doubts(now: Any) -> None:
    """The lean reader wants YES or NO, the template takes any word."""
    good = "\n".join(line for line in SAMPLES["interfaces"].split("\n") if not line.startswith("Ten"))
    odd = good.replace("YES IPCP ", "yes IPCP ")
    with pytest.raises(ParseDoubt):
        rows("interfaces", odd)
    reading = reading_of(PLATFORM, DEVICE, Look(getter="interfaces"), odd, now())
    assert [r.name for r in reading.rows] == [r.name for r in rows("interfaces", good)]


@pytest.mark.parametrize("getter", ["interfaces", "ports", "poe", "neighbors", "macs", "arp"])
def test_template_and_lean_reader_agree(getter: str) -> None:
    """Where a template reads the whole sample it reads the same; ``method`` is not in the interfaces template."""
    skipped = ("TenGig", "Gi1/0/4   static", "Gi1/0/3   was connected")
    sample = "\n".join(line for line in SAMPLES[getter].split("\n") if not line.startswith(skipped))
    if getter == "poe":
        sample = sample[sample.index("Interface") :]
    found = PLATFORM.getters[getter]
    template = files("ntc_templates") / "templates" / found.template
    words = get_structured_data_textfsm(sample, template=str(template))
    assert found.fallback is not None
    assert isinstance(words, list)
    ours = rows(getter, sample)
    if getter == "interfaces":
        ours = tuple(replace(row, method="") for row in ours)
    assert found.fallback(words) == ours


def test_a_template_that_reads_less_is_not_believed(now: Any) -> None:
    spoilt = SAMPLES["interfaces"].replace("YES IPCP   up", "garbled")
    with pytest.raises(DoubtfulOutputError, match="4 of 5 lines understood"):
        reading_of(PLATFORM, DEVICE, Look(getter="interfaces"), spoilt, now())


def test_names() -> None:
    full = {
        "Gi1/0/1": "GigabitEthernet1/0/1",
        "Gig 0/1": "GigabitEthernet0/1",
        "Te1/1/1": "TenGigabitEthernet1/1/1",
        "Ten 1/1/1": "TenGigabitEthernet1/1/1",
        "Fa0": "FastEthernet0",
        "Po1": "Port-channel1",
        "Vl99": "Vlan99",
        "Ce0/2/0": "Cellular0/2/0",
        "Gi0/1.10": "GigabitEthernet0/1.10",
        "Twe1/0/1": "TwentyFiveGigE1/0/1",
        "Tw1/0/1": "TwoGigabitEthernet1/0/1",
        "Hu1/0/1": "HundredGigE1/0/1",
        "Lo0": "Loopback0",
        "lan1": "lan1",
        "GigabitEthernet0/0": "GigabitEthernet0/0",
        "CPU": "CPU",
        "Tu1": "Tunnel1",
        "Eth 0/0": "Ethernet0/0",
    }
    assert {short: full_port(short) for short in full} == full
    assert full_mac("0253.0001.0501") == full_mac("02-53-00-01-05-01") == "02:53:00:01:05:01"
    assert full_mac("Incomplete") is None
    assert vlan_set("1-3,5") == {1, 2, 3, 5}
    assert age_seconds("2 hours, 3 minutes ago") == 7380
    assert age_seconds("-") is None


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ("          ^\n% Invalid input detected at '^' marker.\n", True),
        ("% Incomplete command.\n", True),
        ('% Ambiguous command:  "sh"\n', True),
        ("Command rejected: Gi1/0/1 is a dynamic port.\n", True),
        ("% 10.1.10.0 overlaps with GigabitEthernet0/1.10\n", True),
        ("%Error opening flash:/x (No such file or directory)\n", True),
        ("Rollback aborted after 5 passes\n", True),
        ("% Warning: use /31 mask on non point-to-point interface cautiously\n", False),
        ("Enter configuration commands, one per line.  End with CNTL/Z.\n", False),
        (" description 100% sure\n", False),
    ],
)
def test_refusals(said: str, refused: bool) -> None:
    assert (REFUSED.search(said) is not None) is refused


def test_free_lines() -> None:
    assert free_lines(SAMPLES["users"]) == 3
    with pytest.raises(ParseDoubt):
        free_lines(SAMPLES["users"].replace("*", " "))
    with pytest.raises(ParseDoubt):
        free_lines("")


@pytest.mark.parametrize("word", ["1w2i:le", "919P9:01", "12:", ":", "²:0"])
def test_a_time_that_is_none_is_not_known(word):
    assert span_seconds(word) is None


def test_a_reader_that_stumbles_over_a_number_is_doubted():
    getter = Getter(command="show x", parse=lambda output, _: (int(output),))
    platform = replace(PLATFORM, getters={"interfaces": getter})
    with pytest.raises(DoubtfulOutputError, match="interfaces"):
        reading_of(platform, DEVICE, Look(getter="interfaces"), "no number", datetime.now(UTC))


@pytest.mark.parametrize("words", ["40-4222222222222222222222", "1-4096", "9-8", "-1", "1-x", "x"])
def test_what_is_no_list_of_vlans_is_none_and_fills_no_memory(words):
    with pytest.raises(ValueError, match=r"VLANs|invalid"):
        vlan_set(words)
