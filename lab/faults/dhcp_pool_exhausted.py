"""A DHCP pool is full of leases of clients that are gone; whoever comes now gets no address.

``guests``: a coach party passed by. ``conflicts``: something answered for every address left of the guests' pool, so
that the server took them out of it. ``tills``: something in the tills' VLAN asked again and again, with ever new MAC
addresses, until nothing was left, and one till started anew and finds nothing.
"""

from datetime import datetime
from ipaddress import IPv4Interface
from itertools import count
from typing import Literal

from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, ports_of
from lab.setting import PoolSetting
from lab.shop import Shop
from lab.world import World

VLANS = {"guests": 30, "conflicts": 30, "tills": 10}


class DhcpPoolExhausted:
    """See the module."""

    name = "dhcp_pool_exhausted"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "A"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every edge, by the interface in the VLAN."""
        return tuple(
            Target(store=t.store, device=t.upstream, port=f"{t.port}.{vlan}", upstream=t.upstream, variant=variant)
            for variant, vlan in VLANS.items()
            for t, _ in ports_of(chain, "trunk")
            if t.upstream.endswith("-edge")
        )

    def inject(self, world: World, target: Target) -> None:
        """Let them come and go."""
        shop, at = world.shops[target.store], world.clock.seconds()
        pool, gateway = _server(shop, target)
        strangers = (f"02:c0:{shop.number % 256:02x}:{n >> 16:02x}:{n >> 8 & 255:02x}:{n & 255:02x}" for n in count(1))

        def happen() -> None:
            for mac in _newcomers(shop, target):
                shop.leases.clear(mac=mac)
            if target.variant == "conflicts":
                _conflict(shop, pool, at)
            else:
                shop.leases.fill(VLANS[target.variant], pool, gateway, strangers, at)

        shop.act(at, happen)
        shop.later(at + pool.lease_seconds, lambda: None)

    def remove(self, world: World, target: Target) -> None:
        """Their leases end."""
        shop = world.shops[target.store]
        pool, _ = _server(shop, target)

        def happen() -> None:
            for address in pool.network.hosts():
                shop.leases.conflicts.pop(address, None)
                shop.leases.clear(address)

        shop.act(world.clock.seconds(), happen)

    def present(self, world: World, target: Target) -> bool:
        """Whether nothing is left."""
        shop = world.shops[target.store]
        pool, _ = _server(shop, target)
        room = pool.network.num_addresses - 2 - len(pool.excluded)
        lost = sum(address in pool.network for address in shop.leases.conflicts)
        return shop.leases.taken(VLANS[target.variant], world.clock.seconds()) + lost >= room

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """Leases of guests may be dropped; among the tills a person decides."""
        return "escalated" if target.variant == "tills" else "healed"

    def repairs(self, target: Target) -> tuple[Repair, ...]:
        """Forgetting leases."""
        what = "conflict" if target.variant == "conflicts" else "binding"
        return (Repair(device=target.upstream, section="", line=rf"clear ip dhcp {what} (\*|[\d.]+)"),)


def _server(shop: Shop, target: Target) -> tuple[PoolSetting, IPv4Interface]:
    setting = shop.edge.setting
    gateway = setting.ports[target.port].address
    if not isinstance(gateway, IPv4Interface):
        raise TypeError(f"{target.device} {target.port} has no address of its own")
    return next(pool for pool in setting.pools if gateway.ip in pool.network), gateway


def _conflict(shop: Shop, pool: PoolSetting, at: float) -> None:
    """The server pings an address before it offers it; whatever answers, it takes out of the pool."""
    taken = pool.excluded | {b.address for b in shop.leases.listed(at)}
    for address in pool.network.hosts():
        if address not in taken:
            shop.leases.conflicts[address] = at
            text = f"DHCP address conflict:  server pinged {address}."
            shop.say(shop.edge.name, at, "DHCPD-4-PING_CONFLICT", text)


def _newcomers(shop: Shop, target: Target) -> list[str]:
    """Who comes when nothing is left: every guest who is there now, or the last till."""
    vlan = VLANS[target.variant]
    if target.variant == "tills":
        return [till.mac for _, till in sorted(shop.tills.items())][-1:]
    return [mac for ap in shop.access_points.values() for mac in ap.clients.get(vlan, ())]


FAULT = DhcpPoolExhausted()
