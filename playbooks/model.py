"""What doing is made of: a Playbook has Rungs, a Rung names an action, an action plans a Change."""

from dataclasses import dataclass, field
from collections.abc import Mapping
from typing import Literal

from inventory.model import DeviceId, StoreId
from inventory.looks import Look
from inventory.writes import Write


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """What on the device tells afterwards that a write ran: ``look``'s text holds (or lacks) ``text``."""

    look: Look
    text: str
    present: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One write to one device with its witness and undo. ``port`` is the port it touches.

    ``interrupts`` says that what hangs on the port loses its network while the change runs.
    """

    action: str
    store: StoreId
    device: DeviceId
    port: str
    summary: str
    write: Write
    undo: Write | None
    witness: Witness | None
    interrupts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One try: an action with parameters, and the name of the proof window it is given."""

    action: str
    params: Mapping[str, str] = field(default_factory=dict)
    proof_window: str = "proof"


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbook:
    """How a signature is answered. ``mitigated_by`` names what must be proven before a person takes over."""

    name: str
    signature: str
    title: str
    rungs: tuple[Rung, ...]
    otherwise: Literal["escalate"] = "escalate"
    advice: str = ""
