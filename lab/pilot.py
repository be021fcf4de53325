"""A store of the tunnel pilot: what a person types into an edge so that its tills pay through a tunnel.

In: the store's number and its WAN port. Out: configuration lines, and those that take them back. Used by faults about
tunnels. Why: stores have no tunnel by the chain's standard; one that is to have trouble with it is given one first.
"""

from lab.numbering import HUB, HUB_ASN, TUNNEL, asn, tunnel_address, tunnel_key

PAYMENTS = "198.51.100.10"


def pilot_lines(number: int, wan: str, key: str | None = None, *, bgp: bool = False) -> tuple[str, ...]:
    """The lines that make a store one of the pilot. ``key``: not headquarters' key; ``bgp``: it tells routes, too."""
    address = tunnel_address(number)
    hub = address.network[1]
    return (
        "crypto isakmp policy 10",
        "encryption aes 256",
        "authentication pre-share",
        "group 14",
        f"crypto isakmp key {key or tunnel_key(number)} address {HUB}",
        "crypto ipsec transform-set HQ esp-aes 256 esp-sha256-hmac",
        "mode tunnel",
        "crypto ipsec profile HQ",
        "set transform-set HQ",
        "crypto logging session",
        f"interface {TUNNEL}",
        "description headquarters, pilot",
        f"ip address {address.ip} {address.netmask}",
        "ip mtu 1400",
        "ip tcp adjust-mss 1360",
        f"tunnel source {wan}",
        f"tunnel destination {HUB}",
        "tunnel mode ipsec ipv4",
        "tunnel protection ipsec profile HQ",
        f"ip route {PAYMENTS} 255.255.255.255 {TUNNEL}",
        *((f"router bgp {asn(number)}", f"neighbor {hub} remote-as {HUB_ASN}") if bgp else ()),
        *((f"neighbor {hub} description headquarters",) if bgp else ()),
        "end",
    )


def pilot_over(number: int) -> tuple[str, ...]:
    """The lines that take the pilot out of a store again."""
    return (
        f"router bgp {asn(number)}",
        f"no neighbor {tunnel_address(number).network[1]} remote-as {HUB_ASN}",
        f"no ip route {PAYMENTS} 255.255.255.255 {TUNNEL}",
        f"no interface {TUNNEL}",
        "no crypto logging session",
        "no crypto ipsec profile HQ",
        "no crypto ipsec transform-set HQ",
        f"no crypto isakmp key {tunnel_key(number)} address {HUB}",
        "no crypto isakmp policy 10",
        "end",
    )
