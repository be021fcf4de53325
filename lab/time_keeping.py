"""How the devices of a store keep their time: polls of the time servers, eight of them remembered per server.

In: the configured servers, the store and what stands outside as they are. Out: rows of ``lab.service_model``. Called by
``lab.service_view``. Why: nothing runs in the background - polls are worked out when somebody looks, and before every
change; only the last eight can be seen.
"""

from ipaddress import IPv4Address

from lab.endpoints import noise
from lab.gear import Gear
from lab.outside import TIME_PORT
from lab.paths import echo_ms
from lab.service_model import TimeLook
from lab.shop import Shop
from lab.standards import NTP_SERVERS

POLL_SECONDS = 64.0
REMEMBERED = 8
DRIFT_MS = 0.02  # a second, while no server answers


class TimeKeeping:
    """One device's clock."""

    def __init__(self, shop: Shop, gear: Gear) -> None:
        self._shop = shop
        self._gear = gear
        self._reach: dict[IPv4Address, int] = {}
        self._answered: dict[IPv4Address, tuple[float, float]] = {}
        self._first = -POLL_SECONDS * (REMEMBERED + noise(gear.name, "poll"))
        self._polled = -1

    def account(self, at: float) -> None:
        """Poll as often as was due up to ``at``, with the store as it stands. Call before anything changes."""
        if not self._shop.begun:
            return
        due = int((at - self._first) // POLL_SECONDS)
        for poll in range(max(self._polled + 1, due - REMEMBERED + 1), due + 1):
            for server in self._gear.setting.time_servers:
                took = self._ask(server, poll)
                self._reach[server] = (self._reach.get(server, 0) << 1 | (took is not None)) & 0xFF
                if took is not None:
                    self._answered[server] = (self._first + poll * POLL_SECONDS, took)
        self._polled = max(self._polled, due)

    def restart(self, at: float) -> None:
        """The device starts anew and has met no server yet."""
        self._reach.clear()
        self._answered.clear()
        self._polled = int((at - self._first) // POLL_SECONDS)

    def _ask(self, server: IPv4Address, poll: int) -> float | None:
        if str(server) not in NTP_SERVERS or self._shop.outside.mood(server, TIME_PORT) is not None:
            return None
        return echo_ms(self._shop, self._gear, server, None, noise(self._gear.name, server, poll))

    def looks(self, at: float) -> list[TimeLook]:
        """Every configured server as it was met last."""
        self.account(at)
        return [self._look(server, at) for server in self._gear.setting.time_servers]

    def _look(self, server: IPv4Address, at: float) -> TimeLook:
        last = self._answered.get(server)
        lost = 0.0 if last is None else max(0.0, at - last[0] - POLL_SECONDS)
        return TimeLook(
            server=server,
            reach=self._reach.get(server, 0),
            answered_seconds=None if last is None else at - last[0],
            delay_ms=0.0 if last is None else last[1],
            offset_ms=0.0 if last is None else round(0.4 * noise(server, self._gear.name) + DRIFT_MS * lost, 3),
        )
