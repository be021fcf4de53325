"""Which stores come when: the canary, a few, the rest - each store once, and the one that would lose least first."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.asking import AskingError, waves_of
from inventory.model import Chain, Store, StoreId

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
OPEN = (time(9), time(18))


def shop(name, takings=100.0, *, trading=True):
    hours = {"tue": OPEN} if trading else {}
    return Store(
        id=StoreId(name),
        name=name,
        region="north",
        time_zone=ZoneInfo("UTC"),
        trading_hours=hours,
        takings_per_hour=takings,
        carriers=("a", "b"),
        functions=(),
    )


def chain(*shops):
    return Chain(stores={s.id: s for s in shops}, devices={}, functions={})


@given(st.lists(st.tuples(st.floats(0, 1e4), st.booleans()), min_size=1, max_size=700))
def test_every_store_is_in_one_wave_and_the_canary_is_alone(rows):
    shops = [shop(f"s{n:04d}", takings, trading=trading) for n, (takings, trading) in enumerate(rows)]
    known = chain(*shops)
    waves = waves_of(known, [s.id for s in shops], None, NOON)
    assert sorted(s for wave in waves for s in wave) == sorted(known.stores)
    assert len(waves[0]) == 1
    assert len(waves) <= 3
    assert all(len(wave) <= max(1, round(0.1 * len(shops)), 1) or n == 2 for n, wave in enumerate(waves))
    if any(not s.is_trading(NOON) for s in shops):
        assert not known.stores[waves[0][0]].is_trading(NOON)


def test_the_canary_loses_least():
    known = chain(shop("s001", 900), shop("s002", 50), shop("s003", 10))
    assert waves_of(known, list(known.stores), None, NOON)[0] == ("s003",)
    assert waves_of(known, list(known.stores), StoreId("s001"), NOON)[0] == ("s001",)


def test_a_canary_without_a_difference_is_refused():
    known = chain(shop("s001"), shop("s002"))
    with pytest.raises(AskingError, match="s002"):
        waves_of(known, [StoreId("s001")], StoreId("s002"), NOON)


def test_the_names_of_waves_do_not_depend_on_the_order_asked():
    known = chain(*(shop(f"s{n:03d}", 100 - n) for n in range(40)))
    names = list(known.stores)
    assert waves_of(known, names, None, NOON) == waves_of(known, names[::-1], None, NOON)
