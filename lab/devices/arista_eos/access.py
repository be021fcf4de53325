"""Access lists: what a configuration's lists let through, and whom its doors let in.

In: the configuration. Out: rules of ``lab.filters``; the level of an account. Called by ``meaning`` and the device. A
list that is named but not written lets everything through. A row with words this reader does not know is left out.
"""

from collections.abc import Iterator
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv4Network

from lab.devices.arista_eos.config import Config
from lab.devices.arista_eos.rules import hash_secret
from lab.filters import ANYWHERE, LAST_PORT, Filter, FilterRule, Ports, Span, lets, ssh

OWN_HASH = "$6$lab$"
OPERATOR, ADMIN = 1, 15
_ANY = IPv4Address(0)
_NAMES = {"ssh": 22, "telnet": 23, "domain": 53, "www": 80, "http": 80, "ntp": 123, "snmp": 161, "https": 443}


def filter_named(config: Config, name: str) -> Filter | None:
    """Return a list by its name, None when it is not written."""
    for kind in (("standard",), ()):
        section = config.section("ip", "access-list", *kind, name)
        if section is not None:
            rules = (_rule(" ".join(entry.words[1:]), standard=bool(kind)) for entry in section.ordered())
            return tuple(rule for rule in rules if rule is not None)
    return None


def takes_ssh(config: Config, source: IPv4Address) -> bool:
    """Whether the switch takes an SSH session from an address."""
    section = config.section("management", "ssh")
    if section is None:
        return True
    name = section.value("ip", "access-group")
    allowed = name is None or lets(filter_named(config, name[0]), ssh(source, _ANY))
    return allowed and not section.has("shutdown")


def session_limit(config: Config) -> int:
    """Return how many SSH sessions the switch takes at once."""
    section = config.section("management", "ssh")
    value = section.value("connection", "limit") if section is not None else None
    return int(value[0]) if value else 50


def takes_api(config: Config) -> bool:
    """Whether eAPI is served."""
    section = config.section("management", "api", "http-commands")
    entry = section.find("shutdown") if section is not None else None
    return entry is not None and entry.negated


def level_of(config: Config, user: str, password: str) -> int | None:
    """Return an account's level, None when it is not let in. A hash of the lab's stands for the account's password."""
    entry = config.root.find("username", user)
    if entry is None:
        return None
    words = entry.words
    if "secret" in words:
        own = words[-1].startswith(OWN_HASH)
        at = words.index("secret") + 1
        if not own and hash_secret((), (*words[:at], password)) != words:
            return None
    return int(words[words.index("privilege") + 1]) if "privilege" in words else OPERATOR


def role_of(config: Config, user: str, level: int) -> str:
    """Return an account's role: the one it was given, or what its level stands for."""
    entry = config.root.find("username", user)
    words = entry.words if entry is not None else ()
    if "role" in words:
        return words[words.index("role") + 1]
    return "network-admin" if level == ADMIN else "network-operator"


@lru_cache(maxsize=4096)
def _rule(row: str, *, standard: bool) -> FilterRule | None:
    words = [word for word in row.split() if word not in ("log", "tracked")]
    if not words or words[0] not in ("permit", "deny"):
        return None
    try:
        if standard:
            return FilterRule(permit=words[0] == "permit", source=_span(iter(words[1:])))
        return _extended(words)
    except (AddressValueError, StopIteration, KeyError, ValueError):
        return None


def _extended(words: list[str]) -> FilterRule:
    rest = iter(words[2:])
    source = _span(rest)
    left = list(rest)
    source_ports, left = _ports(left)
    rest = iter(left)
    destination = _span(rest)
    destination_ports, left = _ports(list(rest))
    if left not in ([], ["established"]):
        raise ValueError(left)
    return FilterRule(
        permit=words[0] == "permit",
        protocol=words[1],
        source=source,
        destination=destination,
        source_ports=source_ports,
        destination_ports=destination_ports,
        answers_only=left == ["established"],
    )


def _span(words: Iterator[str]) -> Span:
    """Read ``any``, ``host A``, ``A/LENGTH`` or a lone ``A``."""
    word = next(words)
    if word == "any":
        return ANYWHERE
    network = IPv4Network(next(words) if word == "host" else word, strict=False)
    return Span(int(network.network_address), int(network.hostmask))


def _ports(words: list[str]) -> tuple[Ports, list[str]]:
    kind = words[0] if words else ""
    if kind == "range":
        return Ports(_port(words[1]), _port(words[2])), words[3:]
    if kind in ("eq", "neq"):
        return Ports(_port(words[1]), _port(words[1]), apart=kind == "neq"), words[2:]
    if kind == "gt":
        return Ports(_port(words[1]) + 1, LAST_PORT), words[2:]
    if kind == "lt":
        return Ports(0, _port(words[1]) - 1), words[2:]
    return Ports(), words


def _port(word: str) -> int:
    return int(word) if word.isdigit() else _NAMES[word]
