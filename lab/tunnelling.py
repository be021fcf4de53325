"""IPsec tunnels between a store's edge and headquarters.

In: the edge's setting, its interfaces and lines, what a fault does to the far end. Out: which tunnels are up, since
when, and what gets through. Called by ``lab.shop`` after every change.
"""

from collections.abc import Callable
from functools import partial
from ipaddress import IPv4Address, IPv4Interface

from lab.association import Association
from lab.fittings import Fittings
from lab.lines import line
from lab.numbering import tunnel_key
from lab.service_model import TunnelSetting

NEGOTIATING_SECONDS = 1.2
RETRY_SECONDS = 30.0
LONG_AGO = 86400.0
TWIN_SECONDS = 12.0
Later = Callable[[float, Callable[[], None]], None]


class Tunnelling:
    """The tunnels of one edge, by interface, and how headquarters meets them.

    ``blocked``: nothing of a negotiation gets through; ``twin``: since when (lab seconds) another store has this
    one's identity, and headquarters turns from one to the other.
    """

    def __init__(self, shop: Fittings, later: Later) -> None:
        self._shop = shop
        self._later = later
        self.blocked = False
        self.twin: float | None = None

    def work_out(self, at: float) -> bool:
        """Take down what cannot stand, and negotiate what can. Return whether a tunnel went up or down."""
        known, wanted = self._shop.associations, {t.port: t for t in self._shop.edge.setting.tunnels}
        for port in [port for port in known if port not in wanted]:
            del known[port]
        turned = False
        for port, setting in wanted.items():
            own = known.get(port)
            if own is None or (own.peer, own.source) != (setting.destination, setting.source):
                own = known[port] = Association(peer=setting.destination, source=setting.source, counted=at)
            own.count(at)
            local = self._underlay(setting)
            if own.up and (local is None or local != own.local):
                self._down(own, at)
                turned = True
            elif not own.up and not own.negotiating and local is not None:
                self._negotiate(port, own, at)
        return turned

    def settled(self, port: str, at: float) -> None:
        """A tunnel has been up for long."""
        own = self._shop.associations[port]
        own.tries += 1
        own.negotiating = False
        self._up(own, at)
        own.since = at - LONG_AGO

    def clear(self, peer: IPv4Address | None, at: float) -> bool:
        """Forget the keys of one tunnel, or of all; they are agreed on anew. Return whether there was any."""
        found = [own for own in self._shop.associations.values() if peer in (None, own.peer)]
        for own in found:
            own.count(at)
            if own.up:
                self._down(own, at)
        return bool(found)

    def turn_away(self, at: float) -> None:
        """Headquarters turns to the other store of the same identity, and turns back in a while."""
        if self.twin is not None:
            self.clear(None, at)
            self._later(at + 2 * TWIN_SECONDS, lambda: self.turn_away(at + 2 * TWIN_SECONDS))

    def taken(self, at: float) -> bool:
        """Whether headquarters speaks with the other store just now."""
        return self.twin is not None and int((at - self.twin) // TWIN_SECONDS) % 2 == 0

    def complain(self, port: str, at: float) -> None:
        """Again and again something comes from headquarters that fits no keys."""
        own = self._shop.associations.get(port)
        if own is None or not own.stale:
            return
        spi = 0x72662541 + own.number
        text = f"rec'd IPSEC packet has invalid spi for destaddr={own.local}, prot=50, spi=0x{spi:X}({spi}), srcaddr="
        self._say(at, "CRYPTO-4-RECVD_PKT_INV_SPI", f"decaps: {text}{own.peer}, input interface={own.source}")
        self._later(at + RETRY_SECONDS, partial(self.complain, port, at + RETRY_SECONDS))

    def _negotiate(self, port: str, own: Association, at: float) -> None:
        own.negotiating = True
        own.tries += 1
        due = at + NEGOTIATING_SECONDS
        self._later(due, partial(self._ended, port, own.tries, due))

    def _ended(self, port: str, tries: int, at: float) -> None:
        """The time an attempt takes is over; one that failed is made again a while later."""
        own = self._shop.associations.get(port)
        if own is None or own.tries != tries or not own.negotiating:
            return
        setting = next(t for t in self._shop.edge.setting.tunnels if t.port == port)
        if self._underlay(setting) is None:
            own.negotiating = False
        elif self.blocked or self.taken(at) or not self._same_key(setting):
            if not self.blocked and not self._same_key(setting):
                text = f"IKE message from {own.peer} failed its sanity check or is malformed"
                self._say(at, "CRYPTO-4-IKMP_BAD_MESSAGE", text)
            wait = RETRY_SECONDS if self.twin is None else TWIN_SECONDS / 2
            self._later(at + wait, partial(self._ended, port, tries, at + wait))
        else:
            own.negotiating = False
            self._up(own, at)

    def _same_key(self, setting: TunnelSetting) -> bool:
        return setting.key == tunnel_key(self._shop.number)

    def _up(self, own: Association, at: float) -> None:
        setting = next(t for t in self._shop.edge.setting.tunnels if t.destination == own.peer)
        own.up, own.stale, own.since = True, False, at
        own.local = self._underlay(setting)
        own.number += 1
        own.sent = own.received = 0.0
        own.counted = at
        self._say_session(own, at, "UP  ")

    def _down(self, own: Association, at: float) -> None:
        own.up, own.stale, own.since = False, False, at
        own.negotiating = False
        own.tries += 1
        self._say_session(own, at, "DOWN")

    def _say_session(self, own: Association, at: float, word: str) -> None:
        text = f"Crypto tunnel is {word}.  Peer {own.peer}:500       Id: {own.peer}"
        self._say(at, "CRYPTO-5-SESSION_STATUS", text)

    def _say(self, at: float, mnemonic: str, text: str) -> None:
        self._shop.say(self._shop.edge.name, at, mnemonic, text)

    def _underlay(self, setting: TunnelSetting) -> IPv4Address | None:
        """The address packets of the tunnel come from, while its source has one and its line carries anything."""
        edge = self._shop.edge
        source, port = edge.port(setting.source), edge.port(setting.port)
        if source is None or port is None or port.shutdown or not setting.protected or not edge.up(setting.source):
            return None
        address = self._shop.wan.lease if source.address == "dhcp" else source.address
        passes = isinstance(address, IPv4Interface) and line(self._shop, setting.source) is not None
        return address.ip if passes and isinstance(address, IPv4Interface) else None
