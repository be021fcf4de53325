"""The web server in a thread of its own: started, stopped, and hard on slow clients.

In: the application and where to listen. Out: a ``Server`` with ``start`` and ``stop``. Used by ``controller.main``.
uvicorn has no time limit for headers, bodies or slow readers; the protocol here gives every exchange 30 seconds, and
lets a stream of events go on only while its reader takes what is sent.
"""

import asyncio
import socket
import threading

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

from controller.api.feed import Feed

EXCHANGE_SECONDS = 30.0
STREAM_PATH = "/api/v1/events"
MAX_CONNECTIONS = 256
START_SECONDS = 10.0
STOP_SECONDS = 5


class ServerError(Exception):
    """The web server cannot listen or does not come up; the message is fit for people."""


class ImpatientProtocol(H11Protocol):
    """HTTP/1.1 that drops a connection on which no answer was completed for 30 seconds."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock with the connection."""
        super().connection_made(transport)
        _give_up_on_the_dead(transport.get_extra_info("socket"))
        self._restart_clock()

    def on_response_complete(self) -> None:
        """Start the clock anew after every answer."""
        super().on_response_complete()
        self._restart_clock()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        if self._deadline is not None:
            self._deadline.cancel()
        super().connection_lost(exc)

    def _restart_clock(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = self.loop.call_later(EXCHANGE_SECONDS, self._end_unless_heard)

    def _end_unless_heard(self) -> None:
        """Drop the connection; a stream may go on when its reader has taken all that was sent."""
        if self._is_stream() and self.transport.get_write_buffer_size() == 0:
            self._restart_clock()
        else:
            self.transport.abort()

    def _is_stream(self) -> bool:
        cycle = self.cycle
        return cycle is not None and not cycle.response_complete and cycle.scope["path"] == STREAM_PATH


class Server:
    """The application listening at ``url``; ``start`` and ``stop`` may each be called once."""

    def __init__(self, app: FastAPI, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._socket: socket.socket | None = None
        self._app = app
        self._uvicorn = uvicorn.Server(_settings(app, host))
        self._thread = threading.Thread(target=self._run, name="api", daemon=True)

    @property
    def url(self) -> str:
        """Where it listens; with port 0 the real port is known after ``start``."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}"

    def start(self) -> None:
        """Listen and serve in a thread; raises ``ServerError`` when the address cannot be had."""
        self._socket = _listen(self._host, self._port)
        self._port = int(self._socket.getsockname()[1])
        self._thread.start()
        pause = threading.Event()
        for _ in range(int(START_SECONDS * 100)):
            if self._uvicorn.started:
                return
            if not self._thread.is_alive():
                break
            pause.wait(0.01)
        self.stop()
        raise ServerError(f"the web server at {self.url} did not come up")

    def stop(self) -> None:
        """Stop serving; exchanges under way get a few seconds to end."""
        feed: Feed | None = getattr(self._app.state, "feed", None)
        if feed is not None:
            feed.close()
        self._uvicorn.should_exit = True
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS * 2)
        if self._socket is not None:
            self._socket.close()

    def _run(self) -> None:
        self._uvicorn.run(sockets=[self._socket] if self._socket else None)


def _give_up_on_the_dead(connection: socket.socket | None) -> None:
    """Ask the kernel to end a connection whose other side took nothing for a while (tcp(7); Linux only)."""
    option = getattr(socket, "TCP_USER_TIMEOUT", None)
    if connection is not None and option is not None:
        connection.setsockopt(socket.IPPROTO_TCP, option, int(EXCHANGE_SECONDS * 1000))


def serve(app: FastAPI, host: str, port: int) -> Server:
    """Return a server for ``app``, not yet started."""
    return Server(app, host, port)


def _settings(app: FastAPI, host: str) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=host,
        http=ImpatientProtocol,
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=MAX_CONNECTIONS,
        timeout_keep_alive=10,
        timeout_graceful_shutdown=STOP_SECONDS,
        backlog=128,
    )


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise ServerError(f"cannot listen on {host}:{port}: {error.strerror}") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise ServerError(f"cannot listen on {host}:{port}: {error.strerror}") from error
    return listener
