"""What doing is made of: a Playbook has Rungs, a Rung names an action, an action plans Changes.

In: recipes (YAML) and actions (Python) make these. Out: ``controller.heal`` judges, journals and applies them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from inventory.looks import Look, Reading
from inventory.model import Chain, Device, DeviceId, StoreId
from inventory.writes import Write

CONFIG = Look(getter="running_config")
TOKEN = "storenet-intent-token"  # noqa: S105 - a placeholder, replaced by the journalled intent's id


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One write to one device.

    ``port``: the port it touches. ``touches``: the running-configuration lines that may differ afterwards.
    ``interrupts``: what hangs on the port loses its network meanwhile. ``witness``: the look that tells
    afterwards whether it ran. ``undo`` None: there is nothing to take back. ``pause_seconds``: wait after it.
    """

    action: str
    store: StoreId
    device: DeviceId
    port: str
    summary: str
    write: Write
    undo: Write | None
    witness: Look
    touches: tuple[str, ...] = ()
    interrupts: bool = False
    pause_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One try: an action, its parameters, and the named window its proof is given.

    ``guard``: the guardrail behind which this is done to a class G fault without a person; empty: a person decides.
    ``mitigates``: it only keeps the fault from hurting; proven or not, a person is called.
    """

    action: str
    guard: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    window: str = "proof"
    mitigates: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbook:
    """How a signature is answered: ``rungs`` in order, then a person with ``advice``.

    No rungs: nothing is repaired; what works without the failed part is proven, and a person is called.
    """

    name: str
    signature: str
    title: str
    rungs: tuple[Rung, ...]
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a playbook is to act: the finding's root. ``shown``: symptom, device and subject of its evidence."""

    chain: Chain
    device: DeviceId
    subject: str
    shown: tuple[tuple[str, str, str], ...] = ()


class Reader(Protocol):
    """Reads from devices, and only reads: all a plan can reach, so that a dry run stops there."""

    def read(self, device: DeviceId, look: Look) -> Reading:
        """Answer one look now. Raises ``inventory.errors.DeviceError``."""

    def intended(self, device: DeviceId) -> str | None:
        """The device's intended configuration; None when that is not known."""


class Action(Protocol):
    """A verb. Modules in ``playbooks/actions`` are actions by having these names.

    ``PARAMS``: the numbers a recipe may give, each with its least and greatest value. An action that leaves a device
    different from its intended configuration on purpose also has ``DEVIATES = True``.
    """

    TITLE: str
    PARAMS: Mapping[str, tuple[float, float]]

    def plan(self, target: Target, reader: Reader, params: Mapping[str, str]) -> tuple[Change, ...]:
        """Return the changes to make, in order; none when everything is already right."""

    def ran(self, change: Change, witness: Reading) -> bool | None:
        """Whether ``change`` is in effect by what its witness shows; None when that cannot be told."""


def port_of(target: Target) -> tuple[Device, str]:
    """The session device and port that feed the target: itself, or the switch port of an access point.

    Raises ``LookupError`` when no port with a session leads there.
    """
    device = target.chain.devices[target.device]
    if device.has_session:
        return device, target.subject
    above = target.chain.uplink_port_of(device.id)
    if above is None:
        raise LookupError(f"no switch port leads to {device.id}")
    return above[0], above[1].name


def text_of(reading: Reading) -> str:
    """The raw text of a reading; empty when it has none."""
    return "\n".join(row.text for row in reading.rows if hasattr(row, "text"))


def config_lines(reading: Reading) -> tuple[str, ...]:
    """The stripped configuration lines of a reading; empty output is no evidence."""
    return tuple(line.strip() for line in text_of(reading).splitlines() if line.strip())
