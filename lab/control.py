"""The lab's control socket: one JSON object per line in, one per line out.

In: requests of ``lab.client``. Out: answers ``{"ok": true, ...}`` or ``{"ok": false, "error": "..."}``.
Called by ``lab.server``. A unix socket in the lab's directory; loopback TCP where that path is too long (or there
are no unix sockets). ``control.json`` in the directory says where it is. Whoever can read the directory rules the lab.
"""

import asyncio
import json
import os
import secrets
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

LONGEST_UNIX_PATH = 100
ADDRESS_FILE = "control.json"
Answer = dict[str, object]
Handler = Callable[[Answer], Awaitable[Answer]]


class BadRequestError(Exception):
    """The request cannot be carried out; the message goes back to the caller."""


class ControlSocket:
    """Listens for requests, one task per connection."""

    def __init__(self, directory: Path, handler: Handler) -> None:
        self._directory = directory
        self._handler = handler
        self._server: asyncio.Server | None = None
        self._word = secrets.token_urlsafe(24)

    async def start(self) -> None:
        """Listen, and write the address file last: when it is there, the lab answers."""
        path = self._directory / "control.sock"
        if hasattr(socket, "AF_UNIX") and len(str(path)) <= LONGEST_UNIX_PATH:
            path.unlink(missing_ok=True)
            self._server = await asyncio.start_unix_server(self._talk, str(path))
            path.chmod(0o600)
            where: dict[str, object] = {"unix": str(path)}
        else:
            self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
            where = {"port": self._server.sockets[0].getsockname()[1]}
        where |= {"word": self._word, "pid": os.getpid()}
        draft = self._directory / f"{ADDRESS_FILE}.new"
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(where), encoding="utf-8")
        draft.replace(self._directory / ADDRESS_FILE)

    async def stop(self) -> None:
        """Stop listening and take the address file away."""
        (self._directory / ADDRESS_FILE).unlink(missing_ok=True)
        if self._server is not None:
            self._server.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                writer.write(json.dumps(await self._answer(line), default=str).encode() + b"\n")
                await writer.drain()
        except (ConnectionError, ValueError):
            pass
        finally:
            writer.close()

    async def _answer(self, line: bytes) -> Answer:
        try:
            request = json.loads(line)
            if not isinstance(request, dict) or request.pop("word", None) != self._word:
                return {"ok": False, "error": "not a request of this lab"}
            return {"ok": True} | await self._handler(request)
        except json.JSONDecodeError:
            return {"ok": False, "error": "not JSON"}
        except BadRequestError as error:
            return {"ok": False, "error": str(error)}
