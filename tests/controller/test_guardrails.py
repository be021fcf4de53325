from dataclasses import replace
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.decide import decide
from controller.events import Check, Verdict
from controller.facts import Facts, FleetFacts
from controller.health_gate import health_gate
from inventory.discover import discover
from inventory.looks import Look
from inventory.model import Port, Store
from inventory.writes import Write
from playbooks.model import Change

GUARDS = discover("controller.guardrails")
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
NIGHT = datetime(2026, 3, 3, 23, tzinfo=UTC)
STORE = Store(
    id="s",
    name="S",
    region="n",
    time_zone=ZoneInfo("Europe/London"),
    takings_per_hour=1.0,
    carriers=(),
    functions=(),
    trading_hours={day: (time(8), time(20)) for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
)


def change(kind="config", *, interrupts=True):
    return Change(
        action="a",
        store="s",
        device="d",
        port="p",
        summary="x",
        write=Write(kind=kind, lines=("l",)),
        undo=None,
        witness=Look(getter="x"),
        interrupts=interrupts,
    )


def fleet(**given):
    return FleetFacts(**({"cause": "", "unswept": 0, "under_way": 0, "at_most": 3} | given))


def facts(**given):
    base = {
        "incident": "i",
        "store": STORE,
        "change": change(),
        "now": NOON,
        "kill_reason": None,
        "others": (),
        "tries": 0,
        "alive_behind": (),
        "management_ports": frozenset({"q"}),
        "fleet": fleet(),
        "quarantine": (),
        "people": (),
    }
    return Facts(**(base | given))


def judge(name, **given):
    return GUARDS[name].judge(facts(**given)).allowed


def test_all_are_there():
    known = {"kill_switch", "one_per_store", "attempt_budget", "last_path", "trading_hours", "closed_hours"}
    assert set(GUARDS) == known | {"storm_brake", "quarantine", "people_at_work", "people_say", "certain_intent"}


def test_nothing_speaks_against_a_harmless_change():
    assert all(judge(name) for name in GUARDS)


@pytest.mark.parametrize(
    ("guard", "given"),
    [
        ("kill_switch", {"kill_reason": "carrier works"}),
        ("one_per_store", {"others": ("s-0002",)}),
        ("one_per_store", {"others": None}),
        ("attempt_budget", {"tries": 2}),
        ("attempt_budget", {"tries": None}),
        ("last_path", {"management_ports": frozenset({"p"})}),
        ("last_path", {"management_ports": None}),
        ("trading_hours", {"alive_behind": ("till3",)}),
        ("trading_hours", {"alive_behind": None}),
        ("storm_brake", {"fleet": None}),
        ("storm_brake", {"fleet": fleet(cause="300 of 334 stores on northtel")}),
        ("storm_brake", {"fleet": fleet(unswept=1)}),
        ("storm_brake", {"fleet": fleet(under_way=3)}),
        ("quarantine", {"quarantine": ("d is in quarantine: unknown",)}),
        ("quarantine", {"quarantine": None}),
        ("people_at_work", {"people": ("jdoe",)}),
        ("people_at_work", {"people": None}),
        ("people_say", {"named_wrongly": True}),
        ("people_say", {"named_wrongly": None}),
    ],
)
def test_each_refuses_and_fails_closed(guard, given):
    assert not judge(guard, **given)


def test_the_device_s_own_timer_allows_the_last_path():
    assert judge("last_path", management_ports=frozenset({"p"}), change=change("commit_confirm"))


def test_a_working_till_may_be_interrupted_when_the_store_is_closed():
    assert judge("trading_hours", alive_behind=("till3",), now=NIGHT)


@pytest.mark.parametrize(
    ("apn", "written", "allowed"),
    [("shop.example", "shop.example", True), ("shop.example", "other.example", False), (None, "shop.example", False)],
)
def test_a_modem_s_access_point_name_is_the_inventory_s_or_none(apn, written, allowed):
    wanted = Port(name="p", use="backup_wan", apn=apn)
    made = replace(change(), action="set_apn", write=Write(kind="exec", lines=(f"cellular 0 {written} none",)))
    assert judge("certain_intent", change=made, intended_port=wanted) is allowed
    assert not judge("certain_intent", change=made, intended_port=None)


@given(st.lists(st.booleans(), max_size=6), st.sampled_from(["A", "G", "H", "E"]))
def test_only_class_a_with_every_guard_open_acts(allowed, fault_class):
    verdicts = [Verdict(rule=str(n), allowed=a, reason="r") for n, a in enumerate(allowed)]
    acts = decide(fault_class, verdicts).do == "act"
    assert acts == (fault_class == "A" and bool(allowed) and all(allowed))


def check(ok):
    return Check(function="pos", name="ping", ok=ok, value="")


def test_the_gate_needs_the_fault_gone_and_every_check():
    before, after = {"pos": "down"}, {"pos": "working"}
    assert health_gate(before, after, [check(True)], gone=True, settled=True) == "pass"
    assert health_gate(before, after, [check(True)], gone=False, settled=True) == "wait"
    assert health_gate(before, after, [check(True), check(False)], gone=True, settled=True) == "wait"
    assert health_gate(before, after, [], gone=True, settled=True) == "wait"


def test_a_function_that_worked_and_is_down_fails_the_gate_once_settled():
    before, after = {"pos": "working", "wifi": "down"}, {"pos": "down", "wifi": "working"}
    assert health_gate(before, after, [check(True)], gone=True, settled=False) == "wait"
    assert health_gate(before, after, [check(True)], gone=True, settled=True) == "fail"
