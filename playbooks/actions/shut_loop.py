"""Shut the port for one machine by which a storm of broadcasts comes in; open it again after a while, or leave it shut.

Only a port that leads to no other gear is ever shut, and only when it is the one port of the switch that the evidence
names. A port that stays shut deviates from what is intended, on purpose. Witness: the port's running configuration.
"""

from collections.abc import Mapping
from dataclasses import replace

from inventory.looks import Look, PortRow, Reading
from playbooks.model import Change, Reader, Target
from playbooks.stages import Stages

TITLE = "shut the port that loops"
PARAMS = {"down_seconds": (0.0, 3600.0)}
STORM = "broadcast_storm"
FOR_ONE = frozenset({"till", "other"})
PORT = Stages(
    action="shut_loop",
    off="port_down",
    on="port_up",
)


def plan(target: Target, reader: Reader, params: Mapping[str, str]) -> tuple[Change, ...]:
    """Down, ``down_seconds``, up again; with 0 seconds it stays down. Nothing for a port that has no link any more.

    Raises ``LookupError`` unless the evidence names one port, and one that leads to no other gear.
    """
    device = target.chain.devices[target.device]
    named = sorted({subject for name, where, subject in target.shown if (name, where) == (STORM, device.id)})
    if len(named) != 1:
        raise LookupError(f"it cannot be told which port of {device.id} storms: {', '.join(named) or 'none is named'}")
    (port,) = named
    planned = device.ports.get(port)
    if planned is not None and planned.use not in FOR_ONE:
        raise LookupError(f"{port} of {device.id} leads to other gear; a person shuts it")
    if not _linked(reader.read(device.id, Look(getter="ports")), port):
        return ()
    seconds = float(params.get("down_seconds", "0"))
    off, on = PORT.changes(device, port, (f"shut {port}", f"open {port} again"), seconds)
    stages = (off, on) if seconds else (off,)
    return tuple(replace(stage, interrupts=False) for stage in stages)  # what hangs on it hears nothing but the storm


def ran(change: Change, witness: Reading) -> bool | None:
    """Whether the port is as the change wanted it."""
    return PORT.ran(change, witness)


def _linked(reading: Reading, port: str) -> bool:
    return any(isinstance(row, PortRow) and row.name == port and row.status == "connected" for row in reading.rows)
