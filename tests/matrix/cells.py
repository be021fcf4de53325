"""One cell: a mode, a dialect and a phase - run, and judged by what the device really holds.

In: a cell. Out: a ``Row`` that says how it ended, what the device held, and what is wrong with that, if anything.
Called by the tests beside it and by ``benchmarks/device_fault_matrix.py``.
"""

import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.matrix.dialects import Dialect, Truth
from tests.matrix.endings import ENDINGS, Outcome
from tests.matrix.hostile import FOREIGN, MODES, Hostile
from tests.matrix.known import DIALECTS
from tests.matrix.phases import LOOKS, PHASES, PUSHES
from tests.matrix.stand import Stand

WORKERS = 8
DEADLINE_SECONDS = 90.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Which mode, dialect and phase."""

    mode: Hostile
    dialect: str
    phase: str

    @property
    def name(self) -> str:
        """The cell's name."""
        return f"{self.dialect} / {self.phase} / {self.mode.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """How a cell ended. ``wrong`` is empty when the ending is named and true."""

    mode: str
    dialect: str
    phase: str
    ending: str
    words: str
    held: str
    wrong: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Omission:
    """A cell that means nothing, and why."""

    mode: str
    dialect: str
    phase: str
    why: str


def cells() -> Iterator[Cell]:
    """Every cell that means something."""
    for dialect in DIALECTS.values():
        for mode in MODES:
            left_out = _left_out(dialect, mode)
            yield from (Cell(mode=mode, dialect=dialect.name, phase=p) for p in PHASES if p not in left_out)


def _left_out(dialect: Dialect, mode: Hostile) -> Mapping[str, str]:
    return {**dialect.omitted, **mode.omitted}


def omissions() -> Iterator[Omission]:
    """The others."""
    for dialect in DIALECTS.values():
        for mode in MODES:
            for phase, why in _left_out(dialect, mode).items():
                yield Omission(mode=mode.name, dialect=dialect.name, phase=phase, why=why)


def run_all(chosen: Iterable[Cell], workers: int = WORKERS) -> Sequence[Row]:
    """Run cells side by side."""
    with ThreadPoolExecutor(workers) as pool:
        return tuple(pool.map(run, chosen))


def run(cell: Cell) -> Row:
    """Run one cell and judge it."""
    with tempfile.TemporaryDirectory(prefix="storenet-matrix-") as folder:
        stand = Stand(DIALECTS[cell.dialect], Path(folder))
        try:
            began = time.monotonic()
            told = PHASES[cell.phase](stand, lambda: cell.mode.put(stand, cell.phase))
            seconds = time.monotonic() - began
            truth = stand.truth()
            wrong = judge(cell, told, truth, reachable=told.ending != "unknown" or stand.reachable())
        finally:
            stand.close()
    if not wrong and seconds > DEADLINE_SECONDS:
        wrong = f"unnamed: took {seconds:.0f} s"
    return Row(
        mode=cell.mode.name,
        dialect=cell.dialect,
        phase=cell.phase,
        ending=told.ending,
        words=told.words,
        held=holding(truth),
        wrong=wrong,
        seconds=round(seconds, 2),
    )


def judge(cell: Cell, told: Outcome, truth: Truth, *, reachable: bool) -> str:
    """What is wrong with an ending, beginning with what kind of wrong it is; empty when nothing is."""
    if told.ending not in ENDINGS:
        return f"unnamed: {told.ending}: {told.words}"
    if told.wrong:
        return f"false success: {told.wrong}"
    if cell.mode.name == FOREIGN and not truth.others:
        return "false success: someone else's change was taken back or confirmed"
    if told.ending == "unknown":
        return "unknown: although the device could be read back" if reachable else ""
    return "" if cell.phase in LOOKS else _write(cell, told, truth)


def _write(cell: Cell, told: Outcome, truth: Truth) -> str:
    holds = truth.logged if cell.phase == "exec" else truth.running
    if told.ending == "success":
        return _success(cell.phase, truth, holds=holds)
    return f"false refusal: {told.ending}, but the device holds the change" if holds else ""


def _success(phase: str, truth: Truth, *, holds: bool) -> str:
    if not holds:
        return "false success: the device does not hold the change"
    if phase == "apply" and not truth.ours:
        return "false success: nothing will take the change back"
    if phase in PUSHES and (truth.ours or not truth.startup):
        return "false success: the change was not made to stay"
    return ""


def holding(truth: Truth) -> str:
    """What a device holds, in words."""
    words = {"running": truth.running, "startup": truth.startup, "log": truth.logged, "pending": truth.ours}
    return " + ".join(word for word, there in words.items() if there) or "nothing"
