"""What a configuration command does beyond being stored: the special readings of rules.

In: a command's canonical words and the section it is typed in. Out: the words to store, a new mode, or IOS's complaint.
Called by the editor; the tables that use these are in ``commands``.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Interface

from lab.devices.cisco_ios.config import Config, Section
from lab.devices.cisco_ios.names import kind_of, long_name, sort_key
from lab.devices.cisco_ios.rule import SortKey, Words
from lab.devices.cisco_ios.tokens import MAX_VLAN, vlan_numbers, vlan_text

_ALL_VLANS = frozenset(range(1, MAX_VLAN + 1))
_SECRET = re.compile(r"\b((?:secret|password|community|key)(?:\s+\d)?\s+)(\S+)", re.IGNORECASE)


def masked(line: str) -> str:
    """Return the line with secrets replaced, fit for a log."""
    return _SECRET.sub(lambda found: found[1] + "***", line)


def merge_vlans(old: Words, new: Words) -> Words | None:
    """Apply ``switchport trunk allowed vlan add|remove|except|all|none`` to the list in force."""
    head, value = new[:4], new[4:]
    before = _ALL_VLANS if not old else vlan_numbers(old[4]) or frozenset()
    if value[0] == "all":
        return None
    if value[0] == "none":
        return (*head, "none")
    listed = vlan_numbers(value[-1]) or frozenset()
    after = {
        "add": before | listed,
        "remove": before - listed,
        "except": _ALL_VLANS - listed,
    }.get(value[0], listed)
    if after == _ALL_VLANS:
        return None
    return (*head, vlan_text(after) or "none")


def merge_list(old: Words, new: Words) -> Words:
    """Add VLANs to the list in force, as commands do that grow their list."""
    listed = (vlan_numbers(old[-1]) if old else None) or frozenset()
    return (*new[:-1], vlan_text(listed | (vlan_numbers(new[-1]) or frozenset())))


def less_list(old: Words, taken: Words) -> Words | None:
    """Take VLANs off the list in force; None when nothing is left."""
    left = (vlan_numbers(old[-1]) or frozenset()) - (vlan_numbers(taken[-1]) or frozenset())
    return (*old[:-1], vlan_text(left)) if left else None


def by_direction(words: Words) -> Words:
    """Name the slot of ``ip access-group NAME in``: one per direction."""
    return (*words[:-2], words[-1])


def by_policy(words: Words) -> Words:
    """Name the slot of ``neighbor ADDRESS prefix-list NAME in``: one per neighbour, kind and direction."""
    return (*words[:-2], words[-1])


def hide_secret(_old: Words, new: Words) -> Words:
    """Store a secret given in plain text as a hash, as IOS does; a hash is kept. The hash cannot be logged in with."""
    at = new.index("secret") + 1
    if new[at].isdigit() and new[at] != "0":
        return new
    plain = new[at + 1] if new[at] == "0" and len(new) > at + 1 else new[at]
    digest = hashlib.sha256(f"{new[:at]}{plain}".encode()).hexdigest()
    return (*new[:at], "9", f"$9${digest[:14]}${digest[14:57]}")


def section_mode(name: str) -> Callable[[Words], str]:
    """Return a constant mode for ``Rule.opens``."""
    return lambda _words: name


def interface_mode(words: Words) -> str:
    """Tell which commands an interface takes by its name."""
    return "interface-" + kind_of(words[-1])


def interface_range(words: Words) -> list[Words]:
    """Read ``interface range Gi1/0/1 - 4, Gi1/0/9`` into single interfaces."""
    names: list[Words] = []
    for part in words[2].replace(" ", "").split(","):
        first, _, last = part.partition("-")
        name = long_name(first)
        found = re.fullmatch(r"(.*?)(\d+)", name or "")
        if found is None or (last and not last.isdigit()):
            return []
        names += [("interface", f"{found[1]}{n}") for n in range(int(found[2]), int(last or found[2]) + 1)]
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


def by_line(words: Words) -> SortKey:
    """Sort lines: console, aux, vty."""
    return (("con", "console", "aux", "vty").index(words[1]), *by_number(words))


def schedule_of(words: Words) -> Words:
    """Name the schedule that goes with a removed IP SLA operation."""
    return ("ip", "sla", "schedule", words[2])


def neighbour_of(words: Words) -> Words:
    """Name everything that goes with a removed BGP neighbour."""
    return words[:2]


def check_neighbour(_config: Config, section: Section, words: Words) -> str | None:
    """Refuse a line about a neighbour whose AS is not told yet."""
    known = section.find("neighbor", words[1], "remote-as") is not None
    return None if known else "% Specify remote-as or peer-group commands first"


def resequence(config: Config, words: Words) -> None:
    """Number the entries of an access list anew; nothing of it is shown."""
    for kind in ("standard", "extended"):
        entry = config.root.find("ip", "access-list", kind, words[3])
        if entry is not None and entry.section is not None:
            first, step = int(words[4]), int(words[5])
            for place, row in enumerate(entry.section.ordered()):
                entry.section.entries[row.words] = replace(row, sort=(first + place * step,))


def check_address(config: Config, section: Section, words: Words) -> str | None:
    """Refuse an address IOS refuses: bad for its mask, overlapping, or on an untagged sub-interface."""
    address = IPv4Interface(f"{words[2]}/{words[3]}")
    if address.network.prefixlen < 31 and address.ip == address.network.network_address:  # noqa: PLR2004
        return f"Bad mask /{address.network.prefixlen} for address {address.ip}"
    if section.mode == "interface-sub" and not section.starting("encapsulation"):
        return (
            "\n% Configuring IP routing on a LAN subinterface is only allowed if that\n"
            "subinterface is already configured as part of an IEEE 802.10, IEEE 802.1Q,\nor ISL vLAN.\n"
        )
    for name, other in config.interfaces():
        taken = other.starting("ip", "address")
        if other is section or not taken or taken[0][2] == "dhcp":
            continue
        if IPv4Interface(f"{taken[0][2]}/{taken[0][3]}").network.overlaps(address.network):
            return f"% {address.network.network_address} overlaps with {name}"
    return None


def check_schedule(config: Config, _section: Section, words: Words) -> str | None:
    """Refuse a schedule for an operation that does not exist."""
    return None if config.root.find("ip", "sla", words[3]) is not None else "%Entry not configured"
