"""The phases of talking to a device, by name, and which of them are alike."""

from collections.abc import Callable, Mapping

from tests.matrix.endings import Arm, Outcome
from tests.matrix.looks import deep, login, look, pending
from tests.matrix.pushes import commit, confirm, undo
from tests.matrix.stand import Stand
from tests.matrix.writes import apply, config, exec_

PHASES: Mapping[str, Callable[[Stand, Arm], Outcome]] = {
    "login": login,
    "look": look,
    "deep": deep,
    "exec": exec_,
    "config": config,
    "apply": apply,
    "commit": commit,
    "confirm": confirm,
    "undo": undo,
    "pending": pending,
}
LOOKS = ("login", "look", "deep", "pending")
PUSHES = ("commit", "confirm", "undo")
