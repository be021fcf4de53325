"""The RPCs about what is behind the ports: MAC addresses, VLANs, neighbours, power, ARP, routes.

In: requests. Out: XML in the style of switches with ELS (``l2ng`` tags). Called by ``netconf``.
"""

from collections.abc import Mapping

from lab.devices.juniper_junos.layer2 import (
    LEASED_WATTS,
    arp_rows,
    lldp_rows,
    mac_rows,
    poe_rows,
    route_rows,
    vlan_rows,
)
from lab.devices.juniper_junos.rpc import Answer, Request, space
from lab.devices.juniper_junos.xml import leaf, node
from lab.model import NeighborLook

_CAPABILITIES = {"R": "Router", "S": "Bridge", "T": "WLAN Access Point", "I": "", "P": "Telephone", "H": "Station Only"}


def _macs(request: Request) -> str:
    request.need("view")
    rows = mac_rows(request.device)
    count = leaf("learnt-mac-count", len(rows))
    style = space("l2al")
    if request.word("summary") is not None:
        group = node("l2ald-rtb-mac-count-entry", leaf("mac-count-global", len(rows)), count)
        return node("l2ng-l2ald-rtb-macdb", group, xmlns=style)
    if request.word("extensive") is not None:
        told = [
            node(
                "l2ng-l2ald-mac-entry-vlan",
                leaf("l2ng-l2-mac-address", row.mac),
                leaf("l2ng-l2-mac-routing-instance", "default-switch"),
                leaf("l2ng-l2-vlan-id", row.vlan),
                leaf("l2ng-l2-mac-vlan-name", row.name),
                leaf("l2ng-l2-mac-logical-interface", row.interface),
                leaf("l2ng-l2-mac-flags", "in_hash,in_ifd,in_ifl,in_vlan,in_rtt,kernel,in_ifbd"),
            )
            for row in rows
        ]
        return node("l2ng-l2ald-rtb-macdb", *told, xmlns=style)
    entries = [
        node(
            "l2ng-mac-entry",
            leaf("l2ng-l2-mac-vlan-name", row.name),
            leaf("l2ng-l2-mac-address", row.mac),
            leaf("l2ng-l2-mac-flags", "D"),
            leaf("l2ng-l2-mac-age", "-"),
            leaf("l2ng-l2-mac-logical-interface", row.interface),
        )
        for row in rows
    ]
    group = node(
        "l2ng-l2ald-mac-entry-vlan",
        leaf("mac-count-global", len(rows)),
        count,
        leaf("l2ng-l2-mac-routing-instance", "default-switch"),
        *entries,
        junos_style="brief-rtb",
    )
    return node("l2ng-l2ald-rtb-macdb", group, xmlns=style)


def _vlans(request: Request) -> str:
    request.need("view")
    groups = [
        node(
            "l2ng-l2ald-vlan-instance-group",
            leaf("l2ng-l2rtb-name", "default-switch"),
            leaf("l2ng-l2rtb-vlan-name", row.name),
            leaf("l2ng-l2rtb-vlan-tag", row.tag),
            *(
                node("l2ng-l2rtb-vlan-member", leaf("l2ng-l2rtb-vlan-member-interface", member))
                for member in row.members or ("",)
            ),
        )
        for row in vlan_rows(request.device)
    ]
    return node("l2ng-l2ald-vlan-instance-information", *groups, xmlns=space("l2al"), junos_style="brief")


def _lldp(request: Request) -> str:
    request.need("view")
    wanted = request.word("interface-device")
    rows = [row for row in lldp_rows(request.device) if wanted in (None, row.local_port, f"{row.local_port}.0")]
    told = [_neighbor(row, whole=wanted is not None) for row in rows]
    style = "detail" if wanted is not None else "brief"
    return node("lldp-neighbors-information", *told, xmlns=space("lldp"), junos_style=style)


def _neighbor(row: NeighborLook, *, whole: bool) -> str:
    capable = " ".join(word for letter in row.capability.split() if (word := _CAPABILITIES.get(letter, "")))
    more = (
        (
            leaf("lldp-ttl", row.hold_seconds),
            node("lldp-system-description", leaf("lldp-remote-system-description", row.version or row.platform)),
            leaf("lldp-remote-system-capabilities-supported", capable),
            leaf("lldp-remote-system-capabilities-enabled", capable),
        )
        if whole
        else ()
    )
    return node(
        "lldp-neighbor-information",
        leaf("lldp-local-interface" if whole else "lldp-local-port-id", row.local_port),
        leaf("lldp-local-parent-interface-name", "-"),
        leaf("lldp-remote-chassis-id-subtype", "Mac address"),
        leaf("lldp-remote-chassis-id", row.mac or row.name),
        leaf("lldp-remote-port-id-subtype", "Interface name"),
        leaf("lldp-remote-port-id", row.remote_port),
        leaf("lldp-remote-port-description", row.remote_port) if whole else "",
        leaf("lldp-remote-system-name", row.name),
        *more,
    )


def _arp(request: Request) -> str:
    request.need("view")
    rows = arp_rows(request.device)
    timed = request.word("expiration-time") is not None
    told = [
        node(
            "arp-table-entry",
            leaf("mac-address", row.mac),
            leaf("ip-address", row.address),
            leaf("interface-name", row.interface),
            leaf("time-to-expire", row.expires) if timed else "",
            node("arp-table-entry-flags", node("none")),
        )
        for row in rows
    ]
    count = leaf("arp-entry-count", len(rows))
    return node("arp-table-information", *told, count, xmlns=space("arp"), junos_style="no-resolve")


def _poe(request: Request) -> str:
    request.need("view")
    told = [
        node(
            "interface-information",
            leaf("interface-name", row.port),
            leaf("interface-enabled", "Enabled" if row.enabled else "Disabled"),
            leaf("interface-status", row.status),
            leaf("interface-power-limit", f"{LEASED_WATTS}W" if row.enabled else "0.0W"),
            leaf("interface-lldp-negotiation-power", ""),
            leaf("interface-priority", row.priority),
            leaf("interface-lldp-negotiation-priority", ""),
            leaf("interface-power", f"{row.watts:.1f}W"),
            leaf("interface-class", row.grade),
        )
        for row in poe_rows(request.device)
    ]
    return node("poe", *told)


def _routes(request: Request) -> str:
    request.need("view")
    rows = [
        node(
            "rt",
            leaf("rt-destination", row.prefix),
            node(
                "rt-entry",
                leaf("active-tag", "*"),
                leaf("current-active", ""),
                leaf("protocol-name", row.protocol),
                leaf("preference", row.preference),
                node("nh", leaf("to", row.to) if row.to else "", leaf("via", row.via) if row.via else ""),
            ),
        )
        for row in route_rows(request.device, request.word("destination") or "")
    ]
    counts = (leaf("destination-count", len(rows)), leaf("active-route-count", len(rows)))
    return node("route-information", node("route-table", leaf("table-name", "inet.0"), *counts, *rows))


LAYER2: Mapping[str, Answer] = {
    "get-ethernet-switching-table-information": _macs,
    "get-vlan-information": _vlans,
    "get-lldp-neighbors-information": _lldp,
    "get-lldp-interface-neighbors": _lldp,
    "get-arp-table-information": _arp,
    "get-poe-interface-information": _poe,
    "get-route-information": _routes,
}
