"""What the chain wants of every store's network: names, servers, numbers.

In: a store's number and record. Out: values and addresses. Called by ``lab.startup`` (what the devices boot with) and
``lab.content`` (what the controller is told). Why: both must speak of the same chain.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from random import Random

from inventory.model import Chain, Device, Store, StoreId
from lab.numbering import (
    CARRIER_ASNS,
    HEADQUARTERS,
    MANAGEMENT_VLAN,
    asn,
    backup_address,
    backup_gateway,
    host,
    lan,
    store_number,
    wan_gateway,
)

VLAN_NAMES = {10: "TILLS", 20: "STAFF", 30: "GUESTS", 99: "MANAGEMENT"}
PURPOSES = {10: "tills", 20: "staff", 30: "guests", 99: "management"}
WITH_DHCP = (10, 20, 30)
MANAGEMENT = MANAGEMENT_VLAN
FIRST_LEASE = 11
DISTANCES = {"wan": 10, "backup_wan": 200}

DOMAIN = "storenet.example"
RESOLVER = "198.51.100.53"
RESOLVED_NAME = "pay.storenet.example"
CONTACT = "Store networks, +44 20 7946 0900"
BANNER = "Store network of the chain. Authorised use only; sessions are recorded."
NTP_SERVERS = ("198.51.100.123", "198.51.100.124")
LOG_SERVER = "198.51.100.40"
MANAGEMENT_NETWORKS = (str(HEADQUARTERS),)  # where the controller dials from, to the devices' access lists
SNMP_NETWORKS = ("198.51.100.0/26",)
CARRIERS = {  # AS number, upload in kbit/s
    "northtel": (CARRIER_ASNS["northtel"], 50_000),
    "metroline": (CARRIER_ASNS["metroline"], 40_000),
    "fibreway": (CARRIER_ASNS["fibreway"], 100_000),
    "mobilco": (CARRIER_ASNS["mobilco"], 8_000),
    "airlink": (CARRIER_ASNS["airlink"], 6_000),
}
REGIONS = ("north", "west", "central", "east", "atlantic", "south")
PLACES = ("comms cupboard, ground floor", "back office", "stock room, first floor", "cash office", "cellar, rack 1")
LONGER_SESSIONS = "s002"  # the store with an exception
IDLE_MINUTES = 15
LONGER_IDLE_MINUTES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One store's own values."""

    number: int
    store: Store

    @property
    def asn(self) -> int:
        """Its private AS."""
        return asn(self.number)

    @property
    def location(self) -> str:
        """Where its network stands."""
        return Random(f"{self.store.name}/{self.number}/place").choice(PLACES)

    @property
    def log_servers(self) -> tuple[str, str]:
        """The chain's, and its region's."""
        return LOG_SERVER, f"198.51.100.{41 + REGIONS.index(self.store.region)}"

    @property
    def idle_minutes(self) -> int:
        """Minutes until an idle session ends."""
        return LONGER_IDLE_MINUTES if self.store.id == LONGER_SESSIONS else IDLE_MINUTES

    @property
    def carrier_router(self) -> IPv4Address:
        """The carrier's router on the WAN."""
        return wan_gateway(self.number)

    @property
    def backup_address(self) -> IPv4Address:
        """The edge's address on the backup line, in a /30."""
        return backup_address(self.number).ip

    @property
    def backup_router(self) -> IPv4Address:
        """The backup carrier's router."""
        return backup_gateway(self.number)

    def lan(self, vlan: int) -> IPv4Network:
        """The network of a VLAN; the edge has its first address."""
        return lan(self.number, vlan)

    def switch_address(self, device: Device) -> IPv4Address:
        """A switch's management address."""
        return IPv4Address(host(self.number, MANAGEMENT, 1 + int(device.id[-1])))


def site_of(chain: Chain, store: str) -> Site:
    """One store's values."""
    return Site(number=store_number(store), store=chain.stores[StoreId(store)])


def regional_log_servers() -> dict[str, tuple[str, str]]:
    """Each region's log servers: the chain's and its own."""
    return {region: (LOG_SERVER, f"198.51.100.{41 + at}") for at, region in enumerate(REGIONS)}


def acl_words(network: IPv4Network | str) -> str:
    """A network as access lists write it: address and wildcard."""
    found = IPv4Network(network)
    return f"{found.network_address} {found.hostmask}"
