"""Ask the carrier's DHCP server for a lease again.

Nothing in the configuration changes, so there is nothing to undo. Witness: the log line with our intent's
token that is written right before; found after a crash, the renewal is never sent twice.
"""

from collections.abc import Mapping

from inventory.looks import Look
from inventory.writes import Write
from playbooks.model import TOKEN, Change, Reader, Target, port_of
from playbooks.witness import token_logged
from templates.render import render

TITLE = "renew the DHCP lease"
PARAMS: Mapping[str, tuple[float, float]] = {}


def plan(target: Target, reader: Reader, params: Mapping[str, str]) -> tuple[Change, ...]:
    """Renew the lease of the target port."""
    del reader, params
    device, port = port_of(target)
    lines = render(device.platform or "", "renew_lease", port=port, token=TOKEN)
    return (
        Change(
            action="renew_lease",
            store=device.store,
            device=device.id,
            port=port,
            summary=f"renew the lease of {port}",
            write=Write(kind="exec", lines=lines),
            undo=None,
            witness=Look(getter="log", args={"text": TOKEN}),
        ),
    )


ran = token_logged
