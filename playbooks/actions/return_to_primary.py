"""Bring a store back to its primary line, once that is in order again: undo what holds the default route on the backup.

Either a default route over the backup stands before the primary's: it is put behind again, under the device's own
timer. Or the primary's route hangs on a tracked operation: the operation is begun anew, and tells the truth from then
on; a line that is not well keeps the store where it is. Witness: the configuration.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from inventory.looks import Reading
from inventory.model import STEERED_DISTANCE, Device
from inventory.writes import Write
from playbooks.model import CONFIG, Change, Reader, Target, port_of, text_of
from playbooks.push import push_change
from templates.render import render

TITLE = "bring the store back to its primary line"
PARAMS = {"revert_seconds": (10.0, 7200.0)}
STOPPED_SECONDS = 1.0
BEHIND = 200
"""The distance of the backup's default route where the intended configuration is not known."""
_DEFAULT = re.compile(
    r"(?m)^ip route 0\.0\.0\.0 0\.0\.0\.0 (?P<way>\S+)(?: (?P<hop>\d+\.\d+\.\d+\.\d+|dhcp))?(?: (?P<distance>\d+))?"
    r"(?: name \S+)?(?: track (?P<track>\d+))?(?: name \S+)?\s*$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A default route as it is configured; ``line`` is the whole of it."""

    line: str
    way: str
    distance: int
    track: str | None


def plan(target: Target, reader: Reader, params: Mapping[str, str]) -> tuple[Change, ...]:
    """Find what holds the store on its backup. Raises ``LookupError`` unless it is one of the two."""
    device, port = port_of(target)
    text = text_of(reader.read(device.id, CONFIG))
    routes = tuple(_routes(text))
    backups = {name for name, known in device.ports.items() if known.use == "backup_wan"}
    over = [route for route in routes if route.way in backups]
    primary = [route for route in routes if route.way in ("dhcp", port)]
    if len(over) != 1 or len(primary) != 1:
        raise LookupError(f"{device.id} has not just one default route by each of its lines")
    if over[0].distance == STEERED_DISTANCE:
        raise LookupError(f"{device.id} was steered to its backup; 'storenet push' brings it back")
    if over[0].distance < primary[0].distance:
        return (_put_behind(device, over[0], reader, params),)
    if primary[0].track is not None:
        return _begin_anew(device, primary[0].track, text)
    raise LookupError(f"nothing in the routes of {device.id} holds the store on its backup")


def ran(change: Change, witness: Reading) -> bool | None:
    """Whether the operation is scheduled, or no longer, as the change wanted it."""
    running = text_of(witness)
    if not running.strip():
        return None
    scheduled = change.touches[0] in (line.strip() for line in running.splitlines())
    return scheduled != change.write.lines[0].startswith("no ")


def _put_behind(device: Device, route: Route, reader: Reader, params: Mapping[str, str]) -> Change:
    behind = _intended(device, route.way, reader) or _with_distance(route, BEHIND)
    platform, seconds = device.platform or "", int(float(params.get("revert_seconds", "120")))
    lines = render(platform, "replace_route", old=route.line, new=behind)
    undo = render(platform, "replace_route", old=behind, new=route.line)
    return push_change(device.store, device.id, platform, lines, undo, seconds)


def _begin_anew(device: Device, track: str, text: str) -> tuple[Change, ...]:
    operation = re.search(rf"(?m)^track {track} (?:ip sla|rtr) (\d+)\b", text)
    if operation is None:
        raise LookupError(f"the primary's route of {device.id} hangs on something else than an operation")
    schedule = re.search(rf"(?m)^ip sla schedule {operation[1]} .*\S", text)
    if schedule is None:
        raise LookupError(f"operation {operation[1]} of {device.id} is not scheduled: a person decides")
    on = render(device.platform or "", "probe_on", schedule=schedule[0])
    off = render(device.platform or "", "probe_off", number=operation[1])
    taken = Change(
        action="return_to_primary",
        store=device.store,
        device=device.id,
        port="",
        summary=f"stop operation {operation[1]}, on which the primary's route hangs",
        write=Write(kind="config", lines=off),
        undo=Write(kind="config", lines=on),
        witness=CONFIG,
        touches=(schedule[0],),
        pause_seconds=STOPPED_SECONDS,
    )
    given = replace(taken, summary=f"begin operation {operation[1]} anew", write=taken.undo or taken.write, undo=None)
    return taken, replace(given, pause_seconds=0.0)


def _routes(text: str) -> Iterator[Route]:
    for found in _DEFAULT.finditer(text):
        distance = int(found["distance"] or 1)
        yield Route(line=found[0].strip(), way=found["way"], distance=distance, track=found["track"])


def _intended(device: Device, way: str, reader: Reader) -> str | None:
    """The backup's default route as it should be, where that is known and stands behind."""
    routes = [route for route in _routes(reader.intended(device.id) or "") if route.way == way]
    return routes[0].line if len(routes) == 1 and routes[0].distance > STEERED_DISTANCE else None


def _with_distance(route: Route, distance: int) -> str:
    return re.sub(rf"(?<= {re.escape(route.way)}) \d+", f" {distance}", route.line, count=1)
