"""From a content directory to a ``Chain``.

In: ``inventory/{hosts,groups,defaults,stores,functions}.yaml`` and ``inventory/host_keys/`` of a content directory.
Out: a ``Chain`` and its ``Accounts``, or one ``ContentError`` with everything that is wrong in all files.
Called by ``controller.main`` and the lab. Host files stay Nornir's own SimpleInventory format.
"""

from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from inventory.chain_checks import CHECKS
from inventory.chain_files import ChainFiles, Element, elements_of
from inventory.file_shapes import (
    DefaultsFile,
    FunctionsFile,
    FunctionShape,
    GroupsFile,
    HostsFile,
    HostShape,
    PortShape,
    StoresFile,
    StoreShape,
)
from inventory.model import (
    Chain,
    Device,
    DeviceId,
    Function,
    FunctionName,
    Port,
    Requirement,
    Store,
    StoreId,
)
from inventory.platforms import load_platforms
from inventory.secrets import Account, Accounts, SecretRef
from inventory.snmp_checks import agent_of
from inventory.trading_hours import hours_by_day
from inventory.yaml_file import ContentError, Located, Model, Problem, read_located

HOSTS_MAX_BYTES = 64 << 20


def load_chain(content: Path) -> Chain:
    """Return the chain described in ``content``. Raises ``ContentError`` with every problem of every file."""
    files = _read(content / "inventory")
    problems = [p for check in CHECKS for p in check(files)]
    if problems:
        raise ContentError(sorted(problems, key=lambda p: (p.file, p.line)))
    return _chain(files)


def load_accounts(content: Path) -> Accounts:
    """Return the accounts named in ``defaults.yaml``. Raises ``ContentError``."""
    problems: list[Problem] = []
    defaults = read_located(content / "inventory" / "defaults.yaml", DefaultsFile, problems)
    if defaults is None:
        raise ContentError(problems)
    accounts = defaults.model.data.accounts
    enable = accounts.write.enable
    return Accounts(
        read=Account(username=accounts.read.username, password=SecretRef(accounts.read.password)),
        write=Account(
            username=accounts.write.username,
            password=SecretRef(accounts.write.password),
            enable=SecretRef(enable) if enable else None,
        ),
    )


def _read(folder: Path) -> ChainFiles:
    problems: list[Problem] = []
    hosts = read_located(folder / "hosts.yaml", HostsFile, problems, max_bytes=HOSTS_MAX_BYTES)
    groups = read_located(folder / "groups.yaml", GroupsFile, problems)
    defaults = read_located(folder / "defaults.yaml", DefaultsFile, problems)
    stores = read_located(folder / "stores.yaml", StoresFile, problems, max_bytes=HOSTS_MAX_BYTES)
    functions = read_located(folder / "functions.yaml", FunctionsFile, problems)
    partial = ChainFiles(
        folder=folder,
        hosts=hosts,
        groups=groups,
        defaults=defaults,
        stores=stores,
        functions=functions,
        platforms=load_platforms(),
    )
    if problems:
        found = [p for check in CHECKS for p in check(partial)]
        raise ContentError(sorted([*problems, *found], key=lambda p: (p.file, p.line)))
    return partial


def _model(located: Located[Model] | None) -> Model:
    if located is None:
        raise AssertionError("a file with problems was not refused")
    return located.model


def _chain(files: ChainFiles) -> Chain:
    elements = elements_of(files)
    return Chain(
        stores={StoreId(i): _store(i, s) for i, s in _model(files.stores).stores.items()},
        devices={DeviceId(i): _device(i, h, elements[i]) for i, h in _model(files.hosts).root.items()},
        functions={FunctionName(i): _function(i, f) for i, f in _model(files.functions).functions.items()},
    )


def _device(name: str, host: HostShape, element: Element) -> Device:
    return Device(
        id=DeviceId(name),
        store=StoreId(host.data.store),
        role=host.data.role,
        address=element.hostname or "",
        port=element.port or 22,
        platform=element.platform,
        probe=host.data.probe,
        ports={n: _port(n, p) for n, p in host.data.ports.items()},
        session=element.session,
        serves=frozenset(host.data.serves),
        advertises=host.data.advertises,
        snmp=agent_of(element),
        software=element.software,
    )


def _port(name: str, port: PortShape) -> Port:
    return Port(
        name=name,
        use=port.use,
        to=port.to,
        to_port=port.to_port,
        vlans=port.vlans,
        poe=port.poe,
        mac=port.mac,
        address=port.address,
        carrier=port.carrier,
        apn=port.apn,
    )


def _store(name: str, store: StoreShape) -> Store:
    return Store(
        id=StoreId(name),
        name=store.name,
        region=store.region,
        time_zone=_zone(store.time_zone),
        trading_hours=hours_by_day(store.trading_hours),
        takings_per_hour=store.takings_per_hour,
        carriers=store.carriers,
        functions=tuple(FunctionName(f) for f in store.functions),
        hub=store.hub or "",
        warehouse=store.warehouse or "",
    )


def _function(name: str, function: FunctionShape) -> Function:
    wanted = function.requirement
    return Function(
        name=FunctionName(name),
        title=function.title,
        criticality=function.criticality,
        takings_share=_takings_share(function),
        served_by=function.served_by,
        requirement=Requirement(
            vlan=wanted.vlan,
            dhcp=wanted.dhcp,
            target=wanted.target,
            max_latency_ms=wanted.max_latency_ms,
            max_loss_pct=wanted.max_loss_pct,
            probe=wanted.probe,
            dns_probe=wanted.dns_probe,
            on_backup=wanted.on_backup,
            url=wanted.url,
            packet_bytes=wanted.packet_bytes,
            service_probe=wanted.service_probe,
            service_port=wanted.service_port,
        ),
    )


def _takings_share(function: FunctionShape) -> float:
    """Unless it is given: without the tills nothing is taken, without the rest as much as before."""
    if function.takings_share is not None:
        return function.takings_share
    return 1.0 if function.criticality == 1 else 0.0


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
