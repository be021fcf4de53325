"""The narrow waist of writing: what may be sent to a device, and the permit without which nothing is.

In: actions in ``playbooks`` make a ``Write``; only ``controller.journal`` makes a ``Permit``.
Out: ``inventory.session`` sends it. Why: one write chokepoint (flow law 8).
"""

from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """Lines for one device.

    ``exec``: exec-mode lines. ``config``: configuration lines, stops at the first refusal.
    ``commit_confirm``: merged by NAPALM over SCP; the device itself takes it back after ``revert_in_seconds``
    unless ``Session.confirm`` is called.
    """

    kind: Literal["exec", "config", "commit_confirm"]
    lines: tuple[str, ...]
    revert_in_seconds: int | None = None


class Permit(Protocol):
    """Leave to write once: a journalled intent and the fencing token it was given under."""

    @property
    def intent(self) -> str:
        """Id of the journalled intent."""

    def assert_live(self) -> None:
        """Raise ``StaleTokenError`` unless the fencing token is still the newest for the store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What the device said to a write: ``transcript`` is redacted; ``diff`` as the device computed it, if it did."""

    transcript: str
    diff: str = ""
    pending_confirm: bool = False
