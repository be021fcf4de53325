"""The whole controller on one emulated chain, in one thread and in virtual time: no network, nothing waits.

The ledger, journal, engine, lanes, healing, guards, recipes and readers are the real ones; sessions hand their looks
and writes to the lab's devices in this process. ``Trap`` crashes the controller at its n-th call to the outside.
"""

from types import SimpleNamespace

from anomaly.watch import Watch
from controller.desk import Healer
from controller.engines.loop import LoopEngine
from controller.eyes import Eyes
from controller.hands import Hands
from controller.heal import heal
from controller.journal import Journal
from controller.lanes import Desk, Lane
from controller.ledgers.sqlite import SqliteLedger
from controller.timing import load_timing
from inventory.discover import discover
from inventory.errors import CommandRefusedError, DeviceError, UnknownOutcomeError
from inventory.writes import Applied
from playbooks.library import load_library
from tests.anomaly.lab_bench import Bench

ACCOUNT = "storenet-rw"


class Crash(BaseException):
    """The process dies."""


class Trap:
    """Counts calls to the outside and crashes at one of them, before or after it took effect."""

    def __init__(self, at=None, *, after=False):
        self.at, self.after, self.calls = at, after, 0

    def call(self, act):
        self.calls += 1
        if self.calls == self.at and not self.after:
            raise Crash
        told = act()
        if self.calls == self.at:
            raise Crash
        return told


class Guarded:
    """Every public method of ``inner`` goes through the trap."""

    def __init__(self, inner, trap):
        self._inner, self._trap = inner, trap

    def __getattr__(self, name):
        found = getattr(self._inner, name)
        return (lambda *a, **k: self._trap.call(lambda: found(*a, **k))) if callable(found) else found


class World:
    """A chain with its devices; it outlives every controller."""

    def __init__(self, seed=7, stores=1):
        self.bench = Bench(seed=seed, stores=stores)
        self.store = next(iter(self.bench.chain.chain.stores))
        self.writes = []
        self.pending = {}
        self.mood = None
        self.unjournalled = []

    @property
    def chain(self):
        return self.bench.chain.chain

    def put_in(self, name, **wanted):
        found = self.bench.breakages.faults[name].targets(self.bench.chain, self.bench.clock.now())
        target = next(t for t in found if all(getattr(t, k) == v for k, v in wanted.items()))
        return self.bench.breakages.put_in(name, target)

    def present(self, broken):
        return broken.fault.present(self.bench.world, broken.target)

    def session(self, device):
        return BenchSession(self, device)

    def __getitem__(self, device):
        return self.session(device)


class BenchSession:
    """One device's session, as ``inventory.session.Session``."""

    def __init__(self, world, device):
        self.world, self.device = world, device
        self.gear = world.bench.shells[device][0].device

    def read(self, look):
        told = self.world.bench.ask(self.device, look)
        if isinstance(told, DeviceError):
            raise told
        return told

    def read_many(self, looks):
        return tuple(self.world.bench.ask(self.device, look) for look in looks)

    def deep(self, getter):
        return {"uptime": 60, "vendor": "Cisco", "model": "X", "os_version": "15", "getter": getter}

    def apply(self, write, permit):
        permit.assert_live()
        if self.world.mood == "refuse":
            raise CommandRefusedError(self.device, "% Authorization failed")
        for line in write.lines:
            self.world.writes.append((self.device, line.strip()))
        if write.kind == "exec":
            self._exec(write.lines)
        else:
            if write.kind == "commit_confirm":
                self.world.pending[self.device] = self.gear.running.copy()
            self.gear.apply(write.lines, ACCOUNT)
        if self.world.mood == "doubt":
            raise UnknownOutcomeError(self.device, "no answer after the write")
        return Applied(transcript="")

    def _exec(self, lines):
        for line in lines:
            if line.startswith("send log"):
                self.gear.view.say("SYS-6-USERLOG_INFO", f"Message from tty2: {line.split(None, 3)[3]}")
            else:
                self.gear.view.renew(line.split()[-1])

    def pending(self):
        return self.device in self.world.pending

    def confirm(self, permit):
        permit.assert_live()
        del self.world.pending[self.device]

    def undo(self, permit):
        permit.assert_live()
        self.gear.replace(self.world.pending.pop(self.device), "timer")


class Controller:
    """One process's worth of objects on a ledger file; ``trap`` sees every call to the ledger and to devices."""

    def __init__(self, world, path, trap=None, name="host:1:1"):
        self.world, bench = world, world.bench
        self.clock = SimpleNamespace(now=bench.clock.now, sleep=self.sleep)
        self.timing = load_timing(None, "short")
        self.file = SqliteLedger.open(path)
        trap = trap or Trap()
        self.ledger = Guarded(self.file, trap)
        journal = Journal(self.ledger, name, self.clock, 15)
        self.watch = Watch(bench.watch.library, world.chain, self.timing.seconds)
        sessions = type("S", (), {"__getitem__": lambda _, device: Guarded(world[device], trap)})()
        recipes = load_library(None, frozenset(bench.watch.library.signatures))
        healer = Healer(
            chain=world.chain,
            library=recipes,
            eyes=Eyes(chain=world.chain, sessions=sessions, watch=self.watch, clock=self.clock),
            hands=Hands(
                sessions=sessions, journal=journal, clock=self.clock, actions=recipes.actions, patience_seconds=10
            ),
            ledger=self.ledger,
            clock=self.clock,
            timing=self.timing,
            guardrails=discover("controller.guardrails"),
        )
        self.queue = []
        desk = Desk(
            chain=world.chain,
            ledger=self.ledger,
            journal=journal,
            clock=self.clock,
            engine=LoopEngine(self.ledger, {"heal": lambda steps, incident: heal(healer, steps, incident)}),
            workers=SimpleNamespace(submit=self.queue.append),
            watch=self.watch,
            quiet_seconds=8,
        )
        self.lanes = {store: Lane(store, desk) for store in world.chain.stores}

    def sleep(self, seconds):
        """While a healing waits, the other threads go on looking."""
        while seconds > 0:
            self.world.bench.forward(min(2, seconds))
            seconds -= 2
            self.look()

    def look(self):
        """One look at every store."""
        for store, lane in self.lanes.items():
            answers = self.world.bench.answers(self.watch.looks(store))
            lane.see(answers, self.clock.now())

    def poll(self):
        """One look at every store, then every healing that was asked for."""
        self.world.bench.forward(2)
        self.look()
        while self.queue:
            self.queue.pop(0)()

    def play(self, seconds):
        for _ in range(int(seconds / 2)):
            self.poll()

    def incidents(self):
        return self.file.incidents()

    def kinds(self, incident):
        return [event.kind for event in self.file.events(incident)]

    def close(self):
        self.file.close()
