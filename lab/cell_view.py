"""What an edge sees of its cellular modem: the ``CellView`` the emulators print.

In: a ``Shop``, one of its devices and the clock. Out: rows of ``lab.cell``. Called by ``lab.devices`` through
``lab.view``.
"""

from collections.abc import Callable

from lab.ailing import restart_cell
from lab.cell import GOOD_DBM, WEAK_DBM, CellLook
from lab.endpoints import noise
from lab.gear import Gear
from lab.paths import address_on
from lab.shop import Shop

RSRP_BELOW_RSSI = 30
COUNTRY, HOME_NETWORK, FOREIGN_NETWORK = 999, 10, 42
FOREIGN = "Roamnet"


class Cells:
    """One device's eyes and hands for its modem. ``pass_time`` lets the store's time pass and returns it."""

    def __init__(self, shop: Shop, gear: Gear, pass_time: Callable[[], float]) -> None:
        self._shop = shop
        self._gear = gear
        self._pass = pass_time

    def _is_here(self, port: str) -> bool:
        return self._gear is self._shop.edge and port == self._shop.wan.cellular

    def look(self, port: str) -> CellLook | None:
        """Return the modem behind an interface, None when there is none."""
        at = self._pass()
        if not self._is_here(port):
            return None
        cell, link = self._shop.wan.cell, self._gear.links[port]
        link.count(at)
        wobble = int(5 * noise(self._gear.name, "air", int(at // 10)))
        rssi = (WEAK_DBM if cell.weak else GOOD_DBM) - wobble
        carrier = next(p.carrier for p in self._gear.device.ports.values() if p.use == "backup_wan")
        own = address_on(self._shop, self._gear, port)
        return CellLook(
            port=port,
            online=cell.state == "online",
            radio=cell.radio,
            registered=cell.registered,
            connected=cell.connected and self._gear.up(port),
            roaming=cell.roaming,
            carrier=FOREIGN if cell.roaming else str(carrier),
            country=COUNTRY,
            network=FOREIGN_NETWORK if cell.roaming else HOME_NETWORK,
            apn=cell.apn,
            address=own.ip if own is not None else None,
            received=int(link.received),
            sent=int(link.sent),
            rssi=rssi,
            rsrp=rssi - RSRP_BELOW_RSSI,
            rsrq=-17 if cell.weak else -9,
            snr=-2.6 if cell.weak else 14.2,
            serial=f"LR{self._shop.number:08d}",
        )

    def restart(self, port: str) -> None:
        """Take the modem's power away for a moment."""
        if self._is_here(port):
            restart_cell(self._shop, self._pass())

    def set_apn(self, port: str, apn: str) -> None:
        """Write another access point name into the modem's profile."""
        at = self._pass()

        def happen() -> None:
            self._shop.wan.cell.apn = apn

        if self._is_here(port):
            self._shop.act(at, happen)
