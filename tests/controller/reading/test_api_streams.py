"""Streams and the server's limits: an honest listener is never cut off, and none keeps the server from stopping."""

import httpx
import pytest

from controller.api import feed
from controller.api import server as serving
from controller.api.server import serve


@pytest.fixture
def quick(desk, monkeypatch):
    """A server with little patience."""
    monkeypatch.setattr(serving, "EXCHANGE_SECONDS", 0.3)
    monkeypatch.setattr(feed, "TICK_SECONDS", 0.1)
    server = serve(desk.app, "127.0.0.1", 0)
    server.start()
    yield server
    server.stop()


def ticks(lines, number):
    """Read on until so many ticks have come."""
    for line in lines:
        number -= line == "event: tick"
        if number == 0:
            return True
    return False


def test_an_honest_listener_outlives_the_limit_of_an_exchange(quick):
    with httpx.stream("GET", f"{quick.url}/api/v1/events", timeout=15) as answer:
        assert ticks(answer.iter_lines(), 15)


def test_the_server_stops_with_a_stream_open(quick):
    with httpx.stream("GET", f"{quick.url}/api/v1/events", timeout=15) as answer:
        lines = answer.iter_lines()
        assert ticks(lines, 1)
        quick.stop()
        assert not quick._thread.is_alive()
        assert not ticks(lines, 1000)
