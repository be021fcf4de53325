"""One store as a small running network.

In: what devices are configured to do (``DeviceView.changed``), what faults do to carrier, access points and tills,
and the time. Out: links, tables, leases and reach, right at any moment somebody looks. Called by ``lab.view``,
``lab.world`` and faults. Why: nothing ticks - between two changes the store stands still, so a change (or a booting
access point whose time has come) is the only moment at which anything is worked out again.
"""

import heapq
from collections.abc import Callable
from functools import partial
from ipaddress import IPv4Address
from itertools import count

from inventory.model import Store
from lab.bursting import flow
from lab.chain import LabChain
from lab.endpoints import BOOT_SECONDS, AccessPoint
from lab.fittings import Fittings
from lab.gear import Gear
from lab.guarding import guard, pass_over, reopen
from lab.hearing import hear
from lab.linking import links, power
from lab.peering import CONNECT_SECONDS, HOLD_SECONDS, Peering
from lab.powering import cascade
from lab.setting import DeviceSetting
from lab.tracking import Tracking
from lab.tunnelling import Tunnelling


class Shop(Fittings):
    """The network of one store, in time. Times are lab seconds (since the chain's start)."""

    def __init__(self, chain: LabChain, store: Store, after_change: Callable[["Shop", float], None]) -> None:
        super().__init__(chain, store)
        self.before_change: list[Callable[[float], None]] = []
        self._after_change = after_change
        self._queue: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()
        self._seen = 0.0
        self.turns = 0
        self.peering = Peering(self)
        self.tracking = Tracking(self)
        self.tunnelling = Tunnelling(self, self._later)

    def begin(self, at: float) -> None:
        """Everything has been up and quiet for long: no boots, no log lines."""
        self.wan.lease = self.wan.offered
        for ap in self.access_points.values():
            ap.state = "running"
        self._work_out(at)
        self._queue.clear()
        self.wan.lease = self.wan.offered if self.asks_for_lease() else None
        self.tracking.objects.clear()
        self._track(at)
        self.peering.work_out(at, lambda _: None, lambda _: None)
        hear(self, at)
        for gear in self.gears.values():
            gear.log.clear()
        self.begun = True
        self.turns += 1

    def advance(self, at: float) -> None:
        """Let everything happen whose time has come."""
        at = max(at, self._seen)
        while self._queue and self._queue[0][0] <= at:
            due, _, happen = heapq.heappop(self._queue)
            self._change(max(due, self._seen), happen)
        self._seen = at

    def due(self, at: float) -> bool:
        """Whether something is waiting whose time has come."""
        return bool(self._queue) and self._queue[0][0] <= at

    def act(self, at: float, happen: Callable[[], None]) -> None:
        """Change something now, and work out what follows from it."""
        self.advance(at)
        self._change(self._seen, happen)

    def configure(self, at: float, device: str, setting: DeviceSetting) -> None:
        """The device's running configuration now means ``setting``."""
        self.act(at, partial(self._set, device, setting))

    def renew(self, at: float, port: str) -> None:
        """The edge's DHCP client on ``port`` asks again."""
        if port == self.wan.port and self.asks_for_lease():
            answer = self.wan.asked_to_renew()
            if answer is not None:
                self._later(at + answer, self._lease_wan)

    def clear_peer(self, at: float, address: IPv4Address | None) -> None:
        """Tear a BGP session down, or all."""
        self.act(at, lambda: self.peering.clear(address, self._seen))

    def _connect(self, address: IPv4Address) -> None:
        tries = self.peering.sessions[address].tries
        happen = partial(self.peering.connected, address, tries)
        self._later(self._seen + CONNECT_SECONDS, lambda: happen(self._seen))

    def err_disable(self, at: float, device: str, port: str, cause: str) -> None:
        """Something violates a port's guard: its switch shuts it. Passing causes are over at once."""
        gear = self.gears[device]

        def happen() -> None:
            gear.violations[port] = cause

        self.act(at, happen)
        pass_over(gear)

    def err_enable(self, at: float, device: str, port: str) -> None:
        """The cause goes away and the port is opened again."""
        gear = self.gears[device]

        def happen() -> None:
            gear.violations.pop(port, None)
            gear.errdisabled.pop(port, None)

        self.act(at, happen)

    def _recover_later(self, gear: Gear, port: str, due: float) -> None:
        self._later(due, lambda: reopen(self, gear, port, self._seen))

    def later(self, at: float, happen: Callable[[], None]) -> None:
        """Let something happen at its time."""
        self._later(at, happen)

    def _later(self, at: float, happen: Callable[[], None]) -> None:
        heapq.heappush(self._queue, (at, next(self._order), happen))

    def _set(self, device: str, setting: DeviceSetting) -> None:
        asked = self.asks_for_lease()
        self.hung_probes -= _begun_anew(self.gears[device].setting, setting)
        self.gears[device].setting = setting
        self.settings[device] = setting
        if self.asks_for_lease() and not asked:
            self._later(self._seen + self.wan.link_came_up(), self._lease_wan)

    def _change(self, at: float, happen: Callable[[], None]) -> None:
        if not self.begun:
            happen()
            return
        for hook in self.before_change:
            hook(at)
        self._seen = max(self._seen, at)
        happen()
        self._work_out(at)
        self._after_change(self, at)

    def _work_out(self, at: float) -> None:
        self.turns += 1
        guard(self, at, self._recover_later)
        cascade(self, at, self._later)
        power(self, at, lambda ap: self._later(at + BOOT_SECONDS, partial(_booted, ap, ap.boots)))
        turned = links(self, at)
        if (self.edge.setting.tunnels or self.associations) and self.tunnelling.work_out(at):
            links(self, at)
        if turned is not None or not self.asks_for_lease():
            self.wan.lease = None
        if turned and self.asks_for_lease():
            self._later(at + self.wan.link_came_up(), self._lease_wan)
        hear(self, at)
        flow(self, at)
        self._track(at)
        self.peering.work_out(at, self._connect, lambda _: self._later(at + HOLD_SECONDS, lambda: None))

    def _track(self, at: float) -> None:
        self.tracking.work_out(at, lambda due: self._later(due, lambda: None))

    def _lease_wan(self) -> None:
        wan = self.wan
        if wan.lease is not None or not self.asks_for_lease() or wan.mood != "serving" or wan.modem.state == "hung":
            return
        offered = self.wan.lease = self.wan.offered
        self.say(
            self.edge.name,
            self._seen,
            "DHCP-6-ADDRESS_ASSIGN",
            f"Interface {self.wan.port} assigned DHCP address {offered.ip}, mask {offered.netmask}, "
            f"hostname {self.edge.name}",
        )


def _begun_anew(old: DeviceSetting, new: DeviceSetting) -> set[int]:
    """The IP SLA operations that run no more as they did."""
    still = set(new.probes)
    return {probe.number for probe in old.probes if probe.scheduled and probe not in still}


def _booted(ap: AccessPoint, boot: int) -> None:
    if ap.boots == boot and ap.state == "booting" and not ap.broken:
        ap.state = "running"
