"""The frame of every comparison: contestants in processes of their own, taking turns against the same devices.

In: contestants and how many rounds. Out: per contestant wall seconds, devices per second and CPU per device, and what
the first contestant is to each other one, pair by pair. Called by the benchmarks beside it. Why: on a shared machine
only runs that alternate can be compared, and only a process of its own says whose CPU it was.

While one contestant runs, the others are stopped (SIGSTOP): their idle sessions cost nobody anything. The first round
is not counted. Absolute times depend on the machine; quote the ratios.
"""

import contextlib
import multiprocessing
import os
import signal
import statistics
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import Protocol

SPAWN = multiprocessing.get_context("spawn")
END_SECONDS = 15.0


class Contestant(Protocol):
    """One way of doing the work. Travels to its own process before ``setup``, so it is a plain record until then."""

    @property
    def name(self) -> str:
        """What the table calls it."""

    def setup(self) -> str:
        """Prepare (log in, choose a number of workers); return a note for the result, or nothing."""

    def round(self, number: int) -> int:
        """Do the whole work once; return how many devices it was done for. Raises when it was not done in full."""

    def teardown(self) -> None:
        """Log out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One round of one contestant. CPU is user and system time of its process."""

    devices: int
    wall_seconds: float
    cpu_seconds: float
    served_seconds: float = 0.0
    """CPU of the lab's own process meanwhile: nobody can be faster than it answers."""

    @property
    def devices_per_second(self) -> float:
        """How fast."""
        return self.devices / self.wall_seconds

    @property
    def cpu_ms(self) -> float:
        """CPU milliseconds per device."""
        return 1000 * self.cpu_seconds / self.devices


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """A median with its smallest and largest."""

    median: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """What the first contestant is to another: ``faster`` in devices per second, ``cpu`` as a share of the other's."""

    other: str
    faster: Spread
    cpu: Spread


class ContestantError(Exception):
    """A contestant failed; the message holds its traceback."""


def order(names: Sequence[str], number: int) -> tuple[str, ...]:
    """Return who runs when in a round: A B C, then B C A, then C A B."""
    turn = number % len(names)
    return (*names[turn:], *names[:turn])


def spread(values: Sequence[float]) -> Spread:
    """Return the median and the range of at least one value."""
    return Spread(median=statistics.median(values), low=min(values), high=max(values))


def pair(first: Sequence[Taken], other: Sequence[Taken], name: str) -> Pairing:
    """Compare round by round: each ratio is of two runs that followed each other closely."""
    both = list(zip(first, other, strict=True))
    return Pairing(
        other=name,
        faster=spread([mine.devices_per_second / theirs.devices_per_second for mine, theirs in both]),
        cpu=spread([mine.cpu_ms / theirs.cpu_ms for mine, theirs in both]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What came out: rounds by contestant (the first is ours), and the contestants' notes."""

    rounds: dict[str, list[Taken]]
    notes: dict[str, str]

    def pairings(self) -> list[Pairing]:
        """Ours against each other one."""
        first = next(iter(self.rounds))
        return [pair(self.rounds[first], rows, name) for name, rows in self.rounds.items() if name != first]


def compare(contestants: Sequence[Contestant], rounds: int, served: Callable[[], float] = lambda: 0.0) -> Run:
    """Run every contestant ``rounds`` times, taking turns. Raises ``ContestantError``.

    ``served`` returns the CPU seconds that the lab has used so far.
    """
    with contextlib.ExitStack() as stack:
        stalls = {c.name: stack.enter_context(_stall(c)) for c in contestants}
        notes = {name: stall.setup() for name, stall in stalls.items()}
        taken: dict[str, list[Taken]] = {name: [] for name in stalls}
        for number in range(rounds + 1):
            for name in order(tuple(stalls), number):
                before = served()
                result = stalls[name].round(number)
                if number:
                    taken[name].append(replace(result, served_seconds=served() - before))
        for stall in stalls.values():
            stall.teardown()
    return Run(rounds=taken, notes=notes)


class _Stall:
    """A contestant's process, which stands still unless it is its turn."""

    def __init__(self, contestant: Contestant) -> None:
        self._pipe, theirs = SPAWN.Pipe()
        self._name = contestant.name
        self.process = SPAWN.Process(target=_serve, args=(theirs, contestant), daemon=True)
        self.process.start()
        theirs.close()
        self._answer()
        self._signal(signal.SIGSTOP)

    def setup(self) -> str:
        return str(self._ask("setup"))

    def round(self, number: int) -> Taken:
        taken = self._ask("round", number)
        if not isinstance(taken, Taken):
            raise ContestantError(f"{self._name}: answered {taken!r}")
        return taken

    def teardown(self) -> None:
        self._ask("teardown")

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self._signal(signal.SIGCONT)
        self._pipe.close()
        self.process.join(END_SECONDS)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()

    def _ask(self, *words: object) -> object:
        self._signal(signal.SIGCONT)
        self._pipe.send(words)
        answer = self._answer()
        self._signal(signal.SIGSTOP)
        return answer

    def _answer(self) -> object:
        try:
            good, answer = self._pipe.recv()
        except EOFError:
            raise ContestantError(f"{self._name}: its process ended") from None
        if not good:
            raise ContestantError(f"{self._name}:\n{answer}")
        return answer

    def _signal(self, number: int) -> None:
        if self.process.pid is not None and self.process.is_alive():
            os.kill(self.process.pid, number)


@contextlib.contextmanager
def _stall(contestant: Contestant) -> Iterator[_Stall]:
    stall = _Stall(contestant)
    try:
        yield stall
    finally:
        stall.end()


def _serve(pipe: Connection, contestant: Contestant) -> None:
    """The contestant's process: do as told until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pipe.send((True, None))
    with contextlib.suppress(EOFError, OSError):
        while True:
            word, *arguments = pipe.recv()
            try:
                answer = _timed(contestant, *arguments) if word == "round" else getattr(contestant, word)()
            except Exception:  # noqa: BLE001 - the process boundary: whatever it is, the frame tells it
                pipe.send((False, traceback.format_exc()))
            else:
                pipe.send((True, answer))


def _timed(contestant: Contestant, number: int) -> Taken:
    wall, cpu = time.perf_counter(), time.process_time()
    devices = contestant.round(number)
    return Taken(devices=devices, wall_seconds=time.perf_counter() - wall, cpu_seconds=time.process_time() - cpu)
