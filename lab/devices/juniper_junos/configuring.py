"""Configuration mode at the prompt: one session's work on the candidate.

In: lines. Out: what a switch prints; the candidate changed. Called by ``shell``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from lab.devices.juniper_junos.committing import commit
from lab.devices.juniper_junos.database import LockedError
from lab.devices.juniper_junos.device import JunosDevice
from lab.devices.juniper_junos.differences import compare
from lab.devices.juniper_junos.loading import load_set, load_text, obey
from lab.devices.juniper_junos.sessions import Session
from lab.devices.juniper_junos.sets import display_set, order
from lab.devices.juniper_junos.shows import SyntaxRefusal, pieces, piped
from lab.devices.juniper_junos.terminal import Answer
from lab.devices.juniper_junos.text import render
from lab.devices.juniper_junos.tree import RefusalError, Section, find

_UNCOMMITTED = "The configuration has been changed but not committed\n"
_EXIT = _UNCOMMITTED + "Exit with uncommitted changes? [yes,no] (yes) "
_DISCARD = _UNCOMMITTED + (
    "warning: Auto rollback on exiting 'configure exclusive'\nDiscard uncommitted changes? [yes,no] (yes) "
)
_INVITATION = "[Type ^D at a new line to end input]\n"
_EDITS = ("set", "delete", "activate", "deactivate")


class Host(Protocol):
    """The shell this mode belongs to."""

    device: JunosDevice
    session: Session

    @property
    def width(self) -> int:
        """How far right of the margin a typed line begins."""

    def operate(self, line: str, shift: int = 0) -> Answer:
        """Do one line of operational mode."""

    def leave_config(self) -> str:
        """Go back to operational mode."""

    async def ask(self, question: str) -> str:
        """Print a question and wait for the answering line."""

    async def gather(self, invitation: str) -> str:
        """Take lines until ^D."""


class Configuring:
    """One session in configuration mode."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._session = host.session
        self._database = host.device.database
        self._exclusive = False
        self._commands: Mapping[str, Callable[[str, list[str]], Answer]] = {
            **dict.fromkeys(_EDITS, self._edit_candidate),
            "edit": self._go,
            "up": self._up,
            "top": self._top,
            "show": self._show,
            "commit": self._commit,
            "rollback": self._rollback,
            "load": self._load,
            "run": self._run,
            "status": self._status,
            "exit": self._exit,
            "quit": self._exit,
        }

    def enter(self, *, exclusive: bool) -> str:
        """Begin; tell who else is here."""
        if exclusive:
            try:
                self._database.lock(self._session)
            except LockedError as error:
                return f"error: {error.message}\n"
        self._exclusive = exclusive
        others = self._others()
        self._session.editing = True
        said = "warning: uncommitted changes will be discarded on exit\n" if exclusive else ""
        said += "Entering configuration mode\n"
        if others:
            said += f"Users currently editing the configuration:\n{others}"
        changed = not exclusive and self._database.modified()
        return said + ("The configuration has been changed but not committed\n" if changed else "")

    def answer(self, line: str) -> Answer:
        """Do one line."""
        first, *words = line.split()
        command = self._commands.get(first, _unknown)
        try:
            return command(line, words)
        except SyntaxRefusal as refusal:
            return f"{' ' * (self._host.width + refusal.column)}^\n{refusal.message}\n"
        except LockedError as error:
            return f"error: {error.message}\n"

    def _others(self) -> str:
        now, foreign = self._host.device.view.now(), self._database.foreign()
        sessions = [s for s in self._host.device.lines.editing() if s is not self._session]
        sessions += [foreign] if foreign is not None else []
        return "".join(
            f"{one.told(now)}\n      {'exclusive ' if one in (self._database.holder, foreign) else ''}{one.stands()}\n"
            for one in sessions
        )

    def _edit_candidate(self, line: str, words: list[str]) -> str:
        del words
        candidate = self._database.edit(self._session)
        try:
            asked = order(line, self._session.level)
            if asked is not None:
                obey(candidate, asked)
        except RefusalError as refusal:
            if refusal.warning:
                return f"warning: {refusal.message}\n"
            message = refusal.message if refusal.message.endswith(".") else f"{refusal.message}."
            raise SyntaxRefusal(message, _column(line, refusal.element), refusal.element) from None
        return ""

    def _go(self, line: str, words: list[str]) -> str:
        level = (*self._session.level, *words)
        entry = find(self._database.candidate, level)
        if entry is None:
            candidate = self._database.edit(self._session)
            self._edit_candidate("set " + " ".join(words), words)
            entry = find(candidate, level)
        if entry is None or entry.section is None:
            raise SyntaxRefusal("syntax error.", len(line), words[-1] if words else line)
        self._session.level = level
        return ""

    def _up(self, line: str, words: list[str]) -> str:
        del line, words
        level = self._session.level[:-1]
        while level and find(self._database.candidate, level) is None:
            level = level[:-1]
        self._session.level = level
        return ""

    def _top(self, line: str, words: list[str]) -> Answer:
        self._session.level = ()
        return self.answer(line.split(maxsplit=1)[1]) if words else ""

    def _show(self, line: str, words: list[str]) -> str:
        command, *pipes = pieces(line)
        if pipes and pipes[0].split()[:1] == ["compare"]:
            return piped(self._compare(pipes[0].split()[1:]), pipes[1:], line)
        path = (*self._session.level, *command.split()[1:])
        config = self._database.candidate
        entry = find(config, path) if path else None
        if path and entry is None:
            return ""
        section = config if entry is None else entry.section or Section(entry.rule, {entry.key: entry})
        sets = any("display set" in " ".join(pipe.split()) for pipe in pipes)
        rows: Iterable[str] = display_set(section, path) if sets else render(section)
        head = "" if path or sets else self._head()
        del words
        return piped(head + "".join(f"{row}\n" for row in rows), pipes, line)

    def _head(self) -> str:
        last = self._database.history[0]
        return f"## Last changed: {last.when:%Y-%m-%d %H:%M:%S} UTC\n"

    def _compare(self, words: Sequence[str]) -> str:
        number = words[1] if words[:1] == ["rollback"] and len(words) > 1 else "0"
        if not number.isdigit() or int(number) >= len(self._database.history):
            return f"error: could not open configuration rollback {number}\n"
        return compare(self._database.history[int(number)].config, self._database.candidate)

    def _commit(self, line: str, words: list[str]) -> str:
        del words
        quitting = "and-quit" in line.split()
        said, done = commit(self._database, self._session, line)
        return said + (self._host.leave_config() if quitting and done else "")

    def _rollback(self, line: str, words: list[str]) -> str:
        del line
        number = words[0] if words else "0"
        try:
            self._database.roll_back(self._session, int(number))
        except (IndexError, ValueError):
            return f"error: could not open configuration rollback {number}\n"
        return "load complete\n"

    async def _load(self, line: str, words: list[str]) -> str:
        if len(words) != 2 or words[1] != "terminal" or words[0] not in ("set", "merge", "override", "replace"):  # noqa: PLR2004
            return f"{' ' * (self._host.width + len(line))}^\nsyntax error.\n"
        try:
            candidate = self._database.edit(self._session)
        except LockedError as error:
            return f"error: {error.message}\n"
        text = await self._host.gather(_INVITATION)
        override = words[0] == "override"
        refusals = load_set(candidate, text) if words[0] == "set" else load_text(candidate, text, override=override)
        told = "".join(f"terminal: {one.message}: {one.element}\n" for one in refusals)
        count = sum(not one.warning for one in refusals)
        return f"{told}load complete{f' ({count} errors)' if count else ''}\n"

    def _run(self, line: str, words: list[str]) -> Answer:
        if not words:
            raise SyntaxRefusal("syntax error, expecting <command>.", len(line), "run")
        start = line.find(words[0])
        return self._host.operate(line[start:], start)

    def _status(self, line: str, words: list[str]) -> str:
        del line, words
        own = self._session
        told = f"{own.told(self._host.device.view.now())}\n      {'exclusive ' * self._exclusive}{own.stands()}\n"
        return f"Users currently editing the configuration:\n{self._others()}{told}"

    def _exit(self, line: str, words: list[str]) -> Answer:
        del line
        if self._session.level and words != ["configuration-mode"]:
            return self._top("top", [])
        return self._leave()

    async def _leave(self) -> str:
        if (
            self._database.modified()
            and self._database.foreign() is None
            and self._database.holder
            in (
                None,
                self._session,
            )
        ):
            answer = await self._host.ask(_DISCARD if self._exclusive else _EXIT)
            if answer.strip().lower().startswith("n"):
                return ""
        said = ""
        if self._exclusive:
            said = "warning: discarding uncommitted changes\nload complete\n" if self._database.modified() else ""
            self._database.leave(self._session)
        return said + self._host.leave_config()


def _unknown(line: str, words: list[str]) -> Answer:
    del words
    first = line.split(maxsplit=1)[0]
    raise SyntaxRefusal("unknown command.", line.find(first), first)


def _column(line: str, element: str) -> int:
    found = line.rfind(element)
    return found if found >= 0 else len(line)
