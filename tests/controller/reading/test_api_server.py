"""The server: really listening, really stopping, and not held up by slow clients."""

import contextlib
import socket

import httpx
import pytest

from controller.api import server as serving
from controller.api.server import ServerError, serve


@pytest.fixture
def running(desk):
    server = serve(desk.app, "127.0.0.1", 0)
    server.start()
    yield server
    server.stop()


def test_it_answers_and_stops(desk):
    server = serve(desk.app, "127.0.0.1", 0)
    server.start()
    assert httpx.get(f"{server.url}/livez").status_code == 200
    assert "server" not in httpx.get(f"{server.url}/").headers
    server.stop()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{server.url}/livez")


def test_a_taken_address_is_told_plainly(desk, running):
    port = int(running.url.rsplit(":", 1)[1])
    with pytest.raises(ServerError, match=f"cannot listen on 127.0.0.1:{port}: Address already in use"):
        serve(desk.app, "127.0.0.1", port).start()


def test_the_host_dialled_counts_and_a_name_does_not(running):
    port = running.url.rsplit(":", 1)[1]
    assert httpx.get(f"{running.url}/livez", headers={"host": f"attacker.example:{port}"}).status_code == 421


@pytest.mark.parametrize(
    "said",
    [b"", b"GET / HT", b"PUT /api/v1/kill-switch HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\n{"],
    ids=["silent", "half a line", "half a body"],
)
def test_a_client_that_dawdles_is_dropped_and_harms_nobody(desk, monkeypatch, said):
    monkeypatch.setattr(serving, "EXCHANGE_SECONDS", 1.0)  # the good client is to be answered on a busy machine too
    server = serve(desk.app, "127.0.0.1", 0)
    server.start()
    try:
        with socket.create_connection(("127.0.0.1", int(server.url.rsplit(":", 1)[1])), timeout=10) as slow:
            slow.sendall(said)
            assert httpx.get(f"{server.url}/livez").status_code == 200
            with contextlib.suppress(ConnectionResetError):
                assert slow.recv(1) == b""
    finally:
        server.stop()
    assert desk.ledger.switch("kill") is None
