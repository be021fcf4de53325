"""What access points and a store's switched power strip tell and take by SNMP.

In: the world. Out: one agent per access point and per store, with the objects real ones have (SNMPv2-MIB, IF-MIB,
ENTITY-MIB, IEEE802dot11-MIB, CISCO-DOT11-ASSOCIATION-MIB; PowerNet-MIB's rPDU outlets). Called by ``lab.server`` and
tests. Why: these have no session of their own, and an outlet is the only cure for a switch that hangs.
"""

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address

from inventory.model import DeviceId
from lab.devices.ber import Oid, Value
from lab.devices.snmp import NOT_WRITABLE, WRONG_VALUE, Agent
from lab.devices.usm import Engine
from lab.endpoints import AccessPoint
from lab.filters import Packet
from lab.hearing import AP_MODEL
from lab.managing import managed
from lab.net import UNTAGGED, Member
from lab.numbering import CONTROLLER, MANAGEMENT_VLAN, agent_address
from lab.paths import way_out
from lab.shop import Shop
from lab.world import World

SNMP_PORT = 161
ONLY_ADDRESS = "127.0.0.1"
SYSTEM: Oid = (1, 3, 6, 1, 2, 1, 1)
INTERFACES: Oid = (1, 3, 6, 1, 2, 1, 2, 2, 1)
PLATE: Oid = (1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1)
CURRENT_FREQUENCY: Oid = (1, 2, 840, 10036, 4, 11, 1, 1)
CLIENTS: Oid = (1, 3, 6, 1, 4, 1, 9, 9, 273, 1, 1, 2, 1, 1)
SIGNAL: Oid = (1, 3, 6, 1, 4, 1, 9, 9, 273, 1, 3, 1, 1, 3)
DSSS_CHANNEL: Oid = (1, 2, 840, 10036, 4, 5, 1, 1)
HISTORY: Oid = (1, 3, 6, 1, 4, 1, 9, 9, 41, 1, 2, 3, 1)
OUTLET_CONTROL: Oid = (1, 3, 6, 1, 4, 1, 318, 1, 1, 12, 3, 3, 1, 1)
OUTLET_STATUS: Oid = (1, 3, 6, 1, 4, 1, 318, 1, 1, 12, 3, 5, 1, 1)
NAME, COMMAND, STATE, LOAD = 2, 4, 4, 7
ON, OFF, REBOOT = 1, 2, 3
RADIO, PORTS = 2, ((1, "Dot11Radio0", 71), (2, "Dot11Radio1", 71), (3, "GigabitEthernet0", 6))
SLOW_RADIO_CHANNEL = 6
UP, DOWN, DORMANT = 1, 2, 5
CHANNEL_NUMBERS = frozenset({36, 40, 44, 48, *range(52, 65, 4), *range(100, 145, 4)})
SSIDS = {20: b"staff", 30: b"guests"}
GOOD_DBM, WEAK_DBM, WEAK_TAGS = -58, -84, frozenset({30})
HUNDREDTHS = 100


class ApAgent:
    """One access point. Its 5 GHz radio serves everybody."""

    def __init__(self, world: World, shop: Shop, ap: AccessPoint) -> None:
        self._world = world
        self._shop = shop
        self._ap = ap

    def answers(self) -> bool:
        """Whether it is alive and packets get through to it and back."""
        self._shop.advance(self._world.clock.seconds())
        tag = MANAGEMENT_VLAN
        reached = Member("access_point", self._ap.name, UNTAGGED) in self._shop.reach.get(tag, ())
        return self._ap.alive and reached and _answers(self._shop, IPv4Address(self._ap.address), tag)

    def objects(self) -> Mapping[Oid, Value]:
        """Everything it tells now."""
        ap, at = self._ap, self._world.clock.seconds()
        lasted = int(HUNDREDTHS * (at - ap.booted_at))
        told = f"Cisco AP Software, {AP_MODEL} Version {ap.firmware}"
        found = dict(_system(told, ap.name, lasted))
        for number, name, kind in PORTS:
            found[(*INTERFACES, 2, number)] = Value("text", name.encode())
            found[(*INTERFACES, 3, number)] = Value("integer", kind)
            found[(*INTERFACES, 6, number)] = Value("text", bytes.fromhex(ap.mac.replace(":", "")))
            found[(*INTERFACES, 7, number)] = Value("integer", UP)
            found[(*INTERFACES, 8, number)] = Value("integer", self._state(number))
        found[(*PLATE, 10, 1)] = Value("text", ap.firmware.encode())
        found[(*PLATE, 11, 1)] = Value("text", ap.serial.encode())
        found[(*PLATE, 13, 1)] = Value("text", AP_MODEL.encode())
        found[(*CURRENT_FREQUENCY, RADIO)] = Value("integer", ap.channel)
        found[(*DSSS_CHANNEL, 1)] = Value("integer", SLOW_RADIO_CHANNEL)
        return {**found, **dict(self._clients()), **dict(self._history())}

    def _history(self) -> Iterator[tuple[Oid, Value]]:
        """What it has written down since it started, as long as it is told to keep (CISCO-SYSLOG-MIB)."""
        ap = self._ap
        said = [(ap.booted_at, 5, "SYS", "RESTART", "System restarted --")]
        said += [(at, 6, "DOT11", "DFS_TRIGGERED", "DFS: triggered on frequency 5500 MHz") for at in ap.heard_radar]
        for number, (at, severity, speaker, name, words) in enumerate(said, start=1):
            cells: tuple[Value, ...] = (
                Value("text", speaker.encode()),
                Value("integer", severity + 1),
                Value("text", name.encode()),
                Value("text", words.encode()),
                Value("ticks", max(0, int(HUNDREDTHS * (at - ap.booted_at)))),
            )
            yield from (((*HISTORY, column, number), cell) for column, cell in enumerate(cells, start=2))

    def engine(self) -> Engine:
        """Its SNMP engine: it counts its starts."""
        ran = self._world.clock.seconds() - self._ap.booted_at
        return Engine(identity=_identity(self._ap.serial), boots=self._ap.boots, seconds=max(0, int(ran)))

    def _state(self, number: int) -> int:
        if number not in (1, RADIO):
            return UP
        if self._ap.low:
            return DOWN
        return DORMANT if self._ap.checking and number == RADIO else UP

    def _clients(self) -> Iterator[tuple[Oid, Value]]:
        heard = {tag: self._heard(tag) for tag in SSIDS}
        yield (*CLIENTS, 1), Value("gauge", 0)
        yield (*CLIENTS, RADIO), Value("gauge", sum(map(len, heard.values())))
        weak = bool(self._ap.weak)
        for tag, macs in heard.items():
            for mac in macs:
                index = (RADIO, len(SSIDS[tag]), *SSIDS[tag], *bytes.fromhex(mac.replace(":", "")))
                yield (*SIGNAL, *index), Value("integer", WEAK_DBM if weak and tag in WEAK_TAGS else GOOD_DBM)

    def _heard(self, tag: int) -> tuple[str, ...]:
        """Who is joined - and who is too far away for that to last: they come and drop off again."""
        return self._ap.clients.get(tag, ()) if self._ap.serves else ()

    def change(self, oid: Oid, value: Value, user: str) -> int:
        """Put the radio on another channel; nothing else can be set."""
        if oid != (*CURRENT_FREQUENCY, RADIO):
            return NOT_WRITABLE
        channel = value.content
        if not isinstance(channel, int) or channel not in CHANNEL_NUMBERS:
            return WRONG_VALUE
        _write(self._world, self._shop, self._ap.name, user, f"dot11CurrentFrequency.{RADIO} = {channel}")

        def turn() -> None:
            self._ap.channel, self._ap.checking = channel, False

        self._shop.act(self._world.clock.seconds(), turn)
        return 0


class OutletAgent:
    """The switched power strip of a store: one outlet per device with a supply of its own, the carrier's modem last.

    It hangs on the edge.
    """

    def __init__(self, world: World, shop: Shop) -> None:
        self._world = world
        self._shop = shop
        self.outlets = dict(enumerate((*shop.gears, shop.modem), start=1))

    def answers(self) -> bool:
        """Whether packets get through to the edge it hangs on."""
        self._shop.advance(self._world.clock.seconds())
        return managed(self._shop, self._shop.edge)

    def objects(self) -> Mapping[Oid, Value]:
        """Everything it tells now."""
        at = int(HUNDREDTHS * self._world.clock.seconds())
        found = dict(_system("APC Web/SNMP Management Card (AP7921B)", f"{self._shop.store.id}-pdu", at))
        for number, name in self.outlets.items():
            on = self._shop.outlets[name]
            text, state = Value("text", name.encode()), Value("integer", ON if on else OFF)
            found[(*OUTLET_CONTROL, 1, number)] = Value("integer", number)
            found[(*OUTLET_CONTROL, NAME, number)] = text
            found[(*OUTLET_CONTROL, COMMAND, number)] = state
            found[(*OUTLET_STATUS, NAME, number)] = text
            found[(*OUTLET_STATUS, STATE, number)] = state
            found[(*OUTLET_STATUS, LOAD, number)] = Value("gauge", 3 if self._draws(name) else 0)
        return found

    def engine(self) -> Engine:
        """Its SNMP engine: it has never restarted."""
        name = f"{self._shop.store.id}-pdu"
        return Engine(identity=_identity(name), boots=1, seconds=int(self._world.clock.seconds()))

    def _draws(self, name: str) -> bool:
        if name == self._shop.modem:
            return self._shop.wan.modem.state != "off"
        return self._shop.gears[name].state != "off"

    def change(self, oid: Oid, value: Value, user: str) -> int:
        """Switch an outlet on, off, or off and on again."""
        if oid[:-1] != (*OUTLET_CONTROL, COMMAND):
            return NOT_WRITABLE
        if value.content not in (ON, OFF, REBOOT):
            return WRONG_VALUE
        name = self.outlets[oid[-1]]
        line = f"rPDUOutletControlOutletCommand.{oid[-1]} = {value.content}"
        _write(self._world, self._shop, name, user, line)
        if value.content == REBOOT:
            self._world.cycle_outlet(name)
        else:
            self._world.power(name, outlet=value.content == ON)
        return 0


def agents(world: World, port: int) -> dict[str, tuple[Agent, str, int]]:
    """Every agent of the chain by name, and where it listens: access points from .101, power strips on .100.

    Power strips are left out where only 127.0.0.1 can be had.
    """
    found: dict[str, tuple[Agent, str, int]] = {}
    for shop in world.shops.values():
        if shop.edge.device.address != ONLY_ADDRESS:
            found[f"{shop.store.id}-pdu"] = (OutletAgent(world, shop), agent_address(shop.number, 0), port)
        for ap in shop.access_points.values():
            told = world.chain.chain.devices[DeviceId(ap.name)].snmp
            last = int(ap.name.rpartition("ap")[2])
            place = (agent_address(shop.number, last), port) if told is None else (told.address, told.port)
            found[ap.name] = (ApAgent(world, shop, ap), *place)
    return found


def _identity(plate: str) -> bytes:
    """An engine's identity made of a text (RFC 3411, SnmpEngineID, form 4), under a vendor's number."""
    return b"\x80\x00\x00\x09\x04" + plate.encode()


def _system(told: str, name: str, ticks: int) -> Iterator[tuple[Oid, Value]]:
    yield (*SYSTEM, 1, 0), Value("text", told.encode())
    yield (*SYSTEM, 3, 0), Value("ticks", max(0, ticks))
    yield (*SYSTEM, 5, 0), Value("text", name.encode())


def _answers(shop: Shop, address: IPv4Address, tag: int) -> bool:
    gateway = next((port for port in shop.edge.setting.ports.values() if port.tag == tag), None)
    asked = Packet(
        protocol="udp",
        source=CONTROLLER,
        destination=address,
        source_port=50161,
        destination_port=SNMP_PORT,
    )
    return gateway is not None and way_out(shop, asked.back(), gateway.name) is not None


def _write(world: World, shop: Shop, device: str, user: str, line: str) -> None:
    fields = {"store": str(shop.store.id), "device": device, "user": user, "line": line}
    world.log.write("write", world.clock.now(), **fields, section="", changed=True)
