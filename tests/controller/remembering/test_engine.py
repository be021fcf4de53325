"""The plain engine: a crash anywhere, and no recorded step runs twice."""

import json

import pytest

from controller.engines.loop import LoopEngine


class CrashError(Exception):
    """The process died here."""


class CrashingStore:
    """A journal that dies before or after its nth call, and forgets nothing that was done before."""

    def __init__(self, ledger, point):
        self._ledger, self._left = ledger, point

    def __getattr__(self, name):
        call = getattr(self._ledger, name)

        def counted(*args):
            self._tick()
            result = call(*args)
            self._tick()
            return result

        return counted

    def _tick(self):
        self._left -= 1
        if self._left == 0:
            raise CrashError


def _workflow(ran, crash_in=()):
    def work(steps, argument):
        seen = []
        for name in ("look", "judge", "write", "prove"):

            def step(name=name):
                if name in crash_in:
                    raise CrashError
                ran.append(name)
                return json.dumps(f"{argument} {name} {len(ran)}")

            seen.append(steps.do(name, step))
        ran.append(("whole", tuple(seen)))

    return work


def test_a_workflow_runs_to_its_end_once(ledger):
    ran = []
    engine = LoopEngine(ledger, {"heal": _workflow(ran)})
    engine.run("w", "heal", "s001-0001")
    engine.run("w", "heal", "s001-0001")
    assert ran[:4] == ["look", "judge", "write", "prove"]
    assert len(ran) == 5
    assert engine.unfinished() == ()


@pytest.mark.parametrize("point", range(1, 25))
def test_wherever_it_dies_a_recorded_step_is_not_run_again(ledger, point):
    ran, results = [], {}
    with pytest.raises(CrashError):
        LoopEngine(CrashingStore(ledger, point), {"heal": _workflow(ran)}).run("w", "heal", "i")
    recorded = {name: ledger.step("w", name) for name in ("look", "judge", "write", "prove")}
    before = list(ran)
    engine = LoopEngine(ledger, {"heal": _workflow(ran)})
    engine.run("w", "heal", "i")
    rerun = ran[len(before) :]
    for name, result in recorded.items():
        results[name] = ledger.step("w", name)
        if result is not None:
            assert name not in rerun
            assert results[name] == result
    wholes = [entry[1] for entry in ran if isinstance(entry, tuple)]
    assert all(whole == tuple(results.values()) for whole in wholes)
    assert len(wholes) >= 1
    assert engine.unfinished() == ()


def test_the_last_crash_point_is_covered(ledger):
    """25 is one past the end: the list above covers every call the engine makes."""
    LoopEngine(CrashingStore(ledger, 25), {"heal": _workflow([])}).run("w", "heal", "i")


def test_a_step_that_fails_is_not_recorded_and_its_error_comes_out(ledger):
    ran = []
    with pytest.raises(CrashError):
        LoopEngine(ledger, {"heal": _workflow(ran, crash_in=("write",))}).run("w", "heal", "i")
    assert ledger.step("w", "write") is None
    engine = LoopEngine(ledger, {"heal": _workflow(ran)})
    assert engine.unfinished() == (("w", "heal", "i"),)
    engine.run("w", "heal", "i")
    assert ran[:4] == ["look", "judge", "write", "prove"]


def test_a_dropped_workflow_is_neither_resumed_nor_run(ledger):
    ran = []
    engine = LoopEngine(ledger, {"heal": _workflow(ran)})
    ledger.begin("w", "heal", "i")
    engine.drop("w")
    assert engine.unfinished() == ()
    engine.run("w", "heal", "i")
    assert ran == []


def test_mistakes_are_told(ledger):
    def twice(steps, _argument):
        steps.do("same", lambda: "1")
        steps.do("same", lambda: "2")

    def text(steps, _argument):
        steps.do("a", lambda: "not json")

    engine = LoopEngine(ledger, {"heal": _workflow([]), "twice": twice, "text": text})
    with pytest.raises(LookupError, match="known: heal, text, twice"):
        engine.run("w", "heel", "i")
    with pytest.raises(ValueError, match="two steps are named 'same'"):
        engine.run("w", "twice", "i")
    with pytest.raises(ValueError, match="begun as something else"):
        engine.run("w", "heal", "i")
    with pytest.raises(ValueError, match="step 'a' gave no JSON"):
        engine.run("v", "text", "i")
    assert ledger.step("v", "a") is None


def test_a_workflow_does_not_run_twice_at_once(ledger):
    def within(steps, _argument):
        with pytest.raises(RuntimeError, match="w is running"):
            engine.run("w", "within", "i")
        assert steps.workflow == "w"

    engine = LoopEngine(ledger, {"within": within})
    engine.run("w", "within", "i")
    assert engine.unfinished() == ()


def test_the_first_record_of_a_step_wins_with_its_events(ledger, happen):
    ledger.append(happen.opened())
    ledger.record_step("w", "a", "1", happen.confirmed())
    ledger.record_step("w", "a", "2", happen.escalated())
    assert ledger.step("w", "a") == "1"
    assert [e.kind for e in ledger.events("s001-0001")] == ["opened", "confirmed"]
