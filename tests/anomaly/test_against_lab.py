"""Emulated stores, read by the real readers: faults are found and proven, decoys are not, functions match truth."""

from itertools import combinations

import pytest

from anomaly.topology import Place
from tests.anomaly.lab_bench import Bench

pytestmark = pytest.mark.scenario
FAULTS = ("ap_hung", "vlan_missing", "wan_carrier_down", "wan_no_lease")
DECOYS = ("ap_slow", "port_shut_by_person", "till_off_overnight")


@pytest.fixture(scope="module")
def bench():
    bench = Bench(seed=7, stores=2)
    for store in bench.chain.chain.stores:
        assert not bench.play(store, 16)[-1].findings
    return bench


def targets(bench, name):
    """The first target of every store and variant."""
    first = {}
    for target in bench.breakages.faults[name].targets(bench.chain, bench.clock.now()):
        first.setdefault((target.store, target.variant), target)
    return list(first.values())


def root_of(name, target):
    """Where the product sees this fault: an access point as itself, all else at its port."""
    return Place(target.device, target.device if name == "ap_hung" else target.port)


def spots(sight):
    return {(f.signature, f.device, f.subject) for f in sight.findings}


def assert_true_to(bench, store, sight):
    """The functions as judged by looks are the functions as they are."""
    truth = bench.world.functions(store)
    for seen in sight.functions:
        assert seen.served == pytest.approx(truth[seen.name], abs=0.001), seen
        assert (seen.state == "down") is (truth[seen.name] == 0.0), seen


def recover(bench, store, *broken):
    for one in broken:
        bench.breakages.take_out(one)
    rounds = bench.play(store, 40)
    assert not rounds[-1].findings
    assert "unknown" not in {f.signature for sight in rounds for f in sight.findings}
    assert_true_to(bench, store, rounds[-1])


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_confirmed_and_its_repair_proven(bench, name):
    for target in targets(bench, name):
        root, store = root_of(name, target), target.store
        broken = bench.breakages.put_in(name, target)
        rounds = bench.play(store, 30)
        assert spots(rounds[-1]) == set().union(*map(spots, rounds)) == {(name, *root)}
        assert_true_to(bench, store, rounds[-1])
        (finding,) = rounds[-1].findings
        answers = bench.answers(bench.watch.looks_to_confirm(finding))
        assert bench.watch.confirm(finding, answers, bench.clock.now()).ok
        touched = bench.watch.functions_touched(finding)
        unproven = [f for f in touched if not all(c.ok for c in bench.prove(store, f, root))]
        assert unproven == [f for f in touched if bench.world.functions(store)[f] < 1.0]
        recover(bench, store, broken)
        assert all(c.ok for function in touched for c in bench.prove(store, function, root))
        answers = bench.answers(bench.watch.looks_to_confirm(finding))
        assert not bench.watch.confirm(finding, answers, bench.clock.now()).ok


@pytest.mark.parametrize("name", DECOYS)
def test_a_decoy_is_left_alone(bench, name):
    tried = targets(bench, name)
    assert tried
    for target in tried:
        broken = bench.breakages.put_in(name, target)
        rounds = bench.play(target.store, 40)
        assert not set().union(*map(spots, rounds))
        recover(bench, target.store, broken)


PAIRS = [p for p in combinations((*FAULTS, "ap_slow", "port_shut_by_person"), 2) if set(p) != set(FAULTS[2:])]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_two_at_once_in_one_store_are_told_apart(bench, one, other):
    first = targets(bench, one)[0]
    second = next(
        t
        for t in bench.breakages.faults[other].targets(bench.chain, bench.clock.now())
        if t.store == first.store and t.port != first.port
    )
    broken = [bench.breakages.put_in(one, first), bench.breakages.put_in(other, second)]
    last = bench.play(first.store, 40)[-1]
    assert spots(last) == {(n, *root_of(n, t)) for n, t in ((one, first), (other, second)) if n in FAULTS}
    assert_true_to(bench, first.store, last)
    recover(bench, first.store, *broken)


def test_a_cut_line_hides_the_lost_lease_until_it_is_back(bench):
    cut, lost = (bench.breakages.put_in(name, targets(bench, name)[0]) for name in ("wan_carrier_down", "wan_no_lease"))
    store = cut.target.store
    assert {name for name, *_ in spots(bench.play(store, 30)[-1])} == {"wan_carrier_down"}
    bench.breakages.take_out(cut)
    recover(bench, store, lost)


def test_a_store_with_no_way_out_is_unknown_and_loses_no_finding(bench):
    target = targets(bench, "wan_carrier_down")[0]
    broken, store = bench.breakages.put_in("wan_carrier_down", target), target.store
    found = {("wan_carrier_down", target.device, target.port)}
    assert spots(bench.play(store, 20)[-1]) == found
    set_cellular(bench, store, up=False)
    rounds = bench.play(store, 40)
    assert {f.state for f in rounds[-1].functions} == {"unknown"}
    assert all(spots(sight) == found for sight in rounds)
    set_cellular(bench, store, up=True)
    recover(bench, store, broken)


def set_cellular(bench, store, *, up):
    shop = bench.world.shops[store]
    shop.act(bench.clock.seconds(), lambda: setattr(shop.wan, "cellular_up", up))
