"""What one device sees of services: the ``ServiceView`` the emulators print.

In: a ``Shop``, one of its devices and the clock. Out: rows of ``lab.service_model``. Called by ``lab.devices`` through
``lab.view``.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from ipaddress import IPv4Address, IPv4Interface
from typing import Literal

from lab import leaking
from lab.association import Association
from lab.connecting import connect
from lab.endpoints import noise
from lab.gear import Gear
from lab.leases import Binding
from lab.luring import LEASE_SECONDS
from lab.numbering import tunnel_key
from lab.outside import ACCOUNTS_PORT
from lab.paths import address_on, echo_ms
from lab.service_model import (
    AccountsLook,
    Connection,
    MemoryLook,
    PoolLook,
    SnoopLook,
    StandbyLook,
    TimeLook,
    TunnelLook,
)
from lab.setting import PoolSetting
from lab.shop import Shop
from lab.standing_by import groups
from lab.time_keeping import TimeKeeping
from lab.tunnelling import Tunnelling

TRIES = 4  # a request and three more


@dataclass(slots=True)
class _Met:
    """How a server of accounts was met; ``since`` (lab seconds) it is taken for what it is."""

    since: float
    dead: bool = False
    deaths: int = 0
    requests: int = 0
    timeouts: int = 0
    accepted: int = 0
    rejected: int = 0


class _Neighbours:
    """What a device sees of those it speaks with on equal terms: far ends of tunnels, other gateways."""

    def __init__(self, shop: Shop, gear: Gear, pass_time: Callable[[], float]) -> None:
        self._shop = shop
        self._gear = gear
        self._pass = pass_time

    def tunnels(self) -> Sequence[TunnelLook]:
        """Return the tunnels."""
        at, edge = self._pass(), self._gear is self._shop.edge
        return [self._tunnel(port, own, at) for port, own in self._shop.associations.items()] if edge else []

    def _tunnel(self, port: str, own: Association, at: float) -> TunnelLook:
        own.count(at)
        source = self._gear.port(own.source)
        address = address_on(self._shop, self._gear, own.source) if source is not None else None
        keys = {setting.port: setting.key for setting in self._gear.setting.tunnels}
        met = own.negotiating and not self._shop.tunnelling.blocked
        return TunnelLook(
            port=port,
            source=own.source,
            peer=own.peer,
            local=own.local if own.up else address.ip if address is not None else None,
            up=own.up,
            seconds=at - own.since,
            number=own.number,
            wrong_key=met and keys.get(port) != tunnel_key(self._shop.number),
            sent=int(own.sent),
            received=int(own.received),
        )

    def gateways(self) -> Sequence[StandbyLook]:
        """Return the groups by which it shares addresses with other gateways."""
        self._pass()
        return groups(self._shop) if self._gear is self._shop.edge else []

    def clear_tunnel(self, peer: IPv4Address | None) -> bool:
        """Forget the keys of one tunnel, or of all; False when there is none."""
        at, tunnelling = self._pass(), self._shop.tunnelling
        if self._gear is not self._shop.edge or all(peer not in (None, look.peer) for look in self.tunnels()):
            return False
        self._shop.act(at, partial(_clear, tunnelling, peer, at))
        return True


class Services(_Neighbours):
    """One device's eyes and hands for services. ``pass_time`` lets the store's time pass and returns it."""

    def __init__(self, shop: Shop, gear: Gear, pass_time: Callable[[], float]) -> None:
        super().__init__(shop, gear, pass_time)
        self._time = TimeKeeping(shop, gear)
        self._accounts: dict[IPv4Address, _Met] = {}
        shop.before_change.append(self._time.account)
        shop.askers[gear.name] = lambda server, at: self._ask(server, at, known=True)

    def pools(self) -> Sequence[PoolLook]:
        """Return the DHCP server's pools."""
        at = self._pass()
        return [self._pool(pool, at) for pool in self._gear.setting.pools]

    def _pool(self, pool: PoolSetting, at: float) -> PoolLook:
        bound = [b.address for b in self._leases_in(pool, at)]
        hosts = list(pool.network.hosts())
        own = {p.address.ip for p in self._gear.setting.ports.values() if isinstance(p.address, IPv4Interface)}
        used = pool.excluded | own | set(bound) | self._shop.leases.conflicts.keys()
        return PoolLook(
            name=pool.name,
            network=pool.network,
            leased=len(bound),
            excluded=len(pool.excluded),
            total=len(hosts),
            next_address=next((address for address in hosts if address not in used), None),
        )

    def _leases_in(self, pool: PoolSetting, at: float) -> Iterator[Binding]:
        if self._gear is self._shop.edge:
            yield from (b for b in self._shop.leases.listed(at) if b.address in pool.network)

    def clear_lease(self, address: IPv4Address | None) -> bool:
        """Forget one lease, or all; False when nobody holds the address."""
        at, leases = self._pass(), self._shop.leases
        if self._gear is not self._shop.edge:
            return address is None
        if address is not None and all(address != b.address for b in leases.listed(at)):
            return False

        def forget() -> None:
            leases.clear(address)

        self._shop.act(at, forget)
        return True

    def conflicts(self) -> Mapping[IPv4Address, datetime]:
        """Return the addresses that somebody else answered for, and since when."""
        self._pass()
        found = self._shop.leases.conflicts if self._gear is self._shop.edge else {}
        return {address: self._shop.when(since) for address, since in sorted(found.items())}

    def clear_conflict(self, address: IPv4Address | None) -> bool:
        """Hand one such address out again, or all; False when there is none."""
        doomed = [known for known in self.conflicts() if address in (None, known)]

        def forget() -> None:
            for known in doomed:
                del self._shop.leases.conflicts[known]

        if doomed:
            self._shop.act(self._pass(), forget)
        return bool(doomed) or address is None

    def snooped(self) -> Sequence[SnoopLook]:
        """Return the leases that were seen to pass by on ports that are watched."""
        at = self._pass()
        found = []
        for vlan in sorted(self._gear.setting.snooped & self._gear.setting.vlans):
            for port, member in self._shop.floor.behind(self._gear.name, vlan):
                if not self._gear.setting.ports[port].trusted:
                    found += [
                        SnoopLook(mac=mac, address=row[0], seconds=row[1], vlan=vlan, port=port)
                        for mac in self._shop.clients_of(member, vlan)
                        if (row := self._lease_of(vlan, mac, at)) is not None
                    ]
        return found

    def _lease_of(self, vlan: int, mac: str, at: float) -> tuple[IPv4Address, int] | None:
        for rogue in self._shop.rogues.values():
            if mac in rogue.lured:
                return rogue.lured[mac], int(LEASE_SECONDS)
        binding = self._shop.leases.holds(vlan, mac)
        return None if binding is None else (binding.address, int(binding.expires(at) - at))

    def connect(self, host: IPv4Address, port: int, source: str | None) -> Connection:
        """Open a TCP connection now. ``source``: interface or address."""
        at = self._pass()
        return connect(self._shop, self._gear, host, port, source, noise(self._gear.name, "tcp", at))

    def times(self) -> Sequence[TimeLook]:
        """Return the configured time servers."""
        return self._time.looks(self._pass())

    def authenticate(self, server: IPv4Address, *, known: bool) -> Literal["accepted", "rejected"] | None:
        """Ask a server of accounts about one; None when it does not answer. ``known``: whether it knows the account."""
        answers = self._ask(server, self._pass(), known=known)
        return None if not answers else "accepted" if known else "rejected"

    def _ask(self, server: IPv4Address, at: float, *, known: bool) -> bool:
        met = self._accounts.setdefault(server, _Met(since=0.0))
        answers = self._shop.outside.mood(server, ACCOUNTS_PORT) is None
        answers = answers and echo_ms(self._shop, self._gear, server, None, 0.5) is not None
        met.requests += 1
        if met.dead == answers:
            met.dead, met.since = not answers, at
            self._say_dead(server, met, at)
        if not answers:
            met.timeouts += TRIES
            return False
        met.accepted += known
        met.rejected += not known
        return True

    def _say_dead(self, server: IPv4Address, met: _Met, at: float) -> None:
        sockets = f"RADIUS server {server}:{ACCOUNTS_PORT},{ACCOUNTS_PORT + 1}"
        if met.dead:
            met.deaths += 1
            self._shop.say(self._gear.name, at, "RADIUS-4-RADIUS_DEAD", f"{sockets} is not responding.")
        else:
            self._shop.say(self._gear.name, at, "RADIUS-4-RADIUS_ALIVE", f"{sockets} is being marked alive.")

    def accounts(self, server: IPv4Address) -> AccountsLook:
        """Return how a server of accounts was met."""
        at = self._pass()
        met = self._accounts.get(server, _Met(since=0.0))
        return AccountsLook(
            dead=met.dead,
            since_seconds=at - met.since,
            deaths=met.deaths,
            requests=met.requests,
            timeouts=met.timeouts,
            accepted=met.accepted,
            rejected=met.rejected,
        )

    def memory(self) -> MemoryLook:
        """Return how the processor's memory stands."""
        return leaking.memory(self._shop, self._gear, self._pass())

    def restarted(self) -> None:
        """The device's software has started anew."""
        at = self._pass()
        self._time.restart(at)
        self._accounts.clear()
        leaking.stop(self._shop, self._gear, at)
        self.clear_tunnel(None)


def _clear(tunnelling: Tunnelling, peer: IPv4Address | None, at: float) -> None:
    tunnelling.clear(peer, at)
