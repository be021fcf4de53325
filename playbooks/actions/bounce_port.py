"""Take a port down and up again.

Two changes that can be read back one by one, as with ``power_cycle``. Witness: the port's running configuration.
"""

from collections.abc import Mapping

from inventory.looks import Look, Reading
from inventory.writes import Write
from playbooks.model import Change, Reader, Target, config_lines, port_of
from templates.render import render

TITLE = "take the port down and up again"
DOWN = "shutdown"


def plan(target: Target, reader: Reader, params: Mapping[str, str]) -> tuple[Change, ...]:
    """Shut the port, wait ``down_seconds`` (default 3), open it. A port that is already shut is not ours: no change."""
    device, port = port_of(target)
    platform = device.platform or ""
    look = Look(getter="port_config", args={"port": port})
    if DOWN in config_lines(reader.read(device.id, look)):
        return ()
    down = Write(kind="config", lines=render(platform, "port_down", port=port))
    up = Write(kind="config", lines=render(platform, "port_up", port=port))

    def change(summary: str, write: Write, pause: float) -> Change:
        return Change(
            action="bounce_port",
            store=device.store,
            device=device.id,
            port=port,
            summary=summary,
            write=write,
            undo=up,
            witness=look,
            touches=(DOWN, "no shutdown"),
            interrupts=True,
            pause_seconds=pause,
        )

    return (
        change(f"take {port} down", down, float(params.get("down_seconds", "3"))),
        change(f"bring {port} up again", up, 0.0),
    )


def ran(change: Change, witness: Reading) -> bool | None:
    """Compare the port's ``shutdown`` line with what the change wanted."""
    lines = config_lines(witness)
    if not any(line.startswith("interface") for line in lines):
        return None
    wants_down = any(line.strip() == DOWN for line in change.write.lines)
    return (DOWN in lines) == wants_down
