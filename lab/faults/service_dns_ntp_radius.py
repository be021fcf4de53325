"""A service at headquarters does not answer, though its hosts answer pings.

``dns``: the resolver; whoever needs a name stands still. ``ntp``: both time servers; the clocks drift. ``radius``: the
server of accounts. Stores ask none by their standard: this one does, because a person has configured it, and every
half minute somebody logs in somewhere.
"""

from datetime import datetime
from functools import partial
from ipaddress import IPv4Address
from typing import Literal

from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, ports_of
from lab.outside import ACCOUNTS_PORT, DNS_PORT, TIME_PORT
from lab.shop import Shop
from lab.standards import NTP_SERVERS, RESOLVER
from lab.world import World

LOG_IN_SECONDS = 30.0
ACCOUNTS_SERVER = "198.51.100.60"
ASKED = {
    "dns": tuple((IPv4Address(host), DNS_PORT) for host in (RESOLVER,)),
    "ntp": tuple((IPv4Address(host), TIME_PORT) for host in NTP_SERVERS),
    "radius": ((IPv4Address(ACCOUNTS_SERVER), ACCOUNTS_PORT),),
}
ACCOUNTS = ("radius server HQ-RADIUS", f"address ipv4 {ACCOUNTS_SERVER} auth-port 1812 acct-port 1813", "timeout 2")


class ServiceDnsNtpRadius:
    """See the module."""

    name = "service_dns_ntp_radius"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "G"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every edge, every service."""
        return tuple(
            Target(store=t.store, device=variant, port="", upstream=t.upstream, variant=variant)
            for variant in ASKED
            for t, _ in ports_of(chain, "wan")
        )

    def inject(self, world: World, target: Target) -> None:
        """Let it fall silent towards this store."""
        if target.variant == "radius":
            world.type_in(target.upstream, *ACCOUNTS, "end")
        shop, at = world.shops[target.store], world.clock.seconds()
        shop.act(at, lambda: shop.outside.moods.update(dict.fromkeys(ASKED[target.variant], "silent")))
        if target.variant == "radius":
            shop.act(at, partial(_log_in, shop, target.upstream, at))

    def remove(self, world: World, target: Target) -> None:
        """Let it answer again."""
        shop = world.shops[target.store]

        def happen() -> None:
            for asked in ASKED[target.variant]:
                shop.outside.moods.pop(asked, None)

        shop.act(world.clock.seconds(), happen)
        if target.variant == "radius":
            world.type_in(target.upstream, f"no {ACCOUNTS[0]}", "end")

    def present(self, world: World, target: Target) -> bool:
        """Whether it is silent."""
        moods = world.shops[target.store].outside.moods
        return any(asked in moods for asked in ASKED[target.variant])

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """There is no second resolver, and both time servers are gone: people at headquarters repair it."""
        return "escalated"

    def repairs(self, target: Target) -> tuple[Repair, ...]:
        """Asking another one."""
        lines = {
            "dns": r"(dns-server|ip name-server) [\d. ]+",
            "ntp": r"ntp server [\d.]+.*",
            "radius": "radius server .*",
        }
        return (Repair(device=target.upstream, section=".*", line=lines[target.variant]),)


def _log_in(shop: Shop, edge: str, at: float) -> None:
    """Somebody is asked about again and again, as long as the server is silent."""
    if any(asked in shop.outside.moods for asked in ASKED["radius"]):
        shop.askers[edge](IPv4Address(ACCOUNTS_SERVER), at)
        shop.later(at + LOG_IN_SECONDS, partial(_log_in, shop, edge, at + LOG_IN_SECONDS))


FAULT = ServiceDnsNtpRadius()
