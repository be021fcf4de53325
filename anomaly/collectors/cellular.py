"""The cellular modem of an edge: whether its network has taken it in, how well it hears, what it carries.

In: ``cellular``, asked with the port's slot. Out, per cellular port: ``cell_radio``, ``cell_registered``,
``cell_session``, ``cell_roaming``, ``cell_sim``, ``cell_rsrp_dbm``, ``cell_rssi_dbm`` as the modem tells them;
``cell_apn_alien`` - its access point name where that is not the port's own, empty when it is, unknown where the port's
own is not known; ``cell_sent_total``, ``cell_received_total`` and their rates.
"""

from collections.abc import Iterator
from datetime import datetime

from anomaly.answers import Answers, rows, seen
from anomaly.growing import with_rates
from anomaly.model import Observation, Value
from inventory.edge_rows import CellularRow
from inventory.looks import Look
from inventory.model import Chain, Device, Port, Role

PACE = "slow"
GETTERS = frozenset({"cellular"})
ROLES: frozenset[Role] = frozenset({"edge"})
OBSERVES = with_rates(
    {
        "cell_radio",
        "cell_registered",
        "cell_session",
        "cell_roaming",
        "cell_sim",
        "cell_rsrp_dbm",
        "cell_rssi_dbm",
        "cell_apn_alien",
        "cell_sent_total",
        "cell_received_total",
    }
)
CELLULAR = "Cellular"


def looks(device: Device, chain: Chain) -> tuple[Look, ...]:
    """One for each modem."""
    del chain
    return tuple(_look(port) for port in _modems(device))


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Say how each modem stands."""
    del chain
    return tuple(
        seen(device, name, value, now, on=device.id, subject=port.name)
        for port in _modems(device)
        for name, value in _facts(port, answers)
    )


def _modems(device: Device) -> Iterator[Port]:
    return (port for name, port in device.ports.items() if name.startswith(CELLULAR))


def _look(port: Port) -> Look:
    return Look(getter="cellular", args={"slot": port.name.removeprefix(CELLULAR)})


def _facts(port: Port, answers: Answers) -> Iterator[tuple[str, Value]]:
    row = next(iter(rows(answers, _look(port).key, CellularRow) or ()), CellularRow(port=port.name))
    yield "cell_radio", row.radio
    yield "cell_registered", row.registered
    yield "cell_session", row.session
    yield "cell_roaming", row.roaming
    yield "cell_sim", row.sim
    yield "cell_rsrp_dbm", row.rsrp_dbm
    yield "cell_rssi_dbm", row.rssi_dbm
    yield "cell_apn_alien", None if port.apn is None or row.apn is None else "" if row.apn == port.apn else row.apn
    yield "cell_sent_total", None if row.sent is None else float(row.sent)
    yield "cell_received_total", None if row.received is None else float(row.received)
