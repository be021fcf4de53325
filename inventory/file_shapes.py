"""The shapes of the content files: what may be written in them, word for word.

In: parsed YAML. Out: checked pydantic records. Called by ``inventory.files`` only; everyone else sees ``model``.
``hosts.yaml``, ``groups.yaml`` and ``defaults.yaml`` are Nornir SimpleInventory files; of their ``data`` we check our
part and let other keys be.
"""

import re
from ipaddress import IPv4Address, ip_address
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, RootModel

from inventory.model import WEEKDAYS, Duty, PortUse, Role
from inventory.secrets import SecretRef
from inventory.snmp_agents import Auth, Dialect, Privacy

_MAC = re.compile(r"[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}\Z")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}\Z")
_RANGE = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)\Z")


def _mac(text: str) -> str:
    if not _MAC.match(text):
        raise ValueError("a MAC address is written 02:53:00:01:05:01 (in quotes)")
    return text.lower()


def _address(text: str) -> str:
    try:
        return str(IPv4Address(text))
    except ValueError:
        raise ValueError(f"{text!r} is not an IPv4 address") from None


def _any_address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        raise ValueError(f"{text!r} is not an IP address; agents are asked by address, not by name") from None


def _name(text: str) -> str:
    if not _NAME.match(text):
        raise ValueError(f"{text!r} is not a name: letters, digits, - and _, starting with a letter or digit")
    return text


def _reference(text: str) -> str:
    return SecretRef(text).reference


def _hours(text: str) -> str:
    if text != "closed" and (not _RANGE.match(text) or text[:5] >= text[6:] or text[6:] > "24:00"):
        raise ValueError(f'{text!r} is not trading hours: write "08:00-20:00" (opening before closing) or closed')
    return text


def _days(text: str) -> str:
    first, _, last = text.partition("-")
    if first not in WEEKDAYS or (last and last not in WEEKDAYS) or text.endswith("-"):
        raise ValueError(f"{text!r} is not a weekday or a range like mon-fri (days: {', '.join(WEEKDAYS)})")
    return text


def _one_line(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise ValueError("must be text on one line")
    return text


def _url(text: str) -> str:
    if not re.fullmatch(r"https?://[A-Za-z0-9.\-]+(:\d{1,5})?(/[A-Za-z0-9._~/%\-]*)?", text):
        raise ValueError("must be like http://pay.example.net/health, without a query")
    return text


def _apn(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,98}[A-Za-z0-9])?", text):
        raise ValueError(f"{text!r} is not an access point name: letters, digits, dots and dashes")
    return text


Name = Annotated[str, AfterValidator(_name)]
Mac = Annotated[str, AfterValidator(_mac)]
Address = Annotated[str, AfterValidator(_address)]
Reference = Annotated[str, AfterValidator(_reference)]
Text = Annotated[str, AfterValidator(_one_line), Field(max_length=200)]
Url = Annotated[str, AfterValidator(_url)]
Apn = Annotated[str, AfterValidator(_apn)]
Vlan = Annotated[int, Field(ge=1, le=4094, strict=True)]
Probe = Annotated[int, Field(ge=1, le=2_147_483_647, strict=True)]


class Shape(BaseModel):
    """A record people write: frozen, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PortShape(Shape):
    """One port under ``data: ports:`` of a host."""

    use: PortUse
    to: Name | None = None
    to_port: Text | None = None
    vlans: tuple[Vlan, ...] = ()
    poe: bool = False
    mac: Mac | None = None
    address: Address | None = None
    carrier: Name | None = None
    apn: Apn | None = None


def _version(written: object) -> object:
    return str(written) if isinstance(written, int) else written  # `version: 3` is read as a number


SnmpVersion = Annotated[Literal["2c", "3"], BeforeValidator(_version)]


class SnmpShape(Shape):
    """``snmp:`` in the ``data`` of a host, a group or the defaults, which fill in what is not said further in."""

    address: Annotated[str, AfterValidator(_any_address)] | None = None
    port: Annotated[int, Field(ge=1, le=65535, strict=True)] | None = None
    dialect: Dialect | None = None
    version: SnmpVersion | None = None
    community: Reference | None = None
    user: Text | None = None
    auth: Auth | None = None
    auth_password: Reference | None = None
    privacy: Privacy | None = None
    privacy_password: Reference | None = None


class HostDataShape(BaseModel):
    """Our part of a host's ``data``; other keys belong to other users of the inventory and are let be."""

    model_config = ConfigDict(frozen=True, extra="allow")

    store: Name
    role: Role
    probe: Probe | None = None
    serves: tuple[Duty, ...] = ()
    advertises: Annotated[int, Field(ge=1, strict=True)] | None = None
    ports: dict[Text, PortShape] = Field(default_factory=dict)
    snmp: SnmpShape | None = None
    software: Text | None = None


class ElementShape(Shape):
    """What Nornir lets hosts, groups and defaults hold in common."""

    hostname: str | None = None
    port: Annotated[int, Field(ge=1, le=65535, strict=True)] | None = None
    username: str | None = None
    password: str | None = None
    platform: str | None = None
    connection_options: dict[str, Any] = Field(default_factory=dict)


class HostShape(ElementShape):
    """One host of ``hosts.yaml``."""

    groups: tuple[str, ...] = ()
    data: HostDataShape


class GroupDataShape(BaseModel):
    """Our part of a group's ``data``."""

    model_config = ConfigDict(frozen=True, extra="allow")

    session: Literal["held", "per_poll"] | None = None
    snmp: SnmpShape | None = None
    software: Text | None = None


class GroupShape(ElementShape):
    """One group of ``groups.yaml``."""

    groups: tuple[str, ...] = ()
    data: GroupDataShape = Field(default_factory=GroupDataShape)


class HostsFile(RootModel[dict[Name, HostShape]]):
    """``hosts.yaml``."""


class GroupsFile(RootModel[dict[str, GroupShape]]):
    """``groups.yaml``."""


class ReadAccountShape(Shape):
    """The account looks are taken with."""

    username: Text
    password: Reference


class WriteAccountShape(ReadAccountShape):
    """The account writes are sent with."""

    enable: Reference | None = None


class AccountsShape(Shape):
    """``data: accounts:`` of ``defaults.yaml``."""

    read: ReadAccountShape
    write: WriteAccountShape


class DefaultsDataShape(BaseModel):
    """Our part of the defaults' ``data``."""

    model_config = ConfigDict(frozen=True, extra="allow")

    accounts: AccountsShape
    snmp: SnmpShape | None = None


class DefaultsFile(ElementShape):
    """``defaults.yaml``."""

    data: DefaultsDataShape


class StoreShape(Shape):
    """One store of ``stores.yaml``."""

    name: Text
    region: Name
    time_zone: Text
    trading_hours: dict[Annotated[str, AfterValidator(_days)], Annotated[str, AfterValidator(_hours)]]
    takings_per_hour: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    carriers: tuple[Name, ...] = ()
    functions: tuple[Name, ...]
    hub: Name | None = None
    warehouse: Name | None = None


class StoresFile(Shape):
    """``stores.yaml``."""

    stores: dict[Name, StoreShape]


class RequirementShape(Shape):
    """What a function needs of the network."""

    vlan: Vlan
    dhcp: bool
    target: Address
    max_latency_ms: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    max_loss_pct: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
    probe: Probe
    dns_probe: Probe | None = None
    on_backup: bool = False
    url: Url | None = None
    packet_bytes: Annotated[int, Field(ge=64, le=9000, strict=True)] | None = None
    service_probe: Probe | None = None
    service_port: Annotated[int, Field(ge=1, le=65535, strict=True)] = 443


class FunctionShape(Shape):
    """One function of ``functions.yaml``."""

    title: Text
    criticality: Annotated[int, Field(ge=1, le=3, strict=True)]
    served_by: PortUse
    requirement: RequirementShape
    takings_share: Annotated[float, Field(ge=0, le=1)] | None = None


class FunctionsFile(Shape):
    """``functions.yaml``."""

    functions: dict[Name, FunctionShape]
