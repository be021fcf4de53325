"""BGP between a store's edge and its carriers' routers.

In: the edge's setting and how its interfaces stand. Out: which sessions are up, since when, and what they teach: the
way to headquarters' back office. Called by ``lab.shop`` after every change; faults make a session stick.
A session that is stuck stays down until it is cleared, or its neighbour is shut or taken away.
"""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface
from typing import Literal

from lab.filters import BGP_PORT, LAST_PORT, Packet, lets
from lab.fittings import Fittings
from lab.model import PeerSetting
from lab.numbering import CARRIER_ASNS, asn, backup_gateway, wan_gateway

CONNECT_SECONDS = 1.5
LONG_AGO = 86400.0
PeerState = Literal["Established", "Active", "Idle", "Idle (Admin)"]
Later = Callable[[IPv4Address], None]


@dataclass(slots=True)
class Session:
    """One session: up or not since ``since`` (lab seconds). ``tries`` tells apart attempts to connect."""

    up: bool = False
    since: float | None = None
    stuck: bool = False
    tries: int = 0
    connecting: bool = False


class Peering:
    """The sessions of one edge, by neighbour."""

    def __init__(self, shop: Fittings) -> None:
        self._shop = shop
        self.sessions: dict[IPv4Address, Session] = {}
        carriers = {port.use: port.carrier for port in shop.edge.device.ports.values()}
        self._carriers = {
            wan_gateway(shop.number): (shop.wan.port, carriers.get("wan")),
            backup_gateway(shop.number): (shop.wan.cellular, carriers.get("backup_wan")),
        }

    def work_out(self, at: float, connect: Later) -> None:
        """Take sessions down that cannot stand, and begin to connect those that can; at the start they are up."""
        configured = self._configured()
        for address in [known for known in self.sessions if known not in configured]:
            del self.sessions[address]
        for address, peer in configured.items():
            session = self.sessions.setdefault(address, Session())
            session.stuck = session.stuck and not peer.shutdown
            can = self._can_stand(peer) and not session.stuck
            if not self._shop.begun:
                session.up, session.since = can, at - LONG_AGO
            elif session.up and not can:
                self._down(address, session, at, "Admin. shutdown" if peer.shutdown else "Interface flap")
            elif can and not session.up and not session.connecting:
                session.connecting = True
                connect(address)

    def connected(self, address: IPv4Address, tries: int, at: float) -> None:
        """The time an attempt takes is over."""
        session, peer = self.sessions.get(address), self._configured().get(address)
        if session is None or peer is None or session.tries != tries or not session.connecting:
            return
        session.connecting = False
        if self._can_stand(peer) and not session.stuck:
            session.up, session.since = True, at
            self._shop.say(self._shop.edge.name, at, "BGP-5-ADJCHANGE", f"neighbor {address} Up ")

    def clear(self, address: IPv4Address | None, at: float) -> None:
        """Tear sessions down (None: all); they connect anew, whatever they hung on."""
        for known, session in self.sessions.items():
            if address in (None, known):
                session.stuck = False
                session.tries += 1
                session.connecting = False
                if session.up:
                    self._down(known, session, at, "User reset")

    def stick(self, address: IPv4Address, at: float) -> None:
        """The neighbour's process lost the session and does not take a new one."""
        session = self.sessions[address]
        session.stuck = True
        if session.up:
            self._down(address, session, at, "BGP Notification sent")

    def state(self, address: IPv4Address) -> PeerState:
        """How a configured neighbour stands."""
        peer, session = self._configured()[address], self.sessions.get(address)
        if peer.shutdown:
            return "Idle (Admin)"
        if session is not None and session.up:
            return "Established"
        stuck = session is not None and session.stuck
        return "Idle" if stuck or not self._path(peer) else "Active"

    def way_to_back_office(self) -> tuple[IPv4Address, str] | None:
        """The neighbour and interface that lead there; the first carrier's before the backup's."""
        for address, (port, _) in self._carriers.items():
            session = self.sessions.get(address)
            if session is not None and session.up:
                return address, port
        return None

    def _down(self, address: IPv4Address, session: Session, at: float, reason: str) -> None:
        session.up, session.since = False, at
        session.tries += 1
        session.connecting = False
        self._shop.say(self._shop.edge.name, at, "BGP-5-ADJCHANGE", f"neighbor {address} Down {reason}")

    def _configured(self) -> dict[IPv4Address, PeerSetting]:
        bgp = self._shop.edge.setting.bgp
        return {} if bgp is None else {peer.address: peer for peer in bgp.peers}

    def _can_stand(self, peer: PeerSetting) -> bool:
        """Whether both ends agree on who they are, and packets pass."""
        bgp, own = self._shop.edge.setting.bgp, self._path(peer)
        port, carrier = self._carriers.get(peer.address, ("", None))
        if bgp is None or own is None or peer.shutdown or peer.password or bgp.asn != asn(self._shop.number):
            return False
        if carrier is None or peer.remote_as != CARRIER_ASNS.get(carrier):
            return False
        opened = Packet(
            protocol="tcp",
            source=own,
            destination=peer.address,
            source_port=LAST_PORT,
            destination_port=BGP_PORT,
        )
        filters = self._shop.edge.setting.filters
        return lets(filters.get((port, "out")), opened) and lets(filters.get((port, "in")), opened.back())

    def _path(self, peer: PeerSetting) -> IPv4Address | None:
        """Our address beside the neighbour's, while that interface is up."""
        port, _ = self._carriers.get(peer.address, ("", None))
        setting = self._shop.edge.port(port)
        if setting is None or not self._shop.edge.up(port):
            return None
        address = self._shop.wan.lease if setting.address == "dhcp" else setting.address
        near = isinstance(address, IPv4Interface) and peer.address in address.network
        return address.ip if near and isinstance(address, IPv4Interface) else None
