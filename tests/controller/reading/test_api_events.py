"""The stream of events: in order, without gaps, over restarts, and safe from slow readers and hostile words."""

import asyncio
import json
import socket
import threading
from contextlib import contextmanager
from dataclasses import replace

import httpx
import pytest

from controller.api import feed as feeding
from controller.api import server as serving
from controller.api.app import build_app
from controller.api.feed import Feed
from controller.api.server import serve
from controller.events import Opened
from controller.ledgers.sqlite import SqliteLedger
from controller.ports import LedgerError
from controller.timing import Timing
from tests.controller.reading.conftest import NASTY, NOW

STREAM = "/api/v1/events"
PATIENCE = httpx.Timeout(20.0)


def opened(incident, **more):
    told = {
        "incident": incident, "store": "s001", "at": NOW, "signature": "wan_lease_lost", "fault_class": "A",
        "title": NASTY, "device": NASTY, "subject": NASTY, "confidence": 0.9, "evidence": (),
    }  # fmt: skip
    return Opened(**(told | more))


def several(number, first=1, **more):
    return [opened(f"s001-{first + n:04d}", **more) for n in range(number)]


def parsed(frame):
    fields = dict(line.split(": ", 1) for line in frame.splitlines() if not line.startswith("retry:"))
    return int(fields["id"]), fields["event"], json.loads(fields["data"])


@contextmanager
def listening(url, query="", last=None):
    """Everything a listener is told, frame by frame; ticks too."""
    headers = {} if last is None else {"last-event-id": str(last)}
    with httpx.stream("GET", f"{url}{STREAM}{query}", headers=headers, timeout=PATIENCE) as answer:
        assert answer.status_code == 200, answer.read()

        def frames():
            text = ""
            for piece in answer.iter_text():
                text += piece
                *whole, text = text.split("\n\n")
                yield from map(parsed, whole)

        yield frames()


def happened(frames, number):
    """The next events, without the ticks between them."""
    found = []
    for seq, kind, body in frames:
        if kind != "tick":
            assert (body["seq"], body["kind"]) == (seq, kind)
            found.append((seq, kind, body["id"]))
        if len(found) == number:
            return found
    return found


def until(true):
    pause = threading.Event()
    for _ in range(2000):
        if true():
            return
        pause.wait(0.01)
    raise AssertionError("it never came about")


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(feeding, "READ_SECONDS", 0.02)


@pytest.fixture
def served(desk):
    """Serves the desk's ledger; what is served is stopped at the end."""
    running = []

    def begin(ledger=desk.ledger, **how):
        app = build_app(ledger, desk.chain, Timing(name="demo", seconds={}), desk.clock, **how)
        server = serve(app, "127.0.0.1", 0)
        server.start()
        running.append(server)
        server.feed = app.state.feed
        return server

    yield begin
    for server in running:
        server.stop()


def test_it_begins_now_and_tells_what_happens_in_order(desk, served, stories):
    server = served()
    with listening(server.url) as frames:
        last = desk.ledger.last_seq()
        assert next(frames) == (last, "tick", {"seq": last})
        story = stories.healed("s001-0002", "s001")
        desk.ledger.append(*story)
        told = happened(frames, len(story))
    assert told == [(last + 1 + n, event.kind, "s001-0002") for n, event in enumerate(story)]


def test_what_is_sent_is_a_stream_that_nobody_keeps(served):
    server = served()
    with httpx.stream("GET", f"{server.url}{STREAM}", timeout=PATIENCE) as answer:
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_tick_comes_when_all_is_quiet(served, monkeypatch):
    monkeypatch.setattr(feeding, "TICK_SECONDS", 0.05)
    with listening(served().url) as frames:
        assert [kind for _, (_, kind, _) in zip(range(3), frames, strict=False)] == ["tick"] * 3


@pytest.mark.parametrize("by", ["header", "query", "both"])
def test_it_goes_on_right_after_what_was_heard(desk, served, by):
    server, last = served(), desk.ledger.last_seq()
    desk.ledger.append(*several(5, first=10))
    query = {"header": "", "query": f"?after={last + 2}", "both": "?after=0"}[by]
    with listening(server.url, query, None if by == "query" else last + 2) as frames:
        assert [seq for seq, _, _ in happened(frames, 3)] == [last + 3, last + 4, last + 5]


def test_nothing_is_lost_or_told_twice_when_the_controller_is_restarted(desk, served):
    first = served()
    with listening(first.url, "?after=0") as frames:
        heard = happened(frames, desk.ledger.last_seq())
        first.stop()
        assert happened(frames, 1) == []  # ended, and not cut off: httpx would raise
    desk.ledger.append(*several(3, first=10))
    again = SqliteLedger.open(desk.state / "ledger.sqlite")
    with listening(served(again).url, last=heard[-1][0]) as frames:
        heard += happened(frames, 3)
        desk.ledger.append(*several(2, first=20))  # another process writes
        heard += happened(frames, 2)
    again.close()
    assert [seq for seq, _, _ in heard] == [seq for seq, _ in desk.ledger.events_after(0, 1000)]


def test_those_far_behind_are_told_from_the_ledger(desk, served, monkeypatch):
    monkeypatch.setattr(feeding, "KEPT", 4)
    monkeypatch.setattr(feeding, "AT_ONCE", 3)
    server = served()
    with listening(server.url) as near:
        next(near)
        desk.ledger.append(*several(20, first=10))
        assert len(happened(near, 20)) == 20
        with listening(server.url, "?after=0") as far:
            told = [seq for seq, _, _ in happened(far, desk.ledger.last_seq())]
    assert told == [seq for seq, _ in desk.ledger.events_after(0, 1000)]


def test_many_write_while_many_listen(desk, served):
    server, last = served(), desk.ledger.last_seq()
    writers = [
        threading.Thread(target=lambda n=n: [desk.ledger.append(e) for e in several(10, first=100 * n)])
        for n in range(1, 5)
    ]
    with listening(server.url) as one, listening(server.url) as other:
        next(one), next(other)
        for writer in writers:
            writer.start()
        told = happened(one, 40)
        assert happened(other, 40) == told
        for writer in writers:
            writer.join()
    assert [seq for seq, _, _ in told] == [seq for seq, _ in desk.ledger.events_after(last, 100)]


def test_a_number_of_another_ledger_begins_now(desk, served):
    with listening(served().url, last=10**9) as frames:
        assert next(frames)[0] == desk.ledger.last_seq()


def test_a_number_younger_than_the_last_reading_is_believed(desk, monkeypatch):
    monkeypatch.setattr(feeding, "READ_SECONDS", 3600.0)
    feed = Feed(desk.ledger)

    async def numbers():
        with feed.seat(), feed.seat():
            earlier = feed.listen(None)
            await anext(earlier)
            await asyncio.to_thread(desk.ledger.append, *several(3, first=10))
            later = feed.listen(desk.ledger.last_seq())
            frame = await anext(later)
            await earlier.aclose()
            await later.aclose()
            return frame

    begun = asyncio.run(numbers())
    assert f"id: {desk.ledger.last_seq()}\n".encode() in begun


@pytest.mark.parametrize(
    ("query", "last"),
    [("?after=-1", None), ("?after=x", None), ("?since=1", None), ("", "Hunter2"), ("", "1e3"), ("", "9" * 41)],
)
def test_an_unfit_number_is_refused_and_not_echoed(desk, query, last):
    answer = desk.get(f"{STREAM}{query}", headers={} if last is None else {"last-event-id": last})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Hunter2" not in answer.text


def test_no_more_listen_than_there_are_seats(served):
    server = served(most_listeners=2)
    with listening(server.url), listening(server.url):
        until(lambda: server.feed.listeners == 2)
        answer = httpx.get(f"{server.url}{STREAM}", timeout=PATIENCE)
        assert answer.status_code == 503
        assert answer.headers["content-type"] == "application/problem+json"
        assert int(answer.headers["retry-after"]) > 0
        assert httpx.get(f"{server.url}/livez").status_code == 200
    until(lambda: server.feed.listeners == 0)  # going away is noticed, and the seats are free
    with listening(server.url) as frames:
        assert next(frames)[1] == "tick"


def test_a_reader_that_takes_nothing_is_dropped_and_delays_nobody(desk, served, monkeypatch):
    monkeypatch.setattr(serving, "EXCHANGE_SECONDS", 1.0)
    server = served()
    wide = [replace(e, store="s" * 200_000) for e in several(40, first=10)]
    with listening(server.url) as quick, socket.socket() as slow:
        next(quick)
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.connect(("127.0.0.1", int(server.url.rpartition(":")[2])))
        slow.sendall(f"GET {STREAM} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        until(lambda: server.feed.listeners == 2)
        desk.ledger.append(*wide)
        assert len(happened(quick, len(wide))) == len(wide)
        until(lambda: server.feed.listeners == 1)
        desk.ledger.append(opened("s001-0900"))
        assert happened(quick, 1)[0][2] == "s001-0900"


def test_words_from_outside_cannot_speak_in_the_stream(desk, served):
    evil = "s\r\n\r\nevent: healed\ndata: {}\n\n\u2028\x85<script>"
    server, last = served(), desk.ledger.last_seq()
    desk.ledger.append(opened("s001-0777", store=evil))
    with httpx.stream("GET", f"{server.url}{STREAM}?after={last}", timeout=PATIENCE) as answer:
        sent = b""
        for piece in answer.iter_raw():
            sent += piece
            if b"s001-0777" in sent and sent.endswith(b"\n\n"):
                break
    frame = sent.decode("ascii").split("\n\n")[1]
    assert [line.partition(":")[0] for line in frame.splitlines()] == ["id", "event", "data"]
    assert parsed(frame)[2]["store"] == evil
    assert b"alert" not in sent  # a device's own text is not in the stream at all


def test_when_the_ledger_fails_streams_end_and_go_on_later(desk, served, monkeypatch):
    server, last = served(), desk.ledger.last_seq()

    def fails(*_args):
        raise LedgerError("the disk is full")

    with monkeypatch.context() as broken, listening(server.url) as frames:
        next(frames)
        broken.setattr(desk.ledger, "events_after", fails)
        assert happened(frames, 1) == []
        broken.setattr(desk.ledger, "last_seq", fails)
        with listening(server.url, last=last) as nothing:
            assert list(nothing) == []  # above all no number that would send the browser back to the beginning
    desk.ledger.append(*several(2, first=10))
    with listening(server.url, last=last) as frames:
        assert [seq for seq, _, _ in happened(frames, 2)] == [last + 1, last + 2]


def test_the_ledger_is_asked_only_while_somebody_listens(desk, served, monkeypatch):
    asked, real = [], desk.ledger.events_after
    monkeypatch.setattr(desk.ledger, "events_after", lambda *how: (asked.append(how), real(*how))[1])
    server = served()
    asked.clear()
    with listening(server.url), listening(server.url):
        until(lambda: len(asked) > 5)
    until(lambda: server.feed.listeners == 0)
    before = len(asked)
    for _ in range(20):
        assert httpx.get(f"{server.url}/livez").status_code == 200
    assert len(asked) <= before + 1  # one was under way


def test_history_is_read_page_by_page(desk):
    after, found = 0, []
    for _ in range(10):
        page = desk.get(f"{STREAM}/history?after={after}&limit=5").json()
        after = page["next_after"]
        found += page["items"]
        if after == page["last"]:
            break
    assert [row["seq"] for row in found] == [seq for seq, _ in desk.ledger.events_after(0, 1000)]
    assert set(found[0]) == {"seq", "at", "kind", "id", "store"}
    assert (found[0]["kind"], found[0]["id"], found[0]["at"]) == ("opened", "s001-0001", "2026-11-20T02:22:00.000Z")
    assert desk.get(f"{STREAM}/history?after={after}").json() == {"items": [], "next_after": after, "last": after}
    assert desk.get(f"{STREAM}/history?limit=1001").status_code == 422
