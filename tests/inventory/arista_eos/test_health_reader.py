"""What an EOS switch says of links lost, of the time and of its memory; every value is ours."""

import json
from datetime import datetime

import pytest

from inventory.platforms import ParseDoubt
from inventory.platforms.arista_eos import health_reader as read
from inventory.port_rows import NO_YEAR, ClockRow, LinkDownRow, MemoryRow


def line(at, port, state="down"):
    return f"{at} s001-sw1 Ebra: %LINEPROTO-5-UPDOWN: Line protocol on Interface {port}, changed state to {state}\n"


@pytest.mark.parametrize(
    ("at", "when"),
    [
        ("Nov  2 12:00:01", datetime(NO_YEAR, 11, 2, 12, 0, 1)),  # noqa: DTZ001 - the switch's own zone
        ("Nov  2 2026 12:00:01", datetime(2026, 11, 2, 12, 0, 1)),  # noqa: DTZ001
        ("2026 Nov  2 12:00:01 IST", datetime(2026, 11, 2, 12, 0, 1)),  # noqa: DTZ001
        ("2026-11-02T12:00:01.123456-04:00", datetime(2026, 11, 2, 12, 0, 1)),  # noqa: DTZ001
    ],
)
def test_links_that_were_lost(at, when):
    said = "".join(
        (
            line(at, "Ethernet5 (to s001-till1, by the door)"),
            line(at, "Ethernet5 (to s001-till1, by the door)", "up"),
            line(at, "Vlan99"),
            line(at, "Ethernet1/5"),
        )
    )
    assert read.link_downs(said, {}) == (
        LinkDownRow(port="Ethernet5", at=when),
        LinkDownRow(port="Ethernet1/5", at=when),
    )


def test_a_day_that_no_calendar_has_tells_nothing():
    assert read.link_downs(line("Feb 30 12:00:01", "Ethernet5") + "\x00garbage\n", {}) == ()


def test_the_clock():
    said = "Tue Mar  3 15:07:05 2026\nTimezone: Europe/London\nClock source: NTP server (198.51.100.123)\n"
    at = datetime(2026, 3, 3, 15, 7, 5)  # noqa: DTZ001
    assert read.clock(said, {}) == (ClockRow(at=at, zone="Europe/London"),)
    for spoilt in ("", said.replace("2026", "20"), said.replace("Mar  3", "Feb 30"), said.split("\n", maxsplit=1)[0]):
        with pytest.raises(ParseDoubt):
            read.clock(spoilt, {})


def test_memory():
    found = {"memTotal": 3982784, "memFree": 2275464, "version": "4.29.4M"}
    assert read.memory(json.dumps(found), {}) == (MemoryRow(total=3982784 * 1024, free=2275464 * 1024),)
    for spoilt in ({"memTotal": 0, "memFree": 0}, {**found, "memFree": 3982785}, {**found, "memFree": "much"}, {}):
        with pytest.raises(ParseDoubt):
            read.memory(json.dumps(spoilt), {})
    with pytest.raises(ParseDoubt):
        read.memory(json.dumps(found)[:-1], {})
