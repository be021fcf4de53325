"""What an incident costs: by takings, by what is served, only while the shop trades, and once per store."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from controller.events import Closed, Opened
from controller.incident import fold
from controller.losses import impact_of, sentence, together
from controller.ports import FunctionView, StoreView
from inventory.model import WEEKDAYS
from lab.chain import make_chain

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
SINCE = NOON - timedelta(minutes=30)


@pytest.fixture(scope="module")
def chain():
    made = make_chain(seed=5, stores=2).chain
    hours = dict.fromkeys(WEEKDAYS, (time(8), time(20)))
    stores = {s: replace(one, time_zone=ZoneInfo("UTC"), trading_hours=hours) for s, one in made.stores.items()}
    return replace(made, stores=stores)


def opened(store, *functions):
    return Opened(
        incident=f"{store}-0001", store=store, at=SINCE, signature="wan_no_lease", fault_class="A", title="No lease",
        device=f"{store}-edge", subject="GigabitEthernet0/0", confidence=0.9, evidence=(), functions=functions,
    )  # fmt: skip


def seen(store, **states):
    views = tuple(
        FunctionView(name=name, state=state, why="", since=SINCE, served=served)
        for name, (state, served) in states.items()
    )
    return StoreView(store=store, name=store, state="degraded", functions=views, seen_at=NOON)


def impact(chain, view, *functions, at=NOON):
    return impact_of(chain, fold([opened("s001", *functions)]), view, at)


def test_tills_that_are_down_cost_the_takings_while_the_shop_trades(chain):
    takings = chain.stores["s001"].takings_per_hour
    down = impact(chain, seen("s001", pos=("down", 0.0), guest_wifi=("working", 1.0)), "pos", "guest_wifi")
    assert down.per_hour == takings
    assert down.so_far == pytest.approx(takings / 2)
    assert [(h.function, h.state) for h in down.functions] == [("pos", "down"), ("guest_wifi", "at_risk")]
    assert sentence(down, chain) == (
        f"{chain.functions['pos'].title} down since 11:30:00; {chain.functions['guest_wifi'].title} at risk; "
        f"about {takings:,.0f} an hour is lost now, {takings / 2:,.0f} so far"
    )
    at_night = impact(chain, seen("s001", pos=("down", 0.0)), "pos", at=NOON.replace(hour=3) + timedelta(days=1))
    assert at_night.per_hour == 0.0
    assert 0 < at_night.so_far < takings * 15


def test_half_of_the_tills_cost_half(chain):
    half = impact(chain, seen("s001", pos=("degraded", 0.5)), "pos")
    assert half.per_hour == chain.stores["s001"].takings_per_hour / 2


def test_what_is_not_seen_or_costs_nothing_is_told_as_such(chain):
    blind = impact(chain, None, "pos")
    assert [(h.state, h.since) for h in blind.functions] == [("unknown", None)]
    assert (blind.per_hour, blind.so_far) == (0.0, 0.0)
    assert impact(chain, seen("s001", guest_wifi=("down", 0.0)), "guest_wifi").per_hour == 0.0


def test_what_is_over_hurts_nobody(chain):
    over = Closed(incident="s001-0001", store="s001", at=NOON, how="cleared", reason="gone")
    told = impact_of(chain, fold([opened("s001", "pos"), over]), seen("s001", pos=("down", 0.0)), NOON)
    assert (told.functions, told.per_hour) == ((), 0.0)


def test_a_store_that_two_incidents_hurt_loses_its_takings_once(chain):
    one = impact(chain, seen("s001", pos=("down", 0.0)), "pos")
    two = impact_of(chain, fold([opened("s002", "pos")]), seen("s002", pos=("down", 0.0)), NOON)
    both = together([("s001", one), ("s001", one), ("s002", two)])
    assert both.per_hour == one.per_hour + two.per_hour
    assert [(h.function, h.stores) for h in both.functions] == [("pos", 2)]
