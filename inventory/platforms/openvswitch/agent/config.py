"""The switch's configuration: one record, and one text that always says the same thing the same way.

In: what ``switch`` and ``dnsmasq_files`` found. Out: the canonical text. Called by ``running``, ``editor``, ``trial``.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface

ETHERNET = 1500
HOUR, MINUTE = 3600, 60
RUN_OF = 3


@dataclass(frozen=True, slots=True)
class Port:
    """A port of the switch. No ``access``: a trunk, of all VLANs while ``trunks`` is empty. ``mode``: one not ours."""

    access: int | None = None
    trunks: frozenset[int] = frozenset()
    native: int | None = None
    mode: str = ""
    shut: bool = False
    mtu: int = ETHERNET


@dataclass(frozen=True, slots=True)
class Pool:
    """Addresses handed out in one VLAN: first, last and how long (as dnsmasq spells it); what clients are told."""

    span: tuple[str, str, str] | None = None
    gateway: str | None = None
    dns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Own:
    """An interface of the switch itself, with its address, in a VLAN. A mistake may put two into one."""

    vlan: int
    name: str
    address: IPv4Interface


Owns = Sequence[Own]


def own_for(owns: Owns, vlan: int, address: str) -> Own | None:
    """Return the switch's own interface in a VLAN whose network holds an address."""
    return next((own for own in owns if own.vlan == vlan and IPv4Address(address) in own.address.network), None)


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that is configured here. ``extras``: lines of dnsmasq that have no word of their own."""

    ports: Mapping[str, Port] = field(default_factory=dict)
    pools: Mapping[int, Pool] = field(default_factory=dict)
    servers: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()

    @property
    def services(self) -> tuple[Mapping[int, Pool], tuple[str, ...], tuple[str, ...]]:
        """What dnsmasq works by."""
        return self.pools, self.servers, self.extras


def sections(config: Config) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield every section with its lines."""
    for name in sorted(config.ports, key=natural):
        yield f"interface {name}", tuple(_port(config.ports[name]))
    for vlan in sorted(config.pools):
        yield f"dhcp vlan {vlan}", tuple(_pool(config.pools[vlan]))
    names = (*(f"server {server}" for server in config.servers), *(f"extra {line}" for line in config.extras))
    if names:
        yield "dns", names


def text_of(config: Config) -> str:
    """Return the canonical text."""
    return "".join(f"{head}\n" + "".join(f" {line}\n" for line in lines) for head, lines in sections(config))


def difference(before: Config, after: Config) -> str:
    """Return what differs, for people: lines with ``-`` and ``+`` under their sections."""
    old, new = dict(sections(before)), dict(sections(after))
    said: list[str] = []
    for head in dict.fromkeys((*old, *new)):
        gone = [f"- {line}" for line in old.get(head, ()) if line not in new.get(head, ())]
        come = [f"+ {line}" for line in new.get(head, ()) if line not in old.get(head, ())]
        mark = " " if head in old and head in new else "-" if head in old else "+"
        if gone or come or mark != " ":
            said += [f"{mark}{head}", *gone, *come]
    return "\n".join(said)


def _port(port: Port) -> Iterator[str]:
    if port.mode:
        yield f"switchport mode {port.mode}"
    if port.access is not None:
        yield f"switchport access vlan {port.access}"
    elif port.trunks:
        yield f"switchport trunk allowed vlan {vlan_list(port.trunks)}"
    if port.native is not None:
        yield f"switchport trunk native vlan {port.native}"
    if port.mtu != ETHERNET:
        yield f"mtu {port.mtu}"
    if port.shut:
        yield "shutdown"


def _pool(pool: Pool) -> Iterator[str]:
    if pool.span:
        yield f"range {' '.join(pool.span)}"
    if pool.gateway:
        yield f"gateway {pool.gateway}"
    if pool.dns:
        yield f"dns {' '.join(pool.dns)}"


def natural(name: str) -> tuple[tuple[int, str], ...]:
    """Sort ``till2`` before ``till10``."""
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name))


def vlan_list(numbers: frozenset[int]) -> str:
    """VLAN numbers ascending, runs of three or more with a dash."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ",".join(f"{run[0]}-{run[-1]}" if len(run) >= RUN_OF else ",".join(map(str, run)) for run in runs)


def lease_words(text: str) -> str:
    """Return a lease time in its shortest spelling: ``3600`` and ``60m`` are ``1h``. Empty when it is none."""
    found = re.fullmatch(r"(\d+)([smhdw]?)", text)
    if not found:
        return "infinite" if text == "infinite" else ""
    factor = {"": 1, "s": 1, "m": MINUTE, "h": HOUR, "d": 24 * HOUR, "w": 168 * HOUR}[found[2]]
    seconds = int(found[1]) * factor
    if not seconds:
        return ""
    if seconds % HOUR == 0:
        return f"{seconds // HOUR}h"
    return f"{seconds // MINUTE}m" if seconds % MINUTE == 0 else str(seconds)
