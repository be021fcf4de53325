"""Cycle the power of what hangs on a PoE port: off, a pause, on.

Two changes, each a configuration line that can be read back: after a crash between them the port is
found at ``never`` and only the second is still sent. Witness: the port's running configuration.
"""

from collections.abc import Mapping

from inventory.looks import Look, Reading
from inventory.writes import Write
from playbooks.model import Change, Reader, Target, config_lines, port_of
from templates.render import render

TITLE = "cycle the power"
OFF = "power inline never"


def plan(target: Target, reader: Reader, params: Mapping[str, str]) -> tuple[Change, ...]:
    """Power off, wait ``off_seconds`` (default 5), power on. Only ON when the port was left without power."""
    switch, port = port_of(target)
    platform = switch.platform or ""
    look = Look(getter="port_config", args={"port": port})
    off = Write(kind="config", lines=render(platform, "power_off", port=port))
    on = Write(kind="config", lines=render(platform, "power_on", port=port))

    def change(summary: str, write: Write, pause: float) -> Change:
        return Change(
            action="power_cycle",
            store=switch.store,
            device=switch.id,
            port=port,
            summary=summary,
            write=write,
            undo=on,
            witness=look,
            touches=(OFF, "power inline auto"),
            interrupts=True,
            pause_seconds=pause,
        )

    turn_on = change(f"power {target.device} on again", on, 0.0)
    if OFF in config_lines(reader.read(switch.id, look)):
        return (turn_on,)
    return (change(f"power {target.device} off", off, float(params.get("off_seconds", "5"))), turn_on)


def ran(change: Change, witness: Reading) -> bool | None:
    """Compare the port's ``power inline`` line with what the change wanted."""
    lines = config_lines(witness)
    if not any(line.startswith("interface") for line in lines):
        return None
    wants_off = any(line.strip() == OFF for line in change.write.lines)
    return (OFF in lines) == wants_off
