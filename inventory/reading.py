"""From a look to a command, and from an answer to rows.

In: a ``Look`` and what the device printed. Out: the command line; rows, or a ``DeviceError`` that says why there are
none. Called by ``inventory.session``. Why: an answer is read in full or not at all.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from importlib.resources import files

from netmiko.utilities import get_structured_data_textfsm
from textfsm import TextFSMError

from inventory.errors import CommandRefusedError, DeviceError, DoubtfulOutputError
from inventory.looks import Look, Reading, Row
from inventory.model import Device
from inventory.platforms import Getter, ParseDoubt, Platform
from inventory.talk import Question

_ARGUMENT = re.compile(r"[A-Za-z0-9 _./:%(),=+-]{1,200}\Z")


def getter_of(platform: Platform, device: Device, look: Look) -> Getter:
    """Return how ``look`` is taken. Raises ``CommandRefusedError`` when the platform has no such look."""
    getter = platform.getters.get(look.getter)
    if getter is None:
        raise CommandRefusedError(device.id, f"{platform.name} has no look {look.getter!r}; nothing was sent")
    return getter


def command_of(getter: Getter, device: Device, look: Look) -> str:
    """Return the command line. Raises ``CommandRefusedError`` for missing arguments and for more than plain text."""
    for name, value in look.args.items():
        if not _ARGUMENT.match(value):
            reason = f"argument {name} of look {look.getter} is not plain text; nothing was sent"
            raise CommandRefusedError(device.id, reason)
    try:
        return getter.command.format(**{**getter.defaults, **look.args})
    except KeyError as missing:
        reason = f"look {look.getter} needs the argument {missing}; nothing was sent"
        raise CommandRefusedError(device.id, reason) from None


def reading_of(platform: Platform, device: Device, look: Look, output: str, taken_at: datetime) -> Reading:
    """Return the answer's rows. Raises ``CommandRefusedError`` or ``DoubtfulOutputError``."""
    refused = refused_look(platform, output) if look.getter != "log" else None
    if refused:
        raise CommandRefusedError(device.id, f"look {look.getter} refused: {refused}")
    getter = getter_of(platform, device, look)
    try:
        rows = getter.parse(output, look.args)
    except ParseDoubt as doubt:
        rows = _by_template(platform, getter, output, doubt)
        if not rows:
            raise DoubtfulOutputError(device.id, str(doubt)) from None
    except (ValueError, ArithmeticError) as error:  # a number or a date no device should print
        raise DoubtfulOutputError(device.id, f"look {look.getter}: {error}") from None
    return Reading(device=device.id, look=look, rows=rows, taken_at=taken_at)


def refused_look(platform: Platform, output: str) -> str | None:
    """Return the line by which the device refuses a look, or None."""
    unknown = platform.dialect.unknown
    if not unknown.search(output):
        return None
    found = unknown.search(platform.dialect.log_line.sub("", output))
    return found[0].strip() if found else None


class Reader:
    """Reads one device's answers. An answer that came word for word before is not read again."""

    def __init__(self, platform: Platform, device: Device, read_seconds: float) -> None:
        self._platform = platform
        self._device = device
        self._read_seconds = read_seconds
        self._seen: dict[str, tuple[str, Reading]] = {}

    def question(self, look: Look) -> tuple[Question, Getter]:
        """Return what to ask. Raises ``CommandRefusedError`` when it cannot be asked."""
        getter = getter_of(self._platform, self._device, look)
        seconds = self._read_seconds + float(look.args.get(getter.seconds_arg, 0) or 0)
        return Question(command=command_of(getter, self._device, look), seconds=seconds), getter

    def questions(self, looks: Sequence[Look]) -> Iterator[Question]:
        """Yield what to ask with the read account, until a look that cannot be asked so."""
        for look in looks:
            try:
                question, getter = self.question(look)
            except CommandRefusedError:
                return
            if getter.privileged:
                return
            yield question

    def read(self, look: Look, output: str, taken_at: datetime) -> Reading | DeviceError:
        """Return the answer's rows, or why there are none."""
        before = None if look.args else self._seen.get(look.getter)
        if before is not None and before[0] == output:
            return replace(before[1], taken_at=taken_at)
        try:
            reading = reading_of(self._platform, self._device, look, output, taken_at)
        except (CommandRefusedError, DoubtfulOutputError) as error:
            return error
        if not look.args:
            self._seen[look.getter] = output, reading
        return reading


def _by_template(platform: Platform, getter: Getter, output: str, doubt: ParseDoubt) -> tuple[Row, ...]:
    """Return what the ntc-templates template reads, if it reads at least as many rows as are due."""
    if getter.fallback is None or not output.strip():
        return ()
    template = files("ntc_templates") / "templates" / getter.template
    try:
        words = get_structured_data_textfsm(platform.dialect.log_line.sub("", output), template=str(template))
    except TextFSMError:
        return ()
    if not isinstance(words, Sequence) or isinstance(words, str) or len(words) < doubt.expected:
        return ()
    rows = getter.fallback(words)
    return rows if len(rows) >= doubt.expected else ()
