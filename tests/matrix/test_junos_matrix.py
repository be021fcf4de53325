"""The device fault matrix for Junos: some cells here, all of them among the chaos tests."""

import pytest

from tests.matrix.cells import Cell, Row, run_all
from tests.matrix.dialects import DIALECTS
from tests.matrix.endings import ENDINGS
from tests.matrix.hostile import BY_NAME, MODES
from tests.matrix.junos import JUNOS, OMITTED
from tests.matrix.phases import PHASES

QUICK: dict[str, tuple[str, ...]] = {
    "login": ("banner", "wrong password"),
    "look": ("prompt changed", "log lines", "binary garbage", "reset in mid-command"),
    "config": ("reset after it, before the answer", "someone else's commit pending"),
    "apply": ("reset after it, before the answer", "configuration locked", "empty"),
    "commit": ("reload in mid-command", "refuses: overlaps", "prompt changed"),
    "confirm": ("reset after it, before the answer",),
    "undo": ("reset before",),
}
ENDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("login", "banner"): ("success",),
    ("login", "wrong password"): ("auth refused",),
    ("look", "log lines"): ("success",),
    ("look", "binary garbage"): ("doubtful output",),
    ("config", "someone else's commit pending"): ("refused",),
    ("apply", "configuration locked"): ("refused",),
    ("commit", "reload in mid-command"): ("taken back",),
}


@pytest.fixture(autouse=True)
def _junos_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DIALECTS, JUNOS.name, JUNOS)


def cells() -> list[Cell]:
    return [
        Cell(mode=mode, dialect=JUNOS.name, phase=phase)
        for mode in MODES
        for phase in PHASES
        if phase not in mode.omitted and phase not in OMITTED
    ]


def complaints(rows: tuple[Row, ...]) -> list[str]:
    found = [f"{r.phase} / {r.mode}: {r.wrong} ({r.words})" for r in rows if r.wrong]
    return found + [
        f"{r.phase} / {r.mode}: ended {r.ending} ({r.words})"
        for r in rows
        if r.ending not in ENDS.get((r.phase, r.mode), ENDINGS)
    ]


@pytest.mark.ssh
@pytest.mark.timeout(120)
def test_some_cells_end_named_and_true() -> None:
    chosen = [
        Cell(mode=BY_NAME[mode], dialect=JUNOS.name, phase=phase) for phase, modes in QUICK.items() for mode in modes
    ]
    assert complaints(tuple(run_all(chosen))) == []


@pytest.mark.chaos
@pytest.mark.timeout(1200)
def test_all_cells_end_named_and_true() -> None:
    assert complaints(tuple(run_all(cells()))) == []
