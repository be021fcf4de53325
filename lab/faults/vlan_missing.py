"""A person has retyped a trunk's allowed VLANs and left one out: ``variant`` (never the management VLAN)."""

from datetime import datetime
from typing import Literal

from inventory.model import DeviceId
from lab.chain import LabChain
from lab.fault import Ending, Repair, Target, ports_of, section_of
from lab.hardware import UPLINKS
from lab.world import World

MANAGEMENT = 99


class VlanMissing:
    """See the module."""

    name = "vlan_missing"
    kind: Literal["fault", "decoy"] = "fault"
    fault_class: Literal["A", "G", "H", "E"] | None = "A"

    def targets(self, chain: LabChain, now: datetime) -> tuple[Target, ...]:  # noqa: ARG002
        """Every switch end of a trunk, and every access point's port; each VLAN it should carry."""
        ports = [row for row in ports_of(chain, "trunk") if "-sw" in row[0].upstream]
        ports += ports_of(chain, "access_point")
        return tuple(
            Target(store=t.store, device=t.upstream, port=t.port, upstream=t.upstream, variant=str(vlan))
            for t, port in sorted(ports, key=lambda row: (row[0].store, row[0].port not in UPLINKS))
            for vlan in port.vlans
            if vlan != MANAGEMENT
        )

    def inject(self, world: World, target: Target) -> None:
        """Type the list without the VLAN."""
        self._type(world, target, without=int(target.variant))

    def remove(self, world: World, target: Target) -> None:
        """Type the whole list."""
        self._type(world, target, without=None)

    def _type(self, world: World, target: Target, *, without: int | None) -> None:
        intended = world.chain.chain.devices[DeviceId(target.device)].ports[target.port].vlans
        vlans = ",".join(str(vlan) for vlan in intended if vlan != without)
        world.type_in(target.device, section_of(target), f"switchport trunk allowed vlan {vlans}", "end")

    def present(self, world: World, target: Target) -> bool:
        """Whether the VLAN is left out."""
        port = world.shops[target.store].settings[target.device].ports[target.port]
        return port.allowed is not None and int(target.variant) not in port.allowed

    def expected(self, chain: LabChain, target: Target, now: datetime) -> Ending:  # noqa: ARG002
        """Adding a VLAN interrupts nobody."""
        return "healed"

    def repairs(self, target: Target) -> tuple[Repair, ...]:
        """Adding exactly that VLAN, said either way; where whole sessions are committed, the old list goes first."""
        vlan = target.variant
        where = {"device": target.upstream, "section": section_of(target)}
        return (
            Repair(**where, line=r"no switchport trunk allowed vlan [\d,-]+"),
            Repair(
                device=target.upstream,
                section=section_of(target),
                line=rf"switchport trunk allowed vlan (add {vlan}|([\d,-]+,)?{vlan}(,[\d,-]+)?)",
            ),
        )


FAULT = VlanMissing()
