"""Restart the services of a device that its store needs and that do not run or not answer.

Nothing in the configuration changes, so there is nothing to undo. Witness: the services as the device lists them;
restarting one that runs by now does no harm.
"""

from collections.abc import Mapping

from inventory.looks import Look, Reading, ServiceRow
from inventory.writes import Write
from playbooks.model import Change, Reader, Target
from templates.render import render

TITLE = "restart the dead service"
PARAMS: Mapping[str, tuple[float, float]] = {}
SERVICES = Look(getter="services")


def plan(target: Target, reader: Reader, params: Mapping[str, str]) -> tuple[Change, ...]:
    """One change per service that is dead right now."""
    del params
    device = target.chain.devices[target.device]
    return tuple(
        Change(
            action="restart_service",
            store=device.store,
            device=device.id,
            port="",
            summary=f"restart {name} of {device.id}",
            write=Write(kind="exec", lines=render(device.platform or "", "restart_service", service=name)),
            undo=None,
            witness=SERVICES,
            touches=(name,),
        )
        for name in _dead(reader.read(device.id, SERVICES))
    )


def ran(change: Change, witness: Reading) -> bool | None:
    """Whether the service runs and answers; None when it is not listed."""
    found = [row for row in witness.rows if isinstance(row, ServiceRow) and row.name in change.touches]
    return all(_alive(row) for row in found) if found else None


def _dead(reading: Reading) -> list[str]:
    return [row.name for row in reading.rows if isinstance(row, ServiceRow) and not _alive(row)]


def _alive(row: ServiceRow) -> bool:
    return row.running and row.answers is not False
