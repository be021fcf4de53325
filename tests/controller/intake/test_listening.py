"""The listening process itself, over real sockets on loopback."""

import os
import signal
import socket
import time
from datetime import UTC, datetime

import pytest

from controller.intake.hints import Hints
from controller.intake.listening import Listening, Wanted
from controller.intake.words_file import load_words
from controller.places import Place
from tests.controller.intake.trap_bytes import LINK_DOWN, binding, octets, trap_v2

HERE = Place(host="127.0.0.1", port=0)
TURNS = 2000


def until(true):
    for _ in range(TURNS):
        if true():
            return
        time.sleep(0.01)
    pytest.fail("it did not come to pass")


def line(device):
    return f"<189>Nov 21 08:00:00 {device} 45: %LINK-3-UPDOWN: Interface Gi0/0, changed state to down".encode()


@pytest.fixture
def hints(chain, asked):
    return Hints(chain, lambda store: asked.append(store) or True, lambda: datetime.now(UTC))


@pytest.fixture
def listening(hints):
    spoken, trapped = load_words(None)
    ear = Listening(Wanted(syslog=HERE, traps=HERE, spoken=spoken, trapped=trapped), hints)
    ear.start()
    yield ear
    ear.stop()


def tell(listening, name, raw):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(raw, ("127.0.0.1", listening.port(name)))


def test_every_way_in_leads_to_a_hint(listening, hints, asked):
    tell(listening, "syslog_udp", line("s001-edge"))
    tell(listening, "traps_udp", trap_v2(LINK_DOWN, binding("1.3.6.1.2.1.1.5.0", octets("s002-edge"))))
    with socket.create_connection(("127.0.0.1", listening.port("syslog_tcp"))) as stream:
        counted = line("s003-sw1")
        stream.sendall(line("s003-edge") + b"\n" + b"%d %s" % (len(counted), counted))
        until(lambda: len(asked) == 4)
    told = {(h.source, h.device, h.kind, h.sender) for h in hints.recent(9)}
    assert told == {
        ("syslog", "s001-edge", "link", "127.0.0.1"),
        ("trap", "s002-edge", "link", "127.0.0.1"),
        ("syslog", "s003-edge", "link", "127.0.0.1"),
        ("syslog", "s003-sw1", "link", "127.0.0.1"),
    }
    until(lambda: hints.counts()["syslog", "received"] == 3)


def test_more_connections_than_there_may_be_do_not_keep_a_new_one_out(listening, asked):
    streams = [socket.create_connection(("127.0.0.1", listening.port("syslog_tcp"))) for _ in range(60)]
    try:
        streams[-1].sendall(line("s001-edge") + b"\n")
        until(lambda: asked == ["s001"])
    finally:
        for stream in streams:
            stream.close()


def test_what_comes_while_the_process_begins_anew_is_not_lost(listening, hints, asked):
    first = listening.pid
    tell(listening, "syslog_udp", line("s001-edge"))
    until(lambda: asked == ["s001"])
    until(lambda: hints.counts()["syslog", "received"] == 1)
    os.kill(first, signal.SIGKILL)
    tell(listening, "syslog_udp", line("s002-edge"))
    until(lambda: asked == ["s001", "s002"])
    until(lambda: hints.counts()["syslog", "received"] == 2)
    assert listening.pid != first


def test_the_process_ends_with_the_controller(listening):
    pid = listening.pid
    listening.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_place_that_is_taken_is_said(hints, listening):
    taken = Place(host="127.0.0.1", port=listening.port("syslog_tcp"))
    spoken, trapped = load_words(None)
    second = Listening(Wanted(syslog=None, traps=None, spoken=spoken, trapped=trapped), hints)
    second.start()
    assert second.pid is None, "nothing is wanted, nothing is started"
    second.stop()
    third = Listening(Wanted(syslog=taken, traps=None, spoken=spoken, trapped=trapped), hints)
    with pytest.raises(OSError, match="cannot listen for hints at"):
        third.start()
    third.stop()
