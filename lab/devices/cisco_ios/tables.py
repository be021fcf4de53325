"""The shape of exec command tables: spec, privilege level, function."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lab.devices.cisco_ios.rule import Words

if TYPE_CHECKING:
    from lab.devices.cisco_ios.terminal import Terminal

Run = Callable[["Terminal", Words], str | Coroutine[Any, Any, str]]
Table = Sequence[tuple[str, int, Run]]


@dataclass(frozen=True, slots=True)
class Command:
    """An exec command: the privilege level it needs, and the function that runs it."""

    level: int
    run: Run
