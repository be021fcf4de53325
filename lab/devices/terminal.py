"""The terminal of one session, whatever the dialect: input editing, questions, paging, modes of a line.

In: characters from one SSH channel. Out: the characters a real device would send back. The base of the dialects'
command lines, which say what a prompt is and what a line does.
"""

import asyncio
import inspect
import re
import traceback
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from lab.devices.modes import Modes
from lab.devices.spoiling import spoil
from lab.model import DeviceView

PAGE = 24
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

Answer = str | Coroutine[Any, Any, str]


class Desk(Protocol):
    """The place the session has."""

    user: str
    last_input: datetime | None
    cut: Callable[[], object] | None


class Answering(Protocol):
    """The device a terminal belongs to."""

    view: DeviceView
    modes: Modes
    answer_seconds: float

    def reload(self, user: str = "") -> None:
        """Restart."""


class LineTerminal(ABC):
    """One session that takes a line after the other.

    A dialect may differ in: what stands below a page and how that is wiped away, which keys break off a command, what
    is printed after a fault of the emulator, and whether answers to questions are recorded as lines too.
    """

    device: Answering
    line: Desk
    more = " --More-- "
    erase = "\b" * len(more) + " " * len(more) + "\b" * len(more)
    break_keys = "\x03\x1e"
    fault_words = "% Internal error\n"
    records_answers = True

    def __init__(self, *, send: Callable[[str], None], hang_up: Callable[[], None]) -> None:
        self.length = 24
        self.closed = False
        self._send = send
        self._hang_up = hang_up
        self._input = ""
        self._typed = ""
        self._after_return = False
        self._silent = False
        self._asking: asyncio.Future[str] | None = None
        self._task: asyncio.Task[None] | None = None
        self._pages: list[str] | None = None
        self._out: list[str] = []

    @property
    def user(self) -> str:
        """Who is logged in."""
        return self.line.user

    @property
    @abstractmethod
    def prompt(self) -> str:
        """The prompt of the mode the session is in."""

    @abstractmethod
    def greeting(self) -> str:
        """Return what is printed first, with the first prompt."""

    @abstractmethod
    def answer(self, line: str) -> Answer:
        """Do a line; return what it prints, or what waits and returns it."""

    @abstractmethod
    def leave(self) -> bool:
        """Leave configuration mode; False when the session is not in it."""

    @abstractmethod
    def rename(self) -> None:
        """Give the device another host name, as somebody else's change would."""

    @abstractmethod
    def log_message(self) -> str:
        """Return a message as it is printed into a session."""

    @abstractmethod
    def masked(self, line: str) -> str:
        """Return a line with its secrets replaced."""

    def start(self) -> None:
        """Greet with the first prompt."""
        self._print(self.greeting())
        self._flush()

    def received(self, text: str) -> None:
        """Take characters from the client."""
        if self._task is not None and self._asking is None and not frozenset(self.break_keys).isdisjoint(text):
            self._task.cancel()
        self._input += text
        self._pump()

    def end(self) -> None:
        """The channel is gone: stop what runs, leave configuration mode."""
        self.closed = True
        if self._task is not None:
            self._task.cancel()
        self.leave()

    async def ask(self, question: str, *, secret: bool = False) -> str:
        """Print a question and wait for the answering line."""
        self._print(question)
        self._silent = secret
        self._asking = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(self._pump)
        try:
            return await self._asking
        finally:
            self._asking, self._silent = None, False

    def write(self, text: str) -> None:
        """Send output at once, while a command is still running."""
        self._print(text)
        self._flush()

    def cut(self) -> None:
        """Reset the connection."""
        self._flush()
        cut = self.line.cut
        if cut is not None:
            cut()

    def restart(self) -> None:
        """Restart the device."""
        self.device.reload()

    def log_out(self) -> None:
        """End the session from this side."""
        self._flush()
        self._hang_up()

    def _pump(self) -> None:
        while self._input and not self.closed and (self._task is None or self._waiting()):
            if self._pages is not None:
                key, self._input = self._input[0], self._input[1:]
                self._page(key)
                continue
            found = _CONTROL.search(self._input)
            text = self._input if found is None else self._input[: found.start()]
            if text:
                self._type(text)
            self._input = "" if found is None else self._input[found.end() :]
            if found is not None:
                self._control(found[0])
        self._flush()

    def _waiting(self) -> bool:
        return self._asking is not None and not self._asking.done()

    def _type(self, text: str) -> None:
        self._after_return = False
        self._typed += text
        if not self._silent:
            self._out.append(text)

    def _control(self, key: str) -> None:
        swallowed = key == "\n" and self._after_return
        self._after_return = key == "\r"
        if key in "\r\n" and not swallowed:
            self._line_done()
        elif key in "\x08\x7f" and self._typed:
            self._typed = self._typed[:-1]
            self._out.append("" if self._silent else "\b \b")
        elif key in "\x15\x03":
            self._out.append("" if self._silent else "\b \b" * len(self._typed))
            self._typed = ""
        elif key == "\x1a" and self.leave():
            self._typed = ""
            self._print("^Z\n" + self.prompt)

    def _line_done(self) -> None:
        line, self._typed = self._typed, ""
        self._print("\n")
        self.line.last_input = self.device.view.now()
        if line.strip() and not self._silent and (self._asking is None or self.records_answers):
            self.device.view.record("line", user=self.user, line=self.masked(line.strip()))
        if self._asking is not None:
            self._asking.set_result(line)
        else:
            self._run(line)

    def _run(self, line: str) -> None:
        mode = self.device.modes.for_line(line)
        if mode is not None:
            work = spoil(self, mode, partial(self._done, line))
            self._task = asyncio.get_running_loop().create_task(self._finish(work, line))
            return
        try:
            result = self._slowly(line) if self.device.answer_seconds else self.answer(line)
        except Exception:  # noqa: BLE001 - the session boundary: a fault of the emulator must not take a device down
            result = self.broken(line)
        if inspect.iscoroutine(result):
            self._task = asyncio.get_running_loop().create_task(self._finish(result, line))
        elif isinstance(result, str) and not self.closed:
            self._answered(result)

    async def _slowly(self, line: str) -> str:
        await asyncio.sleep(self.device.answer_seconds)
        return await self._done(line)

    async def _done(self, line: str) -> str:
        result = self.answer(line)
        return result if isinstance(result, str) else await result

    def broken(self, line: str) -> str:
        """Return what is printed after a fault of the emulator."""
        self.device.view.record(
            "lab_error", user=self.user, line=self.masked(line), error=traceback.format_exc(limit=-4)
        )
        return self.fault_words

    async def _finish(self, work: Coroutine[Any, Any, str], line: str) -> None:
        try:
            text = await work
        except asyncio.CancelledError:
            if self.closed:
                raise
            text = "\n"
        except Exception:  # noqa: BLE001 - as above
            text = self.broken(line)
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
        self._print(self.erase)
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
        self._print(self.more if rest else self.prompt)

    def _print(self, text: str) -> None:
        self._out.append(text.replace("\n", "\r\n"))

    def _flush(self) -> None:
        if self._out:
            text = "".join(self._out)
            self._out.clear()
            self._send(text)
