"""What IOS says of BGP neighbours and of ports it has shut itself.

Formats after ntc-templates 9.3 (tests/cisco_ios/show_ip_bgp_summary, show_interfaces_status_err-disabled; Apache-2.0)
and Cisco's command references.
"""

from importlib.resources import files
from typing import Any

import pytest
from netmiko.utilities import get_structured_data_textfsm

from inventory.errors import CommandRefusedError
from inventory.looks import BgpRow, ErrDisabledRow, Look
from inventory.model import Device, DeviceId, StoreId
from inventory.platforms import ParseDoubt
from inventory.platforms.cisco_ios.bgp_reader import span_seconds
from inventory.platforms.cisco_ios.platform import PLATFORM
from inventory.reading import reading_of

EDGE = Device(id=DeviceId("s001-edge"), store=StoreId("s001"), role="edge", address="192.0.2.1", platform="cisco_ios")
HEADER = "Neighbor        V           AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd"
BGP = f"""\
BGP router identifier 10.0.0.0, local AS number 65000
BGP table version is 512185206, main routing table version 512185206
566019 network entries using 140372712 bytes of memory
BGP activity 19247146/18656050 prefixes, 368760729/364163114 paths, scan interval 60 secs

{HEADER}
10.0.0.1        4        65000 2746767 2396274 512185206    0    0 3w0d       558720
10.0.0.3        4   65000.1002  695143  689871 512185203    0    0 1y10w           0
10.0.0.4        4        65003 1030294 1220041 512185206    0    0 00:20:06 Active
10.0.0.5        4        65004       0       0         1    0    0 never    Idle
10.0.0.6        4        65005       0       0         1    0    0 never    (NoNeg)
10.0.0.9        4        65008  222146   14368         1    0    0 2d03h    Idle (PfxCt)
10.0.0.10       4        65009 2693050  942614 512185203    0    0 1y10w     Idle (Admin)\x20
"""
DYNAMIC = f"""\
BGP router identifier 10.0.0.0, local AS number 65000

{HEADER}
*10.0.0.5       4        65004      26      27         9    0    0 00:20:06        7
* Dynamically created based on a listen range command
Dynamically created neighbors: 1, Subnet ranges: 1

BGP peergroup branches listen range group members:
  10.0.0.0/24

Total dynamically created neighbors: 1/(100 max), Subnet ranges: 1
"""
ERR_DISABLED = """\

Port      Name               Status       Reason               Err-disabled Vlans
Gi1/0/3   EM PM              err-disabled psecure-violation
Gi1/0/4                      err-disabled link-flap
Gi1/0/5   was err-disabled 1 err-disabled channel-misconfig (STP)
Te1/1/1   a very long descri err-disabled bpduguard            10,20-22
"""


def rows(getter: str, output: str) -> tuple[Any, ...]:
    return PLATFORM.getters[getter].parse(output, {})


def test_bgp_neighbours() -> None:
    found = rows("bgp", BGP)
    assert [row.state for row in found] == ["established", "established", "down", "down", "down", "over_limit", "shut"]
    assert found[1] == BgpRow(
        neighbor="10.0.0.3", remote_as="65000.1002", state="established", prefixes=0, since_seconds=37_584_000.0
    )
    assert (found[2].prefixes, found[2].since_seconds, found[3].since_seconds) == (None, 1206.0, None)


@pytest.mark.parametrize(
    "output",
    ["% BGP not active\n\n", "BGP router identifier 10.0.0.0, local AS number 65000\nBGP table version is 1\n"],
)
def test_no_bgp_is_an_answer(output: str) -> None:
    assert rows("bgp", output) == ()


def test_what_stands_below_the_table_is_no_neighbour() -> None:
    assert [row.neighbor for row in rows("bgp", DYNAMIC)] == ["10.0.0.5"]


def test_a_device_that_does_not_know_the_command_has_not_answered(now: Any) -> None:
    for getter in ("bgp", "errdisabled"):
        with pytest.raises(CommandRefusedError):
            reading_of(PLATFORM, EDGE, Look(getter=getter), "      ^\n% Invalid input detected at '^' marker.\n", now())


def test_ports_shut_by_the_switch() -> None:
    assert rows("errdisabled", ERR_DISABLED) == (
        ErrDisabledRow(port="GigabitEthernet1/0/3", cause="psecure-violation"),
        ErrDisabledRow(port="GigabitEthernet1/0/4", cause="link-flap"),
        ErrDisabledRow(port="GigabitEthernet1/0/5", cause="channel-misconfig (STP)"),
        ErrDisabledRow(port="TenGigabitEthernet1/1/1", cause="bpduguard"),
    )
    older = "Port      Name               Status       Reason\nFa0/2                        err-disabled  bpduguard\n"
    assert rows("errdisabled", older) == (ErrDisabledRow(port="FastEthernet0/2", cause="bpduguard"),)


def test_no_port_shut_is_the_header_alone_or_nothing() -> None:
    for output in ("", "\n", ERR_DISABLED.partition("Gi1/0/3")[0]):
        assert rows("errdisabled", output) == ()


@pytest.mark.parametrize(
    ("getter", "sample", "due"), [("bgp", BGP, "10.0.0.4"), ("errdisabled", ERR_DISABLED, "Gi1/0/4")]
)
def test_a_line_that_is_not_understood_is_never_dropped(getter: str, sample: str, due: str) -> None:
    lines = [line[:30] + "\ufffd\ufffd" if line.startswith(due) else line for line in sample.split("\n")]
    with pytest.raises(ParseDoubt):
        rows(getter, "\n".join(lines))
    with pytest.raises(ParseDoubt):
        rows(getter, "\ufffd\ufffd\x07 %%%")


@pytest.mark.parametrize(("getter", "sample"), [("bgp", BGP), ("errdisabled", ERR_DISABLED)])
def test_template_and_lean_reader_agree(getter: str, sample: str) -> None:
    found = PLATFORM.getters[getter]
    sample = "\n".join(line for line in sample.lstrip("\n").split("\n") if "was err-disabled" not in line)
    template = files("ntc_templates") / "templates" / found.template
    words = get_structured_data_textfsm(sample, template=str(template))
    assert isinstance(words, list)
    assert found.fallback is not None
    assert found.fallback(words) == rows(getter, sample)


def test_spans() -> None:
    told = ("00:20:06", "3w0d", "2d03h", "never")
    assert [span_seconds(text) for text in told] == [1206.0, 1_814_400.0, 183_600.0, None]
