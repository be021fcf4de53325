"""Changes of our own that cut management in-band: what a push must never leave behind.

In: a store's number. Out: by name, the device and the lines that cut it off, in that platform's own words.
Called by tests. Why: only the device's own timer brings such a store back; nobody can log in to help.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from inventory.model import DeviceId
from lab.netns.addresses import MANAGEMENT, edge, loopback, switch
from lab.numbering import HEADQUARTERS, asn


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Lines which, once they run on ``device``, leave it (and what stands behind it) without management."""

    device: DeviceId
    lines: tuple[str, ...]


def management_cuts(number: int) -> Mapping[str, Cut]:
    """Every cut of a store by name."""
    shut = ("interface wan0", " shutdown", "exit", "interface lte0", " shutdown", "exit")
    untold = (f"router bgp {asn(number)}", " address-family ipv4 unicast", f"  no network {loopback(number)}/32")
    return {
        "both_lines_shut": Cut(device=edge(number), lines=shut),
        "loopback_untold": Cut(device=edge(number), lines=untold),
        "no_way_to_headquarters": Cut(device=edge(number), lines=(f"ip route {HEADQUARTERS} Null0",)),
        "trunk_without_management": Cut(
            device=switch(number), lines=("interface uplink", f" switchport trunk allowed vlan remove {MANAGEMENT}")
        ),
    }
