"""One person or program at a switch: what it may do, where it stands, and what a line gives.

In: lines, from a terminal or from eAPI. Out: ``Told``, or something to wait for that gives it, or ``CommandError``. The
same commands, sessions and timers serve both.
"""

import json
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from lab.devices.arista_eos.access import ADMIN
from lab.devices.arista_eos.answers import CommandError, Kind, Model, Told
from lab.devices.arista_eos.device import EosDevice
from lab.devices.arista_eos.editor import Applied, Editor
from lab.devices.arista_eos.grammar import Tree
from lab.devices.arista_eos.pipes import filter_of
from lab.devices.arista_eos.sessions import ConfigSession
from lab.devices.grammar import Reading, Refusal
from lab.devices.rule import Words

SHOWN_OF_A_NAME = 6
Need = Literal["any", "enabled", "admin"]
Given = Told | Coroutine[Any, Any, Told]
Run = Callable[["Cli", Words], Given]
Row = tuple[str, Need, Run]
Ask = Callable[[str, bool], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Command:
    """A command: who may give it, and what it does."""

    need: Need
    run: Run


class Cli:
    """One place at the switch. ``ask`` puts a question, None where nobody can be asked; ``wants`` text or a model."""

    tables: Sequence[Sequence[Row]] = ()

    def __init__(
        self, device: EosDevice, *, user: str, level: int, tty: str, address: str, enable_secret: str | None
    ) -> None:
        self.device = device
        self.user = user
        self.level = level
        self.tty = tty
        self.place = f"{tty} ({address})"
        self.enable_secret = enable_secret
        self.enabled = False
        self.length = 24
        self.editor: Editor | None = None
        self.session: ConfigSession | None = None
        self.wants: Literal["text", "json"] = "text"
        self.ask: Ask | None = None
        self.log_out: Callable[[], None] = lambda: None
        self.write: Callable[[str], None] = lambda _text: None

    @property
    def mode(self) -> str:
        """The part of the prompt that names the mode."""
        if self.editor is None:
            return ""
        head = "config" if self.session is None else f"config-s-{self.session.name[:SHOWN_OF_A_NAME]}"
        return f"({head}{self.editor.place})"

    def do(self, line: str) -> Given:
        """Do one line. Raises ``CommandError``."""
        if self.editor is not None:
            return self._configure(self.editor, line)
        return self.execute(line) if line.strip() else Told("", {})

    def execute(self, line: str) -> Given:
        """Do a line of exec mode. Raises ``CommandError``."""
        command, bar, pipe = line.partition("|")
        reading = _tree().read(command)
        if not isinstance(reading, Reading):
            raise refused(reading, command)
        self._allow(reading.payload, reading.words)
        if not bar:
            return reading.payload.run(self, reading.words)
        if pipe.strip() == "json":
            return self._modelled(reading)
        chosen = filter_of(pipe) if pipe.strip() else None
        if chosen is None:
            raise CommandError(f"Invalid input (at token {len(command.split()) + 1}: '{_first(pipe)}')", "invalid")
        given = reading.payload.run(self, reading.words)
        return _chosen(given, chosen) if isinstance(given, Told) else _later(given, chosen)

    def leave(self) -> bool:
        """Leave configuration mode; False when not in it."""
        if self.editor is None:
            return False
        self.editor = None
        if self.session is not None:
            self.device.sessions.leave(self.session, self.place)
        else:
            self.device.view.say("SYS-5-CONFIG_I", f"Configured from console by {self.user} on {self.place}")
        self.session = None
        return True

    def _modelled(self, reading: Reading[Command]) -> Told:
        before, self.wants = self.wants, "json"
        try:
            model = _at_once(reading.payload.run(self, reading.words)).model
        except CommandError as error:
            model = {"errors": [error.text]}
        finally:
            self.wants = before
        return Told(json.dumps(model, indent=4) + "\n", model)

    def _allow(self, command: Command, words: Words) -> None:
        if command.need != "any" and not self.enabled:
            raise CommandError("Invalid input (privileged mode required)", "invalid")
        if command.need == "admin" and self.level < ADMIN:
            raise CommandError(f"Authorization denied for command '{' '.join(words)}'", "denied")

    def _configure(self, editor: Editor, line: str) -> Given:
        words = line.split()
        if self.session is not None and words and not editor.collecting and words[0] in ("commit", "abort", "rollback"):
            return self.execute(f"configure session {self.session.name} {line}")
        applied = editor.feed(line)
        if applied.refusal is not None:
            return self._perhaps_exec(applied.refusal, line)
        if applied.message:
            raise CommandError(applied.message.removeprefix("% "))
        self._written(applied)
        if applied.left:
            self.leave()
        return Told("", {})

    def _perhaps_exec(self, refusal: Refusal, line: str) -> Given:
        """Shows and other exec commands are understood in configuration mode too."""
        if isinstance(_tree().read(line.partition("|")[0]), Reading):
            return self.execute(line)
        raise refused(refusal, line)

    def _written(self, applied: Applied) -> None:
        if self.session is None:
            self.device.written([applied], self.user)


@cache
def _tree() -> Tree[Command]:
    return Tree((spec, Command(need, run)) for table in Cli.tables for spec, need, run in table)


def refused(refusal: Refusal, line: str) -> CommandError:
    """Return EOS's words for a line that was not understood."""
    words = line.split()
    at = min(refusal.depth, max(len(words) - 1, 0))
    kinds: dict[str, tuple[str, Kind]] = {
        "incomplete": ("Incomplete command", "incomplete"),
        "ambiguous": ("Ambiguous command", "ambiguous"),
    }
    text, kind = kinds.get(refusal.kind, ("Invalid input", "invalid"))
    return CommandError(f"{text} (at token {at}: '{words[at] if words else ''}')", kind)


def _first(pipe: str) -> str:
    return (pipe.split() or [""])[0]


def _at_once(given: Given) -> Told:
    """Commands that wait for something have no model."""
    if isinstance(given, Told):
        return given
    given.close()
    raise CommandError("This is an unconverted command", "unconverted")


def _chosen(told: Told, chosen: Callable[[str], str]) -> Told:
    return Told(chosen(told.text), None)


async def _later(given: Coroutine[Any, Any, Told], chosen: Callable[[str], str]) -> Told:
    return _chosen(await given, chosen)


def show(text: Callable[[Cli, Words], str], model: Callable[[Cli, Words], Model] | None = None) -> Run:
    """Return a command that shows something: as text, and as a model when EOS has one."""

    def run(cli: Cli, words: Words) -> Told:
        if cli.wants == "text":
            return Told(text(cli, words))
        if model is None:
            raise CommandError("This is an unconverted command", "unconverted")
        return Told("", model(cli, words))

    return run


def rows(*lines: str | Iterator[str]) -> str:
    """Join lines, and groups of lines, into a text."""
    flat = [row for line in lines for row in ((line,) if isinstance(line, str) else line)]
    return "".join(f"{row}\n" for row in flat)
