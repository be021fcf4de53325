"""Which source networks an interface's outbound access list keeps in.

In: the configuration's root and an interface's section. Out: networks for ``DeviceSetting.denied``.
Called by ``meaning``.
Only whole-network rules (``deny ip NET WILDCARD any``) above the first ``permit ip any any`` count.
"""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network

from lab.devices.cisco_ios.config import Section

_ALL_ONES = 2**32 - 1


def denied(root: Section, interface: Section) -> tuple[IPv4Network, ...]:
    """Return the source networks that are not let out of the interface."""
    group = interface.value("ip", "access-group")
    if group is None or group[1] != "out":
        return ()
    entry = root.find("ip", "access-list", "extended", group[0])
    return tuple(_networks(entry.section)) if entry is not None and entry.section is not None else ()


def _networks(section: Section) -> Iterator[IPv4Network]:
    for row in section.entries.values():
        words = row.text.split()
        if words[:1] and words[0].isdigit():
            words = words[1:]
        if words[:4] == ["permit", "ip", "any", "any"]:
            return
        if len(words) == 5 and words[:2] == ["deny", "ip"] and words[4] == "any":  # noqa: PLR2004
            mask = IPv4Address(_ALL_ONES - int(IPv4Address(words[3])))
            yield IPv4Network(f"{words[2]}/{mask}", strict=False)
