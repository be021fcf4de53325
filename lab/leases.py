"""The edge's DHCP server: who holds which address.

In: which clients reach the server in which VLAN, the gateways and the pools. Out: bindings.
Called by ``lab.shop`` after every change. Why: a binding outlives the client's path until it expires; a client that
reaches the server renews at half time, so its expiry is worked out when somebody looks.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface

from lab.setting import PoolSetting


@dataclass(slots=True)
class Binding:
    """One lease: handed out at ``since``; ``silent``: when the client fell silent, None while heard."""

    mac: str
    address: IPv4Address
    pool_seconds: int
    since: float
    silent: float | None = None

    def expires(self, at: float) -> float:
        """When it runs out, in lab seconds."""
        heard = at if self.silent is None else self.silent
        half = self.pool_seconds / 2
        return self.since + half * ((heard - self.since) // half) + self.pool_seconds


@dataclass(slots=True)
class Rogue:
    """A DHCP server nobody planned. ``lured``: who holds an address of its; ``fresh``: nobody has heard it yet.

    ``silent``: since when (lab seconds) nobody hears it, noticed now and then.
    """

    mac: str
    lured: dict[str, IPv4Address] = field(default_factory=dict)
    fresh: bool = True
    silent: float | None = None


class Leases:
    """All bindings of one server, by VLAN tag and MAC; ``conflicts``: addresses that somebody else answered for."""

    def __init__(self) -> None:
        self._bindings: dict[tuple[int, str], Binding] = {}
        self.conflicts: dict[IPv4Address, float] = {}

    def serve(
        self,
        clients: Iterable[tuple[str, IPv4Address | None, int]],
        gateways: Mapping[int, IPv4Interface],
        pools: Sequence[PoolSetting],
        at: float,
    ) -> None:
        """From ``at`` on exactly these clients (MAC, address they had before, VLAN tag) reach the server."""
        reaching = set()
        for mac, wanted, tag in clients:
            gateway = gateways.get(tag)
            pool = next((p for p in pools if gateway is not None and gateway.ip in p.network), None)
            if pool is not None and gateway is not None and self._bind(tag, mac, wanted, pool, gateway, at):
                reaching.add((tag, mac))
        for key, binding in self._bindings.items():
            if key not in reaching and binding.silent is None:
                binding.silent = at

    def _bind(
        self, tag: int, mac: str, wanted: IPv4Address | None, pool: PoolSetting, gateway: IPv4Interface, at: float
    ) -> bool:
        held = self._bindings.get((tag, mac))
        if held is not None and held.address in pool.network and held.expires(at) > at:
            if held.silent is not None:
                held.since, held.silent = at, None
            return True
        taken = {b.address for (t, _), b in self._bindings.items() if t == tag and b.expires(at) > at}
        taken |= pool.excluded | {gateway.ip} | self.conflicts.keys()
        address = wanted if wanted is not None and wanted in pool.network and wanted not in taken else None
        address = address or next((a for a in pool.network.hosts() if a not in taken), None)
        if address is None:
            return False
        self._bindings[(tag, mac)] = Binding(mac=mac, address=address, pool_seconds=pool.lease_seconds, since=at)
        return True

    def taken(self, tag: int, at: float) -> int:
        """How many addresses of a VLAN are bound."""
        return sum(t == tag and b.expires(at) > at for (t, _), b in self._bindings.items())

    def fill(self, tag: int, pool: PoolSetting, gateway: IPv4Interface, macs: Iterator[str], at: float) -> None:
        """Clients come, take what is left of a pool, and fall silent."""
        while self._bind(tag, mac := next(macs), None, pool, gateway, at):
            self._bindings[(tag, mac)].silent = at

    def clear(self, address: IPv4Address | None = None, mac: str | None = None) -> bool:
        """Forget the binding of an address or of a client, or all. Return whether there was any."""
        doomed = [
            key for key, b in self._bindings.items() if (address in (None, b.address)) and (mac is None or mac == b.mac)
        ]
        for key in doomed:
            del self._bindings[key]
        return bool(doomed)

    def alive(self) -> Iterator[tuple[int, Binding]]:
        """Bindings whose client reaches the server, with their VLAN tag."""
        return ((tag, b) for (tag, _), b in self._bindings.items() if b.silent is None)

    def holds(self, tag: int, mac: str) -> Binding | None:
        """The binding of a client that reaches the server."""
        binding = self._bindings.get((tag, mac))
        return binding if binding is not None and binding.silent is None else None

    def listed(self, at: float) -> list[Binding]:
        """Every binding not yet expired."""
        return [b for b in self._bindings.values() if b.expires(at) > at]
