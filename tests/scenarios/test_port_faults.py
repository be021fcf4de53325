"""Ports that err: what a setting or a bounce mends is mended, a loop is cut off, and the rest is a person's."""

import pytest

from tests.scenarios.stage import Controller, World, lines


def ended(controller, *statuses, within=140):
    """Play until the one incident there is has ended so."""
    for _ in range(within // 2):
        controller.poll()
        found = controller.incidents()
        if found and found[0].status in statuses and (found[0].closed_at or found[0].escalation):
            break
    (incident,) = controller.incidents()
    return incident


@pytest.mark.parametrize(
    ("name", "variant", "written"),
    [
        ("port_stuck", "", ["shutdown", "no shutdown"]),
        ("port_flapping", "negotiation", ["speed 100"]),
        ("loop_on_edge_port", "till", ["shutdown", "no shutdown"]),
        ("loop_on_edge_port", "spare", ["shutdown", "no shutdown"]),
    ],
)
def test_what_a_port_needs_is_done_once(world, controller, name, variant, written):
    broken = world.put_in(name, variant=variant)
    incident = ended(controller, "healed")
    assert (incident.signature, incident.status, incident.device) == (name, "healed", broken.target.upstream)
    assert incident.functions == ("pos",)
    assert lines(world) == written
    assert not world.present(broken)
    controller.play(20)
    assert len(controller.incidents()) == 1
    assert set(world.bench.world.functions(world.store).values()) == {1.0}


def test_a_forced_port_waits_while_the_store_trades(world, controller):
    broken = world.put_in("duplex_mismatch", variant="till")
    controller.play(40)
    (incident,) = controller.incidents()
    assert (incident.signature, incident.subject, incident.status) == ("duplex_mismatch", broken.target.port, "held")
    assert world.writes == []


def test_a_forced_port_negotiates_again_once_the_store_is_closed(tmp_path):
    world = World(stores=2)
    now = world.bench.clock.now()
    closed = next(name for name, shop in world.chain.stores.items() if not shop.is_trading(now))
    controller = Controller(world, tmp_path / "ledger.sqlite")
    controller.play(10)
    broken = world.put_in("duplex_mismatch", variant="till", store=closed)
    incident = ended(controller, "healed")
    assert (incident.signature, incident.status, incident.store) == ("duplex_mismatch", "healed", closed)
    assert lines(world) == ["speed auto", "duplex auto"]
    assert not world.present(broken)
    controller.play(20)
    assert [i.signature for i in controller.incidents()] == ["duplex_mismatch"]
    controller.close()


@pytest.mark.parametrize("variant", ["trunk", "wan"])
def test_no_port_towards_other_gear_is_touched(world, controller, variant):
    broken = world.put_in("duplex_mismatch", variant=variant)
    incident = ended(controller, "escalated", within=60)
    assert (incident.signature, incident.status) == ("duplex_mismatch", "escalated")
    assert (incident.device, incident.subject) == (broken.target.device, broken.target.port)
    assert world.writes == []


def test_a_loose_plug_is_not_calmed_and_handed_on_as_it_was(world, controller):
    world.put_in("port_flapping", variant="plug")
    incident = ended(controller, "escalated")
    assert (incident.signature, incident.status) == ("port_flapping", "escalated")
    assert lines(world) == ["speed 100", "speed auto"]


def test_a_loop_that_stays_is_cut_off_and_told(world, controller):
    broken = world.put_in("loop_on_edge_port", variant="stays")
    incident = ended(controller, "mitigated")
    assert (incident.signature, incident.status) == ("loop_on_edge_port", "mitigated")
    assert "open the port by hand" in incident.escalation
    assert lines(world) == ["shutdown", "no shutdown", "shutdown"]
    assert controller.kinds(incident.id)[-2:] == ["mitigated", "escalated"]
    assert world.bench.world.functions(world.store)["pos"] == pytest.approx(0.75)
    assert world.present(broken)


@pytest.mark.parametrize(("name", "variant"), [("cable_bad", "slow"), ("memory_leak", "climbing")])
def test_what_no_write_mends_is_told(world, controller, name, variant):
    broken = world.put_in(name, variant=variant)
    incident = ended(controller, "escalated", within=60)
    assert (incident.signature, incident.status, incident.device) == (name, "escalated", broken.target.upstream)
    assert world.writes == []
