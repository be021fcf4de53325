"""A second gateway of a store, and what the edge and it make of each other (HSRP).

In: a store's fittings. Out: whether they hear each other, who answers for the address they share, log lines. Called by
``lab.service_view``, ``lab.served`` and a fault. Stores have one gateway by their standard; a fault gives one a second.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address
from zlib import crc32

from lab.fittings import Fittings
from lab.gateways import SecondGateway
from lab.net import Member
from lab.service_model import StandbyLook, StandbySetting
from lab.setting import PortSetting

PLAIN = "cisco"  # the secret of who has not set any


@dataclass(frozen=True, slots=True)
class _Place:
    """One group of the edge, and the interface it is on."""

    port: PortSetting
    group: StandbySetting


def groups(shop: Fittings) -> list[StandbyLook]:
    """Every group of the edge as it stands."""
    return [_look(shop, _Place(port, group)) for port in shop.edge.setting.ports.values() for group in port.standby]


def shared(shop: Fittings, second: SecondGateway, tag: int) -> bool:
    """Whether frames pass between the edge and the second gateway in a VLAN."""
    gear = shop.gears[second.end.node]
    setting = gear.port(second.end.port)
    if setting is None or setting.access_vlan != tag or not gear.up(second.end.port) or gear.state != "running":
        return False
    return any(member == Member("gateway", shop.edge.name, tag) for _, member in shop.floor.behind(gear.name, tag))


def doubled(shop: Fittings, second: SecondGateway) -> _Place | None:
    """Where both answer for one address in one VLAN, because neither takes the other for its partner."""
    for port in shop.edge.setting.ports.values():
        for group in port.standby:
            meets = port.tag is not None and shared(shop, second, port.tag) and shop.edge.up(port.name)
            if meets and group.number == second.group and (group.secret or PLAIN) != second.secret:
                return _Place(port, group)
    return None


def astray(shop: Fittings, tag: int, mac: str) -> bool:
    """Whether a client's packets go to a second gateway that answers for the edge's address and leads nowhere."""
    place = doubled(shop, shop.second) if shop.second is not None else None
    if place is None or place.port.tag != tag or crc32(mac.encode()) % 2 == 0:
        return False
    return any(pool.router == place.group.address for pool in shop.edge.setting.pools)


def complain(shop: Fittings, at: float) -> None:
    """What the edge and the switch write down while two answer for one address."""
    second = shop.second
    place = doubled(shop, second) if second is not None else None
    if second is None or place is None:
        return
    text = f"Bad authentication from {second.address}, group {second.group}, remote state Active"
    shop.say(shop.edge.name, at, "HSRP-4-BADAUTH", text)
    mac = virtual_mac(second.group)
    shared_address = f"Duplicate address {place.group.address} on {place.port.name}, sourced by {mac}"
    shop.say(shop.edge.name, at, "HSRP-4-DUPADDR", shared_address)
    uplink = next((end.port for end, far in shop.floor.cables.items() if end.node == second.end.node), "")
    ports = f"port {_short(second.end.port)} and port {_short(uplink)}"
    text = f"Host {mac} in vlan {place.port.tag} is flapping between {ports}"
    shop.say(second.end.node, at, "SW_MATM-4-MACFLAP_NOTIF", text)


def speaks_at(shop: Fittings, node: str) -> tuple[str, int, str] | None:
    """Where a second gateway that leads is heard at a switch: its port, the VLAN there, the address it speaks from."""
    second, gear = shop.second, shop.gears[node]
    if second is None or second.end.node != node:
        return None
    setting = gear.port(second.end.port)
    groups = [(p, g) for p in shop.edge.setting.ports.values() for g in p.standby if g.number == second.group]
    led = any(p.tag is not None and shared(shop, second, p.tag) for p, _ in groups) and doubled(shop, second) is None
    if setting is None or setting.mode != "access" or not gear.up(second.end.port) or led:
        return None
    digits = virtual_mac(second.group).replace(".", "")
    return second.end.port, setting.access_vlan, ":".join(digits[at : at + 2] for at in range(0, 12, 2))


def virtual_mac(group: int) -> str:
    """The MAC address of a group, as a device writes it."""
    return f"0000.0c07.ac{group:02x}"


def _look(shop: Fittings, place: _Place) -> StandbyLook:
    second, port, group = shop.second, place.port, place.group
    up = shop.edge.up(port.name)
    hears = second is not None and port.tag is not None and shared(shop, second, port.tag)
    partner = second if hears and second is not None and second.group == group.number else None
    if partner is not None and (group.secret or PLAIN) != partner.secret:
        partner = None
    leads = partner is None or group.priority >= partner.priority
    known: IPv4Address | None = partner.address if partner is not None else None
    return StandbyLook(
        port=port.name,
        group=group.number,
        priority=group.priority,
        preempt=group.preempt,
        address=group.address,
        state="Init" if not up else "Active" if leads else "Standby",
        active=None if not up else "local" if leads else str(known),
        standby=None if not up or known is None else str(known) if leads else "local",
    )


def _short(port: str) -> str:
    return port.replace("GigabitEthernet", "Gi")
