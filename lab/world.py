"""All stores of the lab, their truth, and what people and power do to them.

In: a chain, a clock and a log. Out: a ``View`` per device, the truth per store, hooks for faults. Called by
``lab.server``, faults and tests.
"""

from collections.abc import Callable

from inventory.model import DeviceId
from lab import ailing
from lab.chain import LabChain
from lab.clock import HandClock, LabClock
from lab.endpoints import State
from lab.log import LabLog
from lab.people import People
from lab.served import functions
from lab.shop import Shop
from lab.view import View

OUTLET_SECONDS = 2.0


class World(People):
    """Every store of the chain."""

    def __init__(self, chain: LabChain, clock: LabClock | HandClock, log: LabLog) -> None:
        super().__init__(clock)
        self.chain = chain
        self.log = log
        self.watchers: list[Callable[[str, float], None]] = []
        self.shops = {str(s.id): Shop(chain, s, self._changed) for s in chain.chain.stores.values()}
        self._served: dict[str, dict[str, float]] = {}
        self._outlets: list[tuple[float, str]] = []

    def view(self, device: str) -> View:
        """Make the device's view; once per device."""
        store = str(self.chain.chain.devices[DeviceId(device)].store)
        return View(self.shops[store], device, self.clock, self._record)

    def set_access_point(self, store: str, name: str, state: State) -> None:
        """Something happens inside an access point that has power (which is its switch port's business)."""
        shop = self.shops[store]

        def turn() -> None:
            if shop.access_points[name].state != "off":
                shop.access_points[name].state = state

        shop.act(self.clock.seconds(), turn)

    def power(self, device: str, *, mains: bool | None = None, outlet: bool | None = None) -> None:
        """Give a device power or take it away: in the whole cupboard, or at its outlet. It boots what was saved.

        The carrier's modem counts as a device here: ``s001-modem``.
        """
        shop = self.shops[device.partition("-")[0]]
        shop.mains[device] = shop.mains[device] if mains is None else mains
        shop.outlets[device] = shop.outlets[device] if outlet is None else outlet
        if device == shop.modem:
            ailing.power_modem(shop, self.clock.seconds())
            return
        ailing.power(shop, shop.gears[device], self.clock.seconds())
        self._restart(shop)

    def _restart(self, shop: Shop) -> None:
        """What has begun to boot starts with what was saved."""
        while shop.restarted:
            self._consoles[shop.restarted.pop()].reload()

    def cycle_outlet(self, device: str) -> None:
        """Switch a device's outlet off, and on again a little later."""
        self.power(device, outlet=False)
        self._outlets.append((self.clock.seconds() + OUTLET_SECONDS, device))

    def begin(self) -> None:
        """All devices are configured: start with everything up and quiet."""
        at = self.clock.seconds()
        for shop in self.shops.values():
            shop.begin(at)
            self._note(shop, at)

    def look(self) -> None:
        """Let time pass where something is due, and write down what has become of that store's functions.

        A store where nothing is due stands still - but opening time decides whether a till that is off is missed.
        """
        at = self.clock.seconds()
        for row in [row for row in self._outlets if row[0] <= at]:
            self._outlets.remove(row)
            self.power(row[1], outlet=True)
        for shop in self.shops.values():
            if shop.due(at):
                shop.advance(at)
            elif any(till.off for till in shop.tills.values()):
                self._note(shop, at)
            self._restart(shop)

    def functions(self, store: str) -> dict[str, float]:
        """The truth now: served share per function of the store."""
        shop = self.shops[store]
        at = self.clock.seconds()
        shop.advance(at)
        return functions(shop, at)

    def _changed(self, shop: Shop, at: float) -> None:
        self._note(shop, at)
        for watch in self.watchers:
            watch(str(shop.store.id), at)

    def _note(self, shop: Shop, at: float) -> None:
        store = str(shop.store.id)
        now = functions(shop, at)
        before = self._served.get(store, {})
        self._served[store] = now
        for name, served in now.items():
            if before.get(name) != served:
                self.log.write("function", shop.when(at), store=store, function=name, served=served)

    def _record(self, kind: str, **fields: object) -> None:
        self.log.write(kind, self.clock.now(), **fields)
