"""How packets fare on a store's two lines, as everything beyond the edge stands now.

In: a store's fittings. Out: a ``Line`` per way out, None while nothing gets through. Called by whoever in the lab sends
packets out: ``lab.paths``, ``lab.peering``. Why: a link that is up says nothing about the line behind it.
"""

from dataclasses import replace

from lab.association import Association
from lab.fittings import Fittings
from lab.line import ETHERNET, Line

PRIMARY_MS, PRIMARY_SPREAD = 11.0, 6.0
CELLULAR_MS, CELLULAR_SPREAD = 48.0, 30.0
FULL_MS, FULL_LOSS = 340.0, 0.08
GUESTS = 30
TUNNEL_MS, TUNNEL_BYTES = 1.5, 62
HEADERS = 40


def line(shop: Fittings, port: str) -> Line | None:
    """How packets fare that leave by a port, None when nothing gets through."""
    if port in shop.associations:
        return _tunnel(shop, shop.associations[port])
    if port == shop.wan.port:
        return _primary(shop)
    return _backup(shop) if port == shop.wan.cellular else None


def _tunnel(shop: Fittings, own: Association) -> Line | None:
    """Through a tunnel: as its line, a little later, and with less room."""
    under = line(shop, own.source) if own.passes else None
    return None if under is None else replace(under, ms=under.ms + TUNNEL_MS, mtu=under.mtu - TUNNEL_BYTES)


def _primary(shop: Fittings) -> Line | None:
    wan, link = shop.wan, shop.edge.links.get(shop.wan.port)
    if not wan.answers:
        return None
    damage = link.damage if link is not None else 0.0
    full = filled(shop)
    return Line(
        ms=PRIMARY_MS + wan.number % 7 + wan.extra_ms + (FULL_MS if full else 0.0),
        spread=PRIMARY_SPREAD,
        loss=max(wan.loss, damage, FULL_LOSS if full else 0.0),
        mtu=wan.path_mtu,
    )


def _backup(shop: Fittings) -> Line | None:
    wan = shop.wan
    if not (wan.cellular_up and wan.cell.passes):
        return None
    ms = CELLULAR_MS + wan.number % 9 + wan.cell.extra_ms
    return Line(ms=ms, spread=CELLULAR_SPREAD, loss=wan.cell.loss)


def whole(shop: Fittings, out: str, entering: str) -> bool:
    """Whether TCP of full size gets through from an inner interface by a line.

    It does when segments are small enough for the path, or when the edge itself is told the path's size and may tell
    the hosts (RFC 1191).
    """
    found, outer, inner = line(shop, out), shop.edge.port(out), shop.edge.port(entering)
    if found is None or outer is None:
        return False
    clamps = [port.mss for port in (outer, inner) if port is not None and port.mss is not None]
    size = min([ETHERNET, *(mss + HEADERS for mss in clamps)])
    if size <= min(found.mtu, outer.mtu):
        return True
    return size > outer.mtu and outer.mtu <= found.mtu and inner is not None and not inner.quiet


def filled(shop: Fittings) -> bool:
    """Whether guests fill the primary line: they want to, they are here, and nothing holds them back."""
    wan = shop.wan
    here = any(tag == GUESTS for tag, _ in shop.leases.alive())
    return wan.burst and wan.lease is not None and shop.edge.up(wan.port) and here
