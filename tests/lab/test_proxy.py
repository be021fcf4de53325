"""The fault proxy, in front of a plain echo server."""

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest

from lab.proxy import CLEAN, Proxy, Spoil


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """In front of a server that gives back what it gets."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def echo(near: socket.socket) -> None:
            with near, contextlib.suppress(OSError):
                while chunk := near.recv(4096):
                    near.sendall(chunk)

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    threading.Thread(target=echo, args=(listener.accept()[0],), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        made = Proxy("127.0.0.1", listener.getsockname()[1])
        yield made
        made.close()
        listener.shutdown(socket.SHUT_RDWR)


def dial(proxy: Proxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=5)


def told(near: socket.socket, count: int) -> bytes:
    got = b""
    while len(got) < count and (chunk := near.recv(4096)):
        got += chunk
    return got


def test_clean_bytes_pass(proxy: Proxy) -> None:
    with dial(proxy) as near:
        near.sendall(b"hello")
        assert told(near, 5) == b"hello"
    assert proxy.connections == 1


def test_cut_at_a_byte(proxy: Proxy) -> None:
    proxy.spoil(Spoil(cut_at=3))
    with dial(proxy) as near:
        near.sendall(b"hello")
        assert told(near, 5) == b"hel"


def test_reset_at_a_byte_and_on_command(proxy: Proxy) -> None:
    proxy.spoil(Spoil(reset_at=0))
    with dial(proxy) as near:
        near.sendall(b"hello")
        with pytest.raises(ConnectionResetError):
            told(near, 1)
    proxy.spoil(CLEAN)
    with dial(proxy) as near:
        near.sendall(b"x")
        told(near, 1)
        proxy.reset()
        with pytest.raises(ConnectionResetError):
            near.recv(1)


def test_garbled_after_a_byte_also_on_a_standing_connection(proxy: Proxy) -> None:
    with dial(proxy) as near:
        near.sendall(b"ab")
        assert told(near, 2) == b"ab"
        proxy.spoil(Spoil(garble_at=1))
        near.sendall(b"ab")
        assert told(near, 2) == bytes((ord("a"), ord("b") ^ 0xFF))


def test_a_hole_in_one_direction(proxy: Proxy) -> None:
    proxy.spoil(Spoil(hole_at=2, direction="in"))
    with dial(proxy) as near:
        near.sendall(b"hello")
        assert told(near, 2) == b"he"
        near.settimeout(0.1)
        with pytest.raises(TimeoutError):
            near.recv(1)


def test_refused_and_listening_again_on_the_same_port(proxy: Proxy) -> None:
    proxy.spoil(Spoil(refuse=True))
    with pytest.raises(ConnectionRefusedError):
        dial(proxy)
    proxy.spoil(CLEAN)
    with dial(proxy) as near:
        near.sendall(b"x")
        assert told(near, 1) == b"x"


def test_silent_opens_and_says_nothing(proxy: Proxy) -> None:
    proxy.spoil(Spoil(silent=True))
    with dial(proxy) as near:
        near.sendall(b"hello")
        near.settimeout(0.1)
        with pytest.raises(TimeoutError):
            near.recv(1)


def test_only_loopback() -> None:
    with pytest.raises(ValueError, match="not a loopback"):
        Proxy("192.0.2.1", 22)
