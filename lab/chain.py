"""A chain of virtual stores, made from a seed.

In: a seed and a number of stores. Out: a ``LabChain``: the same nouns the inventory uses, plus host keys and
the time the lab starts at. Called by ``lab.server``, ``lab.cli`` and tests. Why: the same seed gives the same
stores, addresses, keys and opening hours on every machine.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from itertools import count
from random import Random
from zoneinfo import ZoneInfo

from inventory.model import (
    WEEKDAYS,
    Chain,
    Device,
    DeviceId,
    Function,
    FunctionName,
    PortUse,
    Requirement,
    Store,
    StoreId,
)
from inventory.snmp_agents import Community, SnmpAgent, UsmUser
from lab.endpoints import FIRMWARE
from lab.layout import Stock, lay_out
from lab.numbering import MOST_STORES, agent_address, store_id

USUAL = Stock()
QUIET = timedelta(minutes=75)
DAY = datetime(2026, 3, 3, tzinfo=UTC)
STREETS = (
    "Harbour Street",
    "Mill Lane",
    "Station Road",
    "Market Place",
    "Castle Gate",
    "River Walk",
    "Orchard Row",
    "Chapel Hill",
    "Foundry Square",
    "Lantern Court",
    "Bridge End",
    "Garden Parade",
)
PLACES = (
    ("north", "Europe/London"),
    ("west", "America/Los_Angeles"),
    ("central", "Europe/Berlin"),
    ("east", "Asia/Tokyo"),
    ("atlantic", "America/New_York"),
    ("south", "Australia/Sydney"),
)
CARRIERS = (("northtel", "mobilco"), ("metroline", "airlink"), ("fibreway", "mobilco"))
HOURS: tuple[dict[str, str], ...] = (
    {"mon-fri": "08:00-20:00", "sat": "09:00-18:00", "sun": "closed"},
    {"mon-sat": "07:00-21:00", "sun": "10:00-16:00"},
    {"mon-thu": "09:00-19:00", "fri": "09:00-21:00", "sat-sun": "10:00-18:00"},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabChain:
    """The chain, what only the lab knows of it, and where its lab starts in time (aware UTC)."""

    seed: int
    start: datetime
    chain: Chain
    hours: Mapping[StoreId, Mapping[str, str]]
    host_keys: Mapping[DeviceId, bytes]

    def managed(self) -> tuple[Device, ...]:
        """Devices that have a session of their own."""
        return tuple(d for d in self.chain.devices.values() if d.has_session)


def make_chain(
    seed: int,
    stores: int,
    *,
    port: int = 2222,
    one_port_per_device: bool = False,
    stock: Stock = USUAL,
    asked_as: Community | UsmUser | None = None,
) -> LabChain:
    """Make the chain. ``one_port_per_device`` puts every session on 127.0.0.1, ports counting up from ``port``.

    ``asked_as``: access points have SNMP agents, asked so on ``port``; None: nobody is to ask them.

    Raises ``ValueError`` when the number of stores is outside 1-3000.
    """
    if not 1 <= stores <= MOST_STORES:
        raise ValueError(f"a lab has 1 to {MOST_STORES} stores, not {stores}")
    hours = {store_id(n): HOURS[Random(f"{seed}/hours/{n}").randrange(len(HOURS))] for n in range(1, stores + 1)}
    shops = {store_id(n): _store(seed, n, hours[store_id(n)]) for n in range(1, stores + 1)}
    devices: dict[DeviceId, Device] = {}
    sessions, agents = count(), count()
    for number in range(1, stores + 1):
        for device in lay_out(seed, number, shops[store_id(number)].carriers, stock):
            address, session_port = device.address, port
            if one_port_per_device and device.has_session:
                address, session_port = "127.0.0.1", port + next(sessions)
            devices[device.id] = _dialled(device, address, session_port)
            if asked_as is not None and device.role == "access_point":
                place = ("127.0.0.1", port + next(agents)) if one_port_per_device else (_agent(number, device), port)
                devices[device.id] = _told(devices[device.id], place, asked_as)
    chain = Chain(stores=shops, devices=devices, functions={f.name: f for f in FUNCTIONS})
    keys = {d.id: _host_key(seed, d.id) for d in devices.values() if d.has_session}
    return LabChain(seed=seed, start=_start(seed, tuple(shops.values())), chain=chain, hours=hours, host_keys=keys)


def _agent(number: int, device: Device) -> str:
    return agent_address(number, int(device.id.rpartition("ap")[2]))


def _told(device: Device, place: tuple[str, int], asked_as: Community | UsmUser) -> Device:
    """An access point as the inventory tells of it when it can be asked."""
    agent = SnmpAgent(address=place[0], port=place[1], dialect="aironet", asks_as=asked_as)
    return replace(device, snmp=agent, software=FIRMWARE)


def _dialled(device: Device, address: str, port: int) -> Device:
    return Device(
        id=device.id,
        store=device.store,
        role=device.role,
        address=address,
        port=port if device.has_session else 22,
        platform=device.platform,
        probe=device.probe,
        ports=device.ports,
    )


def _function(name: str, title: str, criticality: int, served_by: PortUse, requirement: Requirement) -> Function:
    return Function(
        name=FunctionName(name),
        title=title,
        criticality=criticality,
        served_by=served_by,
        requirement=requirement,
        takings_share=1.0 if criticality == 1 else 0.0,
    )


FUNCTIONS = (
    _function(
        "pos",
        "Tills",
        1,
        "till",
        Requirement(
            vlan=10,
            dhcp=True,
            target="198.51.100.10",
            max_latency_ms=250,
            max_loss_pct=20,
            probe=10,
            dns_probe=11,
            on_backup=True,
            url="https://198.51.100.10/health",
            packet_bytes=1500,
            service_probe=12,
        ),
    ),
    _function(
        "click_and_collect",
        "Click & collect",
        2,
        "access_point",
        Requirement(
            vlan=20,
            dhcp=True,
            target="198.51.100.20",
            max_latency_ms=400,
            max_loss_pct=20,
            probe=20,
            on_backup=True,
            packet_bytes=1500,
            service_probe=21,
        ),
    ),
    _function(
        "guest_wifi",
        "Guest Wi-Fi",
        3,
        "access_point",
        Requirement(
            vlan=30,
            dhcp=True,
            target="203.0.113.30",
            max_latency_ms=600,
            max_loss_pct=40,
            probe=30,
            packet_bytes=1500,
        ),
    ),
)


def _store(seed: int, number: int, hours: Mapping[str, str]) -> Store:
    chance = Random(f"{seed}/store/{number}")
    region, zone = PLACES[(number - 1 + seed) % len(PLACES)]
    street = STREETS[(number - 1 + seed) % len(STREETS)]
    lap = (number - 1) // len(STREETS)
    return Store(
        id=store_id(number),
        name=street if lap == 0 else f"{street} {lap + 1}",
        region=region,
        time_zone=ZoneInfo(zone),
        trading_hours=dict(_days(hours)),
        takings_per_hour=float(chance.randrange(300, 1800, 50)),
        carriers=CARRIERS[chance.randrange(len(CARRIERS))],
        functions=tuple(f.name for f in FUNCTIONS),
    )


def _days(hours: Mapping[str, str]) -> Iterator[tuple[str, tuple[time, time]]]:
    for days, span in hours.items():
        if span == "closed":
            continue
        first, _, last = days.partition("-")
        opens, closes = (time.fromisoformat(text) for text in span.split("-"))
        for day in WEEKDAYS[WEEKDAYS.index(first) : WEEKDAYS.index(last or first) + 1]:
            yield day, (opens, closes)


def _start(seed: int, stores: tuple[Store, ...]) -> datetime:
    """Pick the first minute, counting from a seeded one, at which nobody opens or closes for a good hour."""
    first = Random(f"{seed}/start").randrange(24 * 4)
    slots = [DAY + timedelta(minutes=7 + 15 * ((first + step) % 96)) for step in range(96)]
    quiet = [at for at in slots if _nobody_turns(stores, at)] or slots
    wanted = {True, False} if len(stores) > 1 else {True}
    return next((at for at in quiet if {s.is_trading(at) for s in stores} == wanted), quiet[0])


def _nobody_turns(stores: tuple[Store, ...], at: datetime) -> bool:
    steps = range(0, int(QUIET.total_seconds()) + 1, 300)
    return all(len({s.is_trading(at + timedelta(seconds=step)) for step in steps}) == 1 for s in stores)


def _host_key(seed: int, device: str) -> bytes:
    """An ed25519 private key (PKCS #8, DER) whose 32 secret bytes come from the seed: for a lab on loopback only."""
    secret = hashlib.sha256(f"{seed}/host key/{device}".encode()).digest()
    return bytes.fromhex("302e020100300506032b657004220420") + secret
