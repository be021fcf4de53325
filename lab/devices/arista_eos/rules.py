"""What a configuration command does beyond being stored: the special readings of rules.

In: a command's canonical words and the section it is typed in. Out: the words to store, a new mode, or EOS's complaint.
Called by the editor; the tables that use these are in ``commands``.
"""

import hashlib
import re
from ipaddress import IPv4Interface, IPv4Network
from typing import TYPE_CHECKING

from lab.devices.arista_eos.names import kind_of, long_name, sort_key
from lab.devices.config_tree import Section
from lab.devices.rule import SortKey, Words
from lab.devices.tokens import MAX_VLAN, vlan_numbers, vlan_text

if TYPE_CHECKING:
    from lab.devices.arista_eos.config import Config

SHORTEST_SUBNET = 31
_ALL_VLANS = frozenset(range(1, MAX_VLAN + 1))
_SECRET = re.compile(r"\b((?:secret|password|community|key)(?:\s+(?:\d|sha512))?\s+)(\S+)", re.IGNORECASE)


def masked(line: str) -> str:
    """Return the line with secrets replaced, fit for a log."""
    return _SECRET.sub(lambda found: found[1] + "***", line)


def merge_vlans(old: Words, new: Words) -> Words | None:
    """Apply ``switchport trunk allowed vlan add|remove|except|all|none`` to the list in force."""
    head, value = new[:4], new[4:]
    before = _ALL_VLANS if not old else vlan_numbers(old[4]) or frozenset()
    if value[0] == "all":
        return None
    listed = vlan_numbers(value[-1]) or frozenset()
    after = {
        "none": frozenset[int](),
        "add": before | listed,
        "remove": before - listed,
        "except": _ALL_VLANS - listed,
    }.get(value[0], listed)
    if after == _ALL_VLANS:
        return None
    return (*head, vlan_text(after) or "none")


def hash_secret(_old: Words, new: Words) -> Words:
    """Store a secret given in plain text as a hash, as EOS does; a hash is kept."""
    at = new.index("secret") + 1
    if new[at] in ("sha512", "5"):
        return new
    plain = new[at + 1] if new[at] == "0" and len(new) > at + 1 else new[at]
    digest = hashlib.sha512(f"{new[:at]}{plain}".encode()).hexdigest()
    return (*new[:at], "sha512", f"$6${digest[:16]}${digest[16:102]}")


def interface_mode(words: Words) -> str:
    """Tell which commands an interface takes by its name."""
    return "interface-" + kind_of(words[-1])


def interface_range(words: Words) -> list[Words]:
    """Read ``interface Et1-4,9`` into single interfaces."""
    names: list[Words] = []
    kind = ""
    for part in words[1].replace(" ", "").split(","):
        found = re.fullmatch(r"([A-Za-z-]*?)(\d+)(?:-(\d+))?", part)
        kind = (found[1] or kind) if found is not None else ""
        if found is None or long_name(kind + found[2]) is None:
            return []
        numbers = range(int(found[2]), int(found[3] or found[2]) + 1)
        names += [("interface", long_name(f"{kind}{number}") or "") for number in numbers]
    return names


def vlan_sections(words: Words) -> list[Words]:
    """Read ``vlan 10,20`` into one section per VLAN."""
    return [("vlan", str(number)) for number in sorted(vlan_numbers(words[1]) or ())]


def by_interface(words: Words) -> SortKey:
    """Sort sections by interface name."""
    return sort_key(words[-1])


def by_number(words: Words) -> SortKey:
    """Sort by the numbers among the words."""
    return tuple(int(word) for word in words if word.isdigit())


def by_first(words: Words) -> SortKey:
    """Sort rows of access lists by their number."""
    return (int(words[0]),)


def by_direction(words: Words) -> Words:
    """Name the slot of ``ip access-group NAME in``: one per direction."""
    return (*words[:-2], words[-1])


def check_address(config: "Config", section: Section, words: Words) -> str | None:
    """Refuse an address EOS refuses: the network's own, or one that overlaps with another interface's."""
    address = IPv4Interface(words[2])
    network = address.network
    if network.prefixlen < SHORTEST_SUBNET and address.ip in (network.network_address, network.broadcast_address):
        return f"% Address {address.ip} is not a valid host address in subnet {network}"
    for name, other in config.interfaces():
        taken = other.value("ip", "address")
        if other is not section and taken and taken[0] != "dhcp" and IPv4Interface(taken[0]).network.overlaps(network):
            return f"% Subnet {network} overlaps with existing subnet {IPv4Interface(taken[0]).network} of {name}"
    return None


def check_route(_config: "Config", _section: Section, words: Words) -> str | None:
    """Refuse a prefix with host bits."""
    try:
        IPv4Network(words[2])
    except ValueError:
        return f"% Invalid prefix {words[2]}: host part must be zero"
    return None
