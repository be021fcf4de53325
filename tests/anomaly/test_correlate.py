"""Correlation: current evidence for the new, stability for the standing, and the unexplained."""

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import pytest

from anomaly.correlate import correlate
from anomaly.learn.nearest import nearest

POLL = timedelta(seconds=2)
CLIENTS = ["02:aa:11:00:00:20", "02:aa:11:00:00:30", "02:aa:11:00:00:99"]
PORT = "GigabitEthernet1/0/2"


@pytest.fixture
def hung(stage):
    """A stage whose first access point hangs, and that has been found."""
    stage.change("s001-edge", "probes", {101: {"ok": False, "rtt_ms": None}})
    stage.change("s001-sw1", "macs", dict.fromkeys(CLIENTS))
    stage.change("s001-sw1", "neighbors", {PORT: None})
    stage.sight = stage.play(20)
    assert names(stage.sight.findings) == ["ap_hung"]
    return stage


def names(findings):
    return [f.signature for f in findings]


def again(stage, symptoms, **more):
    return correlate(stage.watch.library, symptoms, stage.chain, stage.now, **more)


@pytest.mark.parametrize("missing", ["ap_silent", "ap_unseen", "ap_no_clients", "port_connected", "poe_drawing"])
def test_every_required_symptom_is_required(hung, missing):
    assert names(again(hung, hung.sight.symptoms)) == ["ap_hung"]
    assert not again(hung, [s for s in hung.sight.symptoms if s.name != missing])


@pytest.mark.parametrize("name", ["ap_silent", "port_connected"])
def test_a_fading_symptom_founds_nothing_new_but_keeps_what_stands(hung, name):
    faded = [replace(s, fading=s.name == name) for s in hung.sight.symptoms]
    assert not again(hung, faded)
    assert names(again(hung, faded, standing=hung.sight.findings)) == ["ap_hung"]


def test_a_pending_excluder_vetoes_the_new_but_not_what_stands(hung):
    against = next(s for s in hung.sight.symptoms if s.name == "ap_silent")
    pending = replace(against, name="ap_answering", state="pending", value=True)
    assert not again(hung, [*hung.sight.symptoms, pending])
    assert again(hung, [*hung.sight.symptoms, pending], standing=hung.sight.findings)
    fired = replace(pending, state="firing")
    assert not again(hung, [*hung.sight.symptoms, fired], standing=hung.sight.findings)


def test_symptoms_of_another_access_point_do_not_count(hung):
    moved = [
        replace(s, device="s001-ap4", subject="s001-ap4") if s.name == "ap_unseen" else s for s in hung.sight.symptoms
    ]
    assert not again(hung, moved)


def test_unknown_optional_evidence_does_not_lower_confidence(stage):
    stage.change("s001-edge", "interfaces", {"GigabitEthernet0/0": {"address": None}})
    known = stage.play(20).findings[0].confidence
    answers = stage.answers()
    del answers["s001-edge"]["default_route"]
    blind = stage.watch.observe("s001", answers, stage.now + POLL).findings[0].confidence
    assert blind > known


def test_a_recovered_fault_leaves_no_unknown_behind(stage):
    """Guests recover some seconds after the lease: the cause that just cleared still explains them."""
    healthy = {name: dict(tables) for name, tables in stage.rows.items()}
    stage.change("s001-edge", "interfaces", {"GigabitEthernet0/0": {"address": None}})
    stage.change("s001-edge", "default_route", only=[{"next_hop": None, "interface": "Cellular0/2/0", "distance": 200}])
    stage.change("s001-edge", "probes", {30: {"ok": False, "rtt_ms": None}})
    assert names(stage.play(40).findings) == ["wan_no_lease"]
    sick_probes = stage.rows["s001-edge"]["probes"]
    stage.rows = healthy
    stage.rows["s001-edge"]["probes"] = sick_probes
    seen = [names(stage.round().findings) for _ in range(4)]
    stage.change("s001-edge", "probes", {30: {"ok": True, "rtt_ms": 20.0}})
    seen += [names(stage.round().findings) for _ in range(15)]
    assert all("unknown" not in row for row in seen)
    assert seen[-1] == []


def test_a_cause_long_gone_explains_nothing(stage):
    stage.change("s001-edge", "probes", {30: {"ok": False, "rtt_ms": None}})
    assert names(stage.play(40).findings) == ["unknown"]


def test_one_unknown_finding_for_all_that_is_dead(stage):
    stage.change("s001-edge", "probes", {n: {"ok": False, "rtt_ms": None} for n in (20, 30)})
    stage.play(4)
    stage.change("s001-edge", "probes", {10: {"ok": False, "rtt_ms": None}})
    found = stage.play(40).findings
    assert [(f.signature, f.subject) for f in found] == [("unknown", "click_and_collect")]
    dead = [e.subject for e in found[0].evidence if e.name == "function_down"]
    assert sorted(dead) == ["click_and_collect", "guest_wifi", "pos"]


def test_best_finding_comes_first(hung):
    hung.change("s001-edge", "interfaces", {"GigabitEthernet0/0": {"address": None}})
    found = hung.play(20).findings
    assert names(found) == ["ap_hung", "wan_no_lease"]
    assert found[0].confidence > found[1].confidence


def test_the_nearest_known_faults():
    known = [("a", frozenset("xyz")), ("b", frozenset("x")), ("c", frozenset("q"))]
    assert nearest("x", known) == ("b", "a")
    assert nearest("xyz", known) == ("a", "b")
    assert nearest("m", known) == ()
    assert nearest((), known) == ()
    assert nearest("xyzq", known, count=1) == ("a",)


def test_starting_does_not_load_scikit_learn():
    code = "import sys, anomaly.watch, anomaly.library; anomaly.library.load_library(); print('sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
