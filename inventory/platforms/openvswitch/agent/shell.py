"""The agent's own shell: one line in, one answer out, then the prompt.

In: lines on standard input. Out: a line of JSON per look; a line that begins with ``%`` for a refusal; the prompt
``name>`` (looks only) or ``name#``, ``name(config)#`` while a configuration is typed. Called by ``main``. Why a shell
of our own: a look costs a millisecond instead of a process, and no word of a look ever reaches a real shell.
"""

import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping, Sequence

from . import dnsmasq_process, trial
from .config import difference
from .editor import Editor
from .ground import CannotTellError, RefusedError, note
from .looks import answer
from .probing import address_of
from .running import running

VERSION = 1
SERVICES = ("dns", "dhcp")


class Shell:
    """One session. ``may_write``: whether it may change anything."""

    def __init__(self, agent: str, *, may_write: bool) -> None:
        self._agent = agent
        self._may_write = may_write
        self._by = os.environ.get("SUDO_USER") or "root"
        self._lines: list[str] | None = None
        self._editor: Editor | None = None
        self._broken = False

    def serve(self) -> None:
        """Answer until ``exit`` or the end of input. A session that is cut ends only after what it was doing."""
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        print(f"storenet-ovs {VERSION}", flush=True)  # noqa: T201 - this is its voice
        while True:
            print(self._prompt(), end="", flush=True)  # noqa: T201
            line = sys.stdin.readline()
            if not line or line.strip() == "exit":
                return
            if said := self.say(line.strip()):
                print(said)  # noqa: T201

    def say(self, line: str) -> str:
        """Return the answer to one line; empty when there is nothing to say."""
        if not line:
            return ""
        trial.guard()
        try:
            return self._config_line(line) if self._lines is not None else self._line(line)
        except (RefusedError, CannotTellError) as error:
            return f"% {error}"
        except OSError as error:
            return f"% {error.strerror or type(error).__name__}"

    def _prompt(self) -> str:
        name = socket.gethostname().partition(".")[0]
        return f"{name}{'(config)' if self._lines is not None else ''}{'#' if self._may_write else '>'} "

    def _line(self, line: str) -> str:
        words = line.split()
        change = CHANGES.get(words[0])
        if change is None:
            return json.dumps(answer(words, line), separators=(",", ":"))
        if not self._may_write:
            raise RefusedError("this account may only look")
        return change(self, words[1:])

    # --- configuration ------------------------------------------------------------------------------------------

    def configure(self, _words: Sequence[str]) -> str:
        """Begin to type a configuration."""
        config, owns = running()
        self._editor = Editor(config, owns)
        self._lines, self._broken = [], False
        return ""

    def _config_line(self, line: str) -> str:
        word = line.split(maxsplit=1)[0]
        if word in ("end", "abort", "commit", "compare"):
            return getattr(self, f"_{word}")(line.split()[1:])  # type: ignore[no-any-return]
        assert self._editor is not None  # noqa: S101 - set with the lines
        assert self._lines is not None  # noqa: S101
        try:
            self._editor.take(line)
        except RefusedError:
            self._broken = True
            raise
        self._lines.append(line)
        return ""

    def _end(self, _words: Sequence[str]) -> str:
        """Leave; everything typed takes effect together, or nothing when a line was refused."""
        lines, broken = self._leave()
        if broken:
            return "nothing was changed: a line was refused"
        if lines:
            trial.commit(lines, trial.KEPT_SECONDS, by=self._by, agent=self._agent, keep=True)
        return ""

    def _abort(self, _words: Sequence[str]) -> str:
        self._leave()
        return ""

    def _compare(self, _words: Sequence[str]) -> str:
        assert self._editor is not None  # noqa: S101
        return json.dumps({"look": "compare", "text": difference(running()[0], self._editor.result())})

    def _commit(self, words: Sequence[str]) -> str:
        """``commit confirmed SECONDS``."""
        if len(words) != 2 or words[0] != "confirmed" or not words[1].isdigit():  # noqa: PLR2004
            raise RefusedError("a commit is: commit confirmed SECONDS")
        lines, broken = self._leave()
        if broken or not lines:
            raise RefusedError("there is nothing to commit, or a line was refused")
        trial.commit(lines, int(words[1]), by=self._by, agent=self._agent, keep=False)
        return json.dumps({"look": "commit", "seconds": int(words[1])})

    def _leave(self) -> tuple[list[str], bool]:
        lines, broken = self._lines or [], self._broken
        self._lines, self._editor, self._broken = None, None, False
        return lines, broken

    # --- the rest -----------------------------------------------------------------------------------------------

    def confirm(self, _words: Sequence[str]) -> str:
        """Keep the pending change."""
        trial.confirm()
        return "confirmed"

    def rollback(self, _words: Sequence[str]) -> str:
        """Take the pending change back."""
        trial.rollback()
        return "taken back"

    def save(self, _words: Sequence[str]) -> str:
        """Save what runs."""
        trial.save()
        return "saved"

    def restart_service(self, words: Sequence[str]) -> str:
        """``restart-service dns|dhcp``: both are dnsmasq."""
        if len(words) != 1 or words[0] not in SERVICES:
            raise RefusedError(f"a service is one of {', '.join(SERVICES)}")
        with trial.alone():
            dnsmasq_process.restart(f"{self._by} asked for {words[0]}")
        return f"{words[0]} restarted"

    def release_lease(self, words: Sequence[str]) -> str:
        """``release-lease ADDRESS ...``."""
        if not words:
            raise RefusedError("which address?")
        addresses = [str(address_of(word)) for word in words]
        with trial.alone():
            return f"{dnsmasq_process.release(addresses)} released"

    def note(self, words: Sequence[str]) -> str:
        """``note WORDS``: write them to the log."""
        note(" ".join(words))
        return ""


CHANGES: Mapping[str, Callable[[Shell, Sequence[str]], str]] = {
    "configure": Shell.configure,
    "confirm": Shell.confirm,
    "rollback": Shell.rollback,
    "save": Shell.save,
    "restart-service": Shell.restart_service,
    "release-lease": Shell.release_lease,
    "note": Shell.note,
}
