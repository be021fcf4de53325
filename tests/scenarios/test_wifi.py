"""Access points that tell of themselves: restarted after closing time, left to people, or left alone."""

import pytest

from tests.scenarios.stage import Controller, World, lines

RESTARTED = ["power inline never", "power inline auto"]


@pytest.fixture
def world():
    return World(stores=2)


@pytest.fixture
def controller(world, tmp_path):
    controller = Controller(world, tmp_path / "ledger.sqlite")
    controller.play(6)
    yield controller
    controller.close()


def store(world, *, trading):
    now = world.bench.clock.now()
    return next(s.id for s in world.chain.stores.values() if s.is_trading(now) is trading)


def only(controller):
    (incident,) = controller.incidents()
    return incident.signature, incident.status


def test_old_software_is_replaced_when_the_store_is_closed(world, controller):
    broken = world.put_in("ap_firmware_off", store=store(world, trading=False), variant="missed")
    controller.play(90)
    assert only(controller) == ("ap_firmware_off", "healed")
    assert lines(world) == RESTARTED
    assert not world.present(broken)


def test_software_that_does_not_take_is_tried_once_and_told(world, controller):
    broken = world.put_in("ap_firmware_off", store=store(world, trading=False), variant="stuck")
    controller.play(120)
    assert only(controller) == ("ap_firmware_off", "escalated")
    assert lines(world) == RESTARTED
    assert world.present(broken)


@pytest.mark.parametrize("joined", [True, False])
def test_while_the_store_trades_it_waits_even_when_nobody_is_joined(world, controller, joined):
    trading = store(world, trading=True)
    broken = world.put_in("ap_firmware_off", store=trading, variant="missed")
    if not joined:
        world.bench.world.shops[trading].access_points[broken.target.device].clients = {}
    controller.play(90)
    assert only(controller) == ("ap_firmware_off", "held")
    assert lines(world) == []


@pytest.mark.parametrize("name", ["ap_radar", "wifi_coverage_low"])
def test_what_radios_suffer_is_left_to_people(world, controller, name):
    world.put_in(name, store=store(world, trading=True))
    controller.play(100)
    assert only(controller) == (name, "escalated")
    assert lines(world) == []


def test_a_store_switched_off_for_the_night_is_left_alone(world, controller):
    """Its access points fall silent before they are forgotten: neither of it is a fault."""
    world.put_in("store_closed", store=store(world, trading=False), variant="night")
    controller.play(90)
    assert controller.incidents() == ()
    assert lines(world) == []


def test_nobody_joined_at_night_is_left_alone(world, controller):
    for ap in world.bench.world.shops[store(world, trading=False)].access_points.values():
        ap.clients = {}
    controller.play(90)
    assert controller.incidents() == ()
    assert lines(world) == []
