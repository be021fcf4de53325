"""Have an edge and the far end of one tunnel agree on keys anew.

Cleared is the tunnel that sends most, as ``anomaly``'s evidence is about that one; all others stay. Nothing in the
configuration changes, so there is nothing to undo. Witness: the log line with our intent's token that is written right
before. The guard ``last_path`` sees to it that our own session does not go through a tunnel.
"""

from collections.abc import Mapping

from inventory.edge_rows import TunnelRow
from inventory.looks import Look
from inventory.writes import Write
from playbooks.model import TOKEN, Change, Reader, Target
from playbooks.witness import token_logged
from templates.render import render

TITLE = "agree on the tunnel's keys anew"
PARAMS: Mapping[str, tuple[float, float]] = {}
TUNNELS = Look(getter="tunnels")


def plan(target: Target, reader: Reader, params: Mapping[str, str]) -> tuple[Change, ...]:
    """Forget the keys of the one peer. Raises ``LookupError`` when no tunnel is up."""
    del params
    device = target.chain.devices[target.device]
    up = [row for row in reader.read(device.id, TUNNELS).rows if isinstance(row, TunnelRow) and row.up]
    if not up:
        raise LookupError("no tunnel is up")
    tunnel = max(up, key=lambda row: row.sent)
    lines = render(device.platform or "", "clear_tunnel", peer=tunnel.peer, token=TOKEN)
    return (
        Change(
            action="clear_tunnel",
            store=device.store,
            device=device.id,
            port=tunnel.port,
            summary=f"agree on keys for {tunnel.port} with {tunnel.peer} anew",
            write=Write(kind="exec", lines=lines),
            undo=None,
            witness=Look(getter="log", args={"text": TOKEN}),
        ),
    )


ran = token_logged
