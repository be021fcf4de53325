"""Background life: it goes on, it is the same for the same seed, and none of it is a fault."""

from collections import Counter

import pytest

from lab.life import BY_HOUR, GUESTS, Life
from lab.wear import Wear
from tests.anomaly.lab_bench import Bench


def lived(seed=7, *, stores=2, seconds=1800, pace=1.0):
    bench = Bench(seed=seed, stores=stores)
    life = Life(bench.world, seed, pace)
    life.begin()
    bench.forward(seconds)
    return bench, life


def told(bench):
    return [(row.text if hasattr(row, "text") else str(row)) for gear in gears(bench) for row in gear.log]


def gears(bench):
    return [gear for shop in bench.world.shops.values() for gear in shop.gears.values()]


def guests(bench):
    return {name: ap.clients[GUESTS] for shop in bench.world.shops.values() for name, ap in shop.access_points.items()}


def test_the_same_seed_lives_the_same_life():
    (first, one), (again, two) = lived(), lived()
    assert one.happened == two.happened > 40
    assert guests(first) == guests(again)
    assert told(first) == told(again)
    other, _ = lived(8)
    assert guests(first) != guests(other)


def test_it_shows_where_a_person_would_look_for_it():
    bench, _ = lived(pace=4)
    text = "\n".join(told(bench))
    assert "LOGIN_SUCCESS" in text
    assert "changed state to down" in text
    assert len({shop.bustle for shop in bench.world.shops.values()}) > 1
    assert any(len(macs) != 3 for macs in guests(bench).values())


def test_people_log_in_and_out_again():
    bench, _ = lived(pace=8, seconds=900)
    seen = Counter()
    for _ in range(600):
        bench.forward(1)
        seen += Counter(line.user for name in bench.shells for line in bench.shells[name][0].device.lines.used.values())
    assert set(seen) - {"storenet-ro"} == {"jdoe", "mnowak", "a.silva"}
    most = max(len(bench.shells[name][0].device.lines.used) for name in bench.shells)
    assert most <= 5


def test_nothing_of_it_stays_wrong():
    bench, _ = lived(pace=8)
    for shop in bench.world.shops.values():
        shop._queue.clear()  # nothing new from now on
    for gear in gears(bench):
        assert all(wear == Wear(dropped=wear.dropped) for wear in gear.wear.values())


def test_a_fault_that_comes_while_a_plug_is_knocked_stays():
    bench = Bench(seed=7, stores=1)
    life = Life(bench.world, 7, 1.0)
    shop = next(iter(bench.world.shops.values()))
    at = bench.clock.seconds()
    shop.act(at, lambda: life._nudge(shop, at, life._chances["s001"]))
    ((gear, port),) = [(gear, port) for gear in gears(bench) for port, wear in gear.wear.items() if wear.dropped]
    gear.worn(port).deaf = True
    bench.forward(3)
    assert (gear.worn(port).deaf, gear.worn(port).dropped) == (True, False)
    assert gear.up(port)


@pytest.mark.parametrize("hour", range(24))
def test_a_shop_is_busiest_by_day(hour):
    assert 0 < BY_HOUR[hour] <= BY_HOUR[12] == 100
