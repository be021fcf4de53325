"""The shape of ``inventory/intent.yaml``: what may be written in it, word for word.

In: parsed YAML. Out: checked pydantic records. Called by ``inventory.intent`` only; everyone else sees its records.
A value that ends up in a configuration is one line without control characters, or it is refused here.
"""

import re
from datetime import date
from ipaddress import IPv4Interface, IPv4Network
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from inventory.file_shapes import Address, Name, Shape, Text, Vlan

Purpose = Literal["tills", "staff", "guests", "management", "cameras", "voice", "other"]
LogLevel = Literal[
    "emergencies", "alerts", "critical", "errors", "warnings", "notifications", "informational", "debugging"
]
Facility = Literal["local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7", "syslog"]

_DOMAIN = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}\Z")
_PORTS = re.compile(r"([A-Za-z]+-?(?:\d+(?:/\d+)*/)?)(\d+)-(\d+)\Z")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_DELIMITER = "^"
MOST_PORTS = 512


def _domain(text: str) -> str:
    if not _DOMAIN.match(text):
        raise ValueError(f"{text!r} is not a domain name such as stores.example")
    return text


def _network(text: str) -> str:
    try:
        return str(IPv4Network(text))
    except ValueError:
        raise ValueError(f"{text!r} is not an IPv4 network such as 10.1.10.0/24 (host bits must be 0)") from None


def _interface(text: str) -> str:
    try:
        found = IPv4Interface(text)
    except ValueError:
        raise ValueError(f"{text!r} is not an address with its length such as 192.0.2.2/30, nor dhcp") from None
    if "/" not in text:
        raise ValueError(f"{text!r} lacks the length of its network, such as /30")
    return str(found)


def _wan_address(text: str) -> str:
    return text if text == "dhcp" else _interface(text)


def _port_range(text: str) -> str:
    found = _PORTS.match(text)
    if found is None or not 0 < int(found[3]) - int(found[2]) + 1 <= MOST_PORTS:
        raise ValueError(f"{text!r} is not a range of ports such as GigabitEthernet1/0/1-24 or port1-8")
    return text


def _date(value: object) -> object:
    if not isinstance(value, str) or not _DATE.match(value):
        raise ValueError("a date is written 2027-01-31")
    return value


def _banner(text: str) -> str:
    if _DELIMITER in text:
        raise ValueError("a banner must not hold a ^, which ends it on the device")
    return text


Domain = Annotated[str, AfterValidator(_domain)]
Network = Annotated[str, AfterValidator(_network)]
WanAddress = Annotated[str, AfterValidator(_wan_address)]
PortRange = Annotated[str, AfterValidator(_port_range)]
Day = Annotated[date, BeforeValidator(_date)]
Asn = Annotated[int, Field(ge=1, le=4_294_967_294, strict=True)]
Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Addresses = Annotated[tuple[Address, ...], Field(min_length=1, max_length=8)]
Networks = Annotated[tuple[Network, ...], Field(min_length=1, max_length=32)]
Variables = dict[Word, Annotated[int, Field(strict=True)] | Text]


def _between(low: int, high: int) -> Any:
    return Field(ge=low, le=high, strict=True)


class SettingsShape(Shape):
    """Named fields that may differ per region, store or device. In ``standards`` every one is given."""

    contact: Text | None = None
    domain: Domain | None = None
    banner: Annotated[Text, AfterValidator(_banner)] | None = None
    ntp_servers: Addresses | None = None
    dns_servers: Annotated[tuple[Address, ...], Field(min_length=1, max_length=2)] | None = None
    syslog_servers: Addresses | None = None
    syslog_level: LogLevel | None = None
    syslog_facility: Facility | None = None
    log_buffer_bytes: Annotated[int, _between(4096, 2_147_483_647)] | None = None
    management_networks: Networks | None = None
    snmp_networks: Networks | None = None
    idle_minutes: Annotated[int, _between(1, 60)] | None = None
    lease_hours: Annotated[int, _between(1, 23)] | None = None
    first_lease: Annotated[int, _between(2, 200)] | None = None
    last_lease: Annotated[int, _between(2, 65_533)] | None = None
    probe_name: Domain | None = None
    probe_seconds: Annotated[int, _between(1, 3600)] | None = None
    probe_timeout_ms: Annotated[int, _between(100, 60_000)] | None = None
    cdp_seconds: Annotated[int, _between(5, 254)] | None = None
    cdp_hold_seconds: Annotated[int, _between(10, 255)] | None = None
    mac_aging_seconds: Annotated[int, _between(10, 1_000_000)] | None = None
    errdisable_seconds: Annotated[int, _between(30, 86_400)] | None = None
    storm_percent: Annotated[int, _between(1, 99)] | None = None
    archived_configs: Annotated[int, _between(1, 14)] | None = None

    @field_validator("*", mode="before")
    @classmethod
    def _given(cls, value: object) -> object:
        if value is None:
            raise ValueError("is empty; leave the key out to keep the standard")
        return value


MAY_BE_LEFT_OUT = frozenset({"last_lease"})
"""Fields that even the standards need not give."""


class VlanShape(Shape):
    """A VLAN of every store."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,32}$")]
    purpose: Purpose
    dhcp: bool = True


class CarrierShape(Shape):
    """A carrier, whichever store it serves."""

    asn: Asn
    upload_kbps: Annotated[int, _between(64, 10_000_000)]


class HardwareShape(Shape):
    """A kind of switch: the ports it has."""

    ports: PortRange


class SwitchShape(Shape):
    """A switch of a store: its own management address and what it is."""

    address: Address
    hardware: Name


class WanShape(Shape):
    """One way out of a store, by its port on the edge."""

    address: WanAddress
    neighbour: Address
    distance: Annotated[int, _between(1, 254)]


class RegionShape(Shape):
    """What differs in a region."""

    settings: SettingsShape = Field(default_factory=SettingsShape)
    variables: Variables = Field(default_factory=dict)


class StoreIntentShape(Shape):
    """One store's own values."""

    location: Text
    asn: Asn
    loopback: Address | None = None
    networks: dict[Annotated[int, Field(ge=1, le=4094)], Network]
    wan: dict[Text, WanShape]
    switches: dict[Name, SwitchShape] = Field(default_factory=dict)
    settings: SettingsShape = Field(default_factory=SettingsShape)
    variables: Variables = Field(default_factory=dict)


class ExceptionShape(Shape):
    """Where one store or one device may differ, why, and until when."""

    store: Name | None = None
    device: Name | None = None
    settings: SettingsShape
    reason: Text
    until: Day

    @model_validator(mode="after")
    def _one_place(self) -> "ExceptionShape":
        if (self.store is None) == (self.device is None):
            raise ValueError("an exception names either a store or a device")
        if not self.settings.model_fields_set:
            raise ValueError("an exception changes at least one field under settings")
        return self


class IntentFile(Shape):
    """``intent.yaml``."""

    standards: SettingsShape
    vlans: dict[Vlan, VlanShape]
    carriers: dict[Name, CarrierShape]
    hardware: dict[Name, HardwareShape]
    regions: dict[Name, RegionShape] = Field(default_factory=dict)
    variables: Variables = Field(default_factory=dict)
    stores: dict[Name, StoreIntentShape]
    exceptions: tuple[ExceptionShape, ...] = ()


def ports_of(text: str) -> tuple[str, ...]:
    """``GigabitEthernet1/0/1-24`` as single names."""
    found = _PORTS.match(text)
    if found is None:
        return ()
    return tuple(f"{found[1]}{number}" for number in range(int(found[2]), int(found[3]) + 1))
