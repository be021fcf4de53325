"""The arithmetic of the benchmarks' frame: who runs when, and ratios pair by pair."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))

from frame import Contestant, ContestantError, Run, Taken, compare, order, pair, spread


def taken(wall: float, cpu: float, devices: int = 100) -> Taken:
    return Taken(devices=devices, wall_seconds=wall, cpu_seconds=cpu)


class Sleeper:
    name = "sleeper"

    def __init__(self, failing: int = -1) -> None:
        self.failing = failing

    def setup(self) -> str:
        return "sleeps"

    def round(self, number: int) -> int:
        if number == self.failing:
            raise RuntimeError("half of it was not done")
        return 3 + number

    def teardown(self) -> None:
        pass


class Other(Sleeper):
    name = "other"


def test_everybody_is_first_in_turn() -> None:
    assert [order(("a", "b", "c"), number) for number in range(4)] == [
        ("a", "b", "c"),
        ("b", "c", "a"),
        ("c", "a", "b"),
        ("a", "b", "c"),
    ]


def test_ratios_are_of_runs_that_followed_each_other() -> None:
    ours, theirs = [taken(1, 0.1), taken(4, 0.2), taken(1, 0.1)], [taken(2, 0.4), taken(8, 0.8), taken(5, 0.1)]
    pairing = pair(ours, theirs, "theirs")
    assert (pairing.faster.median, pairing.faster.low, pairing.faster.high) == (2.0, 2.0, 5.0)
    assert (pairing.cpu.median, pairing.cpu.low, pairing.cpu.high) == (0.25, 0.25, 1.0)
    assert taken(2, 0.5).cpu_ms == 5.0
    assert spread([3, 1, 2]).median == 2


def test_pairs_of_unlike_length_are_refused() -> None:
    with pytest.raises(ValueError, match="argument 2 is"):
        pair([taken(1, 1)], [], "theirs")


def test_the_first_is_compared_with_each_other_one() -> None:
    run = Run(rounds={"ours": [taken(1, 1)], "b": [taken(2, 1)], "c": [taken(3, 1)]}, notes={})
    assert [(p.other, p.faster.median) for p in run.pairings()] == [("b", 2.0), ("c", 3.0)]


def test_contestants_run_in_processes_of_their_own_and_the_first_round_is_not_counted() -> None:
    contestants: list[Contestant] = [Sleeper(), Other()]
    run = compare(contestants, 2)
    assert [[t.devices for t in rows] for rows in run.rounds.values()] == [[4, 5], [4, 5]]
    assert run.notes == {"sleeper": "sleeps", "other": "sleeps"}


def test_a_contestant_that_did_not_do_it_all_ends_the_comparison() -> None:
    with pytest.raises(ContestantError, match="half of it was not done"):
        compare([Sleeper(failing=1)], 1)
