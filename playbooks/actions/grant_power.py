"""Give power to what the switch refuses it: by a power cycle where the port is faulty, else by taking it from others.

Where the budget is used up, what is missed least goes dark: ports that the inventory does not know, then those it knows
as ``other``; of these those that take most, and no more than needed. Tills, access points, whatever tells by CDP that
it is gear, and whatever shows a MAC address of the inventory keep theirs. Witness: each port's running configuration.
"""

from collections.abc import Iterator, Mapping

from inventory.looks import Look, MacRow, NeighborRow, PoeRow, Reading
from inventory.model import Chain, Device
from inventory.service_rows import PoeBudgetRow
from inventory.writes import Write
from playbooks.model import Change, Reader, Target, port_of
from playbooks.stages import Stages
from templates.render import render

TITLE = "give it power"
PARAMS = {"off_seconds": (1.0, 120.0), "watts": (4.0, 90.0), "at_most": (1.0, 8.0)}
POE = Look(getter="poe")
BUDGET = Look(getter="poe_budget")
NEIGHBORS = Look(getter="neighbors")
MACS = Look(getter="macs")
DENIED = frozenset({"power-deny", "denied"})
POWER = Stages(action="grant_power", off="power_off", on="power_on")


def plan(target: Target, reader: Reader, params: Mapping[str, str]) -> tuple[Change, ...]:
    """Make room for ``watts`` (30) by taking power from ``at_most`` (2) ports; a faulty port is cycled instead.

    Raises ``LookupError`` when nothing may go dark, or not enough would become free.
    """
    switch, port = port_of(target)
    rows = {row.port: row for row in reader.read(switch.id, POE).rows if isinstance(row, PoeRow)}
    refused = rows.get(port)
    if refused is None:
        raise LookupError(f"{switch.id} does not list {port}")
    if refused.oper == "on":
        return ()
    if refused.oper not in DENIED:
        return _cycle(target, switch, port, reader, float(params.get("off_seconds", "5")))
    wanted, most = float(params.get("watts", "30")), int(float(params.get("at_most", "2")))
    shed: list[PoeRow] = []
    free = _remaining(reader.read(switch.id, BUDGET))
    for row in _missed_least(target.chain, switch, rows, reader):
        if free >= wanted or len(shed) == most:
            break
        shed.append(row)
        free += row.watts
    if free < wanted or not shed:
        raise LookupError(f"{switch.id} has {free:.1f} W at most for {port}; {wanted:g} W are needed")
    return tuple(_dark(switch, row) for row in shed)


def ran(change: Change, witness: Reading) -> bool | None:
    """Whether the port's power is set as the change wanted it."""
    return POWER.ran(change, witness)


def _cycle(target: Target, switch: Device, port: str, reader: Reader, seconds: float) -> tuple[Change, ...]:
    summaries = (f"power {target.device} off", f"power {target.device} on again")
    off, on = POWER.changes(switch, port, summaries, seconds)
    return (on,) if POWER.is_off(switch, port, reader.read(switch.id, POWER.look(port))) else (off, on)


def _dark(switch: Device, row: PoeRow) -> Change:
    """Take a port's power away, for good; its undo gives it back."""
    platform = switch.platform or ""
    off, on = (render(platform, template, port=row.port) for template in (POWER.off, POWER.on))
    return Change(
        action="grant_power",
        store=switch.store,
        device=switch.id,
        port=row.port,
        summary=f"take {row.watts:g} W from {row.port}",
        write=Write(kind="config", lines=off),
        undo=Write(kind="config", lines=on),
        witness=POWER.look(row.port),
        touches=(off[-1].strip(), on[-1].strip()),
        interrupts=True,
    )


def _remaining(reading: Reading) -> float:
    """What the switch has left, all its modules together."""
    return sum((row.remaining for row in reading.rows if isinstance(row, PoeBudgetRow)), 0.0)


def _missed_least(chain: Chain, switch: Device, rows: Mapping[str, PoeRow], reader: Reader) -> Iterator[PoeRow]:
    """The ports that may go dark, in the order in which they do."""
    gear = {row.local_port for row in reader.read(switch.id, NEIGHBORS).rows if isinstance(row, NeighborRow)}
    owned = {p.mac.lower() for d in chain.devices_of(switch.store) for p in d.ports.values() if p.mac}
    macs = [row for row in reader.read(switch.id, MACS).rows if isinstance(row, MacRow)]
    gear |= {row.port for row in macs if row.mac.lower() in owned}
    uses = {name: switch.ports[name].use if name in switch.ports else "" for name in rows}
    found = [row for row in rows.values() if row.watts > 0 and row.port not in gear and uses[row.port] in ("", "other")]
    yield from sorted(found, key=lambda row: (uses[row.port] == "other", -row.watts, row.port))
