"""Readers of what a Junos switch answers. Pure: text in, rows out.

Called through ``platform.PLATFORM.getters``. XML (``| display xml``) after the recorded answers in NAPALM's tests
(test/junos) and the views of its driver; tables that stay text are read in ``text_readers``. An answer that is cut off
does not parse, so that half of one is never taken for all.
"""

from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element, ParseError, fromstring

from inventory.looks import ArpRow, DefaultRouteRow, InterfaceRow, MacRow, NeighborRow
from inventory.platforms import ParseDoubt
from inventory.platforms.juniper_junos.driver import LOG_LINE
from inventory.platforms.juniper_junos.names import full_mac, full_port

Args = Mapping[str, str]
INTERFACES = "show interfaces terse | display xml"
NEIGHBORS = "show lldp neighbors | display xml"
MACS = "show ethernet-switching table extensive | display xml"
ARP = "show arp no-resolve | display xml"
DEFAULT_ROUTE = "show route 0.0.0.0/0 exact active-path | display xml"


def answer(output: str, command: str, *roots: str) -> Element:
    """Return the element of one of these names in an answer. Raises ``ParseDoubt`` when it is not whole, or another."""
    text = LOG_LINE.sub("", output.replace("\r", "")).strip()
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ParseDoubt(f"{command}: an answer of another kind")
    try:
        whole = fromstring(text)  # noqa: S314 - document types, and with them entities, are refused above
    except ParseError:
        raise ParseDoubt(f"{command}: not one whole answer in XML ({len(output)} characters)") from None
    for element in whole.iter():
        element.tag = element.tag.rpartition("}")[2]
    found = next((element for name in roots for element in whole.iter(name)), None)
    if found is None:
        raise ParseDoubt(f"{command}: the answer has no {' or '.join(roots)}")
    return found


def text_of(element: Element, name: str, command: str) -> str:
    """Return the text of an element that must be there. Raises ``ParseDoubt``."""
    found = (element.findtext(name) or "").strip()
    if not found:
        raise ParseDoubt(f"{command}: {element.tag} without {name}")
    return found


def interfaces(output: str, _args: Args) -> tuple[InterfaceRow, ...]:
    """Read every logical interface that routes."""
    table = answer(output, INTERFACES, "interface-information")
    if table.find("physical-interface") is None:
        raise ParseDoubt(f"{INTERFACES}: no interface at all")
    return tuple(row for whole in table.iter("physical-interface") for row in _routed(whole))


def _routed(whole: Element) -> Iterator[InterfaceRow]:
    up = text_of(whole, "admin-status", INTERFACES) == "up"
    for unit in whole.iter("logical-interface"):
        families = [
            f for f in unit.iter("address-family") if (f.findtext("address-family-name") or "").strip() == "inet"
        ]
        if not families:
            continue
        address = (families[0].findtext("interface-address/ifa-local") or "").strip().partition("/")[0]
        yield InterfaceRow(
            name=full_port(text_of(unit, "name", INTERFACES)),
            address=address or None,
            method="manual",
            admin_up=up and text_of(unit, "admin-status", INTERFACES) == "up",
            oper_up=text_of(unit, "oper-status", INTERFACES) == "up",
        )


def neighbors(output: str, _args: Args) -> tuple[NeighborRow, ...]:
    """Read the LLDP neighbours that tell their name; their domains are cut off."""
    table = answer(output, NEIGHBORS, "lldp-neighbors-information")
    rows = []
    for one in table.iter("lldp-neighbor-information"):
        port = (one.findtext("lldp-local-port-id") or one.findtext("lldp-local-interface") or "").strip()
        name = (one.findtext("lldp-remote-system-name") or one.findtext("lldp-remote-chassis-id") or "").strip()
        if not port or not name:
            raise ParseDoubt(f"{NEIGHBORS}: a neighbour without port or name")
        rows.append(NeighborRow(local_port=full_port(port), neighbor=name.split(".", 1)[0]))
    return tuple(rows)


def macs(output: str, _args: Args) -> tuple[MacRow, ...]:
    """Read what was learned on ports."""
    table = answer(output, MACS, "l2ng-l2ald-rtb-macdb")
    return tuple(_mac(row) for row in table.iter("l2ng-l2ald-mac-entry-vlan"))


def _mac(row: Element) -> MacRow:
    mac = full_mac(text_of(row, "l2ng-l2-mac-address", MACS))
    vlan = text_of(row, "l2ng-l2-vlan-id", MACS)
    if mac is None or not vlan.isdigit():
        raise ParseDoubt(f"{MACS}: not a MAC address of a VLAN")
    return MacRow(vlan=int(vlan), mac=mac, port=full_port(text_of(row, "l2ng-l2-mac-logical-interface", MACS)))


def arp(output: str, _args: Args) -> tuple[ArpRow, ...]:
    """Read the ARP table; Junos lists what answered only."""
    table = answer(output, ARP, "arp-table-information")
    return tuple(
        ArpRow(
            address=text_of(row, "ip-address", ARP),
            mac=full_mac(text_of(row, "mac-address", ARP)),
            interface=full_port(text_of(row, "interface-name", ARP).partition(" ")[0]),
        )
        for row in table.iter("arp-table-entry")
    )


def default_route(output: str, _args: Args) -> tuple[DefaultRouteRow, ...]:
    """Read the ways of the default route in use; no row when there is none."""
    table = answer(output, DEFAULT_ROUTE, "route-information")
    return tuple(
        _way(hop, entry)
        for route in table.iter("rt")
        if (route.findtext("rt-destination") or "").strip() == "0.0.0.0/0"
        for entry in route.iter("rt-entry")
        for hop in entry.iter("nh")
    )


def _way(hop: Element, entry: Element) -> DefaultRouteRow:
    to, via = (hop.findtext("to") or "").strip(), (hop.findtext("via") or "").strip()
    distance = text_of(entry, "preference", DEFAULT_ROUTE)
    if not distance.isdigit() or not (to or via):
        raise ParseDoubt(f"{DEFAULT_ROUTE}: a way that leads nowhere")
    return DefaultRouteRow(next_hop=to or None, interface=full_port(via) if via else None, distance=int(distance))
