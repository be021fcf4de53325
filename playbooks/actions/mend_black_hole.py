"""Bring large packets past a line that swallows them: let the edge know the line's true size, else go around it.

Where the platform has the words for it, the primary's interface is told the largest packet that was seen to pass, and
TCP is held below that, under the device's own timer; nobody is interrupted. Elsewhere the store is steered to its
backup. Either deviates from the intended configuration; ``storenet push`` takes it back. Witness: the configuration.
"""

from collections.abc import Mapping

from inventory.line_rows import LargePingRow
from inventory.looks import Look
from inventory.model import Device, Function
from playbooks.model import CONFIG, Change, Reader, Target, text_of
from playbooks.push import push_change
from playbooks.steering import steer
from playbooks.witness import lines_in_effect
from templates.config_tree import tree
from templates.render import known, render

TITLE = "fit the packets to the line, or go around it"
PARAMS = {"revert_seconds": (10.0, 7200.0)}
DEVIATES = True
WORDS = "fit_packets"
SMALLEST, STEP = 1280, 4
HEADERS = 40
ECHOES = 2


def plan(target: Target, reader: Reader, params: Mapping[str, str]) -> tuple[Change, ...]:
    """Measure, then fit. Raises ``LookupError`` where it cannot be measured or somebody has set a size already."""
    device = target.chain.devices[target.device]
    platform = device.platform or ""
    if WORDS not in known(platform):
        return steer(target, reader, params)
    port = next((p.name for p in device.ports.values() if p.use == "wan"), None)
    if port is None:
        raise LookupError(f"{device.id} has no primary line")
    section = tree(platform, text_of(reader.read(device.id, CONFIG))).children.get(f"interface {port}")
    if section is None or any(line.startswith(("ip mtu ", "ip tcp adjust-mss ")) for line in section.children):
        raise LookupError(f"somebody has set a packet size on {port} of {device.id} already")
    size = _largest(device, _function(target, device), reader)
    words: dict[str, str | int] = {"port": port, "bytes": size, "segment": size - HEADERS}
    seconds = int(float(params.get("revert_seconds", "120")))
    lines, undo = render(platform, WORDS, **words), render(platform, "unfit_packets", **words)
    return (push_change(device.store, device.id, platform, lines, undo, seconds),)


ran = lines_in_effect


def _function(target: Target, device: Device) -> Function:
    functions = (target.chain.functions[name] for name in target.chain.stores[device.store].functions)
    sized = [f for f in functions if f.requirement.packet_bytes is not None]
    if not sized:
        raise LookupError("no function of the store says how large its packets are")
    return min(sized, key=lambda f: f.criticality)


def _largest(device: Device, function: Function, reader: Reader) -> int:
    """The largest size that passes, found by halving between one that does and one that does not."""
    needs = function.requirement
    source = next((p.name for p in device.ports.values() if p.use == "trunk" and needs.vlan in p.vlans), None)
    good, bad = SMALLEST, needs.packet_bytes or 0
    if source is None or bad <= good:
        raise LookupError(f"it cannot be measured which packets pass for {function.name}")
    own = f"{source}.{needs.vlan}"
    if not _passes(device, needs.target, own, good, reader):
        raise LookupError(f"not even packets of {good} bytes pass: this is more than a matter of size")
    if _passes(device, needs.target, own, bad, reader):
        raise LookupError(f"packets of {bad} bytes pass now")
    while bad - good > STEP:
        middle = (good + bad) // 2
        good, bad = (middle, bad) if _passes(device, needs.target, own, middle, reader) else (good, middle)
    return good


def _passes(device: Device, destination: str, source: str, size: int, reader: Reader) -> bool:
    args = {"destination": destination, "source": source, "size": str(size), "count": str(ECHOES)}
    told = [r for r in reader.read(device.id, Look(getter="large_ping", args=args)).rows if isinstance(r, LargePingRow)]
    return any(row.received > 0 for row in told)
