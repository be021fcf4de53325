"""Take a port down and up again. Witness: the port's running configuration."""

from collections.abc import Mapping

from inventory.looks import Reading
from playbooks.model import Change, Reader, Target, port_of
from playbooks.stages import Stages

TITLE = "take the port down and up again"
PARAMS = {"down_seconds": (1.0, 120.0)}
PORT = Stages(
    action="bounce_port",
    off="port_down",
    on="port_up",
)


def plan(target: Target, reader: Reader, params: Mapping[str, str]) -> tuple[Change, ...]:
    """Down, ``down_seconds`` (default 3), up; a port that somebody has shut is left alone."""
    device, port = port_of(target)
    changes = PORT.changes(
        device, port, (f"take {port} down", f"bring {port} up again"), float(params.get("down_seconds", "3"))
    )
    return () if PORT.is_off(device, port, reader.read(device.id, PORT.look(port))) else changes


def ran(change: Change, witness: Reading) -> bool | None:
    """Whether the port is as the change wanted it."""
    return PORT.ran(change, witness)
