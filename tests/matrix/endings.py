"""The named endings, and what each error of a session means.

In: something that talks to a device. Out: an ``Outcome``. What ends otherwise has no name, and that is a fault.
"""

from collections.abc import Callable
from dataclasses import dataclass

from inventory.errors import (
    AuthRefusedError,
    BusyError,
    CommandRefusedError,
    DoubtfulError,
    DoubtfulOutputError,
    HostKeyChangedError,
    PermanentError,
    UnreachableError,
)

Arm = Callable[[], None]
ENDINGS = (
    "success",
    "refused",
    "taken back",
    "unreachable",
    "busy",
    "auth refused",
    "host key changed",
    "doubtful output",
    "unknown",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a phase ended. ``wrong``: the answer it gave is not what the device would say."""

    ending: str
    words: str = ""
    wrong: str = ""


def named(error: BaseException) -> Outcome:
    """The ending that an error of a session means; anything else has no name."""
    kinds: tuple[tuple[type[BaseException], str], ...] = (
        (AuthRefusedError, "auth refused"),
        (HostKeyChangedError, "host key changed"),
        (BusyError, "busy"),
        (DoubtfulOutputError, "doubtful output"),
        (UnreachableError, "unreachable"),
        (CommandRefusedError, "refused"),
        (DoubtfulError, "unknown"),
        (PermanentError, "refused"),
    )
    ending = next((name for kind, name in kinds if isinstance(error, kind)), f"unnamed {type(error).__name__}")
    if ending == "refused" and "taken the change back" in str(error):
        ending = "taken back"
    return Outcome(ending=ending, words=str(error)[:200])


def told(act: Callable[[], Outcome]) -> Outcome:
    """How something ended."""
    try:
        return act()
    except Exception as error:  # noqa: BLE001 - what has no name is what the matrix looks for
        return named(error)
