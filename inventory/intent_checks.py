"""Checks of the intent against the chain: what its file cannot know by itself.

In: ``intent.yaml`` as read, and the chain. Out: ``Problem``s with file, line and field. Called by
``inventory.intent``; each check is one function in ``CHECKS``.
"""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from inventory.intent_shapes import MAY_BE_LEFT_OUT, IntentFile, SettingsShape, StoreIntentShape
from inventory.model import Chain, DeviceId, StoreId
from inventory.yaml_file import Located, Problem, nearest

SHOWN = 20  # names listed in a message
LARGEST_LAN = 16
SMALLEST_LAN = 29
File = Located[IntentFile]


def check_standards(file: File, _chain: Chain) -> Iterator[Problem]:
    """The standards give every field: somewhere every value must come from."""
    for name in SettingsShape.model_fields:
        if name not in file.model.standards.model_fields_set | MAY_BE_LEFT_OUT:
            yield file.problem(("standards", name), "is missing; the standards give every field")


def check_stores(file: File, chain: Chain) -> Iterator[Problem]:
    """Every store of the chain has its values, and no other store has."""
    for name in file.model.stores:
        if name not in chain.stores:
            yield file.problem(("stores", name), _unknown("store", name, chain.stores), _shown(chain.stores))
    for store in chain.stores:
        if store not in file.model.stores:
            yield file.problem(("stores", store), "is missing: the store is in stores.yaml")


def check_regions(file: File, chain: Chain) -> Iterator[Problem]:
    """A region that differs is one in which a store stands."""
    known = {store.region: 0 for store in chain.stores.values()}
    for name in file.model.regions:
        if name not in known:
            yield file.problem(("regions", name), _unknown("region", name, known), _shown(known))


def check_vlans(file: File, chain: Chain) -> Iterator[Problem]:
    """A store's networks are those of its VLANs; they do not overlap within the chain."""
    owners: dict[IPv4Network, str] = {}
    for name, store in file.model.stores.items():
        place = ("stores", name, "networks")
        for number, text in store.networks.items():
            if number not in file.model.vlans:
                known = [str(vlan) for vlan in file.model.vlans]
                yield file.problem((*place, number), f"VLAN {number} is not under vlans", known)
            network = IPv4Network(text)
            if not LARGEST_LAN <= network.prefixlen <= SMALLEST_LAN:
                yield file.problem((*place, number), f"a network of a store is /{LARGEST_LAN} to /{SMALLEST_LAN}")
            elif network in owners:
                yield file.problem((*place, number), f"{network} is also the network of {owners[network]}")
            owners.setdefault(network, f"{name} VLAN {number}")
        for number in sorted(_used(chain, name) - set(store.networks)):
            yield file.problem(place, f"VLAN {number} is used by the store's devices or functions and has no network")
    yield from _overlaps(file, owners)


def _overlaps(file: File, owners: Mapping[IPv4Network, str]) -> Iterator[Problem]:
    """Sorted by address, a network that overlaps any before it overlaps the widest so far."""
    last: IPv4Network | None = None
    for network in sorted(owners):
        if last is not None and network.overlaps(last):
            store, _, number = owners[network].partition(" VLAN ")
            message = f"{network} overlaps {last} of {owners[last]}"
            yield file.problem(("stores", store, "networks", int(number)), message)
        elif last is None or network.broadcast_address > last.broadcast_address:
            last = network


def _used(chain: Chain, store: str) -> set[int]:
    known = StoreId(store)
    if known not in chain.stores:
        return set()
    ports = {vlan for d in chain.devices_of(known) for port in d.ports.values() for vlan in port.vlans}
    return ports | {chain.functions[f].requirement.vlan for f in chain.stores[known].functions}


def check_purposes(file: File, _chain: Chain) -> Iterator[Problem]:
    """Exactly one VLAN is for management: devices log and are reached from it. VLAN names are unique."""
    marked = [number for number, vlan in file.model.vlans.items() if vlan.purpose == "management"]
    if len(marked) != 1:
        yield file.problem(("vlans",), f"exactly one VLAN has the purpose management, not {len(marked)}")
    names: dict[str, int] = {}
    for number, vlan in file.model.vlans.items():
        if vlan.name in names:
            yield file.problem(("vlans", number, "name"), f"{vlan.name!r} is also VLAN {names[vlan.name]}'s name")
        names.setdefault(vlan.name, number)


def check_switches(file: File, chain: Chain) -> Iterator[Problem]:
    """Every switch with a session has its address, within its store's management network, and known hardware."""
    for name, store in file.model.stores.items():
        place = ("stores", name, "switches")
        due: set[str] = {d.id for d in chain.devices_of(StoreId(name)) if d.role == "switch" and d.has_session}
        for device in sorted(due - set(store.switches)):
            yield file.problem((*place, device), "is missing: the switch is in hosts.yaml")
        for device, switch in store.switches.items():
            if device not in due:
                yield file.problem((*place, device), _unknown("switch", device, due), _shown(due))
            if switch.hardware not in file.model.hardware:
                message = _unknown("hardware", switch.hardware, file.model.hardware)
                yield file.problem((*place, device, "hardware"), message, _shown(file.model.hardware))
            yield from _switch_address(file, name, store, device)


def _switch_address(file: File, name: str, store: StoreIntentShape, device: str) -> Iterator[Problem]:
    managed = [n for n, vlan in file.model.vlans.items() if vlan.purpose == "management" and n in store.networks]
    place = ("stores", name, "switches", device, "address")
    address = IPv4Address(store.switches[device].address)
    for number in managed[:1]:
        network = IPv4Network(store.networks[number])
        if address not in network or address in (network.network_address, network.broadcast_address):
            yield file.problem(place, f"{address} is not a host of the management network {network}")
        elif address == network.network_address + 1:
            yield file.problem(place, f"{address} is the edge's address in {network}")
    same = [other for other, switch in store.switches.items() if switch.address == str(address)]
    if device != same[0]:
        yield file.problem(place, f"{address} is also the address of {same[0]}")


def check_wans(file: File, chain: Chain) -> Iterator[Problem]:
    """Every WAN port of the edge has its values; its carrier is known and its neighbour is on the link."""
    for name, store in file.model.stores.items():
        edge = chain.edge_of(StoreId(name))
        due = {p.name: p for p in edge.ports.values() if p.use in ("wan", "backup_wan")} if edge else {}
        place = ("stores", name, "wan")
        for port in due.keys() - store.wan.keys():
            yield file.problem((*place, port), "is missing: the port is in hosts.yaml")
        for port, wan in store.wan.items():
            if port not in due:
                yield file.problem((*place, port), _unknown("WAN port", port, due), _shown(due))
                continue
            carrier = due[port].carrier
            if carrier is None or carrier not in file.model.carriers:
                message = f"the carrier {carrier!r} of this port is not under carriers"
                yield file.problem((*place, port), message, _shown(file.model.carriers))
            if wan.address != "dhcp" and IPv4Address(wan.neighbour) not in IPv4Interface(wan.address).network:
                yield file.problem((*place, port, "neighbour"), f"{wan.neighbour} is not on the link {wan.address}")


def check_loopbacks(file: File, _chain: Chain) -> Iterator[Problem]:
    """An edge's own management address is nobody else's and in no store's network."""
    owners: dict[str, str] = {}
    networks = sorted(IPv4Network(text) for store in file.model.stores.values() for text in store.networks.values())
    firsts = [network.network_address for network in networks]
    for name, store in file.model.stores.items():
        if store.loopback is None:
            continue
        place = ("stores", name, "loopback")
        if store.loopback in owners:
            yield file.problem(place, f"{store.loopback} is also the loopback of {owners[store.loopback]}")
        owners.setdefault(store.loopback, name)
        at = bisect_right(firsts, IPv4Address(store.loopback)) - 1
        if at >= 0 and IPv4Address(store.loopback) in networks[at]:
            yield file.problem(place, f"{store.loopback} is in the network {networks[at]} of a store")


def check_exceptions(file: File, chain: Chain) -> Iterator[Problem]:
    """An exception names a store or device there is."""
    for index, exception in enumerate(file.model.exceptions):
        place = ("exceptions", index)
        if exception.store is not None and exception.store not in chain.stores:
            message = _unknown("store", exception.store, chain.stores)
            yield file.problem((*place, "store"), message, _shown(chain.stores))
        if exception.device is not None and DeviceId(exception.device) not in chain.devices:
            message = _unknown("device", exception.device, chain.devices)
            yield file.problem((*place, "device"), message, _shown(chain.devices))


def _unknown(what: str, name: str, known: Collection[str]) -> str:
    return f"there is no {what} {name!r}{nearest(name, tuple(known))}"


def _shown(known: Collection[str], most: int = SHOWN) -> tuple[str, ...]:
    return tuple(sorted(str(name) for name in known))[:most]


CHECKS: tuple[Callable[[File, Chain], Iterator[Problem]], ...] = (
    check_standards,
    check_stores,
    check_regions,
    check_purposes,
    check_vlans,
    check_switches,
    check_wans,
    check_loopbacks,
    check_exceptions,
)
