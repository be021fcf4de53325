"""The looks: every question about this switch that changes nothing.

In: a look's words. Out: rows as plain values, for one line of JSON. Called by ``shell`` and ``main``.
"""

import socket
import time
from collections.abc import Callable, Mapping, Sequence
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from . import netdev, probing
from .claims import Place, ask_everywhere
from .config import Config, own_for, sections, text_of
from .dnsmasq_files import lease_file, read_services
from .dnsmasq_process import DHCP, DNS, process
from .ground import LOG, CannotTellError, RefusedError, settings
from .rpc import command
from .running import owns_of, running
from .switch import PortState, read_ports
from .trial import pending_seconds

Row = Mapping[str, Any]
ALL_VLANS = range(1, 4095)
MOST_CLAIMS, MOST_PINGS, MOST_LOG_BYTES = 32, 100, 128 << 10
LOGS = (LOG, Path("/var/log/dnsmasq.log"), Path("/var/log/syslog"), Path("/var/log/messages"))
LOG_LINES = 200
LEAST_PACKET, MOST_PACKET = 64, 9000


def ports() -> list[Row]:
    """Every port: open or shut, with or without a link, and its VLAN."""
    return [{"name": name, "status": _status(state), "vlan": _vlan(state)} for name, state in read_ports().items()]


def errdisabled() -> list[Row]:
    """Ports that are down although nobody shut them."""
    down = (name for name, state in read_ports().items() if _status(state) == "err-disabled")
    return [{"port": name, "cause": "unasked"} for name in down]


def _status(state: PortState) -> str:
    if state.port.shut:
        return "disabled"
    if state.flags is None:
        return "notconnect"
    if not state.flags & netdev.UP:
        return "err-disabled"
    return "connected" if state.flags & netdev.RUNNING else "notconnect"


def _vlan(state: PortState) -> str:
    return "trunk" if state.port.access is None else str(state.port.access)


def trunks() -> list[Row]:
    """Every trunk with its VLANs; Open vSwitch takes an empty list for all."""
    return [
        {"port": name, "allowed": sorted(state.port.trunks or ALL_VLANS)}
        for name, state in read_ports().items()
        if state.port.access is None
    ]


def macs() -> list[Row]:
    """What was learned on ports that lead somewhere; the switch's own addresses are not told."""
    there = read_ports()
    names = {str(s.number): name for name, s in there.items() if s.number is not None and not s.internal}
    rows: list[Row] = []
    for line in command("fdb/show", str(settings()["bridge"])).splitlines()[1:]:
        words = line.split()
        if len(words) == 4 and words[0] in names:  # noqa: PLR2004 - port, VLAN, MAC, age
            rows.append({"vlan": int(words[1]), "mac": words[2].lower(), "port": names[words[0]]})
    return rows


def interfaces() -> list[Row]:
    """The switch's own interfaces."""
    rows: list[Row] = []
    for name, state in read_ports().items():
        if state.internal:
            own, flags = netdev.address(name), state.flags or 0
            up, runs = bool(flags & netdev.UP), bool(flags & netdev.RUNNING)
            address = str(own.ip) if own else None
            rows.append({"name": name, "address": address, "admin_up": up, "oper_up": up and runs})
    return rows


def arp() -> list[Row]:
    """The kernel's neighbours; what it overhears on ports that only lead elsewhere does not count."""
    elsewhere = {name for name, state in read_ports().items() if not state.internal}
    rows: list[Row] = []
    for line in Path("/proc/net/arp").read_text().splitlines()[1:]:
        words = line.split()
        if words[-1] in elsewhere:
            continue
        complete = int(words[2], 16) & 2
        rows.append({"address": words[0], "mac": words[3].lower() if complete else None, "interface": words[-1]})
    return rows


def leases() -> list[Row]:
    """Leases that still hold."""
    try:
        lines = lease_file().read_text().splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise CannotTellError(f"the leases cannot be read: {error.strerror}") from None
    rows: list[Row] = []
    for line in lines:
        words = line.split()
        if len(words) >= 4 and words[0].isdigit() and "." in words[2]:  # noqa: PLR2004 - until, MAC, address, name
            until = int(words[0])
            if until == 0 or until > time.clock_gettime(time.CLOCK_REALTIME):  # the clock that dnsmasq wrote it by
                rows.append({"address": words[2], "mac": words[1].lower()})
    return rows


def pools() -> list[Row]:
    """Every pool with its size and how many of its addresses are leased."""
    held = [IPv4Address(row["address"]) for row in leases()]
    found: list[Row] = []
    for vlan, pool in sorted(read_services(owns_of(read_ports())).pools.items()):
        if pool.span:
            first, last = IPv4Address(pool.span[0]), IPv4Address(pool.span[1])
            used = sum(1 for address in held if first <= address <= last)
            found.append({"vlan": vlan, "size": int(last) - int(first) + 1, "used": used})
    return found


def services() -> list[Row]:
    """DHCP and DNS: does dnsmasq run and hold their ports, and does it answer a question that needs nobody else?"""
    owns = owns_of(read_ports())
    wanted = read_services(owns)
    found = process()
    runs = found is not None and not found.hung
    held = found.udp_ports if found is not None else frozenset()
    stands = (own_for(owns, vlan, pool.span[0]) for vlan, pool in wanted.pools.items() if pool.span)
    servers = [str(own.address.ip) for own in stands if own] or ["127.0.0.1"]
    answers = runs and DNS in held and all(map(probing.alive, servers))
    rows: list[Row] = [{"name": "dns", "running": runs and DNS in held, "answers": answers}]
    if wanted.pools:
        rows.insert(0, {"name": "dhcp", "running": runs and DHCP in held, "answers": None})
    return rows


def claims(address: str = "-") -> list[Row]:
    """Who answers for each gateway, for our own addresses, for leased ones - and for one more if it is given."""
    owns = owns_of(read_ports())
    pools_of = read_services(owns).pools
    held = [row["address"] for row in leases()]
    extra = [] if address == "-" else [str(probing.address_of(address))]
    places = []
    for own in owns:
        pool, network = pools_of.get(own.vlan), own.address.network
        gateway = pool.gateway if pool and pool.gateway else str(network.network_address + 1)
        near = [a for a in (*extra, *held) if IPv4Address(a) in network][:MOST_CLAIMS]
        asked = tuple(dict.fromkeys((gateway, str(own.address.ip), *near)))
        places.append(Place(own.vlan, own.name, own.address, asked))
    return [
        {"address": asked, "vlan": vlan, "macs": sorted(found)}
        for (vlan, asked), found in ask_everywhere(places).items()
    ]


def ping(destination: str, source: str, count: str) -> list[Row]:
    """Echoes, a tenth of a second apart."""
    number = _number(count, 1, MOST_PINGS, "count")
    target = str(probing.address_of(destination))
    came = probing.burst(target, probing.Source.of(source), probing.Echoes(count=number, spacing=0.1, seconds=1.0))
    average = round(sum(came) / len(came), 3) if came else None
    return [{"destination": destination, "sent": number, "received": len(came), "average_ms": average}]


def service_probe(source: str, target: str, count: str, size: str, url: str) -> list[Row]:
    """One function's path tried from its own VLAN."""
    number = _number(count, 1, probing.MOST_ECHOES, "count")
    large = None if size == "-" else _number(size, LEAST_PACKET, MOST_PACKET, "bytes")
    address = str(probing.address_of(target))
    asked = None if url == "-" else url
    return [probing.service_probe(probing.Source.of(source), address, number, large, asked)]


def _number(word: str, low: int, high: int, what: str) -> int:
    if not word.isdigit() or not low <= int(word) <= high:
        raise RefusedError(f"{what} must be {low} to {high}")
    return int(word)


def running_config() -> str:
    """The canonical text."""
    return text_of(running()[0])


def port_config(port: str) -> str:
    """One port's part of the canonical text."""
    state = read_ports().get(port)
    if state is None:
        raise RefusedError(f"interface {port} does not exist")
    return "\n".join(
        line for head, lines in sections(Config(ports={port: state.port})) for line in (head, *(f" {x}" for x in lines))
    )


def log(text: str) -> str:
    """Lines of the logs that hold a text; the last ones."""
    found: list[str] = []
    for path in LOGS:
        try:
            with path.open("rb") as file:
                file.seek(max(path.stat().st_size - MOST_LOG_BYTES, 0))
                lines = file.read().decode(errors="replace").splitlines()
        except OSError:
            continue
        found += [line for line in lines if text in line][-LOG_LINES:]
    return "\n".join("".join(c if c.isprintable() else " " for c in line) for line in found)


def users() -> list[Row]:
    """Everybody who is logged in over SSH; ``own`` is this session."""
    ours = set(_ancestors())
    rows: list[Row] = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            title = (folder / "cmdline").read_bytes().split(b"\0")[0].decode(errors="replace")
        except OSError:
            continue
        kind, _, who = title.partition(": ")
        if kind in ("sshd", "sshd-session") and "@" in who:
            user, _, line = who.partition("@")
            rows.append({"user": user, "line": line.split()[0], "own": int(folder.name) in ours})
    return rows


def _ancestors() -> list[int]:
    """This process and all above it."""
    found = []
    number = "self"
    while number != "0":
        try:
            head, _, rest = Path("/proc", number, "stat").read_text().rpartition(") ")
        except OSError:
            break
        found.append(int(head.split()[0]))
        number = rest.split()[1]
    return found


def pending() -> list[Row]:
    """Whether a change waits for its confirmation, and how many seconds it has left."""
    left = pending_seconds()
    return [{"pending": left is not None, "seconds": None if left is None else round(left, 1)}]


LOOKS: Mapping[str, tuple[Callable[..., "list[Row] | str"], int, int]] = {
    "ports": (ports, 0, 0),
    "errdisabled": (errdisabled, 0, 0),
    "trunks": (trunks, 0, 0),
    "macs": (macs, 0, 0),
    "interfaces": (interfaces, 0, 0),
    "arp": (arp, 0, 0),
    "leases": (leases, 0, 0),
    "pools": (pools, 0, 0),
    "services": (services, 0, 0),
    "claims": (claims, 0, 1),
    "ping": (ping, 3, 3),
    "service-probe": (service_probe, 5, 5),
    "running-config": (running_config, 0, 0),
    "port-config": (port_config, 1, 1),
    "users": (users, 0, 0),
    "pending": (pending, 0, 0),
}
"""Each look with how many words it needs at least and takes at most. ``log`` takes the rest of its line as it is."""


def answer(words: Sequence[str], line: str) -> Mapping[str, Any]:
    """Return the answer to a look. Raises ``RefusedError`` for what is none."""
    name = words[0]
    if name == "log":
        return {"look": name, "text": log(line.strip().partition(" ")[2].strip())}
    if name not in LOOKS:
        raise RefusedError(f"there is no {name!r} here")
    call, least, most = LOOKS[name]
    if not least <= len(words) - 1 <= most:
        raise RefusedError(f"{name} takes {least if least == most else f'{least} to {most}'} words")
    try:
        said = call(*words[1:])
    except CannotTellError as error:
        return {"look": name, "error": str(error)}
    if isinstance(said, str):
        return {"look": name, "text": said}
    return {"look": name, "host": socket.gethostname(), "rows": said}
