"""What goes on in stores when nothing is wrong: guests come and go, plugs are nudged, people log in and look.

In: the world, a seed, and how lively it is. Out: changes in each store's own time, none of which is a fault: nothing
here lasts as long as a hold time, and nobody changes a configuration. Called by ``lab.server`` (``--life``) and tests.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from random import Random

from lab.endpoints import AccessPoint
from lab.gear import Gear
from lab.linking import bustle
from lab.numbering import endpoint_mac
from lab.shop import Shop
from lab.wear import Wear
from lab.world import World

GUESTS = 30
MOST_GUESTS = 12
GUEST_KIND = 0x31
MEAN_SECONDS = 45.0
NUDGE_SECONDS = 1.2
VISIT_SECONDS = (20.0, 240.0)
PEOPLE = ("jdoe", "mnowak", "a.silva")
BY_HOUR = (3, 2, 1, 1, 1, 2, 6, 15, 35, 55, 70, 85, 100, 95, 85, 80, 85, 95, 90, 70, 45, 25, 12, 6)
"""How busy a shop is at each hour of its day, in percent of its busiest."""
CHATTER = (
    ("SEC_LOGIN-5-LOGIN_SUCCESS", "Login Success [user: nagios] [Source: 192.0.2.61] [localport: 22]"),
    ("SYS-6-LOGOUT", "User nagios has exited tty session 3(192.0.2.61)"),
    ("SSH-5-SSH2_CLOSE", "SSH2 Session from 192.0.2.61 (tty = 2) for user 'nagios' using cipher 'aes256-ctr' closed"),
    ("SYS-6-CLOCKUPDATE", "System clock has been updated by NTP"),
)


class Life:
    """Life in every store; ``pace`` 2 is twice as lively. The same seed lives the same life."""

    def __init__(self, world: World, seed: int, pace: float = 1.0) -> None:
        self._world = world
        self._mean = MEAN_SECONDS / pace
        self._chances = {name: Random(f"{seed}/life/{name}") for name in world.shops}
        self.happened = 0

    def begin(self) -> None:
        """From now on, something happens now and then in every store."""
        at = self._world.clock.seconds()
        for shop in self._world.shops.values():
            self._wait(shop, at)

    def _wait(self, shop: Shop, at: float) -> None:
        """An exponential wait for the next thing: as if each had nothing to do with the one before."""
        due = at + self._chances[str(shop.store.id)].expovariate(1 / self._mean)
        shop.later(due, partial(self._happen, shop, due))

    def _happen(self, shop: Shop, at: float) -> None:
        chance = self._chances[str(shop.store.id)]
        deeds: tuple[Callable[[Shop, float, Random], None], ...]
        deeds = (self._guests, self._guests, self._traffic, self._traffic, self._nudge, self._chatter, self._visit)
        chance.choice(deeds)(shop, at, chance)
        self.happened += 1
        self._wait(shop, at)

    def _busy(self, shop: Shop, at: float) -> float:
        """How busy the shop is at that time, 0-1."""
        return BY_HOUR[shop.store.local_time(self._world.chain.start + timedelta(seconds=at)).hour] / 100

    def _traffic(self, shop: Shop, at: float, chance: Random) -> None:
        """More or less goes over every link."""
        bustle(shop, round(0.1 + self._busy(shop, at) * chance.uniform(0.6, 1.4), 2), at)

    def _guests(self, shop: Shop, at: float, chance: Random) -> None:
        """Somebody comes into the shop with a telephone, or leaves; one thing always stays joined."""
        ap = chance.choice(list(shop.access_points.values()))
        wanted = max(1, round(MOST_GUESTS * self._busy(shop, at) * chance.uniform(0.5, 1.3)))
        ap.clients[GUESTS] = _guests_of(shop, ap, wanted, chance)

    def _nudge(self, shop: Shop, at: float, chance: Random) -> None:
        """A till's plug is knocked: its link goes and comes at once."""
        ends = [(shop.gears[end.node], end.port) for end in map(shop.feeding, shop.tills) if end.node in shop.gears]
        if not ends:
            return
        gear, port = chance.choice(ends)
        if gear.up(port) and port not in gear.wear:
            gear.worn(port).dropped = True
            shop.later(at + NUDGE_SECONDS, partial(_sit_firmly, gear, port))

    def _chatter(self, shop: Shop, at: float, chance: Random) -> None:
        """A monitoring system comes by."""
        shop.say(chance.choice(list(shop.gears)), at, *chance.choice(CHATTER))

    def _visit(self, shop: Shop, at: float, chance: Random) -> None:
        """Somebody logs in, looks, and leaves."""
        leave = self._world.visit(chance.choice(list(shop.gears)), chance.choice(PEOPLE))
        shop.later(at + chance.uniform(*VISIT_SECONDS), leave)


def _sit_firmly(gear: Gear, port: str) -> None:
    """The plug is where it was; what a fault has done to the port meanwhile stays."""
    wear = gear.wear.get(port)
    if wear is not None and wear.loose is None:
        wear.dropped = False
        if wear == Wear():
            del gear.wear[port]


def _guests_of(shop: Shop, ap: AccessPoint, wanted: int, chance: Random) -> tuple[str, ...]:
    """Most of who is there stays."""
    there = list(ap.clients.get(GUESTS, ()))[:wanted]
    index = 16 * int(ap.name.rpartition("ap")[2])
    known = [endpoint_mac(shop.number, GUEST_KIND, index + n) for n in range(MOST_GUESTS + 4)]
    others = [mac for mac in known if mac not in there]
    return (*there, *chance.sample(others, wanted - len(there)))
