"""What stands in one store: edge, switches, access points, and what is plugged in where.

In: the seed, the store's number and its carriers. Out: the inventory's ``Device`` records. Called by ``lab.chain``.
Why: the layout is the only place that knows which port number a thing hangs on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from inventory.model import Device, DeviceId, Port, StoreId
from lab.hardware import KINDS, Hardware
from lab.numbering import MANAGEMENT_VLAN, endpoint_mac, host, session_address, store_id

ALL_VLANS = (10, 20, 30, 99)
WIRELESS_VLANS = (20, 30, 99)
TILL_VLAN = 10
UPLINK = 1
SECOND_SWITCH = 24
FIRST_AP_PORT = 2
WALL_PLATE_SHARE = 0.7
USUAL = ("cisco_ios",)
FIRST_TILL_PORT = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """A store being laid out: how much of everything there is. Wall-plate access points come last."""

    store: StoreId
    number: int
    carriers: Sequence[str]
    switches: int
    access_points: int
    tills: int
    wall_plates: int
    vendors: tuple[str, ...]

    def name(self, what: str) -> DeviceId:
        return DeviceId(f"{self.store}-{what}")

    def switch_of(self, index: int) -> int:
        """Things are dealt out over the switches in turn."""
        return 1 + (index - 1) % self.switches

    def hardware(self, switch: int) -> Hardware:
        """What stands there."""
        return KINDS[self.vendors[switch - 1]]

    @property
    def wired_tills(self) -> int:
        return self.tills - self.wall_plates

    def is_wall_plate(self, access_point: int) -> bool:
        return access_point > self.access_points - self.wall_plates


def lay_out(seed: int, number: int, carriers: Sequence[str], vendors: Sequence[str] = USUAL) -> Iterator[Device]:
    """Yield the store's devices, edge first. Each switch is of one of the ``vendors`` (platforms)."""
    chance = Random(f"{seed}/devices/{number}")
    plan = _Plan(
        store=store_id(number),
        number=number,
        carriers=carriers,
        switches=1 + (number + seed) % 2,
        access_points=chance.randint(2, 4),
        tills=chance.randint(2, 4),
        wall_plates=int(chance.random() < WALL_PLATE_SHARE),
        vendors=tuple(Random(f"{seed}/vendor/{number}/{switch}").choice(vendors) for switch in (1, 2)),
    )
    yield _edge(plan)
    for switch in range(1, plan.switches + 1):
        yield _switch(plan, switch)
    for access_point in range(1, plan.access_points + 1):
        yield _access_point(plan, access_point)


def _edge(plan: _Plan) -> Device:
    ports = (
        Port(name="GigabitEthernet0/0", use="wan", carrier=plan.carriers[0]),
        Port(name="Cellular0/2/0", use="backup_wan", carrier=plan.carriers[1]),
        Port(
            name="GigabitEthernet0/1",
            use="trunk",
            to=plan.name("sw1"),
            to_port=plan.hardware(1).port(UPLINK),
            vlans=ALL_VLANS,
        ),
    )
    return Device(
        id=plan.name("edge"),
        store=plan.store,
        role="edge",
        address=session_address(plan.number, 1),
        platform="cisco_ios",
        ports={p.name: p for p in ports},
    )


def _switch(plan: _Plan, switch: int) -> Device:
    hardware = plan.hardware(switch)
    above = ("edge", "GigabitEthernet0/1") if switch == 1 else ("sw1", plan.hardware(1).port(SECOND_SWITCH))
    ports = [Port(name=hardware.port(UPLINK), use="trunk", to=plan.name(above[0]), to_port=above[1], vlans=ALL_VLANS)]
    ports += [_ap_port(plan, n, hardware) for n in range(1, plan.access_points + 1) if plan.switch_of(n) == switch]
    ports += [
        _till_port(plan, n, hardware.port(FIRST_TILL_PORT + n - 1))
        for n in range(1, plan.wired_tills + 1)
        if plan.switch_of(n) == switch
    ]
    if switch == 1 and plan.switches > 1:
        below = plan.hardware(2).port(UPLINK)
        ports.append(
            Port(name=hardware.port(SECOND_SWITCH), use="trunk", to=plan.name("sw2"), to_port=below, vlans=ALL_VLANS)
        )
    return Device(
        id=plan.name(f"sw{switch}"),
        store=plan.store,
        role="switch",
        address=session_address(plan.number, 1 + switch),
        platform=hardware.platform,
        ports={p.name: p for p in ports},
    )


def _ap_port(plan: _Plan, number: int, hardware: Hardware) -> Port:
    vlans = ALL_VLANS if plan.is_wall_plate(number) else WIRELESS_VLANS
    name = hardware.port(FIRST_AP_PORT + number - 1)
    return Port(name=name, use="access_point", to=plan.name(f"ap{number}"), vlans=vlans, poe=True)


def _till_port(plan: _Plan, number: int, name: str) -> Port:
    return Port(
        name=name,
        use="till",
        to=plan.name(f"till{number}"),
        vlans=(TILL_VLAN,),
        mac=endpoint_mac(plan.number, 0x05, number),
        address=host(plan.number, TILL_VLAN, 10 + number),
    )


def _access_point(plan: _Plan, number: int) -> Device:
    ports: dict[str, Port] = {}
    if plan.is_wall_plate(number):
        till = plan.tills - (plan.access_points - number)
        ports["lan1"] = _till_port(plan, till, "lan1")
    return Device(
        id=plan.name(f"ap{number}"),
        store=plan.store,
        role="access_point",
        address=host(plan.number, MANAGEMENT_VLAN, 20 + number),
        probe=100 + number,
        ports=ports,
    )
