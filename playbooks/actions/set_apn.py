"""Give a cellular modem the access point name that the inventory gives its port.

Undo: the name it had. Witness: what the modem says of itself afterwards.
"""

from collections.abc import Mapping

from inventory.looks import Reading
from inventory.writes import Write
from playbooks.model import Change, Reader, Target, port_of
from playbooks.modem import modem_look, modem_of, slot_of, told_by
from templates.render import render

TITLE = "give the modem its access point name"
PARAMS: Mapping[str, tuple[float, float]] = {}


def plan(target: Target, reader: Reader, params: Mapping[str, str]) -> tuple[Change, ...]:
    """Write the name into the profile that data goes by. Raises ``LookupError`` where the name is not what is wrong."""
    del params
    device, port = port_of(target)
    slot, wanted, row = slot_of(port), device.ports[port].apn, modem_of(device.id, port, reader)
    if wanted is None:
        raise LookupError(f"the inventory gives {port} no access point name")
    if row.apn is None or row.profile is None:
        raise LookupError(f"the modem of {port} does not tell its access point name")
    if row.apn == wanted:
        raise LookupError(
            "its access point name is right. Weak: look at the antenna. In another carrier's network: ask its own"
        )
    there, back = (
        render(device.platform or "", "set_apn", slot=slot, profile=row.profile, apn=apn) for apn in (wanted, row.apn)
    )
    return (
        Change(
            action="set_apn",
            store=device.store,
            device=device.id,
            port=port,
            summary=f"give the modem of {port} the access point name {wanted} (it has {row.apn})",
            write=Write(kind="exec", lines=there),
            undo=Write(kind="exec", lines=back),
            witness=modem_look(port),
            interrupts=True,
        ),
    )


def ran(change: Change, witness: Reading) -> bool | None:
    """Whether the modem has the name that was written; None when it does not tell."""
    row = told_by(witness)
    return None if row is None or row.apn is None else row.apn in change.write.lines[-1].split()
