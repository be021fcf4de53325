"""Access lists: what a configuration's numbered and named lists let through.

In: the configuration's root. Out: rules of ``lab.filters``. Called by ``meaning`` (lists on interfaces) and ``doors``
(lists on vty lines). A list that is named but not written lets everything through, as in IOS. A row with words this
reader does not know is left out.
"""

from collections.abc import Iterator
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address

from lab.devices.cisco_ios.config import Section
from lab.filters import ANYWHERE, LAST_PORT, Direction, Filter, FilterRule, Ports, Span

_STANDARD = (range(1, 100), range(1300, 2000))
_PORTS = {
    "ftp-data": 20, "ftp": 21, "ssh": 22, "telnet": 23, "smtp": 25, "domain": 53, "bootps": 67, "bootpc": 68,
    "tftp": 69, "www": 80, "ntp": 123, "snmp": 161, "snmptrap": 162, "bgp": 179, "syslog": 514, "isakmp": 500,
}  # fmt: skip
_NUMBERS = {"tcp": "6", "udp": "17", "icmp": "1"}
_REMARKS = frozenset({"log", "log-input"})


def filter_on(root: Section, interface: Section, direction: Direction) -> Filter | None:
    """Return the list on an interface, None when there is none (or it is not written)."""
    group = interface.find("ip", "access-group", direction)
    return None if group is None else filter_named(root, group.words[2])


def filter_named(root: Section, name: str) -> Filter | None:
    """Return a list by its name or number, None when it is not written."""
    found: list[FilterRule] = []
    for kind in ("standard", "extended"):
        entry = root.find("ip", "access-list", kind, name)
        if entry is not None and entry.section is not None:
            found += _rules((row.text for row in entry.section.ordered()), standard=kind == "standard")
    if name.isdigit():
        standard = any(int(name) in numbers for numbers in _STANDARD)
        found += _rules((" ".join(words[2:]) for words in root.starting("access-list", name)), standard=standard)
    return tuple(found) or None


def _rules(rows: Iterator[str], *, standard: bool) -> Iterator[FilterRule]:
    for row in rows:
        rule = _rule(row, standard=standard)
        if rule is not None:
            yield rule


@lru_cache(maxsize=4096)
def _rule(row: str, *, standard: bool) -> FilterRule | None:
    words = row.split()
    if words[:1] and words[0].isdigit():
        words = words[1:]
    if not words or words[0] not in ("permit", "deny"):
        return None
    words = [word for word in words if word not in _REMARKS]
    try:
        return _standard(words) if standard else _extended(words)
    except (AddressValueError, IndexError, KeyError, ValueError):
        return None


def _standard(words: list[str]) -> FilterRule:
    source, _ = _span(words, 1)
    return FilterRule(permit=words[0] == "permit", source=source)


def _extended(words: list[str]) -> FilterRule:
    protocol = words[1]
    source, at = _span(words, 2)
    source_ports, at = _ports(words, at)
    destination, at = _span(words, at)
    destination_ports, at = _ports(words, at)
    rest = words[at:]
    icmp = rest[0] if protocol == "icmp" and rest else ""
    if any(word not in ("established", icmp) for word in rest):
        raise ValueError(rest)
    return FilterRule(
        permit=words[0] == "permit",
        protocol=next((name for name, number in _NUMBERS.items() if number == protocol), protocol),
        source=source,
        destination=destination,
        source_ports=source_ports,
        destination_ports=destination_ports,
        answers_only="established" in rest,
        icmp=icmp,
    )


def _span(words: list[str], at: int) -> tuple[Span, int]:
    """Read ``any``, ``host A``, ``A WILDCARD`` or a lone ``A``; return it and where the next word is."""
    if words[at] == "any":
        return ANYWHERE, at + 1
    if words[at] == "host":
        return Span(int(IPv4Address(words[at + 1])), 0), at + 2
    address = int(IPv4Address(words[at]))
    if len(words) > at + 1 and words[at + 1].count(".") == 3:  # noqa: PLR2004
        return Span(address, int(IPv4Address(words[at + 1]))), at + 2
    return Span(address, 0), at + 1


def _ports(words: list[str], at: int) -> tuple[Ports, int]:
    word = words[at] if len(words) > at else ""
    if word == "range":
        return Ports(_port(words[at + 1]), _port(words[at + 2])), at + 3
    if word in ("eq", "neq"):
        port = _port(words[at + 1])
        return Ports(port, port, apart=word == "neq"), at + 2
    if word == "gt":
        return Ports(_port(words[at + 1]) + 1, LAST_PORT), at + 2
    if word == "lt":
        return Ports(0, _port(words[at + 1]) - 1), at + 2
    return Ports(), at


def _port(word: str) -> int:
    return int(word) if word.isdigit() else _PORTS[word]
