"""TCP connections to services out there, and what a web server answers.

In: a ``Shop`` as it stands, who asks, and whom. Out: how the attempt ends, and how its packets fare. Called by
``lab.probing`` and ``lab.service_view``.
"""

from ipaddress import IPv4Address

from lab.filters import LAST_PORT, Packet
from lab.gear import Gear
from lab.line import Line
from lab.outside import DNS_PORT, WEB_PORTS
from lab.paths import NOBODY, address_on, line_to, way_out
from lab.service_model import Connection
from lab.shop import Shop
from lab.standards import RESOLVED_NAME, RESOLVER


def attempt(shop: Shop, gear: Gear, host: IPv4Address, port: int, source: str | None) -> tuple[Connection, Line | None]:
    """How attempts to connect end whose packets are not lost, and how their packets fare (None: nothing answers)."""
    way, mood = line_to(shop, gear, host, source), shop.outside.mood(host, port)
    if way is None or mood == "silent":
        return "timeout", None
    if mood == "refused" or not _serves(shop, host, port):
        return "refused", way
    return ("open" if _passes(shop, gear, host, port, source) else "timeout"), way


def connect(shop: Shop, gear: Gear, host: IPv4Address, port: int, source: str | None, luck: float) -> Connection:
    """Try to connect once; return how it ends (nobody waits for a timeout here)."""
    end, way = attempt(shop, gear, host, port, source)
    return "timeout" if way is None or way.took(luck) is None else end


def answers_web(shop: Shop, host: IPv4Address, port: int) -> bool:
    """Whether what is asked of a web server, once connected, gets a good answer."""
    return shop.outside.mood(host, port) is None


def resolve(shop: Shop, name: str) -> IPv4Address | None:
    """The address of a host as the resolver tells it."""
    if name.replace(".", "").isdigit():
        return IPv4Address(name)
    if name != RESOLVED_NAME or shop.outside.mood(IPv4Address(RESOLVER), DNS_PORT) is not None:
        return None
    return IPv4Address(next(iter(shop.chain.chain.functions.values())).requirement.target)


def _serves(shop: Shop, host: IPv4Address, port: int) -> bool:
    if (str(host), port) == (RESOLVER, DNS_PORT):
        return True
    targets = {function.requirement.target for function in shop.chain.chain.functions.values()}
    return str(host) in targets and port in WEB_PORTS


def _passes(shop: Shop, gear: Gear, host: IPv4Address, port: int, source: str | None) -> bool:
    """Whether the lists on the way out let TCP through as they do pings."""
    if gear is not shop.edge:
        return True
    own = address_on(shop, gear, source) if source is not None and gear.port(source) is not None else None
    sender = own.ip if own is not None else NOBODY
    packet = Packet(protocol="tcp", source=sender, destination=host, source_port=LAST_PORT, destination_port=port)
    return way_out(shop, packet) is not None
