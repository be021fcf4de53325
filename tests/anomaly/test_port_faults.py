"""Ports that err, on the lab's stores: each named at its place, told apart from what it resembles, over when it is."""

import pytest

from anomaly.watch import Watch
from tests.anomaly.lab_bench import SECONDS, Bench

pytestmark = pytest.mark.scenario


@pytest.fixture(scope="module")
def bench():
    bench = Bench(seed=7, stores=1)
    assert not bench.play("s001", 16)[-1].findings
    return bench


def put_in(bench, name, variant):
    found = bench.breakages.faults[name].targets(bench.chain, bench.clock.now())
    return bench.breakages.put_in(name, next(t for t in found if t.variant == variant))


def spots(sight):
    return {(f.signature, f.device, f.subject) for f in sight.findings}


def until(bench, holds, within):
    for _ in range(within // 2):
        sight = bench.round("s001")
        if holds(sight):
            break
    return sight


@pytest.mark.parametrize(
    ("name", "variant", "within"),
    [
        ("duplex_mismatch", "till", 14),
        ("duplex_mismatch", "trunk", 14),
        ("cable_bad", "crc", 16),
        ("port_stuck", "", 24),
        ("port_flapping", "plug", 66),
        ("loop_on_edge_port", "till", 12),
        ("memory_leak", "exhausted", 12),
    ],
)
def test_it_is_named_at_its_place_and_nothing_else_is(bench, name, variant, within):
    broken = put_in(bench, name, variant)
    device = broken.target.upstream
    whole = name in ("loop_on_edge_port", "memory_leak")
    spot = (name, device, device if whole else broken.target.port)
    sight = until(bench, lambda sight: sight.findings, within)
    assert spots(sight) == {spot}
    (finding,) = sight.findings
    confirmed = bench.watch.confirm(finding, bench.answers(bench.watch.looks_to_confirm(finding)), bench.clock.now())
    assert confirmed.ok, confirmed.why
    assert "unknown" not in {f.signature for f in bench.round("s001").findings}
    bench.breakages.take_out(broken)
    rounds = bench.play("s001", 40)
    assert {spot for sight in rounds for spot in spots(sight)} <= {spot}
    assert not rounds[-1].findings


def test_what_resembles_it_is_named_with_what_it_lacks(bench):
    broken = put_in(bench, "cable_bad", "crc")
    (finding,) = until(bench, lambda sight: sight.findings, 16).findings
    assert finding.runner_up.startswith("duplex_mismatch 0.")
    assert "port_set_by_hand not seen (port forced: no)" in finding.runner_up
    bench.breakages.take_out(broken)
    assert not until(bench, lambda sight: not sight.findings, 60).findings


@pytest.mark.parametrize(
    ("name", "named"),
    [("port_shut_by_person", set()), ("port_errdisabled_guard", {"port_errdisabled_guard"})],
)
def test_a_port_that_is_silent_for_another_reason_is_not_stuck(bench, name, named):
    target = bench.breakages.faults[name].targets(bench.chain, bench.clock.now())[0]
    broken = bench.breakages.put_in(name, target)
    assert {signature for sight in bench.play("s001", 30) for signature, _, _ in spots(sight)} == named
    bench.breakages.take_out(broken)
    assert not until(bench, lambda sight: not sight.findings, 90).findings


def test_a_till_that_is_switched_off_overnight_is_not_stuck():
    bench = Bench(seed=7, stores=2)
    target = bench.breakages.faults["till_off_overnight"].targets(bench.chain, bench.clock.now())[0]
    bench.breakages.put_in("till_off_overnight", target)
    assert not [finding for sight in bench.play(target.store, 30) for finding in sight.findings]


def test_a_rate_that_is_not_known_yet_does_not_end_a_fault(bench):
    """After a restart nothing is remembered: the first look neither shows broken frames nor that there are none."""
    broken = put_in(bench, "cable_bad", "slow")
    (finding,) = until(bench, lambda sight: sight.findings, 20).findings
    answers = bench.answers(bench.watch.looks_to_confirm(finding))
    anew = Watch(bench.watch.library, bench.chain.chain, SECONDS)
    told = anew.confirm(finding, answers, bench.clock.now())
    assert (finding.signature, told.ok, told.blind) == ("cable_bad", False, True)
    anew.observe("s001", answers, bench.clock.now())
    bench.forward(10)
    assert anew.confirm(finding, bench.answers(anew.looks_to_confirm(finding)), bench.clock.now()).ok
    bench.breakages.take_out(broken)
    bench.forward(20)
    told = bench.watch.confirm(finding, answers, bench.clock.now())
    assert (told.ok, told.blind) == (False, False)
