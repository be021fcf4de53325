import socket
from datetime import UTC, datetime

import pytest

from lab.syslog import Sender

AT = datetime(2026, 11, 1, 8, 5, 9, 123000, tzinfo=UTC)


def test_what_a_device_logs_is_sent_with_its_name_and_severity():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(5)
        sender = Sender(f"127.0.0.1:{receiver.getsockname()[1]}")
        tell = sender.of("s001-edge")
        tell(AT, "LINK-3-UPDOWN", "Interface Gi0/0, changed state to down")
        tell(AT, "SYSTEM_OPERATIONAL", "System is operational")
        told = [receiver.recv(2048).decode() for _ in range(2)]
        sender.close()
    assert told == [
        "<187>Nov  1 08:05:09 s001-edge 1: %LINK-3-UPDOWN: Interface Gi0/0, changed state to down",
        "<189>Nov  1 08:05:09 s001-edge 2: %SYSTEM_OPERATIONAL: System is operational",
    ]


def test_nobody_who_listens_is_nobody_waited_for(bench):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    sender = Sender(f"127.0.0.1:{port}")
    edge = bench.world.shops["s001"].edge
    edge.tell = sender.of(edge.name)
    before = len(edge.log)
    for _ in range(3):
        bench.views[edge.name].say("SYS-5-RESTART", "System restarted --")
    assert len(edge.log) == before + 3
    sender.close()


@pytest.mark.parametrize("where", ["5514", "192.0.2.1:5514", "127.0.0.1:", "localhost:5514"])
def test_only_loopback_is_sent_to(where):
    with pytest.raises(ValueError, match=r"loopback|IPv4 or IPv6"):
        Sender(where)
