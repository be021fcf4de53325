"""eAPI in front of many switches: JSON-RPC over HTTP on loopback, in the lab's one asyncio process.

In: requests ``runCmds`` with a name and a password. Out: the commands' texts or models, or the error EOS gives.
Sessions, timers and configurations are the same as those of the command line. A switch that is dark keeps the
connection and says nothing, as one does behind a dead link. Called by the lab's server and by tests.
"""

import asyncio
import base64
import binascii
import json
import ssl
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

from lab.devices.arista_eos.access import takes_api
from lab.devices.arista_eos.commanding import Commanding, Cut
from lab.devices.arista_eos.device import EosDevice

Served = tuple[EosDevice, str, int]
Accounts = Mapping[str, tuple[str, int]]

_RETRY_SECONDS = 0.25
_MAX_BODY = 16 * 1024 * 1024
_REASONS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found"}
_WRONG = b"Unable to authenticate user: Bad username/password combination\n"


class EapiServer:
    """Serves every switch on its own address. ``accounts``: user name -> (password, level)."""

    def __init__(
        self,
        devices: Mapping[str, Served],
        accounts: Accounts,
        enable_secret: str | None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._devices = devices
        self._accounts = accounts
        self._enable_secret = enable_secret
        self._tls = tls
        self._servers: list[asyncio.Server] = []
        self._open: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen for every switch. Raises ``ValueError`` unless all addresses are loopback, ``OSError`` when taken."""
        for served in self._devices.values():
            device, address, port = served
            if not ip_address(address).is_loopback:
                raise ValueError(f"{address} is not a loopback address")

            def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, device: EosDevice = device) -> None:
                task = asyncio.get_running_loop().create_task(self._serve(device, reader, writer))
                self._open.add(task)
                task.add_done_callback(self._open.discard)

            self._servers.append(await asyncio.start_server(meet, address, port, ssl=self._tls, limit=_MAX_BODY))

    async def stop(self) -> None:
        """Stop listening and end every connection."""
        for server in self._servers:
            server.close()
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        self._servers.clear()

    async def _serve(self, device: EosDevice, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        abort = writer.transport.abort
        device.on_reload.append(abort)
        try:
            await _lit(device, writer)
            while takes_api(device.running) and await self._one(device, reader, writer):
                pass
        except (OSError, EOFError, ValueError, Cut, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            abort()
        finally:
            device.on_reload.remove(abort)
            writer.close()

    async def _one(self, device: EosDevice, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; False when no more is to come."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        fields = {name.strip().lower(): value.strip() for name, _, value in (row.partition(":") for row in head[1:])}
        body = await reader.readexactly(min(int(fields.get("content-length", "0")), _MAX_BODY))
        await _lit(device, writer)
        status, answer = await self._answer(device, head[0], fields, body, str(writer.get_extra_info("peername")[0]))
        await _lit(device, writer)
        close = fields.get("connection", "").lower() == "close"
        writer.write(_message(status, answer, close=close))
        await writer.drain()
        return not close

    async def _answer(
        self, device: EosDevice, start: str, fields: Mapping[str, str], body: bytes, address: str
    ) -> tuple[int, bytes]:
        words = start.split()
        if words[:2] != ["POST", "/command-api"]:
            return 404, b"Not found\n"
        user, level = self._who(device, fields.get("authorization", ""))
        if level is None:
            return 401, _WRONG
        try:
            request = json.loads(body)
        except ValueError:
            return 200, _error(None, -32700, "Parse error")
        commanding = Commanding(device, user=user, level=level, address=address, enable_secret=self._enable_secret)
        return 200, await commanding.run(request)

    def _who(self, device: EosDevice, header: str) -> tuple[str, int | None]:
        """Return who asks and the level, None for somebody who is not let in."""
        try:
            user, _, password = base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return "", None
        known = self._accounts.get(user)
        level = device.lets_in(0, user, password)
        right = known is not None and known[0] == password and level is not None
        accepted = device.modes.lets_in(user, right=right)
        device.view.record("login", user=user, accepted=accepted)
        return user, level if accepted else None


async def _lit(device: EosDevice, writer: asyncio.StreamWriter) -> None:
    """Wait until packets get through again."""
    while device.dark():
        if writer.is_closing():
            raise Cut
        await asyncio.sleep(_RETRY_SECONDS)


def _message(status: int, body: bytes, *, close: bool) -> bytes:
    lines = [
        f"HTTP/1.1 {status} {_REASONS[status]}",
        f"Content-Type: {'application/json' if status == 200 else 'text/plain'}",  # noqa: PLR2004
        f"Content-Length: {len(body)}",
        *(['WWW-Authenticate: Basic realm="COMMAND_API_AUTH"'] if status == 401 else []),  # noqa: PLR2004
        *(["Connection: close"] if close else []),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _error(number: Any, code: int, text: str) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": number, "error": {"code": code, "message": text}}).encode()
