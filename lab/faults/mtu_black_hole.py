"""Something on the carrier's way carries only smaller packets and tells nobody: echoes pass, large packets vanish.

Smaller TCP segments mend it (``ip tcp adjust-mss``), or the edge knowing the true size (``ip mtu``) - which helps hosts
only where the edge may tell them, and the chain's interfaces keep quiet (``no ip unreachables``).
"""

from datetime import datetime
from typing import Literal

from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, ports_of, section_of
from lab.lines import whole
from lab.world import World

TUNNEL = 1400
ETHERNET = 1500
VLANS = (10, 20, 30)
TRUNK = "GigabitEthernet0/1"


class MtuBlackHole:
    """See the module."""

    name = "mtu_black_hole"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "G"
    dealt = False

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every WAN port."""
        return tuple(target for target, _ in ports_of(chain, "wan"))

    def inject(self, world: World, target: Target) -> None:
        """Put a tunnel into the way."""
        self._set(world, target, TUNNEL)

    def remove(self, world: World, target: Target) -> None:
        """Take it out."""
        self._set(world, target, ETHERNET)

    def _set(self, world: World, target: Target, mtu: int) -> None:
        shop = world.shops[target.store]

        def happen() -> None:
            shop.wan.path_mtu = mtu

        shop.act(world.clock.seconds(), happen)

    def present(self, world: World, target: Target) -> bool:
        """Whether large packets of any function would vanish there."""
        shop = world.shops[target.store]
        subs = [port.name for port in shop.edge.setting.ports.values() if port.tag in VLANS]
        return shop.wan.path_mtu < ETHERNET and not all(whole(shop, shop.wan.port, name) for name in subs)

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """Smaller segments interrupt nobody."""
        return "healed"

    def repairs(self, target: Target) -> tuple[Repair, ...]:
        """The true size, or smaller segments, at the line or at what is behind it."""
        sections = (section_of(target), *(f"interface {TRUNK}.{vlan}" for vlan in VLANS))
        lines = (r"ip mtu \d+", r"ip tcp adjust-mss \d+", "ip unreachables")
        return tuple(
            Repair(device=target.upstream, section=section, line=line) for section in sections for line in lines
        )


FAULT = MtuBlackHole()
