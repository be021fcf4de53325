"""Reading what a cellular modem says of itself, for the actions that change it.

In: an edge's cellular port. Out: the modem's slot, the look at it, its row. Called by ``reset_modem`` and ``set_apn``.
"""

from inventory.edge_rows import CellularRow
from inventory.looks import Look, Reading
from inventory.model import DeviceId
from playbooks.model import Reader

CELLULAR = "Cellular"


def slot_of(port: str) -> str:
    """Where the modem of a port sits."""
    return port.removeprefix(CELLULAR)


def modem_look(port: str) -> Look:
    """The question to the modem behind a port."""
    return Look(getter="cellular", args={"slot": slot_of(port)})


def modem_of(device: DeviceId, port: str, reader: Reader) -> CellularRow:
    """What the modem says now. Raises ``LookupError`` without one."""
    found = told_by(reader.read(device, modem_look(port)))
    if found is None:
        raise LookupError(f"there is no modem behind {port}")
    return found


def told_by(reading: Reading) -> CellularRow | None:
    """The modem's row, None where there is none."""
    return next((row for row in reading.rows if isinstance(row, CellularRow)), None)
