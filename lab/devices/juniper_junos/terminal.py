"""The terminal of one session at the prompt: input editing, echo, paging, questions, modes of a line.

In: characters from one SSH channel. Out: the characters a switch would send back. The base of ``shell.Shell``, which
knows the commands.
"""

import asyncio
import inspect
import re
import traceback
from collections.abc import Coroutine
from functools import partial
from typing import Any

from lab.devices.dialect import Asked
from lab.devices.juniper_junos.device import JunosDevice
from lab.devices.juniper_junos.sessions import Session
from lab.devices.spoiling import spoil

Answer = str | Coroutine[Any, Any, str]
PAGE = 24
MEMBER = "{master:0}"
_BANNER = (
    "*** authorized use only ***\nuser@old> show\nPassword:\n# not a prompt %\n[edit]\nold# " + "-=#=- " * 400 + "\n"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_MORE = "---(more)---"
_SECRET = re.compile(r"(encrypted-password|plain-text-password-value|authentication-key|ssh-rsa|community) \S+")


class Terminal:
    """One session at the prompt."""

    def __init__(self, device: JunosDevice, asked: Asked) -> None:
        self.device = device
        self.session: Session = asked.line
        self.length = PAGE
        self.closed = False
        self.session.terminal = f"pts/{self.session.number}"
        self._asked = asked
        self._input = ""
        self._typed = ""
        self._after_return = False
        self._asking: asyncio.Future[str] | None = None
        self._gathering: list[str] | None = None
        self._task: asyncio.Task[None] | None = None
        self._pages: list[str] | None = None
        self._out: list[str] = []

    @property
    def prompt(self) -> str:
        """The prompt, with what stands above it."""
        raise NotImplementedError

    def answer(self, line: str) -> Answer:
        """Do one line; return what it prints."""
        raise NotImplementedError

    def start(self) -> None:
        """Greet with the first prompt."""
        noise = _BANNER if self.device.modes.on("banner") else ""
        self._print(f"{noise}--- JUNOS 20.4R3.8 Kernel 32-bit  JNPR-12.1\n{self.prompt}")
        self._flush()

    def received(self, text: str) -> None:
        """Take characters from the client."""
        if self._task is not None and self._asking is None and "\x03" in text:
            self._task.cancel()
        self._input += text
        self._pump()

    def end(self) -> None:
        """The channel is gone."""
        self.closed = True
        if self._task is not None:
            self._task.cancel()
        self.device.database.leave(self.session)
        self.session.editing = False

    async def ask(self, question: str) -> str:
        """Print a question and wait for the answering line."""
        self._print(question)
        self._asking = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(self._pump)
        try:
            return await self._asking
        finally:
            self._asking = None

    async def gather(self, invitation: str) -> str:
        """Take lines until ^D stands at the beginning of one."""
        self._gathering = []
        try:
            while True:
                line = await self.ask(invitation)
                invitation = ""
                if line == "\x04":
                    return "\n".join(self._gathering)
                self._gathering.append(line)
        finally:
            self._gathering = None

    def write(self, text: str) -> None:
        """Send output at once, while a command is still running."""
        self._print(text)
        self._flush()

    def cut(self) -> None:
        """Reset the connection."""
        self._flush()
        if self.session.cut is not None:
            self.session.cut()

    def restart(self) -> None:
        """Restart the device."""
        self.device.reload()

    def rename(self) -> None:
        """Let the prompt show another host name."""
        self.device.rename()

    def log_message(self) -> str:
        """Return a message as it is printed into a terminal."""
        when = self.device.view.now()
        return (
            f"\nMessage from syslogd@{self.device.hostname} at {when:%b %d %H:%M:%S}  ...\n{self.device.hostname} "
            "fpc0 PFEX: link 30 changed state to up\n"
        )

    def log_out(self) -> None:
        """End the session from this side."""
        self._flush()
        self._asked.hang_up()

    def _pump(self) -> None:
        while self._input and not self.closed and (self._task is None or self._waiting()):
            if self._pages is not None:
                key, self._input = self._input[0], self._input[1:]
                self._page(key)
                continue
            found = _CONTROL.search(self._input)
            text = self._input if found is None else self._input[: found.start()]
            if text:
                self._after_return = False
                self._typed += text
                self._out.append(text)
            self._input = "" if found is None else self._input[found.end() :]
            if found is not None:
                self._control(found[0])
        self._flush()

    def _waiting(self) -> bool:
        return self._asking is not None and not self._asking.done()

    def _control(self, key: str) -> None:
        swallowed = key == "\n" and self._after_return
        self._after_return = key == "\r"
        if key in "\r\n" and not swallowed:
            self._line_done()
        elif key == "\x04" and self._gathering is not None and not self._typed and self._asking is not None:
            self._asking.set_result(key)
        elif key in "\x08\x7f" and self._typed:
            self._typed = self._typed[:-1]
            self._out.append("\b \b")
        elif key in "\x15\x03":
            self._out.append("\b \b" * len(self._typed))
            self._typed = ""

    def _line_done(self) -> None:
        line, self._typed = self._typed, ""
        self._print("\n")
        self.session.last_input = self.device.view.now()
        if self._asking is not None:
            self._asking.set_result(line)
            return
        if line.strip():
            self.device.view.record("line", user=self.session.user, line=masked(line.strip()))
        self._run(line)

    def _run(self, line: str) -> None:
        mode = self.device.modes.for_line(line) if line.strip() else None
        work = self._done(line) if mode is None else spoil(self, mode, partial(self._done, line))
        self._task = asyncio.get_running_loop().create_task(self._finish(work, line))

    async def _done(self, line: str) -> str:
        if self.device.answer_seconds:
            await asyncio.sleep(self.device.answer_seconds)
        said = self.answer(line) if line.strip() else ""
        return str(await said) if inspect.iscoroutine(said) else str(said)

    async def _finish(self, work: Coroutine[Any, Any, str], line: str) -> None:
        try:
            text = await work
        except asyncio.CancelledError:
            if self.closed:
                raise
            text = "\n"
        except Exception:  # noqa: BLE001 - the session boundary: a fault of the emulator must not take a device down
            problem = traceback.format_exc(limit=-4)
            self.device.view.record("lab_error", user=self.session.user, line=masked(line), error=problem)
            text = "error: internal error\n"
        self._task = None
        if not self.closed:
            self._answered(text)
            self._pump()

    def _answered(self, text: str) -> None:
        if self._paged() and text.count("\n") >= self._paged():
            self._pages = text.splitlines(keepends=True)
            self._show(self._paged() - 1)
            return
        self._print(text + self.prompt)

    def _paged(self) -> int:
        return PAGE if self.device.modes.on("paging_stuck") else self.length

    def _page(self, key: str) -> None:
        self._print("\r" + " " * len(_MORE) + "\r")
        if key == " ":
            self._show(self._paged() - 1)
        elif key in "\r\n":
            self._show(1)
        else:
            self._pages = None
            self._print(self.prompt)

    def _show(self, count: int) -> None:
        pages = self._pages or []
        self._print("".join(pages[:count]))
        rest = pages[count:]
        self._pages = rest or None
        self._print(_MORE if rest else self.prompt)

    def _print(self, text: str) -> None:
        self._out.append(text.replace("\n", "\r\n"))

    def _flush(self) -> None:
        if self._out:
            text = "".join(self._out)
            self._out.clear()
            self._asked.send_text(text)


def masked(line: str) -> str:
    """Return a line without its secrets."""
    return _SECRET.sub(r"\1 <removed>", line)
