"""Rows from ntc-templates, for answers the lean readers do not understand in full.

There is none for leases: the template (9.3) wants the expiry in one word, which IOS prints in five.

In: what TextFSM returns for a command (dictionaries of words). Out: rows. Called by ``inventory.reading``.
"""

from collections.abc import Mapping, Sequence
from typing import cast

from inventory.looks import ArpRow, BgpRow, ErrDisabledRow, InterfaceRow, MacRow, NeighborRow, PoeRow, PortRow
from inventory.platforms.cisco_ios.bgp_reader import bgp_row
from inventory.platforms.cisco_ios.names import full_mac, full_port
from inventory.platforms.cisco_ios.switch_readers import STATUSES, Status, bare_name

Words = Sequence[Mapping[str, str]]


def interfaces(words: Words) -> tuple[InterfaceRow, ...]:
    """From ``cisco_ios_show_ip_interface_brief``."""
    return tuple(
        InterfaceRow(
            name=full_port(w["interface"]),
            address=None if w["ip_address"] == "unassigned" else w["ip_address"],
            method="",
            admin_up="administratively" not in w["status"],
            oper_up=w["proto"] == "up",
        )
        for w in words
    )


def ports(words: Words) -> tuple[PortRow, ...]:
    """From ``cisco_ios_show_interfaces_status``."""
    return tuple(
        PortRow(
            name=full_port(w["port"]),
            vlan=w["vlan_id"],
            status=cast("Status", w["status"] if w["status"] in STATUSES else "other"),
        )
        for w in words
    )


def poe(words: Words) -> tuple[PoeRow, ...]:
    """From ``cisco_ios_show_power_inline``."""
    return tuple(
        PoeRow(
            port=full_port(w["interface"]),
            admin="never" if w["admin_status"] == "off" else w["admin_status"],
            oper=w["operational_status"],
            watts=float(w["power"]),
            grade=int(w["class"]) if w["class"].isdecimal() else None,
        )
        for w in words
    )


def neighbors(words: Words) -> tuple[NeighborRow, ...]:
    """From ``cisco_ios_show_cdp_neighbors``."""
    return tuple(
        NeighborRow(local_port=full_port(w["local_interface"]), neighbor=bare_name(w["neighbor_name"])) for w in words
    )


def macs(words: Words) -> tuple[MacRow, ...]:
    """From ``cisco_ios_show_mac-address-table``."""
    return tuple(
        MacRow(vlan=int(w["vlan_id"]), mac=full_mac(w["destination_address"]) or "", port=full_port(port))
        for w in words
        if w["vlan_id"].isdigit()
        for port in w["destination_port"]
        if port != "CPU"
    )


def arp(words: Words) -> tuple[ArpRow, ...]:
    """From ``cisco_ios_show_ip_arp``."""
    return tuple(
        ArpRow(address=w["ip_address"], mac=full_mac(w["mac_address"]), interface=full_port(w["interface"]))
        for w in words
    )


def bgp(words: Words) -> tuple[BgpRow, ...]:
    """From ``cisco_ios_show_ip_bgp_summary``."""
    return tuple(
        bgp_row(w["bgp_neighbor"], w["neighbor_as"], w["up_down"], w["state_or_prefixes_received"]) for w in words
    )


def errdisabled(words: Words) -> tuple[ErrDisabledRow, ...]:
    """From ``cisco_ios_show_interfaces_status_err-disabled``; its last field holds the VLANs as well."""
    return tuple(
        ErrDisabledRow(port=full_port(w["interface"]), cause=w["port_error"].split("  ")[0].strip()) for w in words
    )
