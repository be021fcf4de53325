"""Faults of the way out, healed where something can be done, and left to a person where not."""

import pytest

from tests.scenarios.stage import lines, only


def served(world):
    return set(world.bench.world.functions(world.store).values())


@pytest.mark.parametrize(
    ("fault", "variant", "written"),
    [
        (
            "wan_stuck_on_backup",
            "hand",
            ["no ip route 0.0.0.0 0.0.0.0 Cellular0/2/0 5", "ip route 0.0.0.0 0.0.0.0 Cellular0/2/0 200"],
        ),
        (
            "wan_stuck_on_backup",
            "track",
            ["no ip sla schedule 90", "ip sla schedule 90 life forever start-time now"],
        ),
        ("wan_gateway_silent", "tracked", ["shutdown", "no shutdown"]),
        ("mtu_black_hole", "", ["ip mtu 1399", "ip tcp adjust-mss 1359"]),
    ],
)
def test_a_fault_of_the_way_out_is_healed_once_and_proven(world, controller, fault, variant, written):
    broken = world.put_in(fault, variant=variant)
    controller.play(60)
    assert (only(controller).signature, only(controller).status) == (fault, "healed")
    assert lines(world) == written
    assert not world.present(broken)
    assert served(world) == {1.0}
    assert not world.pending


@pytest.mark.parametrize(
    ("fault", "variant", "status"),
    [
        ("modem_hung", "expired", "mitigated"),
        ("wan_brownout", "loss", "escalated"),
        ("wan_saturated_by_guests", "", "escalated"),
    ],
)
def test_what_nothing_can_be_done_about_is_a_person_s(world, controller, fault, variant, status):
    world.put_in(fault, variant=variant)
    controller.play(60)
    assert (only(controller).signature, only(controller).status) == (fault, status)
    assert only(controller).escalation
    assert world.writes == []


def test_a_store_that_we_steered_is_not_brought_back_by_this(world, controller):
    world.bench.world.type_in("s001-edge", "ip route 0.0.0.0 0.0.0.0 Cellular0/2/0 3", "end")
    controller.play(60)
    assert "wan_stuck_on_backup" not in {incident.signature for incident in controller.incidents()}
    assert world.writes == []


def test_a_person_is_told_what_to_do_where_the_repair_cannot_be_planned(world, controller):
    world.put_in("wan_brownout", variant="loss")
    controller.play(40)
    incident = only(controller)
    assert incident.status == "escalated"
    assert incident.escalation.startswith("cannot plan steer to backup: ")
    assert "call the carrier" in incident.escalation
