"""Have a router apply its export policy anew: take the match out of each route map, put it back, send all routes again.

The configuration is the same before and after; what is told to the neighbours is made afresh. Witnesses: the
configuration, then the neighbours and how many prefixes each of them is told.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from inventory.looks import BgpRow, Look, Reading
from inventory.writes import Write
from playbooks.model import CONFIG, Change, Reader, Target, text_of
from playbooks.push import PREFIX
from templates.render import render

TITLE = "apply the export policy anew"
PARAMS: Mapping[str, tuple[float, float]] = {"revert_seconds": (10.0, 7200.0)}
BGP = Look(getter="bgp")
TAKEN_IN_SECONDS = 6.0
"""FRR waits five seconds before it works with a route map that was changed."""
_CLAUSE = re.compile(
    r"(?m)^route-map (\S+) (permit) (\d+)\s*\n(?:[ \t]+.*\n)*?[ \t]+match ip address prefix-list (\S+)"
)


def plan(target: Target, reader: Reader, params: Mapping[str, str]) -> tuple[Change, ...]:
    """First every clause that matches a prefix list, then the routes. Raises ``LookupError`` when there is none."""
    del params
    device = target.chain.devices[target.device]
    text = text_of(reader.read(device.id, CONFIG))
    lines = tuple(
        line
        for name, verdict, seq, prefixes in _CLAUSE.findall(text + "\n")
        for line in render(
            device.platform or "", "reapply_policy", route_map=name, verdict=verdict, seq=seq, prefix_list=prefixes
        )
    )
    if not lines:
        raise LookupError(f"{device.id} has no route map that matches a prefix list")
    platform = device.platform or ""
    told = Change(
        action="reapply_policy",
        store=device.store,
        device=device.id,
        port="",
        summary=f"have {device.id} tell its networks again",
        write=Write(kind="exec", lines=render(platform, "resend_routes")),
        undo=None,
        witness=BGP,
        touches=(str(device.advertises or 1),),
    )
    applied = replace(
        told,
        action=f"{PREFIX}{platform}",
        summary=f"apply the export policy of {device.id} anew",
        write=Write(kind="config", lines=lines),
        witness=CONFIG,
        touches=("route-map", "match ip address"),
        pause_seconds=TAKEN_IN_SECONDS,
    )
    return applied, told


def ran(change: Change, witness: Reading) -> bool | None:
    """Whether every established neighbour is told as many prefixes as intended."""
    least = int(change.touches[0])
    told = [r.advertised for r in witness.rows if isinstance(r, BgpRow) and r.state == "established"]
    known = [number for number in told if number is not None]
    return all(number >= least for number in known) if known else None
