"""Clear the BGP sessions of a router that are down although their peers answer: softly, or hard.

Only a session that is down right now is cleared, so nothing that works is interrupted, and nothing in the configuration
changes. Witness: the log line with our intent's token that is written right before.
"""

from collections.abc import Mapping

from inventory.looks import ArpRow, BgpRow, Look
from inventory.writes import Write
from playbooks.model import TOKEN, Change, Reader, Target
from playbooks.witness import token_logged
from templates.render import render

TITLE = "clear the BGP session"
PARAMS: Mapping[str, tuple[float, float]] = {"soft": (0.0, 1.0)}
BGP, ARP = Look(getter="bgp"), Look(getter="arp")


def plan(target: Target, reader: Reader, params: Mapping[str, str]) -> tuple[Change, ...]:
    """One change per session that hangs right now. Raises ``LookupError`` when there is none."""
    device = target.chain.devices[target.device]
    softly = bool(float(params.get("soft", "0")))
    known = {r.address for r in reader.read(device.id, ARP).rows if isinstance(r, ArpRow) and r.mac is not None}
    peers = [row for row in reader.read(device.id, BGP).rows if isinstance(row, BgpRow)]
    hanging = [row.neighbor for row in peers if row.state == "down" and row.neighbor in known]
    if not hanging:
        raise LookupError("no session is down whose peer answers")
    template = "reset_bgp_softly" if softly else "reset_bgp"
    return tuple(
        Change(
            action="reset_bgp",
            store=device.store,
            device=device.id,
            port="",
            summary=f"clear the BGP session with {neighbor}{', softly' if softly else ''}",
            write=Write(kind="exec", lines=render(device.platform or "", template, neighbor=neighbor, token=TOKEN)),
            undo=None,
            witness=Look(getter="log", args={"text": TOKEN}),
        )
        for neighbor in hanging
    )


ran = token_logged
