"""Checks across content files: what each file cannot know by itself.

In: ``ChainFiles``. Out: ``Problem``s with file and line. Called by ``inventory.files``; each check is one function in
``CHECKS`` and stays silent about a file that could not be read (that is told already).
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from inventory.chain_files import ChainFiles, elements_of
from inventory.file_shapes import HostsFile, HostShape, PortShape
from inventory.port_checks import PORT_CHECKS
from inventory.snmp_checks import snmp_problems
from inventory.trading_hours import days_of
from inventory.yaml_file import Located, Problem, nearest

SESSION_ROLES = ("edge", "switch")
SHOWN = 20  # names listed in a message


def _hosts(files: ChainFiles) -> Iterator[tuple[Located[HostsFile], str, HostShape]]:
    if files.hosts:
        for name, host in files.hosts.model.root.items():
            yield files.hosts, name, host


def check_stores_of_hosts(files: ChainFiles) -> Iterator[Problem]:
    """Every host is in a known store."""
    if not files.stores:
        return
    stores = tuple(files.stores.model.stores)
    for located, name, host in _hosts(files):
        if host.data.store not in files.stores.model.stores:
            hint = nearest(host.data.store, stores)
            message = f"store {host.data.store!r} is not in stores.yaml{hint}"
            yield located.problem((name, "data", "store"), message, stores[:SHOWN])


def check_edges(files: ChainFiles) -> Iterator[Problem]:
    """Every store has a WAN edge: without one nothing of it can be seen."""
    if not files.stores or not files.hosts:
        return
    edges = {h.data.store for h in files.hosts.model.root.values() if h.data.role == "edge"}
    for store in files.stores.model.stores:
        if store not in edges:
            yield files.stores.problem(("stores", store), "has no device with role edge in hosts.yaml")


def check_functions(files: ChainFiles) -> Iterator[Problem]:
    """Every function of a store is described, once."""
    if not files.stores or not files.functions:
        return
    known = tuple(files.functions.model.functions)
    for name, store in files.stores.model.stores.items():
        for index, function in enumerate(store.functions):
            place = ("stores", name, "functions", index)
            if function not in known:
                hint = nearest(function, known)
                yield files.stores.problem(place, f"function {function!r} is not in functions.yaml{hint}", known)
            elif function in store.functions[:index]:
                yield files.stores.problem(place, f"function {function!r} is listed twice")


def check_store_times(files: ChainFiles) -> Iterator[Problem]:
    """Time zones are known; no weekday has its hours told twice."""
    if not files.stores:
        return
    for name, store in files.stores.model.stores.items():
        if not _zone_known(store.time_zone):
            message = f"time zone {store.time_zone!r} is not known; write it like Europe/London"
            yield files.stores.problem(("stores", name, "time_zone"), message)
        yield from _days_told_twice(files, name, store.trading_hours)


def _days_told_twice(files: ChainFiles, store: str, hours: Mapping[str, str]) -> Iterator[Problem]:
    told: dict[str, str] = {}
    for written in hours:
        for day in days_of(written):
            if day in told and files.stores:
                message = f"{day} has its hours in {told[day]!r} already"
                yield files.stores.problem(("stores", store, "trading_hours", written), message)
            told.setdefault(day, written)


@cache
def _zone_known(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def check_groups(files: ChainFiles) -> Iterator[Problem]:
    """Every group that is named exists."""
    if not files.groups:
        return
    known = tuple(files.groups.model.root)
    for located, name, host in _hosts(files):
        for index, group in enumerate(host.groups):
            if group not in known:
                yield located.problem((name, "groups", index), f"group {group!r} is not in groups.yaml", known)
    for name, entry in files.groups.model.root.items():
        for index, group in enumerate(entry.groups):
            if group not in known:
                yield files.groups.problem((name, "groups", index), f"group {group!r} is not in groups.yaml", known)


def check_platforms(files: ChainFiles) -> Iterator[Problem]:
    """Every platform is one we have readers for; edges and switches have one."""
    known = tuple(files.platforms)
    for name, element in elements_of(files).items():
        host = files.hosts.model.root[name] if files.hosts else None
        if files.hosts is None or host is None:
            return
        if element.platform is not None and element.platform not in known:
            message = f"platform {element.platform!r} is not known{nearest(element.platform, known)}"
            yield files.hosts.problem((name, "platform"), message, known)
        elif element.platform is None and host.data.role in SESSION_ROLES:
            yield files.hosts.problem((name, "platform"), f"a device with role {host.data.role} needs one", known)


def check_addresses(files: ChainFiles) -> Iterator[Problem]:
    """Every host has an address; no two sessions are dialled at the same one, nor two devices of a store share one."""
    if not files.hosts:
        return
    dialled: dict[tuple[str, str, int], str] = {}
    for name, element in elements_of(files).items():
        if not element.hostname:
            yield files.hosts.problem((name, "hostname"), "is missing")
            continue
        if not element.hostname.isprintable() or " " in element.hostname:
            yield files.hosts.problem((name, "hostname"), "is not an address or a host name")
        scope = "" if element.platform else files.hosts.model.root[name].data.store
        key = (scope, element.hostname, (element.port or 22) if element.platform else 0)
        if key in dialled:
            yield files.hosts.problem((name, "hostname"), f"{element.hostname} is also the address of {dialled[key]}")
        dialled.setdefault(key, name)


def check_agents(files: ChainFiles) -> Iterator[Problem]:
    """Every SNMP agent can be asked, as somebody, at an address of its own (see ``inventory.snmp_checks``)."""
    taken: dict[tuple[str, int], str] = {}
    for name, element in elements_of(files).items():
        for field, message, allowed in snmp_problems(name, element, taken):
            if files.hosts:
                place = (name, "data", "snmp", *((field,) if field else ()))
                yield files.hosts.problem(place, message, allowed)


def check_host_keys(files: ChainFiles) -> Iterator[Problem]:
    """Every device with a session has its host key pinned."""
    for name, element in elements_of(files).items():
        if element.platform and files.hosts and not (files.folder / "host_keys" / name).is_file():
            message = f"no pinned host key: {files.folder / 'host_keys' / name} is missing"
            yield files.hosts.problem((name,), message)


def check_probes(files: ChainFiles) -> Iterator[Problem]:
    """A probe number means one thing on a store's edge."""
    taken: dict[int, str] = {}
    for name, function in (files.functions.model.functions if files.functions else {}).items():
        wanted = function.requirement
        fields = ("probe", wanted.probe), ("dns_probe", wanted.dns_probe), ("service_probe", wanted.service_probe)
        for field, number in fields:
            if number is not None and number in taken and files.functions:
                place = ("functions", name, "requirement", field)
                yield files.functions.problem(place, f"probe {number} is already used by function {taken[number]}")
            elif number is not None:
                taken[number] = name
    in_store: dict[tuple[str, int], str] = {}
    for located, name, host in _hosts(files):
        number = host.data.probe
        if number is None:
            continue
        other = in_store.get((host.data.store, number)) or (f"function {taken[number]}" if number in taken else None)
        if other:
            yield located.problem((name, "data", "probe"), f"probe {number} is already used by {other}")
        in_store[host.data.store, number] = name


def check_spelling(files: ChainFiles) -> Iterator[Problem]:
    """A key of ``data`` that looks like one of ours but is not was meant to be ours."""
    for located, name, host in _hosts(files):
        ours = tuple(type(host.data).model_fields)
        for key in host.data.model_extra or {}:
            if hint := nearest(key, ours):
                yield located.problem((name, "data", key), f"unknown key {key!r}{hint}", ours)


def check_ports(files: ChainFiles) -> Iterator[Problem]:
    """Every port's far end, VLANs, carrier and endpoint fit together (see ``inventory.port_checks``)."""
    for located, name, host in _hosts(files):
        for port_name, port in host.data.ports.items():
            yield from _port_problems(files, located, (name, host), (port_name, port))


def _port_problems(
    files: ChainFiles, located: Located[HostsFile], host: tuple[str, HostShape], port: tuple[str, PortShape]
) -> Iterator[Problem]:
    for check in PORT_CHECKS:
        for field, message in check(files, host, port):
            place = (host[0], "data", "ports", port[0], *((field,) if field else ()))
            yield located.problem(place, message)


def check_endpoints(files: ChainFiles) -> Iterator[Problem]:
    """An endpoint's name, MAC and address are given to one port each; addresses are unique within a store."""
    seen: dict[tuple[str, ...], str] = {}
    for located, name, host in _hosts(files):
        for port_name, port in host.data.ports.items():
            keys = {
                "to": ("to", port.to) if port.use == "till" and port.to else None,
                "mac": ("mac", port.mac) if port.mac else None,
                "address": ("address", host.data.store, port.address) if port.address else None,
            }
            for field, key in keys.items():
                if key is None:
                    continue
                if key in seen:
                    place = (name, "data", "ports", port_name, field)
                    yield located.problem(place, f"{key[-1]} is also on {seen[key]}")
                seen.setdefault(key, f"{name} {port_name}")


CHECKS: tuple[Callable[[ChainFiles], Iterator[Problem]], ...] = (
    check_stores_of_hosts,
    check_edges,
    check_functions,
    check_store_times,
    check_groups,
    check_platforms,
    check_addresses,
    check_agents,
    check_host_keys,
    check_probes,
    check_spelling,
    check_ports,
    check_endpoints,
)
