"""How the functions stand: what is missing is never called working, and people's doing is told apart from faults."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anomaly.service_path import function_observations, judge
from anomaly.watch import observe_all
from inventory.errors import UnreachableError

NAMES = ("pos", "click_and_collect", "guest_wifi")


def look(stage, answers=None):
    observed = observe_all(stage.chain, "s001", stage.answers() if answers is None else answers, stage.now)
    return {sight.name: sight for sight in judge(stage.chain, "s001", observed, stage.now)}


def dead(stage):
    sights, chain = tuple(look(stage).values()), stage.chain
    told = function_observations(sights, (), chain, "s001", stage.now)
    return {o.subject: o.value for o in told if o.name != "store_at_rest"}


def test_health(stage):
    assert {name: (s.state, s.served) for name, s in look(stage).items()} == dict.fromkeys(NAMES, ("working", 1.0))
    assert set(dead(stage).values()) == {False}


def test_served_share(stage):
    stage.change("s001-sw1", "macs", {"02:53:00:01:05:01": None})
    assert look(stage)["pos"].served == 0.75
    stage.change("s001-edge", "probes", {10: {"ok": False, "rtt_ms": None}})
    assert look(stage)["pos"].served == 0.0


def test_late_answers_degrade(stage):
    stage.change("s001-edge", "probes", {20: {"rtt_ms": 999.0}})
    sight = look(stage)["click_and_collect"]
    assert (sight.state, "999 ms, 300 ms allowed" in sight.why) == ("degraded", True)


def test_names_not_resolved_is_down(stage):
    stage.change("s001-edge", "probes", {11: {"ok": False, "rtt_ms": None}})
    assert look(stage)["pos"].state == "down"
    assert dead(stage)["pos"] is True


def test_a_gateway_shut_by_a_person_is_nobodys_fault(stage):
    stage.change("s001-edge", "probes", {20: {"ok": False, "rtt_ms": None}})
    assert dead(stage)["click_and_collect"] is True
    stage.change("s001-edge", "interfaces", {"GigabitEthernet0/1.20": {"admin_up": False, "oper_up": False}})
    sight = look(stage)["click_and_collect"]
    assert (sight.state, sight.accounted) == ("down", True)
    assert "GigabitEthernet0/1.20 of s001-edge is shut by a person" in sight.why
    assert dead(stage)["click_and_collect"] is False


def test_an_unreachable_edge_leaves_everything_unknown(stage):
    stage.fail("s001-edge", "unreachable")
    assert {s.state for s in look(stage).values()} == {"unknown"}
    assert set(dead(stage).values()) == {None}


def test_every_port_shut_by_a_person_is_down_and_accounted_for(stage):
    for name, ports in (("s001-sw1", (2, 3)), ("s001-sw2", (2,))):
        stage.change(name, "ports", {f"GigabitEthernet1/0/{n}": {"status": "disabled"} for n in ports})
    sight = look(stage)["guest_wifi"]
    assert (sight.state, sight.served, sight.accounted) == ("down", 0.0, True)
    assert look(stage)["pos"].state == "degraded"


def test_an_unseen_trunk_is_not_taken_for_granted(stage):
    answers = stage.answers()
    answers["s001-sw1"]["trunks"] = UnreachableError("s001-sw1", "x")
    assert {s.state for s in look(stage, answers).values()} == {"unknown"}


SICK = {
    "vlan": [("s001-sw1", "trunks", {"GigabitEthernet1/0/1": {"allowed": [30, 99]}})],
    "path": [("s001-edge", "probes", {n: {"ok": False, "rtt_ms": None} for n in (10, 20)})],
    "late": [("s001-edge", "probes", {n: {"rtt_ms": 900.0} for n in (10, 20)})],
}
BLIND = st.sets(
    st.sampled_from(
        [
            (d, g)
            for d, gs in {
                "s001-edge": ("arp", "default_route", "interfaces", "probes"),
                "s001-sw1": ("macs", "neighbors", "poe", "ports", "trunks"),
                "s001-sw2": ("macs", "neighbors", "poe", "ports", "trunks"),
            }.items()
            for g in gs
        ]
    )
)


@pytest.mark.parametrize("sickness", SICK)
@given(hidden=BLIND)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_hiding_answers_never_makes_a_sick_function_work(stage, sickness, hidden):
    for change in SICK[sickness]:
        stage.change(*change)
    assert {look(stage)[name].state for name in NAMES[:2]} <= {"down", "degraded"}
    answers = stage.answers()
    for device, getter in hidden:
        answers[device][getter] = UnreachableError(device, "x")
    assert "working" not in {look(stage, answers)[name].state for name in NAMES[:2]}


@given(hidden=BLIND)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_hiding_answers_of_a_healthy_store_kills_nothing(stage, hidden):
    answers = stage.answers()
    for device, getter in hidden:
        answers[device][getter] = UnreachableError(device, "x")
    assert {s.state for s in look(stage, answers).values()} <= {"working", "unknown"}
