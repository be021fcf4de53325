"""Two spines and four leaves that tell of themselves every ten seconds; what happens to them is up to the test."""

import csv
import gzip

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

SPINES, LEAVES = ("spine1", "spine2"), ("leaf1", "leaf2", "leaf3", "leaf4")
SLOTS, PERIOD, START = 90, 10, 1_600_000_000
SESSIONS = {**dict.fromkeys(SPINES, 24), **dict.fromkeys(LEAVES, 12)}
STATES = {"oper_up": 1, "admin_up": 1, "bfd_sessions": 1, "bfd_sessions_up": 1, "carrier_transitions_total": 3}


def at(slot):
    """The moment a slot's values arrive."""
    return START + slot * PERIOD


class Fabric:
    def __init__(self, run="quiet", seed=7):
        self.run = run
        self.noise = np.random.default_rng(seed)
        self.wires, self.kbps, self.state = [], {}, {}
        for s, spine in enumerate(SPINES):
            for number, leaf in enumerate(LEAVES):
                self.wires.append(((spine, f"down{number}"), (leaf, f"up{s}")))
            for core in range(4):
                self._port(spine, f"core{core}")
        for near, far in self.wires:
            self._port(*near)
            self._port(*far)
        for leaf in LEAVES:
            for host in range(4):
                self._port(leaf, f"host{host}")
        self.device = {
            d: {
                "bgp_established": np.full(SLOTS, n),
                "bgp_neighbors": np.full(SLOTS, n),
                "fib_drop_pkts_total": np.full(SLOTS, 5),
            }
            for d, n in SESSIONS.items()
        }
        self.log, self.lost = [], set()
        self.metered, self.behind = False, {}

    def _port(self, device, interface):
        for way in ("in", "out"):
            self.kbps[device, interface, way] = 5e6 * self.noise.normal(1, 0.01, SLOTS)
        self.state[device, interface] = {name: np.full(SLOTS, value) for name, value in STATES.items()}

    def set(self, device, interface, column, since, value, until=SLOTS):
        self.state[device, interface][column][since:until] = value

    def scale(self, device, interface, way, since, factor):
        self.kbps[device, interface, way][since:] *= factor

    def sessions(self, device, since, lost, until=SLOTS):
        self.device[device]["bgp_established"][since:until] -= lost

    def far(self, device, interface):
        return dict([*self.wires, *((b, a) for a, b in self.wires)])[device, interface]

    def down(self, device, interface, since, *, admin=True, until=SLOTS):
        """One end is shut (or breaks); both ends go down, traffic stops."""
        for end in ((device, interface), self.far(device, interface)):
            for column in ("oper_up", "bfd_sessions_up"):
                self.set(*end, column, since, 0, until)
            self.state[end]["carrier_transitions_total"][since:] += 1
            self.state[end]["carrier_transitions_total"][until:] += 1
            self.sessions(end[0], since + 1, 2, until)
            for way in ("in", "out"):
                self.kbps[(*end, way)][since:until] = 0
        if admin:
            self.set(device, interface, "admin_up", since, 0, until)

    def clear(self, device, since, slots=4):
        self.device[device]["bgp_established"][since : since + slots] = 0
        others = LEAVES if device in SPINES else SPINES
        for other in others:
            self.sessions(other, since, 3, since + slots)

    def device_table(self):
        return pa.concat_tables([self._table(name, {}, values) for name, values in self.device.items()])

    def port_table(self):
        tables = []
        for (device, interface), states in self.state.items():
            octets = {
                f"{way}_octets_total": np.cumsum(self.kbps[device, interface, way]) * 1000 / 8 * PERIOD
                for way in ("in", "out")
            }
            rates = {f"{way}_kbps": self.kbps[device, interface, way] for way in ("in", "out")} if self.metered else {}
            octets = {name: self._behind(device, values) for name, values in octets.items()}
            tables.append(self._table(device, {"interface": interface}, {**states, **octets, **rates}))
        return pa.concat_tables(tables)

    def _behind(self, device, counted):
        """Counters of a device that falls two polls behind at a slot, and stays so."""
        since = self.behind.get(device, SLOTS)
        return np.concatenate([counted[:since], [counted[since - 1]] * 2, counted[since:]])[:SLOTS]

    def _table(self, device, names, numbers):
        heard = [slot for slot in range(SLOTS) if (device, slot) not in self.lost]
        words = {"run": self.run, "device": device, **names}
        columns = {name: pa.array([word] * len(heard)) for name, word in words.items()}
        columns["ts"] = pa.array([at(slot) for slot in heard])
        columns.update({name: pa.array(np.asarray(v)[heard].astype(np.int64)) for name, v in numbers.items()})
        return pa.table(columns)


def write(directory, *fabrics, wiring=True):
    """Write a folder of these runs."""
    directory.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.concat_tables([f.device_table() for f in fabrics]), directory / "device.parquet")
    pq.write_table(pa.concat_tables([f.port_table() for f in fabrics]), directory / "interface.parquet")
    if wiring:
        _csv(
            directory / "topology.csv",
            ("device", "interface", "peer_device", "peer_interface"),
            [(*near, *far) for near, far in fabrics[0].wires],
        )
    lines = [(f.run, *line) for f in fabrics for line in f.log]
    if lines:
        _csv(directory / "syslog.csv.gz", ("run", "ts", "device", "process", "mnemonic", "severity", "message"), lines)
    return directory


def _csv(path, head, rows):
    with gzip.open(path, "wt", newline="") if path.suffix == ".gz" else path.open("w", newline="") as text:
        csv.writer(text).writerows([head, *rows])
