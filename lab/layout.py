"""What stands in one store: edge, switches, access points, and what is plugged in where.

In: the seed, the store's number and its carriers. Out: the inventory's ``Device`` records. Called by ``lab.chain``.
Why: the layout is the only place that knows which port number a thing hangs on.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from inventory.model import Device, DeviceId, Port, StoreId
from lab.hardware import KINDS, Hardware
from lab.numbering import MANAGEMENT_VLAN, apn_of, endpoint_mac, host, session_address, store_id

ALL_VLANS = (10, 20, 30, 99)
WIRELESS_VLANS = (20, 30, 99)
TILL_VLAN = 10
UPLINK = 1
SECOND_SWITCH = 24
FIRST_AP_PORT = 2
WALL_PLATE_SHARE = 0.7
MANY_SWITCHES = 3
FIRST_TILL_PORT = 6
MANY_MORE = 4  # so much later the tills begin where there are many access points


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large a store is: from - to, of everything. ``switches`` None: one or two, by turns."""

    switches: tuple[int, int] | None
    access_points: tuple[int, int]
    tills: tuple[int, int]


SIZES: Mapping[str, Size] = {
    "kiosk": Size(switches=(1, 1), access_points=(1, 1), tills=(1, 2)),
    "shop": Size(switches=None, access_points=(2, 4), tills=(2, 4)),
    "market": Size(switches=(3, 5), access_points=(8, 14), tills=(6, 10)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """What a chain builds its stores of: each switch is of one of the ``vendors`` (platforms), each store of a size.

    Raises ``ValueError`` for what the lab cannot build.
    """

    vendors: tuple[str, ...] = ("cisco_ios",)
    sizes: tuple[str, ...] = ("shop",)

    def __post_init__(self) -> None:
        """Check the names."""
        _known("switches of", self.vendors, KINDS)
        _known("stores of the size", self.sizes, SIZES)


def _known(what: str, wanted: Sequence[str], there: Collection[str]) -> None:
    unknown = [name for name in wanted if name not in there]
    if unknown or not wanted:
        raise ValueError(f"the lab builds {what} {', '.join(there)}, not {', '.join(unknown) or 'none'}")


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

    def place(self, index: int) -> int:
        """The how-manieth of its kind a thing is on its switch; with one or two switches numbers are kept."""
        return index if self.switches < MANY_SWITCHES else 1 + (index - 1) // self.switches

    def hardware(self, switch: int) -> Hardware:
        """What stands there."""
        return KINDS[self.vendors[switch - 1]]

    @property
    def first_till(self) -> int:
        """The port of a switch's first till."""
        return FIRST_TILL_PORT if self.switches < MANY_SWITCHES else FIRST_TILL_PORT + MANY_MORE

    @property
    def wired_tills(self) -> int:
        return self.tills - self.wall_plates

    def is_wall_plate(self, access_point: int) -> bool:
        return access_point > self.access_points - self.wall_plates


def lay_out(seed: int, number: int, carriers: Sequence[str], stock: Stock) -> Iterator[Device]:
    """Yield the store's devices, edge first."""
    chance = Random(f"{seed}/devices/{number}")
    size = SIZES[Random(f"{seed}/size/{number}").choice(stock.sizes)]
    switches = 1 + (number + seed) % 2 if size.switches is None else chance.randint(*size.switches)
    plan = _Plan(
        store=store_id(number),
        number=number,
        carriers=carriers,
        switches=switches,
        access_points=chance.randint(*size.access_points),
        tills=chance.randint(*size.tills),
        wall_plates=int(chance.random() < WALL_PLATE_SHARE),
        vendors=tuple(
            Random(f"{seed}/vendor/{number}/{switch}").choice(stock.vendors) for switch in range(1, MANY_SWITCHES + 3)
        ),
    )
    yield _edge(plan)
    for switch in range(1, plan.switches + 1):
        yield _switch(plan, switch)
    for access_point in range(1, plan.access_points + 1):
        yield _access_point(plan, access_point)


def _edge(plan: _Plan) -> Device:
    ports = (
        Port(name="GigabitEthernet0/0", use="wan", carrier=plan.carriers[0]),
        Port(name="Cellular0/2/0", use="backup_wan", carrier=plan.carriers[1], apn=apn_of(plan.carriers[1])),
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
    first = plan.hardware(1)
    above = ("edge", "GigabitEthernet0/1") if switch == 1 else ("sw1", first.port(SECOND_SWITCH - switch + 2))
    ports = [Port(name=hardware.port(UPLINK), use="trunk", to=plan.name(above[0]), to_port=above[1], vlans=ALL_VLANS)]
    ports += [_ap_port(plan, n, hardware) for n in range(1, plan.access_points + 1) if plan.switch_of(n) == switch]
    ports += [
        _till_port(plan, n, hardware.port(plan.first_till + plan.place(n) - 1))
        for n in range(1, plan.wired_tills + 1)
        if plan.switch_of(n) == switch
    ]
    if switch == 1:
        ports += [_downlink(plan, below) for below in range(2, plan.switches + 1)]
    return Device(
        id=plan.name(f"sw{switch}"),
        store=plan.store,
        role="switch",
        address=session_address(plan.number, 1 + switch),
        platform=hardware.platform,
        ports={p.name: p for p in ports},
    )


def _downlink(plan: _Plan, switch: int) -> Port:
    """The first switch's port to another, counted down from its last."""
    name, below = plan.hardware(1).port(SECOND_SWITCH - switch + 2), plan.hardware(switch).port(UPLINK)
    return Port(name=name, use="trunk", to=plan.name(f"sw{switch}"), to_port=below, vlans=ALL_VLANS)


def _ap_port(plan: _Plan, number: int, hardware: Hardware) -> Port:
    vlans = ALL_VLANS if plan.is_wall_plate(number) else WIRELESS_VLANS
    name = hardware.port(FIRST_AP_PORT + plan.place(number) - 1)
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
