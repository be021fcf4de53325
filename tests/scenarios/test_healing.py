"""Whole stories in virtual time: what is healed, held, mitigated, escalated and left alone."""

from itertools import combinations

import pytest

from inventory.errors import UnreachableError
from tests.scenarios.stage import Controller, only


@pytest.fixture
def controller(world, tmp_path):
    controller = Controller(world, tmp_path / "ledger.sqlite")
    yield controller
    controller.close()


EFFECTS = {
    "ap_hung": ["power inline never", "power inline auto"],
    "wan_no_lease": ["renew dhcp"],
    "vlan_missing": ["switchport trunk allowed vlan add"],
}


@pytest.mark.parametrize("fault", EFFECTS)
def test_a_fault_is_healed_with_exactly_its_effects(world, controller, fault):
    broken = world.put_in(fault)
    controller.play(60)
    incident = only(controller)
    assert (incident.signature, incident.status) == (fault, "healed")
    assert not world.present(broken)
    assert set(world.bench.world.functions(world.store).values()) == {1.0}
    lines = [line for _, line in world.writes if not line.startswith(("interface", "send log"))]
    assert len(lines) == len(EFFECTS[fault])
    assert all(line.startswith(wanted) for line, wanted in zip(lines, EFFECTS[fault], strict=True))
    assert not world.pending


def test_a_stuck_lease_takes_the_second_rung(world, controller):
    world.put_in("wan_no_lease", variant="stuck")
    controller.play(60)
    assert only(controller).status == "healed"
    assert only(controller).attempts == 2
    assert [line for _, line in world.writes][-3:] == [
        "shutdown",
        f"interface {only(controller).subject}",
        "no shutdown",
    ]


def test_a_cut_line_is_mitigated_and_a_person_called(world, controller):
    broken = world.put_in("wan_carrier_down")
    controller.play(40)
    assert only(controller).status == "mitigated"
    assert "carrier" in only(controller).escalation
    assert world.writes == []
    world.bench.breakages.take_out(broken)
    controller.play(30)
    assert only(controller).closed_at is not None
    assert only(controller).status == "mitigated"


def test_the_kill_switch_holds_and_its_end_heals(world, controller):
    controller.file.throw("kill", "carrier works tonight")
    world.put_in("wan_no_lease")
    controller.play(40)
    assert only(controller).status == "held"
    assert "carrier works tonight" in only(controller).held_because
    assert world.writes == []
    controller.file.throw("kill", None)
    controller.play(40)
    assert only(controller).status == "healed"


def test_the_third_time_in_a_day_is_held(world, controller):
    for _ in range(3):
        broken = world.put_in("wan_no_lease", variant="renew")
        controller.play(60)
    last, *earlier = controller.incidents()
    assert [i.status for i in earlier] == ["healed", "healed"]
    assert last.status == "held"
    assert "attempt_budget" in last.held_because
    assert world.present(broken)


def test_refused_writes_end_with_a_person_and_the_power_on(world, controller):
    world.mood = "refuse"
    world.put_in("ap_hung")
    controller.play(60)
    assert only(controller).status == "escalated"
    assert world.writes == []


def test_a_second_half_that_is_refused_is_undone(world, controller, monkeypatch):
    world.put_in("ap_hung")
    real, refusals = world.session, []

    def moody(device):
        session = real(device)
        apply = session.apply

        def refuse_the_first_on(write, permit):
            if write.lines[-1].strip() == "power inline auto" and not refusals:
                refusals.append(write)
                raise UnreachableError(device, "gone for a moment")
            return apply(write, permit)

        session.apply = refuse_the_first_on
        return session

    monkeypatch.setattr(world, "session", moody)
    controller.play(80)
    assert refusals
    assert [line for _, line in world.writes if line.startswith("power")] == ["power inline never", "power inline auto"]
    assert only(controller).status == "escalated"


def test_a_write_whose_answer_is_lost_is_read_back_not_repeated(world, controller):
    world.mood = "doubt"
    world.put_in("vlan_missing")
    controller.play(60)
    assert only(controller).status == "healed"
    assert sum(line.startswith("switchport") for _, line in world.writes) == 1


def test_an_unproven_vlan_is_taken_back_by_the_device(world, controller, monkeypatch):
    world.put_in("vlan_missing")
    monkeypatch.setattr(controller.watch, "prove", lambda *_, **__: ())
    controller.play(80)
    incident = only(controller)
    assert incident.status == "escalated"
    assert "proved" in controller.kinds(incident.id)
    assert not world.pending
    assert "undone" in {e.outcome for e in controller.file.events(incident.id) if e.kind == "write_ended"}


def test_what_went_by_itself_is_cleared_without_a_write(world, controller, monkeypatch):
    broken = world.put_in("wan_no_lease")
    controller.file.throw("kill", "watch only")
    controller.play(20)
    world.bench.breakages.take_out(broken)
    controller.file.throw("kill", None)
    controller.play(40)
    assert only(controller).status == "cleared"
    assert world.writes == []


def test_decoys_and_quiet_open_nothing(world, controller):
    controller.play(30)
    world.put_in("ap_slow")
    controller.play(60)
    world.put_in("port_shut_by_person")
    controller.play(60)
    assert controller.incidents() == ()
    assert world.writes == []


ENDS = {"wan_no_lease": "healed", "vlan_missing": "healed", "ap_hung": "healed", "wan_carrier_down": "mitigated"}
PAIRS = [pair for pair in combinations(ENDS, 2) if pair != ("wan_no_lease", "wan_carrier_down")]


@pytest.mark.parametrize("apart", [0, 10])
@pytest.mark.parametrize("pair", PAIRS)
def test_two_faults_in_one_store_each_end_right(world, controller, pair, apart):
    world.put_in(pair[0])
    controller.play(apart)
    world.put_in(pair[1])
    controller.play(120)
    assert {i.signature: i.status for i in controller.incidents()} == {name: ENDS[name] for name in pair}
    assert len(controller.incidents()) == 2


@pytest.mark.parametrize("decoy", ["port_shut_by_person", "ap_slow"])
@pytest.mark.parametrize("fault", ENDS)
def test_a_fault_beside_a_decoy_ends_right(world, controller, fault, decoy):
    broken = world.put_in(fault)
    world.put_in(decoy, port=other_port(world, decoy, broken))
    controller.play(120)
    assert {i.signature: i.status for i in controller.incidents()} == {fault: ENDS[fault]}


def other_port(world, decoy, broken):
    found = world.bench.breakages.faults[decoy].targets(world.bench.chain, world.bench.clock.now())
    return next(t.port for t in found if t.port != broken.target.port)


def test_a_newer_controller_fences_the_older(world, controller, tmp_path):
    world.put_in("wan_no_lease")
    controller.play(4)
    taken = controller.file.acquire(world.store, "host:2:2", controller.clock.now().replace(year=2036), 1e9)
    assert taken == controller.file.live_token(world.store)
    controller.play(40)
    assert world.writes == []


def test_an_empty_memory_after_a_restart_closes_nothing(world, controller, tmp_path):
    world.put_in("wan_carrier_down")
    controller.play(30)
    again = Controller(world, tmp_path / "ledger.sqlite")
    again.play(20)
    assert only(again).closed_at is None
    assert only(again).status == "mitigated"
    again.close()
