"""Typing configuration lines: each is judged at once, against what the switch has; nothing here takes effect.

In: lines of the canonical text, or ``no`` before one. Out: the ``Config`` they lead to, or ``RefusedError`` in clear
words. Called by ``shell`` (line by line) and ``trial`` (whole texts).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from ipaddress import IPv4Address

from . import netdev
from .config import ETHERNET, Config, Owns, Pool, Port, lease_words
from .ground import RefusedError, settings

FIRST_VLAN, LAST_VLAN = 1, 4094
LEAST_MTU, MOST_MTU = 576, 9000
MOST_SERVERS = 8
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,14}\Z")
TRUNK = "switchport trunk allowed vlan"
NATIVE = "switchport trunk native vlan"
ACCESS = "switchport access vlan"


class Editor:
    """A copy of the configuration, changed line by line. ``lenient``: sections that cannot be are skipped and told."""

    def __init__(self, config: Config, owns: Owns, *, lenient: bool = False) -> None:
        self._ports = dict(config.ports)
        self._pools = dict(config.pools)
        self._servers = list(config.servers)
        self._extras = list(config.extras)
        self._owns = owns
        self._lenient = lenient
        self._section: tuple[str, str] = ("", "")
        self.skipped: list[str] = []

    def take(self, line: str) -> None:
        """Change the copy. Raises ``RefusedError``; the copy is as before then."""
        text = " ".join(line.split())
        if not text or text.startswith("!"):
            return
        negative, words = text.startswith("no "), text.removeprefix("no ")
        if self._opens(words, negative=negative):
            return
        kind, name = self._section
        if kind == "skip":
            return
        change = {"interface": self._port_line, "dhcp": self._pool_line, "dns": self._dns_line}.get(kind)
        if change is None or not change(name, words, negative):
            where = f" under {kind} {name}".rstrip() if kind else ""
            raise RefusedError(f"{text!r} is not understood{where}")

    def result(self) -> Config:
        """Return the copy. Raises ``RefusedError`` when it lacks something."""
        for vlan, pool in self._pools.items():
            if pool.span is None:
                raise RefusedError(f"dhcp vlan {vlan} has no range")
        return Config(
            ports=dict(self._ports),
            pools=dict(self._pools),
            servers=tuple(self._servers),
            extras=tuple(self._extras),
        )

    # --- sections -------------------------------------------------------------------------------------------------

    def _opens(self, words: str, *, negative: bool) -> bool:
        """Go to a section, or remove it; whether the line was about one."""
        if found := re.fullmatch(r"interface (\S+)", words):
            self._interface(found[1], negative=negative)
        elif found := re.fullmatch(r"dhcp vlan (\d+)", words):
            self._pool(int(found[1]), negative=negative)
        elif words == "dns":
            self._section = ("dns", "")
            if negative:
                self._servers, self._extras = [], []
        else:
            return False
        return True

    def _interface(self, name: str, *, negative: bool) -> None:
        known = name in self._ports
        addable = NAME.match(name) and name not in ("lo", settings()["bridge"]) and netdev.exists(name)
        if not known and (negative or not addable):
            if not self._lenient:
                raise RefusedError(f"interface {name} does not exist")
            self.skipped.append(f"interface {name}")
            self._section = ("skip", name)
            return
        if negative:
            if any(name == own.name for own in self._owns):
                raise RefusedError(f"interface {name} is the switch's own and stays")
            del self._ports[name]
            self._section = ("", "")
            return
        self._ports.setdefault(name, Port())
        self._section = ("interface", name)

    def _pool(self, vlan: int, *, negative: bool) -> None:
        if negative:
            if vlan not in self._pools:
                raise RefusedError(f"there is no dhcp vlan {vlan}")
            del self._pools[vlan]
            self._section = ("", "")
            return
        stands = any(own.vlan == vlan for own in self._owns)
        if not stands and vlan not in self._pools and not self._lenient:
            raise RefusedError(f"no interface of this switch has an address in VLAN {vlan}")
        self._pools.setdefault(vlan, Pool())
        self._section = ("dhcp", str(vlan))

    # --- lines ----------------------------------------------------------------------------------------------------

    def _port_line(self, name: str, words: str, negative: bool) -> bool:  # noqa: FBT001 - one of three, called alike
        port = self._ports[name]
        for beginning, change in _PORT_WORDS.items():
            if words == beginning or words.startswith(f"{beginning} "):
                self._ports[name] = change(port, words.removeprefix(beginning).strip(), negative)
                return True
        return False

    def _pool_line(self, name: str, words: str, negative: bool) -> bool:  # noqa: FBT001
        vlan = int(name)
        pool, (word, _, rest) = self._pools[vlan], words.partition(" ")
        if word == "range":
            self._pools[vlan] = replace(pool, span=None if negative else self._span(vlan, rest))
        elif word == "gateway":
            self._pools[vlan] = replace(pool, gateway=None if negative else _address(rest))
        elif word == "dns":
            self._pools[vlan] = replace(pool, dns=() if negative else tuple(map(_address, rest.split())))
        else:
            return False
        return True

    def _span(self, vlan: int, rest: str) -> tuple[str, str, str]:
        words = rest.split()
        if len(words) != 3 or not lease_words(words[2]):  # noqa: PLR2004 - first, last, lease
            raise RefusedError("a range is: range FIRST LAST LEASE, the lease like 8h, 30m or infinite")
        first, last = IPv4Address(_address(words[0])), IPv4Address(_address(words[1]))
        if first > last:
            raise RefusedError(f"the range ends ({last}) before it begins ({first})")
        near = [own.address.network for own in self._owns if own.vlan == vlan]
        if near and not self._lenient and not any(first in network and last in network for network in near):
            raise RefusedError(f"{first} to {last} is not within {near[0]}, the network of VLAN {vlan}")
        return str(first), str(last), lease_words(words[2])

    def _dns_line(self, _name: str, words: str, negative: bool) -> bool:  # noqa: FBT001
        word, _, rest = words.partition(" ")
        if word not in ("server", "extra") or not rest:
            return False
        lines = self._servers if word == "server" else self._extras
        value = _address(rest) if word == "server" and not negative else rest
        if negative:
            if value not in lines:
                raise RefusedError(f"there is no {words}")
            lines.remove(value)
        elif value not in lines:
            if len(lines) >= MOST_SERVERS and word == "server":
                raise RefusedError(f"at most {MOST_SERVERS} servers")
            lines.append(value)
        return True


def edited(config: Config, owns: Owns, lines: Iterable[str]) -> Config:
    """Return what lines lead to. Raises ``RefusedError``."""
    editor = Editor(config, owns)
    for line in lines:
        editor.take(line)
    return editor.result()


def replaced(config: Config, owns: Owns, text: str) -> tuple[Config, list[str]]:
    """Return what a whole text says, ports that it does not name staying as they are; and what had to be skipped."""
    named = {line.partition(" ")[2] for line in text.splitlines() if line.startswith("interface ")}
    ports = {name: Port() if name in named else port for name, port in config.ports.items()}
    editor = Editor(Config(ports=ports), owns, lenient=True)
    for line in text.splitlines():
        editor.take(line)
    return editor.result(), editor.skipped


# --- ports --------------------------------------------------------------------------------------------------------


def _allowed(port: Port, rest: str, negative: bool) -> Port:  # noqa: FBT001
    """A list of VLANs makes a trunk; without one a trunk carries all. An access port has none to take away."""
    if negative:
        return port if port.access is not None else replace(port, trunks=frozenset())
    word, _, numbers = rest.partition(" ")
    before = port.trunks or frozenset(range(FIRST_VLAN, LAST_VLAN + 1))
    if word == "add":
        vlans = frozenset() if port.access is None and not port.trunks else port.trunks | _vlans(numbers)
    elif word == "remove":
        vlans = before - _vlans(numbers)
        if not vlans:
            raise RefusedError("a trunk carries at least one VLAN")
    else:
        vlans = frozenset() if rest == "all" else _vlans(rest)
    if word in ("add", "remove") and port.access is not None:
        raise RefusedError("the port is no trunk")
    return replace(port, access=None, mode="", trunks=vlans)


def _access(port: Port, rest: str, negative: bool) -> Port:  # noqa: FBT001
    if negative:
        return port if port.access is None else replace(port, access=None)
    return replace(port, access=_vlan(rest), trunks=frozenset(), native=None, mode="")


def _native(port: Port, rest: str, negative: bool) -> Port:  # noqa: FBT001
    if negative:
        return replace(port, native=None)
    if port.access is not None:
        raise RefusedError("the port is no trunk")
    return replace(port, native=_vlan(rest), mode="")


def _mode(port: Port, rest: str, negative: bool) -> Port:  # noqa: FBT001
    if not negative and rest not in ("dot1q-tunnel", "native-tagged"):
        raise RefusedError(f"mode {rest} is not set from here")
    return replace(port, mode="" if negative else rest)


def _shutdown(port: Port, rest: str, negative: bool) -> Port:  # noqa: FBT001
    if rest:
        raise RefusedError(f"{rest!r} after shutdown is not understood")
    return replace(port, shut=not negative)


def _mtu(port: Port, rest: str, negative: bool) -> Port:  # noqa: FBT001
    if negative:
        return replace(port, mtu=ETHERNET)
    if not rest.isdigit() or not LEAST_MTU <= int(rest) <= MOST_MTU:
        raise RefusedError(f"mtu is {LEAST_MTU} to {MOST_MTU}")
    return replace(port, mtu=int(rest))


_PORT_WORDS: Mapping[str, Callable[[Port, str, bool], Port]] = {
    TRUNK: _allowed,
    NATIVE: _native,
    ACCESS: _access,
    "switchport mode": _mode,
    "shutdown": _shutdown,
    "mtu": _mtu,
}


def _vlan(word: str) -> int:
    if not word.isdigit() or not FIRST_VLAN <= int(word) <= LAST_VLAN:
        raise RefusedError(f"{word or 'nothing'} is no VLAN ({FIRST_VLAN} to {LAST_VLAN})")
    return int(word)


def _vlans(text: str) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        low, dash, high = part.partition("-")
        first, last = _vlan(low), _vlan(high) if dash else _vlan(low)
        if first > last:
            raise RefusedError(f"{part} is no range of VLANs")
        found.update(range(first, last + 1))
    return frozenset(found)


def _address(word: str) -> str:
    try:
        return str(IPv4Address(word))
    except ValueError:
        raise RefusedError(f"{word or 'nothing'} is not an IPv4 address") from None
