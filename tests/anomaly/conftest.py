"""A store of two switches, three access points and four tills, in health, as rows; and what can be done to it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from anomaly.collecting import looks_of
from anomaly.library import load_library
from anomaly.watch import Watch
from inventory.errors import AuthRefusedError, BusyError, UnreachableError
from inventory.line_rows import LargePingRow, LineRow, MtuRow, ProbeCountRow
from inventory.looks import (
    ArpRow,
    BgpRow,
    DefaultRouteRow,
    ErrDisabledRow,
    InterfaceRow,
    Look,
    MacRow,
    NeighborRow,
    PoeRow,
    PortRow,
    ProbeRow,
    Reading,
    TrunkRow,
)
from inventory.model import Chain, Device, Function, Port, Requirement, Store
from inventory.service_rows import AccountServerRow, DhcpPoolRow, TimeServerRow, TrustRow

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)  # a Wednesday, open
NIGHT = datetime(2026, 11, 18, 23, 0, tzinfo=UTC)
SECONDS = {"hold_brief": 3, "hold_steady": 6, "hold_patient": 12, "clear_after": 4}
POLL = timedelta(seconds=2)
PEER = "198.18.1.1"
BACKUP_PEER = "100.72.0.1"
COUNTED = {"in_packets": 9000, "in_bytes": 900_000, "out_packets": 7000, "out_bytes": 700_000}
ALL, AIR = (10, 20, 30, 99), (20, 30, 99)
KEYS = {
    "interfaces": "name",
    "ports": "name",
    "trunks": "port",
    "poe": "port",
    "neighbors": "local_port",
    "macs": "mac",
    "arp": "address",
    "probes": "number",
    "default_route": "distance",
    "bgp": "neighbor",
    "errdisabled": "port",
}
ERRORS = {"unreachable": UnreachableError, "busy": BusyError, "refused": AuthRefusedError}


def port(name, use, to=None, to_port=None, vlans=(), **more):
    return Port(name=name, use=use, to=to, to_port=to_port, vlans=tuple(vlans), **more)


def gi(number):
    return f"GigabitEthernet1/0/{number}"


def till(number, name):
    mac = f"02:53:00:01:05:{int(name[-1]):02d}"
    return port(number, "till", name, vlans=[10], mac=mac, address=f"10.1.10.1{name[-1]}")


def device(name, role, ports, **more):
    return Device(
        id=name,
        store="s001",
        role=role,
        address=more.pop("address", "127.0.0.1"),
        ports={p.name: p for p in ports},
        **more,
    )


def function(name, criticality, served_by, vlan, **more):
    given = {"dhcp": True, "target": f"198.51.100.{vlan}", "max_latency_ms": 300.0, "max_loss_pct": 20.0, "probe": vlan}
    return Function(
        name=name,
        title=name,
        criticality=criticality,
        served_by=served_by,
        requirement=Requirement(vlan=vlan, **(given | more)),
    )


def make_chain():
    sw1 = [
        port(gi(1), "trunk", "s001-edge", "GigabitEthernet0/1", ALL),
        port(gi(2), "access_point", "s001-ap1", vlans=AIR, poe=True),
        port(gi(3), "access_point", "s001-ap2", vlans=ALL, poe=True),
        till(gi(5), "s001-till1"),
        till(gi(6), "s001-till2"),
        port(gi(24), "trunk", "s001-sw2", gi(1), ALL),
    ]
    sw2 = [
        port(gi(1), "trunk", "s001-sw1", gi(24), ALL),
        port(gi(2), "access_point", "s001-ap4", vlans=AIR, poe=True),
        till(gi(5), "s001-till4"),
    ]
    edge = [
        port("GigabitEthernet0/0", "wan", carrier="northtel"),
        port("Cellular0/2/0", "backup_wan", carrier="mobilco"),
        port("GigabitEthernet0/1", "trunk", "s001-sw1", gi(1), ALL),
    ]
    devices = [
        device("s001-edge", "edge", edge, platform="cisco_ios"),
        device("s001-sw1", "switch", sw1, platform="cisco_ios"),
        device("s001-sw2", "switch", sw2, platform="cisco_ios"),
        device("s001-ap1", "access_point", [], probe=101, address="10.1.99.21"),
        device("s001-ap2", "access_point", [till("lan1", "s001-till3")], probe=102, address="10.1.99.22"),
        device("s001-ap4", "access_point", [], probe=104, address="10.1.99.24"),
    ]
    functions = [
        function("pos", 1, "till", 10, dns_probe=11, on_backup=True),
        function("click_and_collect", 2, "access_point", 20, on_backup=True),
        function("guest_wifi", 3, "access_point", 30),
    ]
    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat"), (time(8), time(20)))
    store = Store(
        id="s001",
        name="Harbour Street",
        region="north",
        time_zone=ZoneInfo("Europe/London"),
        trading_hours=week,
        takings_per_hour=900.0,
        carriers=("northtel", "mobilco"),
        functions=tuple(f.name for f in functions),
    )
    return Chain(stores={"s001": store}, devices={d.id: d for d in devices}, functions={f.name: f for f in functions})


def interface(name, address, method="NVRAM"):
    return InterfaceRow(name=name, address=address, method=method, admin_up=True, oper_up=True)


def pool(vlan):
    span = {"first": f"10.1.{vlan}.1", "last": f"10.1.{vlan}.254", "total": 254, "excluded": 10}
    return DhcpPoolRow(name=str(vlan), leased=20, spent=False, **span)


def healthy(chain):
    """Every row of the store in health: device -> getter -> rows."""
    rows = {d.id: {} for d in chain.devices.values() if d.has_session}
    vlans = [interface(f"GigabitEthernet0/1.{v}", f"10.1.{v}.1") for v in ALL]
    numbers = (10, 11, 20, 30, 101, 102, 104)
    rows["s001-edge"] = {
        "interfaces": [
            interface("GigabitEthernet0/0", "198.18.1.2", "DHCP"),
            interface("Cellular0/2/0", "100.72.0.2"),
            interface("GigabitEthernet0/1", None, "unset"),
            *vlans,
        ],
        "default_route": [DefaultRouteRow(next_hop="198.18.1.1", interface=None, distance=1)],
        "probes": [ProbeRow(number=n, ok=True, rtt_ms=20.0, age_seconds=1.0) for n in numbers],
        "arp": [
            ArpRow(address=f"10.1.10.1{n}", mac=f"02:53:00:01:05:0{n}", interface="GigabitEthernet0/1.10")
            for n in (1, 2, 3, 4)
        ]
        + [ArpRow(address=PEER, mac="02:53:ff:01:00:01", interface="GigabitEthernet0/0")],
        "bgp": [
            BgpRow(neighbor=peer, remote_as="64500", state="established", prefixes=1, since_seconds=9000.0)
            for peer in (PEER, BACKUP_PEER)
        ],
        "dhcp_pools": [pool(vlan) for vlan in (10, 20, 30)],
        "dhcp_conflicts": [],
        "time_servers": [TimeServerRow(server="198.51.100.123", reach=0o377, met=True, followed=True)],
        "account_servers": [AccountServerRow(server="198.51.100.60", dead=False, requests=3, timeouts=0)],
        "changes": [],
        "line": [LineRow(name="GigabitEthernet0/0", up=True, in_load_pct=9.0, **COUNTED)],
        "ip_mtu": [MtuRow(name="GigabitEthernet0/0", bytes=1500)],
        "large_ping": [LargePingRow(destination="198.51.100.10", size=1500, sent=3, received=3, told=0)],
        "probe_counts": [ProbeCountRow(number=n, successes=500, failures=0) for n in numbers],
    }
    for name in ("s001-sw1", "s001-sw2"):
        rows[name] = switch_rows(chain, chain.devices[name])
    return rows


def switch_rows(chain, switch):
    ports = switch.ports.values()
    trunks = [p for p in ports if p.use in ("trunk", "access_point")]
    points = [p for p in ports if p.use == "access_point"]
    macs = [MacRow(vlan=10, mac=p.mac, port=p.name) for p in ports if p.mac]
    neighbors = [NeighborRow(local_port=p.name, neighbor=p.to) for p in trunks]
    for p in points:
        tail = p.to[-1]
        macs += [MacRow(vlan=v, mac=f"02:aa:{tail}{tail}:00:00:{v:02d}", port=p.name) for v in AIR]
        macs += [MacRow(vlan=10, mac=q.mac, port=p.name) for q in chain.devices[p.to].ports.values()]
    return {
        "ports": [PortRow(name=p.name, status="connected", vlan="trunk" if p in trunks else "10") for p in ports],
        "trunks": [TrunkRow(port=p.name, allowed=frozenset(p.vlans)) for p in trunks],
        "poe": [PoeRow(port=p.name, admin="auto", oper="on", watts=6.3, grade=3) for p in points],
        "neighbors": neighbors,
        "macs": macs,
        "errdisabled": [],
        "snooped": [],
        "snooping_trust": [TrustRow(port=p.name, trusted=True) for p in ports if p.use == "trunk"],
        "changes": [],
    }


def patched(rows, key, changes: Mapping):
    """Rows with some fields of some rows replaced; None instead of fields takes the row out."""
    kept = []
    for row in rows:
        change = changes.get(getattr(row, key), {})
        if change is not None:
            fields = {k: frozenset(v) if k == "allowed" else v for k, v in change.items()}
            kept.append(replace(row, **fields))
    return kept


class Stage:
    """Plays a store round by round."""

    def __init__(self, chain, library, start=NOON):
        self.chain = chain
        self.rows = healthy(chain)
        self.errors = {}
        self.watch = Watch(library, chain, SECONDS)
        self.now = start

    def change(self, name, getter, rows=None, only=None):
        table = self.rows[name]
        if only is not None:
            kind = {"default_route": DefaultRouteRow, "errdisabled": ErrDisabledRow}.get(getter, MacRow)
            table[getter] = [kind(**row) for row in only]
        else:
            table[getter] = patched(table[getter], KEYS[getter], rows)

    def fail(self, name, error):
        self.errors[name] = ERRORS[error](name, error) if error else None

    def answers(self):
        given = {}
        for d in self.chain.devices.values():
            if not d.has_session:
                continue
            broken = self.errors.get(d.id)
            given[d.id] = {look.key: broken or self.reading(d.id, look) for look in looks_of(d, self.chain)}
        return given

    def reading(self, name, look: Look):
        rows = tuple(self.rows[name].get(look.getter, ()))
        if look.getter == "line":
            passed = int((self.now - NOON).total_seconds()) + 86_400
            rows = tuple(replace(row, in_packets=row.in_packets + 100 * passed) for row in rows)
        return Reading(device=name, look=look, rows=rows, taken_at=self.now)

    def round(self):
        self.now += POLL
        return self.watch.observe("s001", self.answers(), self.now)

    def play(self, seconds):
        sight = None
        for _ in range(int(seconds / POLL.total_seconds())):
            sight = self.round()
        return sight


@pytest.fixture(scope="session")
def library():
    return load_library()


@pytest.fixture(scope="session")
def chain():
    return make_chain()


@pytest.fixture
def stage(chain, library):
    stage = Stage(chain, library)
    stage.play(20)
    return stage


@pytest.fixture
def stage_at(chain, library):
    def at(start, warm_up=20):
        stage = Stage(chain, library, start)
        stage.play(warm_up)
        return stage

    return at
