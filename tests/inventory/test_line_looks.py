"""The looks at lines, taken at a router over SSH with the account that may only look."""

from collections.abc import Callable
from datetime import datetime

import pytest

from inventory.line_rows import LargePingRow, LineRow, MtuRow, ProbeCountRow
from inventory.looks import Look, Reading
from inventory.session import Sessions
from tests.inventory.lab_process import EDGE, RunningLab

pytestmark = pytest.mark.ssh
WAN = "GigabitEthernet0/0"


def test_a_router_tells_of_its_lines(lab: RunningLab, now: Callable[[], datetime]) -> None:
    echoes = {"destination": "198.51.100.10", "source": "GigabitEthernet0/1.10", "size": "1500", "count": "3"}
    looks = (
        Look(getter="line", args={"port": WAN}),
        Look(getter="line", args={"port": "GigabitEthernet0/1.30"}),
        Look(getter="probe_counts"),
        Look(getter="ip_mtu", args={"port": WAN}),
        Look(getter="large_ping", args=echoes),
    )
    sessions = Sessions(lab.chain, lab.accounts, lab.content, now)
    try:
        told = sessions[EDGE].read_many(looks)
    finally:
        sessions.close_all()
    rows = [answer.rows for answer in told if isinstance(answer, Reading)]
    assert len(rows) == len(looks), told
    (wan,), (guests,), counted, (size,), (large,) = rows
    assert isinstance(wan, LineRow)
    assert wan.up
    assert wan.in_packets
    assert isinstance(guests, LineRow)
    assert {row.number for row in counted if isinstance(row, ProbeCountRow)} >= {10, 11, 12, 20, 21, 30}
    assert size == MtuRow(name=WAN, bytes=1500)
    assert large == LargePingRow(destination="198.51.100.10", size=1500, sent=3, received=3, told=0)
