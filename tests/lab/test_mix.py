"""The published-like mix: its shares, its times, and that it comes as planned."""

import asyncio
from collections import Counter

import pytest

import lab.mix
from lab.breakages import Breakages
from lab.chain import make_chain
from lab.clock import HandClock
from lab.log import LabLog
from lab.mix import Mixer, NothingToMixError, mix
from lab.world import World


def test_its_shares_are_the_published_ones():
    coming = mix(make_chain(7, 50), 7, 4000, 3600)
    kinds = Counter(one.dealt.fault for one in coming)
    access_points = sum(kinds[name] for name in ("ap_hung", "ap_no_power", "ap_dead"))
    assert access_points / 4000 == pytest.approx(0.58, abs=0.03)
    assert kinds["ap_hung"] / access_points == pytest.approx(0.5, abs=0.05)
    assert kinds["switch_silent"] / 4000 == pytest.approx(0.26, abs=0.03)
    assert sum(kinds[name] for name in lab.mix.WAN) / 4000 == pytest.approx(0.05, abs=0.02)
    assert sum(one.passes_after is not None for one in coming) / 4000 == pytest.approx(0.5, abs=0.03)
    assert all(one.dealt.target.store for one in coming)


def test_it_is_repeatable_and_in_order():
    chain = make_chain(7, 6)
    coming = mix(chain, 3, 40, 600, shorten=10)
    assert coming == mix(chain, 3, 40, 600, shorten=10) != mix(chain, 4, 40, 600, shorten=10)
    assert [one.at for one in coming] == sorted(one.at for one in coming)
    assert all(0 <= one.at <= 600 for one in coming)
    assert all(6 <= one.passes_after <= 180 for one in coming if one.passes_after is not None)


@pytest.mark.parametrize("wrong", [(0, 60, 1), (1, 0, 1), (1, 60, 0)])
def test_nonsense_is_refused(wrong):
    incidents, over, shorten = wrong
    with pytest.raises(NothingToMixError, match="above 0"):
        mix(make_chain(7, 1), 7, incidents, over, shorten)


@pytest.mark.parametrize("seed", [1, 2])
def test_everything_that_comes_passes_or_is_mended(tmp_path, monkeypatch, seed):
    chain = make_chain(7, 3)
    clock = HandClock(chain.start)
    log = LabLog(tmp_path / "log.jsonl")
    world = World(chain, clock, log)
    world.begin()
    breakages = Breakages(world)
    coming = [one for one in mix(chain, seed, 12, 3600) if "hung" in one.dealt.fault]

    async def pass_time(_seconds):
        clock.forward(1.0)

    monkeypatch.setattr(lab.mix.asyncio, "sleep", pass_time)
    mixer = Mixer(world, breakages, coming)
    for one in coming:
        asyncio.run(mixer.one(one, 0.0))
    assert mixer.done == len(coming)
    assert not breakages.active()
    told = Counter(broken.out_by for broken in breakages.all.values())
    assert told["itself"] == sum(one.passes_after is not None for one in coming)
    log.close()
