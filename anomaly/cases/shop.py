"""The small store that cases are told in: an edge with two lines, two switches, three access points, four tills.

Out: a ``Chain`` of one store. Read by ``staging``; ``docs/recordings.md`` names its places for whoever writes a case.

    edge  GigabitEthernet0/0 (line), Cellular0/2/0 (backup), GigabitEthernet0/1 -> sw1
    sw1   1/0/1 -> edge, 1/0/2 -> ap1, 1/0/3 -> ap2 (till3 behind it), 1/0/5 till1, 1/0/6 till2, 1/0/24 -> sw2
    sw2   1/0/1 -> sw1, 1/0/2 -> ap3, 1/0/5 till4
"""

from collections.abc import Iterable
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from inventory.model import (
    WEEKDAYS,
    Chain,
    Device,
    DeviceId,
    Function,
    FunctionName,
    Port,
    PortUse,
    Requirement,
    Role,
    Store,
    StoreId,
)

STORE = StoreId("s000")
NOON = datetime(2026, 6, 3, 12, tzinfo=UTC)
EVERY, AIR = (10, 20, 30, 99), (20, 30, 99)


def shop() -> Chain:
    """Return the small store; it trades at ``NOON``."""
    devices = (_edge(), _first_switch(), _second_switch(), *_access_points())
    functions = (_function("pos", 1, "till", 10), _function("click_and_collect", 2, "access_point", 20))
    store = Store(
        id=STORE,
        name="Small Store",
        region="none",
        time_zone=ZoneInfo("UTC"),
        trading_hours=dict.fromkeys(WEEKDAYS, (time(8), time(20))),
        takings_per_hour=900.0,
        carriers=("line", "radio"),
        functions=tuple(f.name for f in functions),
    )
    return Chain(stores={STORE: store}, devices={d.id: d for d in devices}, functions={f.name: f for f in functions})


def _edge() -> Device:
    ports = (
        Port(name="GigabitEthernet0/0", use="wan", carrier="line"),
        Port(name="Cellular0/2/0", use="backup_wan", carrier="radio", apn="stores.example"),
        Port(name="GigabitEthernet0/1", use="trunk", to="sw1", to_port=_port(1), vlans=EVERY),
    )
    return _device("edge", "edge", ports)


def _first_switch() -> Device:
    ports = (
        Port(name=_port(1), use="trunk", to="edge", to_port="GigabitEthernet0/1", vlans=EVERY),
        Port(name=_port(2), use="access_point", to="ap1", vlans=AIR, poe=True),
        Port(name=_port(3), use="access_point", to="ap2", vlans=EVERY, poe=True),
        _till(_port(5), 1),
        _till(_port(6), 2),
        Port(name=_port(24), use="trunk", to="sw2", to_port=_port(1), vlans=EVERY),
    )
    return _device("sw1", "switch", ports)


def _second_switch() -> Device:
    ports = (
        Port(name=_port(1), use="trunk", to="sw1", to_port=_port(24), vlans=EVERY),
        Port(name=_port(2), use="access_point", to="ap3", vlans=AIR, poe=True),
        _till(_port(5), 4),
    )
    return _device("sw2", "switch", ports)


def _access_points() -> tuple[Device, ...]:
    behind = {1: (), 2: (_till("lan1", 3),), 3: ()}
    return tuple(
        Device(
            id=DeviceId(f"ap{n}"),
            store=STORE,
            role="access_point",
            address=f"10.0.99.2{n}",
            probe=100 + n,
            ports={p.name: p for p in ports},
        )
        for n, ports in behind.items()
    )


def _device(name: str, role: Role, ports: Iterable[Port]) -> Device:
    return Device(
        id=DeviceId(name),
        store=STORE,
        role=role,
        address="192.0.2.1",
        platform="cisco_ios",
        ports={p.name: p for p in ports},
        advertises=1 if role == "edge" else None,
    )


def _till(port: str, number: int) -> Port:
    mac, address = f"02:53:00:00:05:0{number}", f"10.0.10.1{number}"
    return Port(name=port, use="till", to=f"till{number}", vlans=(10,), mac=mac, address=address)


def _function(name: str, criticality: int, served_by: PortUse, vlan: int) -> Function:
    needs = Requirement(
        vlan=vlan,
        dhcp=True,
        target=f"198.51.100.{vlan}",
        max_latency_ms=250.0,
        max_loss_pct=20.0,
        probe=vlan,
        dns_probe=vlan + 1,
        on_backup=True,
    )
    return Function(
        name=FunctionName(name), title=name, criticality=criticality, served_by=served_by, requirement=needs
    )


def _port(number: int) -> str:
    return f"GigabitEthernet1/0/{number}"
