"""Start an edge's cellular modem anew.

Nothing in the configuration changes, so there is nothing to undo. A modem that its network does not take in, though its
radio is on, is not helped by that: its card and its contract are people's. Witness: the log line with our intent's
token that is written right before; found after a crash, the modem is not started a second time.
"""

from collections.abc import Mapping

from inventory.looks import Look
from inventory.writes import Write
from playbooks.model import TOKEN, Change, Reader, Target, port_of
from playbooks.modem import modem_of, slot_of
from playbooks.witness import token_logged
from templates.render import render

TITLE = "start the modem anew"
PARAMS: Mapping[str, tuple[float, float]] = {"radio_off": (0.0, 1.0)}
"""``radio_off`` 1: only a modem whose radio is off."""


def plan(target: Target, reader: Reader, params: Mapping[str, str]) -> tuple[Change, ...]:
    """Start it once. Raises ``LookupError`` where that cannot help."""
    device, port = port_of(target)
    row = modem_of(device.id, port, reader)
    if row.radio and not row.registered:
        raise LookupError("the cellular network does not take the modem in: its card, or the contract behind it")
    if float(params.get("radio_off", "0")) and row.radio:
        raise LookupError(
            "the modem is in its network, and nothing gets through: ask the carrier whether the plan's data is used up"
        )
    lines = render(device.platform or "", "reset_modem", slot=slot_of(port), token=TOKEN)
    return (
        Change(
            action="reset_modem",
            store=device.store,
            device=device.id,
            port=port,
            summary=f"start the modem of {port} anew",
            write=Write(kind="exec", lines=lines),
            undo=None,
            witness=Look(getter="log", args={"text": TOKEN}),
            interrupts=True,
        ),
    )


ran = token_logged
