"""Every file in ``tests/cases/anomaly``: a store in health, what changes in its rows, and what is to be found."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from ruamel.yaml import YAML

CASES = sorted((Path(__file__).parents[1] / "cases" / "anomaly").glob("*.yaml"))


def load(path):
    return YAML(typ="safe", pure=True).load(path)


def start_of(case):
    return datetime.fromisoformat(case.get("start", "2026-11-18T12:00:00")).replace(tzinfo=UTC)


def apply(stage, change):
    if "error" in change:
        stage.fail(change["device"], change["error"])
    else:
        stage.change(change["device"], change["getter"], change.get("rows"), change.get("only"))


def play(stage, case):
    """Run the case's changes at their times; return every round's sight."""
    sights = []
    flicker = [c for c in case["changes"] if "every" in c]
    todo = [c for c in case["changes"] if "every" not in c]
    for second in range(0, case["until"], 2):
        for change in [c for c in todo if c.get("after", 0) <= second]:
            apply(stage, change)
            todo.remove(change)
        saved = {name: dict(tables) for name, tables in stage.rows.items()}
        for change in flicker:
            if (second // 2) % change["every"] < change.get("for", 1):
                apply(stage, change)
        sights.append(stage.round())
        if flicker:
            stage.rows = saved
    return sights


def spots(findings):
    return sorted((f.signature, f.device, f.subject) for f in findings)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path, stage_at):
    case = load(path)
    stage = stage_at(start_of(case))
    sights = play(stage, case)
    expected = case["findings"]
    last = sights[-1]
    assert spots(last.findings) == sorted((f["signature"], f["device"], f["subject"]) for f in expected)
    ever = {spot for sight in sights for spot in spots(sight.findings)}
    assert ever == set(spots(last.findings)), "a finding came and went"
    for want in expected:
        found = next(f for f in last.findings if (f.signature, f.subject) == (want["signature"], want["subject"]))
        assert found.fault_class == want["class"]
        assert found.confidence >= want.get("confidence", 0.0)
        assert want.get("runner_up", "") in found.runner_up
        assert set(want.get("evidence", ())) <= {s.name for s in found.evidence}
        assert want.get("nearest", []) == list(found.nearest)[: len(want.get("nearest", []))]
    states = {f.name: f for f in last.functions}
    for name, state in case.get("functions", {}).items():
        assert states[name].state == state, states[name]
    for name, text in case.get("why", {}).items():
        assert text in states[name].why


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_what_is_found_is_confirmed_by_one_fresh_look_and_not_in_health(path, stage_at):
    case = load(path)
    stage = stage_at(start_of(case))
    last = play(stage, case)[-1]
    for finding in last.findings:
        fresh = {d: stage.answers()[d] for d in stage.watch.looks_to_confirm(finding)}
        for device, looks in stage.watch.looks_to_confirm(finding).items():
            fresh[device] = {look.key: fresh[device][look.key] for look in looks}
        silent = any(symptom.name == "device_gone" for symptom in finding.evidence)
        blinded = finding.device in stage.errors and not silent
        confirmed = stage.watch.confirm(finding, fresh, stage.now)
        assert confirmed.ok is not blinded, confirmed.why
        healthy = stage_at(start_of(case), 0)
        again = healthy.watch.confirm(finding, healthy.answers(), healthy.now)
        assert not again.ok
        assert again.why
