"""What an edge tracks: whether an IP SLA operation is answered, whether an interface is up.

In: the edge's setting, its links and lines, operations that hang. Out: per object up or down, since when; log lines.
Called by ``lab.shop`` after every change; routes that are tracked ask here. Why not from the operations' results:
nothing ticks in a store that stands still, so what an operation would find is worked out when something changes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv4Interface

from lab.fittings import Fittings
from lab.lines import line
from lab.setting import RouteSetting, TrackSetting

MOST_LOSS = 0.5
Later = Callable[[float], None]


@dataclass(slots=True)
class Tracked:
    """One object: ``due`` when (lab seconds) it changes unless it changes back before."""

    up: bool
    since: float
    changes: int = 0
    due: float | None = None


class Tracking:
    """The tracked objects of one edge, by number."""

    def __init__(self, shop: Fittings) -> None:
        self._shop = shop
        self.objects: dict[int, Tracked] = {}

    def up(self, number: int) -> bool:
        """Whether an object is up; one that is not configured is not."""
        return number in self.objects and self.objects[number].up

    def work_out(self, at: float, later: Later) -> None:
        """Bring every object into its state; ``later`` is told when to look again."""
        wanted = {setting.number: setting for setting in self._shop.edge.setting.tracks}
        for number in [known for known in self.objects if known not in wanted]:
            del self.objects[number]
        for number, setting in wanted.items():
            found = self._found(setting)
            if number not in self.objects:
                self.objects[number] = Tracked(up=found, since=at)
            self._turn(setting, self.objects[number], at, later, found=found)

    def _turn(self, setting: TrackSetting, own: Tracked, at: float, later: Later, *, found: bool) -> None:
        if found == own.up:
            own.due = None
            return
        wait = setting.up_seconds if found else setting.down_seconds
        if own.due is None and wait:
            own.due = at + wait
            later(own.due)
        if own.due is not None and at < own.due:
            return
        own.up, own.since, own.due = found, at, None
        own.changes += 1
        what = f"interface {setting.interface} line-protocol" if setting.interface else f"ip sla {setting.probe}"
        what += "" if setting.interface else f" {setting.kind}"
        turned = "Down -> Up" if found else "Up -> Down"
        self._shop.say(self._shop.edge.name, at, "TRACK-6-STATE", f"{setting.number} {what} {turned}")

    def _found(self, setting: TrackSetting) -> bool:
        if setting.interface is not None:
            return self._shop.edge.up(setting.interface)
        probe = next((one for one in self._shop.edge.setting.probes if one.number == setting.probe), None)
        if probe is None or not probe.scheduled or probe.number in self._shop.hung_probes:
            return False
        try:
            port = self._way(IPv4Address(probe.target))
        except AddressValueError:
            return False
        found = line(self._shop, port) if port is not None else None
        return found is not None and found.loss < MOST_LOSS and found.ms <= probe.timeout_ms

    def _way(self, target: IPv4Address) -> str | None:
        """The line an operation's echo leaves by: an interface beside it, else the closest untracked route."""
        beside = next((port for port in self._shop.edge.setting.ports if self._holds(port, target)), None)
        if beside is not None:
            return beside
        routes = [r for r in self._shop.edge.setting.routes if r.track is None and target in r.prefix]
        for route in sorted(routes, key=lambda r: (-r.prefix.prefixlen, r.distance)):
            port = self._by(route)
            if port is not None:
                return port
        return None

    def _by(self, route: RouteSetting) -> str | None:
        if route.next_hop == "dhcp":
            wan = self._shop.wan
            return wan.port if wan.lease is not None and self._shop.edge.up(wan.port) else None
        if isinstance(route.next_hop, IPv4Address):
            hop = route.next_hop
            return next((port for port in self._shop.edge.setting.ports if self._holds(port, hop)), None)
        return route.interface if route.interface is not None and self._shop.edge.up(route.interface) else None

    def _holds(self, port: str, address: IPv4Address) -> bool:
        setting, wan = self._shop.edge.setting.ports[port], self._shop.wan
        own = wan.lease if setting.address == "dhcp" and port == wan.port else setting.address
        return self._shop.edge.up(port) and isinstance(own, IPv4Interface) and address in own.network
