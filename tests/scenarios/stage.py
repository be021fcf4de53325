"""The whole controller on one emulated chain, in one thread and in virtual time: no network, nothing waits.

The ledger, journal, engine, lanes, healing, guards, recipes and readers are the real ones; sessions hand their looks
and writes to the lab's devices in this process. ``Trap`` crashes the controller at its n-th call to the outside.
"""

from concurrent.futures import Executor, Future
from functools import partial
from types import SimpleNamespace

from anomaly.watch import Watch
from controller.budget import Budget, repairs_at_once
from controller.desk import Healer
from controller.dispatch import Dispatch
from controller.engines.loop import LoopEngine
from controller.eyes import Eyes
from controller.fleet_watch import FleetWatch
from controller.hands import Hands
from controller.heal import heal
from controller.journal import Journal
from controller.lanes import Desk, Lane
from controller.ledgers.sqlite import SqliteLedger
from controller.pace import Pace
from controller.parents import Parents
from controller.push import push
from controller.pusher import Pusher
from controller.taught import Taught
from controller.timing import load_timing
from inventory.discover import discover
from inventory.errors import CommandRefusedError, DeviceError, UnknownOutcomeError
from inventory.writes import Applied
from lab.layout import Stock
from playbooks.library import load_library
from playbooks.push import push_actions
from tests.anomaly.lab_bench import Bench

READER, ACCOUNT = "storenet-ro", "storenet-rw"


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

    def __init__(self, seed=7, stores=1, stock=Stock()):  # noqa: B008 - frozen
        self.bench = Bench(seed=seed, stores=stores, stock=stock)
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

    def forward(self, seconds):
        """Let time pass; devices whose revert timer runs out take their change back."""
        self.bench.forward(seconds)
        now = self.bench.clock.seconds()
        for device in [d for d, (_, until) in self.pending.items() if until <= now]:
            self.take_back(device)

    def take_back(self, device):
        before, _ = self.pending.pop(device)
        gear = self.bench.shells[device][0].device
        if gear.platform == "juniper_junos":
            gear.database.put(before, "timer", None)
        else:
            gear.replace(before, "timer")

    def __getitem__(self, device):
        return self.session(device)


class BenchSession:
    """One device's session, as ``inventory.session.Session``."""

    def __init__(self, world, device):
        self.world, self.device = world, device
        self.gear = world.bench.shells[device][0].device if device in world.bench.shells else None

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
                until = self.world.bench.clock.seconds() + write.revert_in_seconds
                junos = self.gear.platform == "juniper_junos"
                self.world.pending[self.device] = ((self.gear.config if junos else self.gear.running).copy(), until)
            self.gear.apply(write.lines, ACCOUNT)
        if self.world.mood == "doubt":
            raise UnknownOutcomeError(self.device, "no answer after the write")
        return Applied(transcript="")

    def _exec(self, lines):
        for line in lines:
            if line.startswith("send log"):
                self.gear.view.say("SYS-6-USERLOG_INFO", f"Message from tty2: {line.split(None, 3)[3]}")
            elif line.startswith("renew"):
                self.gear.view.renew(line.split()[-1])
            else:
                self.world.bench.shells[self.device][0].received(line + "\n")

    def pending(self):
        return self.device in self.world.pending

    def confirm(self, permit):
        permit.assert_live()
        del self.world.pending[self.device]

    def undo(self, permit):
        permit.assert_live()
        self.world.take_back(self.device)


class AtOnce(Executor):
    """Runs what is submitted before it returns; a crash comes out at once."""

    def submit(self, act, *arguments):
        future = Future()
        future.set_result(act(*arguments))
        return future


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
        self.taught = Taught(self.ledger, self.watch)
        sessions = type("S", (), {"__getitem__": lambda _, device: Guarded(world[device], trap)})()
        self.fleet = FleetWatch(world.chain, self.ledger, self.clock.now(), together_seconds=60, quiet_seconds=8)
        self.parents = Parents(
            ledger=self.ledger,
            journal=journal,
            fleet=self.fleet,
            watch=self.watch,
            clock=self.clock,
            change_seconds=60,
        )
        recipes = load_library(None, frozenset(bench.watch.library.signatures))
        eyes = Eyes(
            chain=world.chain, sessions=sessions, watch=self.watch, clock=self.clock, ours=frozenset({READER, ACCOUNT})
        )
        actions = {**recipes.actions, **push_actions(["cisco_ios"])}
        hands = Hands(sessions=sessions, journal=journal, clock=self.clock, actions=actions, patience_seconds=10)
        guardrails = discover("controller.guardrails")
        healer = Healer(
            chain=world.chain,
            library=recipes,
            eyes=eyes,
            hands=hands,
            ledger=self.ledger,
            clock=self.clock,
            timing=self.timing,
            guardrails=guardrails,
            fleet=self.fleet,
            budget=Budget(repairs_at_once(len(world.chain.stores))),
        )
        pusher = Pusher(
            chain=world.chain,
            eyes=eyes,
            hands=hands,
            ledger=self.ledger,
            clock=self.clock,
            timing=self.timing,
            guardrails=guardrails,
            turn=lambda store: self.lanes[store].turn,
            workers=AtOnce(),
        )
        workflows = {"heal": partial(heal, healer), "push": partial(push, pusher)}
        engine = LoopEngine(self.ledger, workflows)
        self.dispatch = Dispatch(self.ledger, journal, engine, self.clock, AtOnce())
        self.queue = []
        desk = Desk(
            chain=world.chain,
            ledger=self.ledger,
            journal=journal,
            clock=self.clock,
            engine=engine,
            workers=SimpleNamespace(submit=self.queue.append),
            watch=self.watch,
            quiet_seconds=8,
            fleet=self.fleet,
            call_seconds=self.timing.seconds["held_call"],
            told=self.hinted,
        )
        self.told = None
        self.pace = Pace(self.timing.seconds["slow_look"], self.watch.suspicious)
        self.lanes = {store: Lane(store, desk) for store in world.chain.stores}

    def hinted(self, store, now):
        """What devices told of; nothing unless a test sets ``told``."""
        return self.told(store, now) if self.told else {}

    def sleep(self, seconds):
        """While a healing waits, the other threads go on looking."""
        while seconds > 0:
            self.world.forward(min(2, seconds))
            seconds -= 2
            self.look()

    def look(self):
        """One look at every store."""
        for store, lane in self.lanes.items():
            slow = self.pace.due(store, self.clock.now())
            lane.see(self.world.bench.answers(self.watch.looks(store, slow=slow)), self.clock.now())
        self.parents.tick()
        self.taught.refresh()

    def poll(self):
        """One look at every store, then every healing that was asked for."""
        self.world.forward(2)
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


def only(controller):
    """The one incident there is."""
    (incident,) = controller.incidents()
    return incident


def lines(world):
    """What was written, without the lines that only say where, or only mark the log."""
    return [line for _, line in world.writes if not line.startswith(("interface", "send log"))]
