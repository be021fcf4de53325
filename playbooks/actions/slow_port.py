"""Slow a flapping link down: many a tired cable or network card holds 100 Mbit/s where it cannot hold a gigabit.

It deviates from the intended configuration on purpose. Only at a port for one machine that has lost its link again and
again: it interrupts nothing that is not interrupted anyway. Witness: the port's running configuration.
"""

from collections.abc import Mapping

from inventory.looks import Look, Reading
from inventory.writes import Write
from playbooks.model import Change, Reader, Target, config_lines, port_of
from playbooks.port_speed import said
from playbooks.stages import OF_A_PORT
from templates.render import render

TITLE = "slow the link down"
PARAMS: Mapping[str, tuple[float, float]] = {}
DEVIATES = True
FOR_ONE = frozenset({"till", "other"})


def plan(target: Target, reader: Reader, params: Mapping[str, str]) -> tuple[Change, ...]:
    """Set 100 Mbit/s. Raises ``LookupError`` for other gear, and where a speed or a duplex is set already."""
    del params
    device, port = port_of(target)
    intended = device.ports.get(port)
    if intended is None or intended.use not in FOR_ONE:
        raise LookupError(f"{port} of {device.id} leads to other gear or is not in the inventory; a person looks at it")
    look = Look(getter="port_config", args={"port": port})
    if said(config_lines(reader.read(device.id, look)), port):
        raise LookupError(f"somebody has set the speed or the duplex of {port} of {device.id} already")
    platform = device.platform or ""
    slow, full = render(platform, "slow_port", port=port), render(platform, "full_speed", port=port)
    return (
        Change(
            action="slow_port",
            store=device.store,
            device=device.id,
            port=port,
            summary=f"slow {port} down to 100 Mbit/s",
            write=Write(kind="config", lines=slow),
            undo=Write(kind="config", lines=full),
            witness=look,
            touches=(slow[-1].strip(), full[-1].strip()),
        ),
    )


def ran(change: Change, witness: Reading) -> bool | None:
    """Whether the port is as the change wanted it; output without an interface line is no evidence."""
    lines = config_lines(witness)
    if not any(line.startswith(OF_A_PORT) for line in lines):
        return None
    slow = change.touches[0]
    return (slow in lines) == any(line.strip() == slow for line in change.write.lines)
