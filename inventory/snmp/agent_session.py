"""One device's SNMP agent with the face of a session: it looks, and refuses everything else.

In: looks. Out: readings, or a ``DeviceError``. Made by ``inventory.session`` for devices without a platform.
Why: whoever looks at a device need not know how. Nothing is kept open between looks.
"""

from collections.abc import Sequence
from typing import Any, NoReturn

from inventory.errors import CommandRefusedError, DeviceError
from inventory.looks import Look, Reading
from inventory.model import Device
from inventory.snmp.polling import Patience
from inventory.snmp.reading import Answers, Now, look_at
from inventory.writes import Applied, Permit, Write


class AgentSession:
    """One device. Thread-safe: every look is a conversation of its own."""

    def __init__(self, device: Device, now: Now, patience: Patience | None = None) -> None:
        self.device = device
        self._now = now
        self._patience = patience or Patience()

    def read(self, look: Look) -> Reading:
        """Return the answer to one look. Raises ``DeviceError``."""
        answer = self.read_many((look,))[0]
        if isinstance(answer, DeviceError):
            raise answer
        return answer

    def read_many(self, looks: Sequence[Look]) -> Answers:
        """Return an answer or its error for each look, in order."""
        found: list[Answers] = []
        plans = {self.device.id: (self.device, tuple(looks))}
        look_at(plans, self._now, lambda _, answers: found.append(answers), self._patience)
        return found[0]

    def deep(self, getter: str) -> dict[str, Any]:
        """Refuse. Raises ``CommandRefusedError``."""
        self._refuse(getter)

    def apply(self, write: Write, permit: Permit) -> Applied:
        """Refuse: nothing is written through an agent. Raises ``CommandRefusedError``."""
        del write, permit
        self._refuse("a write")

    def confirm(self, permit: Permit | None = None) -> None:
        """Refuse. Raises ``CommandRefusedError``."""
        del permit
        self._refuse("a confirmation")

    def undo(self, permit: Permit | None = None) -> None:
        """Refuse. Raises ``CommandRefusedError``."""
        del permit
        self._refuse("taking back")

    def pending(self) -> bool:
        """Nothing is ever pending."""
        return False

    def close(self) -> None:
        """Nothing is open."""

    def _refuse(self, what: str) -> NoReturn:
        raise CommandRefusedError(self.device.id, f"has no session for {what}: it only answers SNMP; nothing was sent")
