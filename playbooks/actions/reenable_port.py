"""Open a port again that the switch itself has shut (err-disabled). Witness: the port's running configuration.

IOS forgets the cause only over ``shutdown`` and ``no shutdown``. Never done where a guard shut the port, and never on
the way to other gear: a flapping uplink is a person's.
"""

from collections.abc import Mapping

from inventory.looks import ErrDisabledRow, Look, PortRow, Reading
from inventory.model import INFRASTRUCTURE_USES
from playbooks.model import Change, Reader, Target, port_of
from playbooks.stages import Stages

TITLE = "open the port again"
PARAMS = {"down_seconds": (1.0, 120.0)}
PASSING = frozenset({"link-flap", "dhcp-rate-limit", "inline-power", "pagp-flap", "dtp-flap", "unasked"})
PORT = Stages(
    action="reenable_port",
    off="port_down",
    on="port_up",
)


def plan(target: Target, reader: Reader, params: Mapping[str, str]) -> tuple[Change, ...]:
    """Down, ``down_seconds`` (default 3), up; nothing for a port that is no longer shut by the switch.

    Raises ``LookupError`` for an uplink, and for a cause that is unknown or a guard's.
    """
    device, port = port_of(target)
    intended = device.ports.get(port)
    if intended is None or intended.use in INFRASTRUCTURE_USES:
        raise LookupError(f"{port} of {device.id} leads to other gear or is not in the inventory; a person opens it")
    changes = PORT.changes(
        device, port, (f"take {port} down", f"open {port} again"), float(params.get("down_seconds", "3"))
    )
    if not _is_shut(reader.read(device.id, Look(getter="ports")), port):
        return ()
    cause = _cause(reader.read(device.id, Look(getter="errdisabled")), port)
    if cause not in PASSING:
        raise LookupError(f"{port} was shut for {cause or 'a cause that is not told'}; it is never opened by itself")
    return changes


def ran(change: Change, witness: Reading) -> bool | None:
    """Whether the port is as the change wanted it."""
    return PORT.ran(change, witness)


def _is_shut(reading: Reading, port: str) -> bool:
    return any(isinstance(row, PortRow) and row.name == port and row.status == "err-disabled" for row in reading.rows)


def _cause(reading: Reading, port: str) -> str | None:
    return next((row.cause for row in reading.rows if isinstance(row, ErrDisabledRow) and row.port == port), None)
