"""How a store's number becomes its addresses.

In: a store's number (from 1). Out: session addresses, networks, MAC addresses and AS numbers, unique in the lab; and
where headquarters are: the controller's network, and the back office that only BGP knows the way to.
Called by whoever in the lab names an address. Why: 255 stores fit into one octet; beyond that the higher part of the
number moves the octet beside it, and this is the only place that knows how.
"""

from functools import cache
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from inventory.model import StoreId

MOST_STORES = 3000
MANAGEMENT_VLAN = 99
AGENTS_FROM = 100
HEADQUARTERS = IPv4Network("192.0.2.0/24")
CONTROLLER = HEADQUARTERS[10]
BACK_OFFICE = IPv4Network("172.16.10.0/24")
CARRIER_ASNS = {"northtel": 64501, "metroline": 64502, "fibreway": 64503, "mobilco": 64511, "airlink": 64512}
HUB = IPv4Address("198.51.100.2")
HUB_ASN = 64500
TUNNEL = "Tunnel1"
PRIVATE_ASNS = 4_200_000_000


def store_id(number: int) -> StoreId:
    """``s001`` for 1."""
    return StoreId(f"s{number:03d}")


def store_number(store: str) -> int:
    """1 for ``s001``."""
    return int(store.removeprefix("s"))


def session_address(number: int, device: int) -> str:
    """Where the store's ``device`` (from 1) is dialled: 127.20.<store>.<device> up to store 255."""
    high, low = divmod(number, 256)
    return f"127.{20 + high}.{low}.{device}"


def agent_address(number: int, last: int) -> str:
    """Where something without a session answers SNMP: 127.20.<store>.<100 + last> up to store 255."""
    return session_address(number, AGENTS_FROM + last)


@cache
def lan(number: int, vlan: int) -> IPv4Network:
    """The network of one VLAN: 10.<store>.<vlan>.0/24 up to store 255.

    VLANs are ten apart: the next nine times 255 stores lie between them, those beyond a hundred above.
    """
    high, low = divmod(number, 256)
    hundreds, ones = divmod(high, 10)
    return IPv4Network(f"10.{low}.{vlan + ones + 100 * hundreds}.0/24")


def host(number: int, vlan: int, last: int) -> str:
    """One address in a VLAN; 1 is the gateway."""
    return str(lan(number, vlan)[last])


@cache
def wan_address(number: int) -> IPv4Interface:
    """What the first carrier's DHCP server has for the store."""
    high, low = divmod(number, 256)
    return IPv4Interface(f"198.18.{low}.{4 * high + 2}/30")


@cache
def wan_gateway(number: int) -> IPv4Address:
    """The first carrier's router."""
    return wan_address(number).network[1]


@cache
def backup_address(number: int) -> IPv4Interface:
    """The store's address on the cellular line."""
    high, low = divmod(number, 256)
    return IPv4Interface(f"100.72.{low}.{4 * high + 2}/30")


@cache
def backup_gateway(number: int) -> IPv4Address:
    """The cellular carrier's router."""
    return backup_address(number).network[1]


@cache
def tunnel_address(number: int) -> IPv4Interface:
    """The store's end of a tunnel to headquarters, where it has one."""
    high, low = divmod(number, 256)
    return IPv4Interface(f"172.31.{low}.{4 * high + 2}/30")


def tunnel_key(number: int) -> str:
    """What headquarters takes for the store's key."""
    return f"pilot-{number:04d}"


def asn(number: int) -> int:
    """The store's AS number, a private one of four bytes."""
    return PRIVATE_ASNS + number


def endpoint_mac(number: int, kind: int, index: int) -> str:
    """The MAC address of something plugged in or joined; ``kind`` as two decimal digits or hex, ``index`` from 0."""
    high, low = divmod(number, 256)
    return f"02:{0x53 + high:02x}:00:{low:02x}:{kind:02x}:{index:02x}"


def gear_mac(number: int, device: int, port: int) -> str:
    """The MAC address of a device (port 0) or of one of its interfaces."""
    high, low = divmod(number, 256)
    return f"02:{0x53 + high:02x}:01:{low:02x}:{device:02x}:{port:02x}"


def carrier_mac(number: int) -> str:
    """The MAC address of the first carrier's router."""
    high, low = divmod(number, 256)
    return f"02:{0x53 + high:02x}:ff:{low:02x}:00:01"


def apn_of(carrier: str) -> str:
    """The access point name that a cellular carrier has given the chain."""
    return f"{carrier}.stores"
