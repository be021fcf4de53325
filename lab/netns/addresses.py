"""How a real store's number becomes its addresses, beside what ``lab.numbering`` says of every store.

Called by whoever in ``lab.netns`` names an address.
"""

from ipaddress import IPv4Address, IPv4Interface

from inventory.model import DeviceId
from lab.numbering import BACK_OFFICE, CONTROLLER, HEADQUARTERS, lan, store_id

TILLS, CAMERAS, MANAGEMENT = 10, 20, 99
VLANS = (TILLS, CAMERAS, MANAGEMENT)
MOST_REAL_STORES = 100
PAYMENT = BACK_OFFICE[10]
NAMES = BACK_OFFICE[53]
PAYMENT_NAME = "pay.hq.test"
PAYMENT_URL = f"http://{PAYMENT_NAME}/health"
HEADQUARTERS_ASN = 64600
PRIMARY, BACKUP = "northtel", "mobilco"
PROVIDERS = {PRIMARY: IPv4Interface("172.20.1.2/30"), BACKUP: IPv4Interface("172.20.2.2/30")}
CONTROLLER_AT = IPv4Interface(f"{CONTROLLER}/24")
HQ_AT = {
    "office": IPv4Interface(f"{HEADQUARTERS[1]}/24"),
    "back": IPv4Interface(f"{BACK_OFFICE[1]}/24"),
    PRIMARY: IPv4Interface("172.20.1.1/30"),
    BACKUP: IPv4Interface("172.20.2.1/30"),
}


def edge(number: int) -> DeviceId:
    """``s001-edge``."""
    return DeviceId(f"{store_id(number)}-edge")


def switch(number: int) -> DeviceId:
    """``s001-sw1``."""
    return DeviceId(f"{store_id(number)}-sw1")


def loopback(number: int) -> IPv4Address:
    """Where the store's edge is dialled."""
    return IPv4Address(f"10.255.{number}.1")


def at(number: int, vlan: int, last: int) -> IPv4Interface:
    """One address in a VLAN of a store, with its mask; 1 is the gateway, 2 the switch."""
    network = lan(number, vlan)
    return IPv4Interface(f"{network[last]}/{network.prefixlen}")
