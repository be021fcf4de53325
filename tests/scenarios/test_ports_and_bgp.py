"""Ports the switch has shut itself, and BGP sessions: opened again once, left to a person, or left alone."""

import pytest

from inventory.errors import CommandRefusedError
from tests.scenarios.stage import World, lines, only

OPENED = ["shutdown", "no shutdown"]


def variants(name):
    world = World()
    found = world.bench.breakages.faults[name].targets(world.bench.chain, world.bench.clock.now())
    return sorted({(t.variant, "-ap" in t.device) for t in found})


@pytest.mark.parametrize(("cause", "on_ap"), variants("port_errdisabled"))
def test_a_port_shut_for_a_passing_cause_is_opened_once(world, controller, cause, on_ap):
    found = world.bench.breakages.faults["port_errdisabled"].targets(world.bench.chain, world.bench.clock.now())
    target = next(t for t in found if t.variant == cause and ("-ap" in t.device) is on_ap)
    broken = world.bench.breakages.put_in("port_errdisabled", target)
    controller.play(90)
    assert (only(controller).signature, only(controller).status) == ("port_errdisabled", "healed")
    assert (only(controller).device, only(controller).subject) == (target.upstream, target.port)
    assert lines(world) == OPENED
    assert not world.present(broken)
    assert set(world.bench.world.functions(world.store).values()) == {1.0}


def test_a_port_that_is_shut_again_is_a_person_s(world, controller, monkeypatch):
    broken = world.put_in("port_errdisabled", variant="link-flap")
    real = world.session

    def flapping(device):
        session = real(device)
        apply = session.apply

        def then_shut_again(write, permit):
            told = apply(write, permit)
            if write.lines[-1].strip() == "no shutdown":
                broken.fault.inject(world.bench.world, broken.target)
            return told

        session.apply = then_shut_again
        return session

    monkeypatch.setattr(world, "session", flapping)
    controller.play(100)
    assert only(controller).status == "escalated"
    assert "test the cable" in only(controller).escalation
    assert lines(world) == OPENED


@pytest.mark.parametrize("cause", [cause for cause, _ in variants("port_errdisabled_guard")])
def test_a_port_that_a_guard_shut_is_left_shut(world, controller, cause):
    broken = world.put_in("port_errdisabled_guard", variant=cause)
    controller.play(80)
    assert (only(controller).signature, only(controller).status) == ("port_errdisabled_guard", "escalated")
    assert cause in {item.value for item in only(controller).evidence}
    assert world.writes == []
    assert world.present(broken)
    world.bench.breakages.take_out(broken)
    controller.play(40)
    assert only(controller).closed_at is not None


def test_a_bgp_session_that_hangs_again_is_a_person_s(world, controller, monkeypatch):
    broken = world.put_in("bgp_neighbor_down")
    real = world.session

    def stubborn(device):
        session = real(device)
        apply = session.apply

        def then_hang_again(write, permit):
            told = apply(write, permit)
            broken.fault.inject(world.bench.world, broken.target)
            return told

        session.apply = then_hang_again
        return session

    monkeypatch.setattr(world, "session", stubborn)
    controller.play(100)
    assert (only(controller).signature, only(controller).status) == ("bgp_neighbor_down", "escalated")
    assert "Compare AS numbers" in only(controller).escalation
    cleared = [line for line in lines(world) if not line.startswith("send log")]
    assert cleared == ["clear ip bgp 198.18.1.1 soft", "clear ip bgp 198.18.1.1"]
    monkeypatch.setattr(world, "session", real)
    broken.fault.remove(world.bench.world, broken.target)
    controller.play(30)
    assert only(controller).closed_at is not None


def test_a_bgp_session_shut_by_a_person_is_left_alone(world, controller):
    world.put_in("bgp_shut_by_person")
    controller.play(60)
    assert controller.incidents() == ()
    assert world.writes == []


def test_a_line_that_is_down_takes_its_bgp_session_with_it(world, controller):
    broken = world.put_in("wan_carrier_down")
    controller.play(60)
    world.bench.breakages.take_out(broken)
    controller.play(40)
    assert only(controller).signature == "wan_carrier_down"
    assert only(controller).closed_at is not None


PAIRS = {
    ("port_errdisabled", "wan_no_lease"): ("healed", "healed"),
    ("port_errdisabled_guard", "vlan_missing"): ("escalated", "healed"),
    ("bgp_neighbor_down", "ap_hung"): ("healed", "healed"),
    ("bgp_neighbor_down", "wan_no_lease"): ("healed", "healed"),
}


@pytest.mark.parametrize("pair", PAIRS)
def test_with_another_fault_each_ends_right(world, controller, pair):
    for name in pair:
        world.put_in(name)
    controller.play(160)
    ended = {incident.signature: incident.status for incident in controller.incidents()}
    assert ended == dict(zip(pair, PAIRS[pair], strict=True))


@pytest.fixture
def refusing(world, monkeypatch):
    """Devices that do not know two of the commands."""
    real = world.bench.ask

    def ask(device, look):
        if look.getter in ("bgp", "errdisabled"):
            return CommandRefusedError(device, "% Invalid input detected")
        return real(device, look)

    monkeypatch.setattr(world.bench, "ask", ask)


@pytest.mark.usefixtures("refusing")
def test_a_look_the_device_does_not_know_hinders_no_other_repair(world, controller):
    world.put_in("ap_hung")
    controller.play(80)
    assert only(controller).status == "healed"


@pytest.mark.usefixtures("refusing")
def test_a_look_the_device_does_not_know_lets_a_fault_that_is_over_close(world, controller):
    broken = world.put_in("wan_carrier_down")
    controller.play(40)
    world.bench.breakages.take_out(broken)
    controller.play(30)
    assert only(controller).closed_at is not None
