"""All stores of the lab, their truth, and the way a person's hands get to a device.

In: a chain, a clock and a log. Out: a ``View`` per device, the truth per store, hooks for faults. Called by
``lab.server``, faults and tests.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Protocol, runtime_checkable

from inventory.model import DeviceId
from lab import ailing
from lab.chain import LabChain
from lab.clock import HandClock, LabClock
from lab.endpoints import State
from lab.log import LabLog
from lab.numbering import HEADQUARTERS
from lab.served import functions
from lab.shop import Shop
from lab.view import View

PERSON = "jdoe"
DESK = HEADQUARTERS[77]
OUTLET_SECONDS = 2.0


class Line(Protocol):
    """A place for a session: who is there."""

    user: str


class Lines(Protocol):
    """The places for sessions of one device."""

    def take(self, numbers: Iterable[int], address: str, now: datetime) -> Any:
        """Return the first free ``Line`` of these, None when all are taken."""

    def free(self, line: Any) -> None:
        """Give a line back."""


class Console(Protocol):
    """A device's own prompt, as a person on site uses it."""

    @property
    def lines(self) -> Lines:
        """Its places for sessions."""

    def open_lines(self) -> tuple[int, ...]:
        """The places that take a session from headquarters."""

    def apply(self, lines: Sequence[str], user: str) -> object:
        """Type configuration lines as ``user``."""

    def try_out(self, lines: Sequence[str], user: str, minutes: int) -> object:
        """Type configuration lines as ``user``, under a timer that takes them back."""

    def take_back(self, user: str) -> object:
        """Take back now what is under a timer."""

    def reload(self, user: str = "") -> object:
        """Start anew with what was saved; every session ends."""


@runtime_checkable
class Workplace(Protocol):
    """A device at which people sit for a while."""

    def sit_down(self, user: str, lines: Sequence[str], *, exclusive: bool = False) -> None:
        """Log in, type lines, stay in configuration mode."""

    def stand_up(self, user: str, lines: Sequence[str]) -> None:
        """Type some last lines and log out."""

    def write_memory(self) -> None:
        """Save the configuration."""

    def busy(self, user: str) -> bool:
        """Whether ``user`` sits there, or a timer is to take back what they typed."""


class World:
    """Every store of the chain."""

    def __init__(self, chain: LabChain, clock: LabClock | HandClock, log: LabLog) -> None:
        self.chain = chain
        self.clock = clock
        self.log = log
        self.watchers: list[Callable[[str, float], None]] = []
        self.shops = {str(s.id): Shop(chain, s, self._changed) for s in chain.chain.stores.values()}
        self._consoles: dict[str, Console] = {}
        self._served: dict[str, dict[str, float]] = {}
        self._outlets: list[tuple[float, str]] = []

    def view(self, device: str) -> View:
        """Make the device's view; once per device."""
        store = str(self.chain.chain.devices[DeviceId(device)].store)
        return View(self.shops[store], device, self.clock, self._record)

    def plug(self, device: str, console: Console) -> None:
        """Give people access to the device's prompt."""
        self._consoles[device] = console

    def type_in(self, device: str, *lines: str) -> None:
        """A person types configuration lines into a device."""
        self._consoles[device].apply(lines, PERSON)

    def try_out(self, device: str, minutes: int, *lines: str) -> None:
        """A person types configuration lines into a device, under a timer that takes them back."""
        self._consoles[device].try_out(lines, PERSON, minutes)

    def sit_down(self, device: str, *lines: str, exclusive: bool = False) -> None:
        """A person logs in to a device, types configuration lines and stays in configuration mode."""
        self._workplace(device).sit_down(PERSON, lines, exclusive=exclusive)

    def stand_up(self, device: str, *lines: str) -> None:
        """A person who sits at a device types some last lines and logs out."""
        self._workplace(device).stand_up(PERSON, lines)

    def save(self, device: str) -> None:
        """A person saves what a device is configured with."""
        self._workplace(device).write_memory()

    def works_at(self, device: str) -> bool:
        """Whether somebody sits at a device, or a timer is to take back what somebody typed."""
        return self._workplace(device).busy(PERSON)

    def _workplace(self, device: str) -> Workplace:
        console = self._consoles[device]
        if not isinstance(console, Workplace):
            raise TypeError(f"nobody can sit down at {device}: its emulator does not know how")
        return console

    def visit(self, device: str, user: str = PERSON) -> Callable[[], None]:
        """A person logs in from headquarters and looks, if there is a free place; call what comes back to log out."""
        console = self._consoles[device]
        line: Line | None = console.lines.take(console.open_lines(), str(DESK), self.clock.now())
        if line is None:
            return lambda: None
        line.user = user
        return partial(console.lines.free, line)

    def take_back(self, device: str) -> None:
        """A person takes back what is under a timer."""
        self._consoles[device].take_back(PERSON)

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
