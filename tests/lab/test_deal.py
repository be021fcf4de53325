import asyncio
from collections import Counter
from itertools import pairwise

import pytest

import lab.deal
from lab.chain import make_chain
from lab.deal import Dealer, Pace
from lab.faults import discover
from lab.plan import Memory, plan


@pytest.mark.parametrize("seed", range(12))
def test_twelve_faults_on_six_stores_hold_every_kind_evenly(seed):
    dealt = plan(make_chain(seed, 6), seed, 12)
    kinds = Counter(one.fault for one in dealt)
    assert set(kinds) == {f.name for f in discover().values() if getattr(f, "dealt", True)}
    assert max(kinds.values()) == 2
    assert len(dealt) == 12
    assert max(Counter(one.target.store for one in dealt).values()) <= 3


def test_a_plan_is_repeatable():
    chain = make_chain(7, 6)
    assert plan(chain, 7, 12) == plan(chain, 7, 12)
    assert plan(chain, 7, 12) != plan(chain, 8, 12)


def test_kinds_that_are_impossible_are_left_out():
    dealt = plan(make_chain(7, 1), 7, 12)
    assert "till_off_overnight" not in {one.fault for one in dealt}


def test_the_third_repair_of_one_kind_at_one_port_in_a_day_is_held():
    chain = make_chain(7, 1)
    dealt = plan(chain, 7, 60)
    by_place: dict[tuple, list] = {}
    for one in dealt:
        by_place.setdefault((one.fault, one.target.upstream, one.target.port), []).append(one.expected)
    leases = by_place[("wan_no_lease", "s001-edge", "GigabitEthernet0/0")]
    assert leases[:2] == ["healed", "healed"]
    assert set(leases[2:]) == {"held"}


def test_memory_carries_over_from_plan_to_plan():
    chain, memory = make_chain(7, 1), Memory()
    first = plan(chain, 7, 60, memory)
    again = plan(chain, 8, 12, memory)
    assert any(one.expected == "healed" for one in first)
    assert {one.expected for one in again if one.fault == "wan_no_lease"} == {"held"}


def test_both_variants_and_both_endings_come_before_repeats():
    chain = make_chain(7, 6)
    dealt = plan(chain, 7, 14)
    leases = {one.target.variant for one in dealt if one.fault == "wan_no_lease"}
    assert leases == {"renew", "stuck"}


@pytest.fixture
def hand_time(bench, monkeypatch):
    """Waiting turns the bench's clock; lanes that wait together share the time."""
    real = asyncio.sleep
    due: dict[str, float] = {}

    async def sleep(seconds):
        me = asyncio.current_task().get_name()
        due[me] = bench.clock.seconds() + seconds
        while due[me] > bench.clock.seconds():
            if due[me] == min(due.values()):
                bench.clock.forward(due[me] - bench.clock.seconds())
                bench.world.look()
            await real(0)
            for name in set(due) - {t.get_name() for t in asyncio.all_tasks()}:
                del due[name]
        due.pop(me, None)

    monkeypatch.setattr(lab.deal.asyncio, "sleep", sleep)
    return sleep


def test_without_a_controller_the_lab_takes_everything_out_again(bench, hand_time):
    dealer = Dealer(bench.world, bench.breakages, Pace())
    asyncio.run(dealer.run(12))
    faults = list(bench.breakages.all.values())
    assert dealer.done == len(faults) == 12
    assert {b.out_by for b in faults} == {"lab"}
    for broken in faults:
        stayed = broken.out_at - broken.injected
        assert stayed == pytest.approx(75 if broken.expected == "healed" else 30, abs=0.6)
    for store in bench.world.shops:
        assert set(bench.world.functions(store).values()) == {1.0}
    assert bench.clock.seconds() < 4 * 60


def test_within_a_store_one_fault_waits_for_the_other(bench, hand_time):
    pace = Pace()
    asyncio.run(Dealer(bench.world, bench.breakages, pace).run(12))
    for store in bench.world.shops:
        spans = sorted((b.injected, b.out_at) for b in bench.breakages.all.values() if b.target.store == store)
        for (_, out), (into, _) in pairwise(spans):
            assert into - out >= pace.gap - 0.01
    starts = sorted(
        min(b.injected for b in bench.breakages.all.values() if b.target.store == s)
        for s in {b.target.store for b in bench.breakages.all.values()}
    )
    assert all(later - sooner >= pace.stagger - 0.3 for sooner, later in pairwise(starts))


def test_every_row_says_what_was_expected_beforehand(bench, hand_time):
    dealt = plan(bench.chain, bench.chain.seed, 12)
    asyncio.run(Dealer(bench.world, bench.breakages, Pace(dwell=1, patience=1, gap=1)).run(12))
    told = sorted((row["fault"], row["device"], row["port"], row["expected"]) for row in bench.rows("fault_in"))
    assert told == sorted((d.fault, d.target.device, d.target.port, d.expected) for d in dealt)
    assert {row["by"] for row in bench.rows("fault_out")} == {"lab"}
