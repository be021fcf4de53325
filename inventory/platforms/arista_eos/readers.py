"""Readers of what an EOS switch answers. Pure: text in, rows out.

Called through ``platform.PLATFORM.getters``. JSON after the recorded answers in NAPALM's tests (test/eos: show arp,
show mac address-table, show lldp neighbors, show ip interface), ANTA's unit tests (show interfaces status, show
interfaces status errdisabled) and Arista's command reference. Tables that stay text are read in ``text_readers``.
"""

from collections.abc import Mapping
from typing import Any, Literal

from inventory.looks import (
    ArpRow,
    DefaultRouteRow,
    ErrDisabledRow,
    InterfaceRow,
    MacRow,
    NeighborRow,
    PortRow,
    TrunkRow,
)
from inventory.platforms import ParseDoubt
from inventory.platforms.arista_eos.answers import answer, field, records
from inventory.platforms.arista_eos.names import full_mac, full_port, vlan_set

Args = Mapping[str, str]
Status = Literal["connected", "notconnect", "disabled", "err-disabled", "inactive", "other"]
STATUSES: Mapping[str, Status] = {
    "connected": "connected",
    "notconnect": "notconnect",
    "disabled": "disabled",
    "errdisabled": "err-disabled",
    "inactive": "inactive",
}
SHUT = ("disabled", "adminDown")
NO_ADDRESS = "0.0.0.0"  # noqa: S104 - what EOS prints for no address
INTERFACES = "show ip interface brief | json"
PORTS = "show interfaces status | json"
ERRDISABLED = "show interfaces status errdisabled | json"
SWITCHPORTS = "show interfaces switchport | json"
NEIGHBORS = "show lldp neighbors | json"
MACS = "show mac address-table | json"
ARP = "show ip arp | json"
DEFAULT_ROUTE = "show ip route 0.0.0.0/0 | json"


def interfaces(output: str, _args: Args) -> tuple[InterfaceRow, ...]:
    """Read every interface with an address."""
    found = records(answer(output, INTERFACES), "interfaces", INTERFACES)
    if not found:
        raise ParseDoubt(f"{INTERFACES}: no interface at all")
    return tuple(_interface(name, row) for name, row in found.items())


def _interface(name: str, row: Any) -> InterfaceRow:
    own = field(field(row, "interfaceAddress", dict, INTERFACES), "ipAddr", dict, INTERFACES)
    address = field(own, "address", str, INTERFACES)
    return InterfaceRow(
        name=full_port(name),
        address=None if address == NO_ADDRESS else address,
        method="manual",
        admin_up=field(row, "interfaceStatus", str, INTERFACES) not in SHUT,
        oper_up=field(row, "lineProtocolStatus", str, INTERFACES) == "up",
    )


def ports(output: str, _args: Args) -> tuple[PortRow, ...]:
    """Read every port's state."""
    found = records(answer(output, PORTS), "interfaceStatuses", PORTS)
    if not found:
        raise ParseDoubt(f"{PORTS}: no port at all")
    return tuple(_port(name, row) for name, row in found.items())


def _port(name: str, row: Any) -> PortRow:
    vlan = records(row, "vlanInformation", PORTS)
    number = vlan.get("vlanId")
    mode = str(vlan.get("vlanExplanation") or vlan.get("interfaceMode") or "")
    if number is None and not mode:
        raise ParseDoubt(f"{PORTS}: {name} tells no VLAN")
    status = STATUSES.get(field(row, "linkStatus", str, PORTS), "other")
    return PortRow(name=full_port(name), status=status, vlan=mode if number is None else str(number))


def errdisabled(output: str, _args: Args) -> tuple[ErrDisabledRow, ...]:
    """Read the ports the switch itself has shut; of several causes the first is told."""
    found = records(answer(output, ERRDISABLED), "interfaceStatuses", ERRDISABLED)
    return tuple(ErrDisabledRow(port=full_port(name), cause=_cause(name, row)) for name, row in found.items())


def _cause(name: str, row: Any) -> str:
    causes = field(row, "causes", list, ERRDISABLED)
    if not causes:
        raise ParseDoubt(f"{ERRDISABLED}: {name} without a cause")
    return str(causes[0])


def trunks(output: str, _args: Args) -> tuple[TrunkRow, ...]:
    """Read the VLANs every trunk may carry, whether it is up or not."""
    found = records(answer(output, SWITCHPORTS), "switchports", SWITCHPORTS)
    told = {name: field(row, "switchportInfo", dict, SWITCHPORTS) for name, row in found.items()}
    return tuple(
        TrunkRow(port=full_port(name), allowed=_allowed(name, row))
        for name, row in told.items()
        if field(row, "mode", str, SWITCHPORTS) == "trunk"
    )


def _allowed(name: str, row: Any) -> frozenset[int]:
    try:
        return vlan_set(field(row, "trunkAllowedVlans", str, SWITCHPORTS))
    except ValueError as odd:
        raise ParseDoubt(f"{SWITCHPORTS}: {name}: {odd}") from None


def neighbors(output: str, _args: Args) -> tuple[NeighborRow, ...]:
    """Read the LLDP neighbours; their domains are cut off."""
    found = field(answer(output, NEIGHBORS), "lldpNeighbors", list, NEIGHBORS)
    return tuple(
        NeighborRow(
            local_port=full_port(field(row, "port", str, NEIGHBORS)),
            neighbor=_bare(field(row, "neighborDevice", str, NEIGHBORS)),
        )
        for row in found
    )


def _bare(name: str) -> str:
    """A name without its domain; a MAC or an address, which LLDP may give instead, stays whole."""
    first = name.split(".", 1)[0]
    return first if full_mac(name) is None and not name.replace(".", "").isdigit() else name


def macs(output: str, _args: Args) -> tuple[MacRow, ...]:
    """Read what was learned on ports, not the switch's own addresses."""
    table = records(answer(output, MACS), "unicastTable", MACS)
    rows = field(table, "tableEntries", list, MACS)
    return tuple(_mac(row) for row in rows if field(row, "interface", str, MACS) not in ("Router", "Switch", "CPU"))


def _mac(row: Any) -> MacRow:
    mac = full_mac(field(row, "macAddress", str, MACS))
    if mac is None:
        raise ParseDoubt(f"{MACS}: not a MAC address: {row['macAddress']!r}"[:200])
    return MacRow(vlan=field(row, "vlanId", int, MACS), mac=mac, port=full_port(row["interface"]))


def arp(output: str, _args: Args) -> tuple[ArpRow, ...]:
    """Read the ARP table; of ``Vlan10, Ethernet1`` the VLAN's interface counts."""
    found = answer(output, ARP)
    if "vrfs" in found:
        found = records(found["vrfs"], "default", ARP)
    return tuple(
        ArpRow(
            address=field(row, "address", str, ARP),
            mac=full_mac(field(row, "hwAddress", str, ARP)),
            interface=full_port(field(row, "interface", str, ARP).split(",")[0]),
        )
        for row in field(found, "ipV4Neighbors", list, ARP)
    )


def default_route(output: str, _args: Args) -> tuple[DefaultRouteRow, ...]:
    """Read the ways of the default route in use; no row when there is none."""
    vrfs = records(answer(output, DEFAULT_ROUTE), "vrfs", DEFAULT_ROUTE)
    route = records(records(vrfs, "default", DEFAULT_ROUTE), "routes", DEFAULT_ROUTE).get("0.0.0.0/0")
    if route is None:
        return ()
    distance = field(route, "preference", int, DEFAULT_ROUTE)
    vias = field(route, "vias", list, DEFAULT_ROUTE)
    if not vias:
        raise ParseDoubt(f"{DEFAULT_ROUTE}: a route that leads nowhere")
    return tuple(_via(via, distance) for via in vias)


def _via(via: Any, distance: int) -> DefaultRouteRow:
    hop, interface = (via.get("nexthopAddr"), via.get("interface")) if isinstance(via, dict) else (None, None)
    if not hop and not interface:
        raise ParseDoubt(f"{DEFAULT_ROUTE}: a way without a next hop")
    return DefaultRouteRow(
        next_hop=str(hop) if hop else None,
        interface=full_port(str(interface)) if interface else None,
        distance=distance,
    )
