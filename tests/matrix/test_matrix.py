"""The device fault matrix: some 80 cells here, all of them among the chaos tests.

Every cell ends in exactly one named ending, and what it says is what the device holds.
"""

import pytest

from tests.matrix.cells import Cell, Row, cells, omissions, run_all
from tests.matrix.endings import ENDINGS
from tests.matrix.hostile import BY_NAME, MODES
from tests.matrix.known import DIALECTS
from tests.matrix.phases import PHASES

QUICK: dict[str, tuple[str, ...]] = {
    "login": ("refused", "no banner", "cut in the banner", "reset in the key exchange", "reset in the login", "garbled",
              "wrong password", "locked after three", "host key changed", "banner", "paging stuck", "empty"),
    "look": ("slow", "black hole", "prompt changed", "paging stuck", "log lines", "binary garbage", "64 MiB", "empty",
             "hang in mid-command", "reset in mid-command", "reload in mid-command", "refuses: unauthorised"),
    "deep": ("empty", "hang before", "log lines", "binary garbage"),
    "exec": ("reset after it, before the answer", "hang before", "refuses: rejected", "read-only user"),
    "config": ("reset after it, before the answer", "refuses: overlaps", "configuration locked", "read-only user"),
    "apply": ("reset after it, before the answer", "hang in mid-command", "reload in mid-command", "flash full",
              "configuration locked", "archive off", "refuses: incomplete", "refuses: aborted"),
    "commit": ("reset after it, before the answer", "reset at the line", "hang before", "reload in mid-command",
               "someone else's commit pending", "flash full", "refuses: overlaps"),
    "confirm": ("reset after it, before the answer", "reset before", "refuses: rejected"),
    "undo": ("reset after it, before the answer", "reset before", "refuses: opening"),
    "pending": ("empty", "hang before", "refuses: ambiguous"),
}  # fmt: skip
QUICK_EOS: dict[str, tuple[str, ...]] = {
    "login": ("banner", "wrong password"),
    "look": ("log lines", "binary garbage", "empty"),
    "deep": ("empty",),
    "config": ("configuration locked", "reset after it, before the answer"),
    "apply": ("reset after it, before the answer", "configuration locked", "someone else's commit pending",
              "archive off", "refuses: overlaps", "read-only user"),
    "commit": ("reset after it, before the answer", "reload in mid-command", "refuses: aborted"),
    "confirm": ("reset after it, before the answer", "refuses: opening"),
    "undo": ("reset before",),
    "pending": ("empty", "log lines"),
}  # fmt: skip
ENDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("login", "refused"): ("unreachable",),
    ("login", "no banner"): ("unreachable",),
    ("login", "wrong password"): ("auth refused",),
    ("login", "locked after three"): ("auth refused",),
    ("login", "host key changed"): ("host key changed",),
    ("login", "banner"): ("success",),
    ("look", "paging stuck"): ("success",),
    ("look", "log lines"): ("success", "doubtful output"),
    ("look", "empty"): ("doubtful output",),
    ("deep", "empty"): ("doubtful output",),
    ("exec", "reset after it, before the answer"): ("success",),
    ("config", "reset after it, before the answer"): ("refused", "success"),
    ("config", "configuration locked"): ("refused",),
    ("apply", "flash full"): ("refused",),
    ("apply", "configuration locked"): ("refused",),
    ("commit", "reset after it, before the answer"): ("success",),
    ("commit", "reload in mid-command"): ("taken back",),
    ("commit", "someone else's commit pending"): ("taken back",),
    ("undo", "reset after it, before the answer"): ("taken back",),
}
"""Where only one ending is right. Elsewhere any named ending that is true will do."""
QUICK_JUNOS: dict[str, tuple[str, ...]] = {
    "login": ("banner", "wrong password"),
    "look": ("prompt changed", "log lines", "binary garbage", "reset in mid-command"),
    "config": ("reset after it, before the answer", "someone else's commit pending"),
    "apply": ("reset after it, before the answer", "configuration locked", "empty"),
    "commit": ("reload in mid-command", "refuses: overlaps", "prompt changed"),
    "confirm": ("reset after it, before the answer",),
    "undo": ("reset before",),
}
EOS_ENDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("apply", "flash full"): ("success",),  # EOS stores nothing before the confirmation
    ("apply", "someone else's commit pending"): ("refused",),
    ("commit", "someone else's commit pending"): ("refused", "taken back"),  # held, as the configuration has changed
    ("pending", "log lines"): ("success",),
}
JUNOS_ENDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("login", "banner"): ("success",),
    ("login", "wrong password"): ("auth refused",),
    ("look", "log lines"): ("success",),
    ("look", "binary garbage"): ("doubtful output",),
    ("config", "someone else's commit pending"): ("refused",),
    ("apply", "configuration locked"): ("refused",),
    ("commit", "reload in mid-command"): ("taken back",),
}
OWN_ENDS = {"arista_eos": EOS_ENDS, "juniper_junos": JUNOS_ENDS}


def chosen() -> list[Cell]:
    quick = {"cisco_ios": QUICK, "arista_eos": QUICK_EOS, "juniper_junos": QUICK_JUNOS}
    return [
        Cell(mode=BY_NAME[mode], dialect=dialect, phase=phase)
        for dialect, phases in quick.items()
        for phase, modes in phases.items()
        for mode in modes
    ]


def complaints(rows: tuple[Row, ...]) -> list[str]:
    found = [f"{r.dialect} / {r.phase} / {r.mode}: {r.wrong} ({r.words})" for r in rows if r.wrong]
    for row in rows:
        ends = ENDS | OWN_ENDS.get(row.dialect, {})
        allowed = ends.get((row.phase, row.mode), ENDINGS)
        if row.ending not in allowed:
            told = f"ended {row.ending}, not {' or '.join(allowed)} ({row.words})"
            found.append(f"{row.dialect} / {row.phase} / {row.mode}: {told}")
    return found


def test_every_phase_and_mode_stands_in_the_matrix() -> None:
    every = list(cells())
    assert len([cell for cell in chosen() if cell.dialect == "cisco_ios"]) == 60
    assert {(c.mode.name, c.phase) for c in chosen()} <= {(c.mode.name, c.phase) for c in every}
    left = list(omissions())
    assert all(o.why for o in left)
    assert len(every) + len(left) == len(MODES) * len(PHASES) * len(DIALECTS)


@pytest.mark.ssh
@pytest.mark.timeout(240)
def test_the_chosen_cells_end_named_and_true() -> None:
    assert complaints(tuple(run_all(chosen()))) == []


@pytest.mark.chaos
@pytest.mark.timeout(1200)
def test_all_cells_end_named_and_true() -> None:
    assert complaints(tuple(run_all(cells()))) == []
