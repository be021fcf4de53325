"""The invariants of ``detect``: hold times, two looks, clearing, and what the unknown may not do."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from anomaly.detect import Memory, detect, unheld
from anomaly.library import SymptomSpec, library_of
from anomaly.model import Observation

START = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
SECONDS = {"hold_brief": 3, "hold_steady": 6, "hold_patient": 12, "clear_after": 4}


def spec(name, hold):
    return SymptomSpec.model_validate(
        {"name": name, "title": name, "observation": "link", "when": {"is": "down"}, "hold": hold}
    )


LIBRARY = library_of({name: spec(name, name) for name in ("brief", "steady", "patient")}, {})


def moment(second):
    return START + timedelta(seconds=second)


def seen(value, second):
    at = START + timedelta(seconds=second)
    return Observation(store="s001", device="s001-edge", subject="wan", name="link", value=value, at=at)


def run(samples, memory=None):
    """Play (second, value) samples; return the states after each, by symptom name."""
    memory = memory or Memory()
    history = []
    for second, value in samples:
        at = START + timedelta(seconds=second)
        symptoms, memory = detect(LIBRARY, [seen(value, second)], memory, at, SECONDS)
        history.append({s.name: s for s in symptoms})
    return history, memory


def states(samples, name="steady"):
    return [row[name].state if name in row else None for row in run(samples)[0]]


def test_a_symptom_fires_after_its_hold_time():
    assert states([(0, "down"), (2, "down"), (4, "down"), (6, "down")]) == ["pending"] * 3 + ["firing"]


def test_one_look_never_fires_however_late():
    assert states([(0, "down"), (100, "up")]) == ["pending", None]


def test_one_contrary_look_ends_a_pending_symptom():
    assert states([(0, "down"), (5, "up"), (6, "down"), (8, "down")]) == ["pending", None, "pending", "pending"]


def test_a_firing_symptom_clears_only_after_contrary_looks_for_long_enough():
    fired = [(0, "down"), (6, "down")]
    assert states([*fired, (8, "up"), (10, "up"), (12, "up")])[2:] == ["firing", "firing", "cleared"]
    assert states([*fired, (8, "up"), (10, "down"), (12, "up"), (14, "up")])[2:] == ["firing"] * 4


def test_a_contrary_look_is_told_as_fading():
    rows, _ = run([(0, "down"), (6, "down"), (8, "up"), (9, "down")])
    assert [row["steady"].fading for row in rows] == [False, False, True, False]


def test_since_is_the_first_look_and_seen_at_the_last_supporting_one():
    rows, _ = run([(0, "down"), (6, "down"), (8, "down"), (9, "up")])
    assert rows[-1]["steady"].since == START
    assert rows[-1]["steady"].seen_at == START + timedelta(seconds=8)


def test_unknown_neither_advances_nor_cancels_a_pending_symptom():
    assert states([(0, "down"), (2, None), (50, None), (52, "down"), (58, "down")]) == ["pending"] * 4 + ["firing"]
    assert states([(0, "down"), (2, None), (50, "down")]) == ["pending"] * 3


def test_unknown_never_clears_and_is_no_time_towards_clearing():
    fired = [(0, "down"), (6, "down")]
    assert states([*fired, (8, None), (500, None)])[-1] == "firing"
    assert states([*fired, (8, "up"), (9, None), (500, "up")])[-1] == "firing"
    blinded = states([*fired, (8, "up"), (9, None), (500, None), (501, "up"), (505, "up")])
    assert blinded[2:] == ["firing"] * 4 + ["cleared"]


def test_a_cleared_symptom_is_remembered_for_the_patient_hold_and_then_forgotten():
    cleared = [(0, "down"), (6, "down"), (8, "up"), (12, "up")]
    assert states([*cleared, (20, "up"), (24, "up"), (25, "up")])[3:] == ["cleared", "cleared", "cleared", None]


def test_a_cleared_symptom_starts_again_from_pending():
    assert states([(0, "down"), (6, "down"), (8, "up"), (12, "up"), (14, "down")])[-2:] == ["cleared", "pending"]


def test_memory_is_not_changed_in_place():
    _, first = run([(0, "down")])
    before = dict(first.entries)
    run([(6, "down")], first)
    assert first.entries == before


VALUES = st.sampled_from(["down", "up", None])
SAMPLES = st.lists(st.tuples(st.integers(1, 9), VALUES), max_size=25).map(
    lambda steps: [(sum(gap for gap, _ in steps[: n + 1]), value) for n, (_, value) in enumerate(steps)]
)


@given(SAMPLES)
def test_what_fires_was_seen_twice_in_a_row_and_long_enough(samples):
    history, _ = run(samples)
    for name in LIBRARY.symptoms:
        for index, row in enumerate(history):
            before = history[index - 1].get(name) if index else None
            if name not in row or row[name].state != "firing" or (before and before.state == "firing"):
                continue
            at, value = samples[index]
            assert value == "down"
            assert (START + timedelta(seconds=at) - row[name].since).total_seconds() >= SECONDS[f"hold_{name}"]
            known = [v for s, v in samples[: index + 1] if v is not None and moment(s) >= row[name].since]
            assert len(known) >= 2
            assert set(known) == {"down"}


@given(SAMPLES)
def test_nothing_starts_fires_or_clears_on_an_unknown_value(samples):
    history, _ = run(samples)
    for index, (_, value) in enumerate(samples):
        if value is not None:
            continue
        before = history[index - 1] if index else {}
        for name, symptom in history[index].items():
            assert before[name].state == symptom.state
        gone = before.keys() - history[index].keys()
        assert all(before[name].state == "cleared" for name in gone)


@given(SAMPLES, st.integers(1, 500))
def test_blindness_at_the_end_changes_nothing_that_holds(samples, gap):
    history, memory = run(samples)
    last = samples[-1][0] if samples else 0
    after, _ = run([(last + gap, None)], memory)
    held = {n: s for n, s in (history[-1] if history else {}).items() if s.state != "cleared"}
    assert {n: s for n, s in after[-1].items() if s.state != "cleared"} == held


@given(SAMPLES)
def test_clearing_takes_contrary_looks_for_the_clearing_time(samples):
    history, _ = run(samples)
    for index, row in enumerate(history):
        for name, symptom in row.items():
            before = history[index - 1].get(name) if index else None
            if symptom.state == "cleared" and (before is None or before.state != "cleared"):
                assert before is not None
                assert before.state == "firing"
                assert samples[index][1] == "up"
                contrary = [s for s, v in samples[: index + 1] if v == "up" and moment(s) > symptom.seen_at]
                assert contrary[-1] - contrary[0] >= SECONDS["clear_after"]


@given(SAMPLES)
def test_the_same_round_twice_says_nothing_new(samples):
    once, memory = run(samples)
    for second, value in samples[-1:]:
        again, _ = run([(second, value)], memory)
        assert again[-1] == once[-1]


@given(SAMPLES)
def test_a_longer_hold_never_fires_before_a_shorter_one(samples):
    for row in run(samples)[0]:
        if "patient" in row and row["patient"].state == "firing":
            assert row["brief"].state == "firing"


def test_unheld_symptoms_need_no_hold_time():
    assert {s.state for s in unheld(LIBRARY, [seen("down", 0)])} == {"firing"}
    assert not list(unheld(LIBRARY, [seen("up", 0)]))
    assert not list(unheld(LIBRARY, [seen(None, 0)]))
