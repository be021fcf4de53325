"""The door in front of every request: who is spoken to, how much may be sent, what every answer carries.

In: raw ASGI requests. Out: the application behind it, or a problem answer. Put in front by ``build_app``.
It turns away foreign ``Host`` names (DNS rebinding), bodies over 64 KiB and writes that another web page started,
and it reads the body whole, so that no route ever waits for a slow sender.
"""

import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from controller.api.problems import SECURITY_HEADERS, problem

BODY_LIMIT = 64 * 1024
_ALWAYS_OURS = frozenset({"localhost", "127.0.0.1", "::1"})
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Door:
    """ASGI wrapper; ``hosts`` are names it answers to besides the loopback ones and the address dialled."""

    def __init__(self, app: ASGIApp, hosts: Collection[str] = ()) -> None:
        self._app = app
        self._hosts = _ALWAYS_OURS | {h.lower() for h in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through or answer it here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await problem(*refusal)(scope, receive, send)
            return
        body = await _read(receive, headers)
        if body is None:
            too_large = problem(413, f"The body is larger than {BODY_LIMIT} bytes.", headers={"connection": "close"})
            await too_large(scope, receive, send)
            return
        await self._app(scope, _replay(body, receive), _secured(send))

    def _refusal(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        if not self._is_ours(headers.getlist("host"), scope):
            return 421, "This controller does not answer to that Host name."
        if scope["method"] not in _SAFE_METHODS and _is_foreign(headers):
            return 403, "Another web page may not write here."
        return None

    def _is_ours(self, hosts: list[str], scope: Scope) -> bool:
        if len(hosts) != 1:
            return False
        name = _host_name(hosts[0])
        return name in self._hosts or name == _dialled(scope)


def is_local(scope: Scope) -> bool:
    """Whether the request comes from this machine itself and not through a proxy."""
    headers = Headers(scope=scope)
    if "forwarded" in headers or "x-forwarded-for" in headers:
        return False
    client = scope.get("client")
    address = _as_address(client[0]) if client else None
    return address is not None and address.is_loopback


def _as_address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _host_name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


def _dialled(scope: Scope) -> str | None:
    """Return the local address of the connection; rebinding needs a name, an address literal cannot be rebound."""
    server = scope.get("server")
    return str(server[0]) if server and _as_address(server[0]) is not None else None


def _is_foreign(headers: Headers) -> bool:
    if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        return True
    origin = headers.get("origin")
    return origin is not None and origin.lower().partition("://")[2] != headers.get("host", "").lower()


async def _read(receive: Receive, headers: Headers) -> bytes | None:
    """Return the whole body, or None when it is too large; a sender that went away leaves what came."""
    announced = headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced[:12]) > BODY_LIMIT:
        return None
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > BODY_LIMIT:
            return None
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a ``receive`` that gives the body once and then listens on."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again


def _secured(send: Send) -> Send:
    """Return a ``send`` that adds the security headers to every answer."""

    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY_HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return with_headers
