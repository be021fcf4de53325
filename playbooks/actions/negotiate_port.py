"""Let a port negotiate speed and duplex again, where somebody has set them by hand.

Never done on the way to other gear or to a carrier: the other end may be set on purpose, and it carries more than one
machine. The device takes the change back by itself unless it is confirmed after the proof (commit-confirm). Witness:
the port's running configuration.
"""

from collections.abc import Iterable, Mapping

from inventory.looks import Look, Reading
from inventory.model import INFRASTRUCTURE_USES
from inventory.writes import Write
from playbooks.model import Change, Reader, Target, config_lines, port_of
from templates.render import render

TITLE = "let the port negotiate again"
PARAMS = {"revert_seconds": (60.0, 7200.0)}  # IOS takes 1 to 120 minutes
SET_BY_HAND = ("speed ", "duplex ")


def plan(target: Target, reader: Reader, params: Mapping[str, str]) -> tuple[Change, ...]:
    """Set both to auto; no change when neither is set. ``LookupError`` for other gear, and for what is intended."""
    device, port = port_of(target)
    intended = device.ports.get(port)
    if intended is None or intended.use in INFRASTRUCTURE_USES:
        raise LookupError(f"{port} of {device.id} leads to other gear or is not in the inventory; a person sets it")
    if _set(_section(reader.intended(device.id) or "", port)):
        raise LookupError(f"{port} of {device.id} is meant to be set by hand; the other end is a person's")
    look = Look(getter="port_config", args={"port": port})
    found = _set(config_lines(reader.read(device.id, look)))
    if not found:
        return ()
    platform = device.platform or ""
    lines = render(platform, "negotiate", port=port)
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
            undo=Write(kind="config", lines=(lines[0], *(f" {line}" for line in found))),
            witness=look,
            touches=SET_BY_HAND,
            interrupts=True,
        ),
    )


def ran(change: Change, witness: Reading) -> bool | None:
    """Whether the port is as the change wanted it; output without an interface line is no evidence."""
    lines = config_lines(witness)
    if not any(line.startswith("interface") for line in lines):
        return None
    wanted = _set(line.strip() for line in change.write.lines)
    return set(_set(lines)) == set(wanted)


def _set(lines: Iterable[str]) -> tuple[str, ...]:
    """The lines that set speed or duplex to anything but auto."""
    return tuple(line for line in lines if line.startswith(SET_BY_HAND) and not line.endswith(" auto"))


def _section(config: str, port: str) -> tuple[str, ...]:
    """The stripped lines under an interface of a configuration."""
    inside, found = False, []
    for line in config.splitlines():
        if not line.startswith(" "):
            inside = line.strip() == f"interface {port}"
        elif inside:
            found.append(line.strip())
    return tuple(found)
