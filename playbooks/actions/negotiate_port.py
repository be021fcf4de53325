"""Let a port negotiate speed and duplex again, where somebody has set them by hand.

Never done on the way to other gear or to a carrier: the other end may be set on purpose, and it carries more than one
machine. The device takes the change back by itself unless it is confirmed after the proof (commit-confirm). Witness:
the port's running configuration.
"""

from collections.abc import Mapping

from inventory.looks import Look, Reading
from inventory.model import INFRASTRUCTURE_USES
from inventory.writes import Write
from playbooks.model import Change, Reader, Target, config_lines, port_of
from playbooks.port_speed import by_hand, of_port, touched, typed
from playbooks.stages import OF_A_PORT
from templates.render import render

TITLE = "let the port negotiate again"
PARAMS = {"revert_seconds": (60.0, 7200.0)}  # IOS takes 1 to 120 minutes


def plan(target: Target, reader: Reader, params: Mapping[str, str]) -> tuple[Change, ...]:
    """Set both to auto; no change when neither is set. ``LookupError`` for other gear, and for what is intended."""
    device, port = port_of(target)
    intended = device.ports.get(port)
    if intended is None or intended.use in INFRASTRUCTURE_USES:
        raise LookupError(f"{port} of {device.id} leads to other gear or is not in the inventory; a person sets it")
    if by_hand(of_port(reader.intended(device.id) or "", port), port):
        raise LookupError(f"{port} of {device.id} is meant to be set by hand; the other end is a person's")
    look = Look(getter="port_config", args={"port": port})
    found = by_hand(config_lines(reader.read(device.id, look)), port)
    if not found:
        return ()
    lines = render(device.platform or "", "negotiate", port=port)
    return (
        Change(
            action="negotiate_port",
            store=device.store,
            device=device.id,
            port=port,
            summary=f"let {port} negotiate, instead of {', '.join(found)}",
            write=Write(
                kind="commit_confirm", lines=lines, revert_in_seconds=int(float(params.get("revert_seconds", "120")))
            ),
            undo=Write(kind="config", lines=typed(found, port)),
            witness=look,
            touches=touched(port),
            interrupts=True,
        ),
    )


def ran(change: Change, witness: Reading) -> bool | None:
    """Whether the port is as the change wanted it; output without an interface line is no evidence."""
    lines = config_lines(witness)
    if not any(line.startswith(OF_A_PORT) for line in lines):
        return None
    return set(by_hand(lines, change.port)) == set(by_hand(change.write.lines, change.port))
