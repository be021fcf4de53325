"""Restart what hangs on a PoE port, so that it loads the software it is meant to run. Witness: as for a power cycle.

Why its own verb: what is restarted works. The guardrail ``closed_hours`` knows it by its name.
"""

from collections.abc import Mapping

from inventory.looks import Reading
from playbooks.model import Change, Reader, Target, port_of
from playbooks.stages import Stages

TITLE = "restart it to load its software"
PARAMS = {"off_seconds": (1.0, 120.0)}
POWER = Stages(
    action="load_software",
    off="power_off",
    on="power_on",
)


def plan(target: Target, reader: Reader, params: Mapping[str, str]) -> tuple[Change, ...]:
    """Off, ``off_seconds`` (default 5), on; a port that was left without power is only switched on."""
    switch, port = port_of(target)
    summaries = (f"power {target.device} off", f"power {target.device} on, to load its software")
    off, on = POWER.changes(switch, port, summaries, float(params.get("off_seconds", "5")))
    return (on,) if POWER.is_off(switch, port, reader.read(switch.id, POWER.look(port))) else (off, on)


def ran(change: Change, witness: Reading) -> bool | None:
    """Whether the port's power is set as the change wanted it."""
    return POWER.ran(change, witness)
