"""One ``runCmds`` request of eAPI: its commands one after the other, up to the first that fails.

In: a JSON-RPC request, and who sent it. Out: the JSON-RPC response. Called by ``eapi``. A command that fails is told by
EOS's code: 1002 not understood, 1003 without a model, 1005 not allowed, 1000 did not work.
"""

import asyncio
import json
from typing import Any

from lab.devices.arista_eos import tables as _tables  # noqa: F401 - tells the command line of its commands
from lab.devices.arista_eos.answers import CommandError, Kind, Told
from lab.devices.arista_eos.cli import Cli
from lab.devices.arista_eos.device import EosDevice
from lab.devices.arista_eos.rules import masked
from lab.devices.modes import Mode
from lab.devices.spoiling import spoil

PLACE = "command-api"
_CODES: dict[Kind, tuple[int, str]] = {
    "invalid": (1002, "invalid command"),
    "incomplete": (1002, "invalid command"),
    "ambiguous": (1002, "invalid command"),
    "unconverted": (1003, "unconverted command"),
    "denied": (1005, "permission to run the command was denied"),
    "failed": (1000, "could not run command"),
}


class Cut(Exception):  # noqa: N818 - no error of ours: the connection is gone
    """The connection ends here."""


class Commanding:
    """A request in the making; to the modes it is a session."""

    def __init__(self, device: EosDevice, *, user: str, level: int, address: str, enable_secret: str | None) -> None:
        self._device = device
        self._cli = Cli(device, user=user, level=level, tty=PLACE, address=address, enable_secret=enable_secret)
        self._cli.ask = self._given
        self._input = ""
        self._noise = b""
        self._end: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def run(self, request: Any) -> bytes:
        """Carry a request out; return the response's bytes. Raises ``Cut``."""
        number = request.get("id") if isinstance(request, dict) else None
        params = request.get("params") if isinstance(request, dict) else None
        if (
            not isinstance(params, dict)
            or request.get("method") != "runCmds"
            or not isinstance(params.get("cmds"), list)
        ):
            return _packed({"jsonrpc": "2.0", "id": number, "error": {"code": -32600, "message": "Invalid request"}})
        self._cli.wants = "text" if params.get("format") == "text" else "json"
        results: list[Any] = []
        try:
            answer = await self._all(params["cmds"], results)
        finally:
            self._cli.leave()
        return self._noise + _packed({"jsonrpc": "2.0", "id": number} | answer)

    async def _all(self, commands: list[Any], results: list[Any]) -> dict[str, Any]:
        for at, command in enumerate(commands, 1):
            line = str(command.get("cmd", "")) if isinstance(command, dict) else str(command)
            self._input = str(command.get("input", "")) if isinstance(command, dict) else ""
            try:
                results.append(await self._one(line))
            except CommandError as error:
                code, reason = _CODES[error.kind]
                told = f"CLI command {at} of {len(commands)} '{line}' failed: {reason}"
                failed: dict[str, Any] = {"errors": [error.text]}
                if self._cli.wants == "text" and error.kind == "failed":
                    failed["output"] = error.printed()
                return {"error": {"code": code, "message": told, "data": [*results, failed]}}
        return {"result": results}

    async def _one(self, line: str) -> Any:
        self._device.view.record("line", user=self._cli.user, line=masked(line.strip()))
        if self._device.answer_seconds:
            await asyncio.sleep(self._device.answer_seconds)
        mode = self._device.modes.for_line(line)
        told = await (self._do(line) if mode is None else self._spoilt(mode, line))
        return {"output": told.text} if self._cli.wants == "text" else told.model or {}

    async def _do(self, line: str) -> Told:
        editor = self._cli.editor
        if editor is not None and self._input and line.startswith("banner "):
            applied = editor.banner(line.rsplit(maxsplit=1)[-1], self._input)
            if self._cli.session is None:
                self._device.written([applied], self._cli.user)
            return Told("", {})
        given = self._cli.do(line)
        return given if isinstance(given, Told) else await given

    async def _spoilt(self, mode: Mode, line: str) -> Told:
        """Do the command, or not, as the mode wants it; what cannot be put into a response spoils it as a whole."""
        if mode.name == "refuse":
            raise CommandError(mode.words.strip().lstrip("% "))
        done = Told()

        async def do() -> str:
            nonlocal done
            done = await self._do(line)
            return done.text

        task: asyncio.Future[str] = asyncio.ensure_future(spoil(self, mode, do))
        await asyncio.wait((task, self._end), return_when=asyncio.FIRST_COMPLETED)
        if self._end.done():
            task.cancel()
            raise Cut
        if mode.name == "garbage":
            self._noise = b"\xff\xfe\x80\xc3\x00"
        return Told(task.result(), done.model if mode.name != "empty" else {})

    async def _given(self, _question: str, _secret: bool) -> str:  # noqa: FBT001 - what ``Ask`` says
        """Answer a question with what was sent along; nobody can be asked."""
        given, self._input = self._input, ""
        return given

    def write(self, text: str) -> None:
        """Nothing is sent before the whole response."""

    def cut(self) -> None:
        """Reset the connection."""
        if not self._end.done():
            self._end.set_result("")

    def restart(self) -> None:
        """Restart the device, which ends the connection."""
        self._device.reload()
        self.cut()

    def rename(self) -> None:
        """Change the host name."""
        self._device.apply([f"hostname {self._device.running.hostname()[:8]}-new"], "jdoe")

    def log_message(self) -> str:
        """Return a log message; none reaches a response."""
        return ""


def _packed(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer).encode()
