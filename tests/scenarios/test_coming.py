"""What a store shows before it is an incident: told at the first look, and gone again when it passes."""

from controller.api.views import store_records
from tests.scenarios.stage import only


def told(world, controller):
    record = store_records(world.chain, controller.file.stores(), world.bench.clock.now(), 60.0)[0]
    return [(c.signature, c.device, c.subject) for c in record.coming]


def look_until(controller, what, looks):
    for _ in range(looks):
        if what():
            return True
        controller.play(2)
    return what()


def test_a_fault_is_named_before_its_incident_and_by_the_same_name(world, controller):
    assert told(world, controller) == []
    world.put_in("vlan_missing")
    assert look_until(controller, lambda: told(world, controller), 10)
    assert controller.incidents() == ()
    named = told(world, controller)
    assert [signature for signature, _, _ in named] == ["vlan_missing"]
    assert look_until(controller, controller.incidents, 10)
    incident = only(controller)
    assert (incident.signature, incident.device, incident.subject) == named[0]
    assert told(world, controller) == []


def test_what_passes_before_its_time_was_told_and_is_no_incident(world, controller):
    broken = world.put_in("vlan_missing")
    assert look_until(controller, lambda: told(world, controller), 10)
    world.bench.breakages.take_out(broken)
    controller.play(30)
    assert told(world, controller) == []
    assert controller.incidents() == ()
    assert world.writes == []
