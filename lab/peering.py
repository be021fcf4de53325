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
from lab.lines import line
from lab.numbering import CARRIER_ASNS, HUB_ASN, TUNNEL, asn, backup_gateway, tunnel_address, wan_gateway
from lab.setting import PeerSetting

CONNECT_SECONDS = 1.5
HOLD_SECONDS = 30.0  # as the chain configures it
LONG_AGO = 86400.0
_ASNS = {**CARRIER_ASNS, "headquarters": HUB_ASN}
PeerState = Literal["Established", "Active", "Idle", "Idle (Admin)", "Idle (PfxCt)"]
Later = Callable[[IPv4Address], None]


@dataclass(slots=True)
class Session:
    """One session: up or not since ``since`` (lab seconds). ``tries`` tells apart attempts to connect.

    ``unheard``: since when nothing has come from the neighbour although the way there stands.
    ``offered``: how many prefixes the neighbour sends; ``over``: it sent too many and is kept out until it is cleared.
    """

    up: bool = False
    since: float | None = None
    stuck: bool = False
    tries: int = 0
    connecting: bool = False
    unheard: float | None = None
    offered: int = 1
    over: bool = False


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
        self._carriers[tunnel_address(shop.number).network[1]] = (TUNNEL, "headquarters")

    def work_out(self, at: float, connect: Later, wait: Later) -> None:
        """Take sessions down that cannot stand, and begin to connect those that can; at the start they are up.

        One whose neighbour is not heard any more waits for its hold time: ``wait`` is told of it.
        """
        configured = self._configured()
        for address in [known for known in self.sessions if known not in configured]:
            del self.sessions[address]
        for address, peer in configured.items():
            session = self.sessions.setdefault(address, Session())
            session.stuck = session.stuck and not peer.shutdown
            session.over = session.over and not peer.shutdown
            heard = line(self._shop, self._carriers.get(address, ("", None))[0]) is not None
            stands = self._can_stand(peer) and not session.stuck and not session.over
            can = stands and heard
            if not self._shop.begun:
                session.up, session.since = can, at - LONG_AGO
            elif session.up and stands and not heard:
                self._unheard(address, session, at, wait)
            elif session.up and not can:
                self._down(address, session, at, "Admin. shutdown" if peer.shutdown else "Interface flap")
            elif can and not session.up and not session.connecting:
                session.connecting = True
                connect(address)
            session.unheard = session.unheard if session.up and not heard else None

    def _unheard(self, address: IPv4Address, session: Session, at: float, wait: Later) -> None:
        if session.unheard is None:
            session.unheard = at
            wait(address)
        elif at >= session.unheard + HOLD_SECONDS:
            text = f"sent to neighbor {address} 4/0 (hold time expired) 0 bytes "
            self._shop.say(self._shop.edge.name, at, "BGP-3-NOTIFICATION", text)
            self._down(address, session, at, "BGP Notification sent")

    def connected(self, address: IPv4Address, tries: int, at: float) -> None:
        """The time an attempt takes is over."""
        session, peer = self.sessions.get(address), self._configured().get(address)
        if session is None or peer is None or session.tries != tries or not session.connecting:
            return
        session.connecting = False
        heard = line(self._shop, self._carriers.get(address, ("", None))[0]) is not None
        if self._can_stand(peer) and not session.stuck and heard:
            session.up, session.since = True, at
            self._shop.say(self._shop.edge.name, at, "BGP-5-ADJCHANGE", f"neighbor {address} Up ")
            self._limit(session, peer, at)

    def offer(self, address: IPv4Address, prefixes: int, at: float) -> None:
        """The neighbour sends so many prefixes from now on."""
        session, peer = self.sessions[address], self._configured()[address]
        session.offered = prefixes
        if session.up:
            self._limit(session, peer, at)

    def _limit(self, session: Session, peer: PeerSetting, at: float) -> None:
        """Warn of a neighbour that sends many prefixes, and keep one out that sends too many."""
        if peer.most is None or session.offered * 100 < peer.most * peer.warn_percent:
            return
        name, address = self._shop.edge.name, peer.address
        head = f"Number of prefixes received from {address} (afi 0)"
        warned = peer.most * peer.warn_percent // 100
        self._shop.say(name, at, "BGP-4-MAXPFX", f"{head} reaches {warned}, max {peer.most}")
        if session.offered <= peer.most:
            return
        session.over = True
        self._shop.say(name, at, "BGP-3-MAXPFXEXCEED", f"{head}: {peer.most + 1} exceeds limit {peer.most}")
        text = f"sent to neighbor {address} 6/1 (Maximum Number of Prefixes Reached) 7 bytes 00010100 {peer.most:06X}"
        self._shop.say(name, at, "BGP-3-NOTIFICATION", text)
        self._shop.say(name, at, "BGP-5-NBR_RESET", f"Neighbor {address} reset (Peer over prefix limit)")
        self._down(address, session, at, "Peer over prefix limit")

    def clear(self, address: IPv4Address | None, at: float) -> None:
        """Tear sessions down (None: all); they connect anew, whatever they hung on."""
        for known, session in self.sessions.items():
            if address in (None, known):
                session.stuck = session.over = False
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
        if session is not None and session.over:
            return "Idle (PfxCt)"
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
        if carrier is None or peer.remote_as != _ASNS.get(carrier):
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
