"""Netmiko without its sleeps: reading wakes when bytes arrive and ends at the prompt.

In: commands. Out: their output, echo and prompt removed. Called by ``inventory.connection`` (``ask``) and, through
Netmiko's own method names, by NAPALM drivers that adopt the connection. A platform's driver is a subclass of this and
of Netmiko's class for the vendor. Why: a stock ``send_command`` spends 80 of its 81 ms asleep.
"""

import contextlib
import re
import time
from collections.abc import Sequence
from typing import Any

from netmiko.exceptions import ReadTimeout

from inventory.talk import MOST_CHARACTERS, ChannelLostError, FloodError, NoAnswerError, Question, Talk
from inventory.wired import Wired

PROMPT_NAME = 16
TAIL = 2000
GOODBYE_SECONDS = 0.5
MORE = (" --More-- ", "--More--")
PAGER = re.compile(r" ?--More-- ?(?:\x08+ *\x08+)?")
__all__ = ["ChannelLostError", "EventDriven", "NoAnswerError"]
QUESTION = re.compile(r"\[confirm\][ \t]*\Z|\n[^\n?]*\[[^\]\n]*\]\?[ \t]*\Z")


class EventDriven(Wired):
    """One SSH session whose reads block on the channel itself. ``intent``: the journalled intent it is used for."""

    login_prompt = re.compile(r"(?:\A|\n)[ \t]*([A-Za-z0-9][\w.\-]*)[>#][ \t]*\Z")
    log_line = re.compile(r"(?!)")

    def __init__(self, **given: Any) -> None:
        """Prepare as ``Wired``."""
        self.transcript: list[str] = []
        self.prompt = re.compile(r"(?!)")
        self.answered_with = ""
        self.intent = ""
        self.most_seconds = 90.0
        self._page_turned = -1
        super().__init__(**given)

    def _try_session_preparation(self, force_data: bool = True) -> None:  # noqa: FBT001, FBT002, ARG002 - Netmiko's
        self.session_preparation()

    def learn_prompt(self) -> None:
        """Read what the login prints until a prompt stands at its end."""
        text = self._until(self.login_prompt, self.deadline)
        found = self.login_prompt.search(text)
        self.set_prompt(found.group(1) if found else "")

    def set_prompt(self, name: str) -> None:
        """Take ``name`` (before ``>`` or ``#``) as the prompt; log lines printed after it are tolerated."""
        self.base_prompt = name[:PROMPT_NAME]
        tail = rf"(?:[ \t]*\n(?:{self.log_line.pattern})?)*"
        self.prompt = re.compile(
            rf"(?:\A|\n)(?P<prompt>{re.escape(self.base_prompt)}[^\s#>()]*(?:\([^)\n]*\))?[>#])[ \t]*{tail}\Z"
        )

    def set_base_prompt(self, *_args: Any, **_kwargs: Any) -> str:
        """Look at the prompt again (a configuration may have changed the host name)."""
        prompt = self.find_prompt()
        self.set_prompt(re.sub(r"(\([^)]*\))?[>#]$", "", prompt))
        return str(self.base_prompt)

    # --- reading ----------------------------------------------------------------------------------------------

    def ask(self, command: str, timeout: float, *, until: re.Pattern[str] | None = None, echo: bool = True) -> str:
        """Send one line and return what the device says to it, without echo and prompt.

        ``until`` also ends the answer (a question such as ``[confirm]``). A prompt counts only at the end of all that
        has arrived. Raises ``NoAnswerError`` after
        ``timeout`` seconds and ``ChannelLostError`` when the session is gone.
        """
        deadline = time.monotonic() + timeout
        self.clear_buffer()
        self.send(command + "\n")
        text, start = "", -1 if echo and command else 0
        while True:
            text += self._receive(deadline)
            if len(text) > MOST_CHARACTERS:
                self.answering = False
                raise FloodError
            if start < 0:
                at = text.find(command)
                start = at + len(command) if at >= 0 else -1
            found = self._answered(text, start, until) if start >= 0 else None
            if found is None:
                self._turn_page(text)
            elif not self._shell().recv_ready():
                said = _said(text, start, found)
                self.transcript.append(f"{command if echo else ''}\n{said}")
                self.answered_with = found.group(0)
                return said

    def _answered(self, text: str, start: int, until: re.Pattern[str] | None = None) -> re.Match[str] | None:
        """Return the prompt (or question) at the end of the answer; only the tail is looked at, however long it is."""
        tail = max(start, len(text) - TAIL)
        return self._prompt_at_end(text, tail) or (until.search(text, tail) if until else None)

    def _prompt_at_end(self, text: str, tail: int) -> re.Match[str] | None:
        """Try the prompt only where the device's name begins a line: a plain search is slow over a long tail."""
        at = len(text) if self.base_prompt else -1
        while at >= 0 and (at := text.rfind(self.base_prompt, tail, at)) >= 0:
            begins = at == 0 or (at > tail and text[at - 1] == "\n")
            if begins and (found := self.prompt.match(text, at and at - 1)):
                return found
        return None

    def ask_all(self, questions: Sequence[Question]) -> tuple[list[str], Exception | None]:
        """Ask one after the other; return the answers there are, and why there are no more (or None).

        The thread that receives an answer sends the next question; whoever called sleeps until all is said.
        """
        talk = Talk(questions, self)
        self._inbox.heard, self._inbox.ended = talk.hear, talk.lost
        try:
            if self._shell().closed or self._shell().eof_received:
                talk.lost()
            else:
                talk.follow()
        except ChannelLostError as error:
            talk.end(error)
        finally:
            self._inbox.heard = self._inbox.ended = None
        self.answering = self.answering and not isinstance(talk.error, NoAnswerError)
        return talk.said, talk.error

    def said_at_end(self, text: str, start: int) -> str | None:
        """Return what was said from ``start`` to the prompt at the end of ``text``; None without one."""
        found = self._answered(text, start)
        if found is None:
            self._turn_page(text)
        return _said(text, start, found) if found else None

    def _turn_page(self, text: str) -> None:
        """Ask for the next page, once per page: some devices page whatever they were told."""
        if text.endswith(MORE) and len(text) != self._page_turned:
            self._page_turned = len(text)
            self.send(" ")

    # --- Netmiko's names, for NAPALM ----------------------------------------------------------------------------

    def find_prompt(self, delay_factor: float = 1.0, pattern: str | None = None) -> str:  # noqa: ARG002 - Netmiko's
        """Return the prompt as it stands now."""
        self.clear_buffer()
        self.send("\n")
        text = self._until(self.any_prompt, time.monotonic() + 10)
        return text.strip().split("\n")[-1].strip()

    any_prompt = re.compile(r"(?:\A|\n)[A-Za-z0-9][\w.\-]*(?:\([^)\n]*\))?[>#][ \t]*\Z")

    def read_until_pattern(
        self,
        pattern: str = "",
        read_timeout: float = 10.0,
        re_flags: int = 0,
        max_loops: int | None = None,  # noqa: ARG002
    ) -> str:
        """Return everything up to and including ``pattern``; what follows is kept for the next read."""
        wanted = re.compile(pattern, re_flags)
        deadline = time.monotonic() + (read_timeout or 3600.0)
        text, self._read_buffer = self._read_buffer, ""
        while not (found := wanted.search(text)):
            try:
                text += self._receive(deadline)
            except NoAnswerError:
                raise ReadTimeout(f"pattern not seen within {read_timeout} s") from None
        self._read_buffer = text[found.end() :]
        return text[: found.end()]

    def send_command(  # type: ignore[override]
        self, command_string: str, expect_string: str | None = None, **options: Any
    ) -> str:
        """Send one command as Netmiko does; a question about a file name is answered with what it offers."""
        expected = f"|(?:{expect_string})" if expect_string else ""
        timeout, mark = min(options.get("read_timeout", 10.0), self.most_seconds), len(self.transcript)
        try:
            said = self.ask(command_string.rstrip("\n"), timeout, until=re.compile(QUESTION.pattern + expected))
            while QUESTION.search(self.answered_with):
                said += self.ask("", timeout, until=QUESTION)
        except NoAnswerError:
            raise ReadTimeout("no prompt within the time given") from None
        self.transcript[mark:] = ["\n".join(self.transcript[mark:])]
        return said if options.get("strip_prompt", True) else f"{said}\n{self.answered_with.strip()}"

    def disconnect(self) -> None:
        """Log out; wait a moment for the device to say so, so that the line is free when we come again."""
        with contextlib.suppress(ChannelLostError, NoAnswerError):
            if self.answering:
                self.send("exit\n")
                deadline = time.monotonic() + GOODBYE_SECONDS
                while True:
                    self._receive(deadline)
        for wire in self._wires:
            wire.hang_up()
        super().disconnect()

    def cleanup(self, command: str = "exit") -> None:
        """Nothing to tidy: ``disconnect`` has logged out."""


def _said(text: str, start: int, found: re.Match[str]) -> str:
    if MORE[1] in text:
        return PAGER.sub("", text[start : found.start()] + _after_prompt(text, found)).strip("\n")
    return (text[start : found.start()] + _after_prompt(text, found)).strip("\n")


def _after_prompt(answer: str, found: re.Match[str]) -> str:
    """Return log lines that were printed after the prompt."""
    rest = answer[found.end("prompt") :] if "prompt" in found.groupdict() else ""
    return f"\n{rest.strip()}" if rest.strip() else ""
