"""Faults of a store's services, whole loop: healed where that is safe, a person's where it is not."""

from types import SimpleNamespace

import pytest

from lab.devices.cisco_ios.archive import Archive
from tests.scenarios.stage import lines, only

OFF_AND_ON = ["shutdown", "no shutdown"]


def functions(world):
    return set(world.bench.world.functions(world.store).values())


@pytest.mark.parametrize(("variant", "what"), [("guests", "binding"), ("conflicts", "conflict")])
def test_a_guests_pool_is_freed_of_what_nobody_uses(world, controller, variant, what):
    broken = world.put_in("dhcp_pool_exhausted", variant=variant)
    controller.play(24)
    assert (only(controller).signature, only(controller).status) == ("dhcp_pool_exhausted", "healed")
    assert only(controller).functions == ("guest_wifi",)
    assert 0 < len(lines(world)) <= 60
    assert all(line.startswith(f"clear ip dhcp {what} 10.1.30.") for line in lines(world))
    assert not world.present(broken)
    assert functions(world) == {1.0}


def test_no_till_s_address_is_given_away(world, controller):
    world.put_in("dhcp_pool_exhausted", variant="tills")
    controller.play(24)
    assert (only(controller).signature, only(controller).status) == ("dhcp_pool_exhausted", "escalated")
    assert "a person decides" in only(controller).escalation
    assert world.writes == []


def test_a_strangers_port_is_shut_and_the_tills_ask_anew(world, controller):
    broken = world.put_in("dhcp_rogue", variant="tills")
    controller.play(24)
    assert (only(controller).signature, only(controller).status) == ("dhcp_rogue", "healed")
    written = [line for _, line in world.writes]
    assert written[:2] == [f"interface {broken.target.port}", "shutdown"]
    assert {broken.target.port} | {
        p.name for p in world.chain.devices["s001-sw1"].ports.values() if p.use == "till"
    } == {line.split()[1] for line in written if line.startswith("interface")}
    assert lines(world)[1:] == OFF_AND_ON * (len(lines(world)) // 2)
    world.forward(170)  # a till behind an access point asks when its lease ends
    assert not world.present(broken)
    assert functions(world) == {1.0}


def test_guests_who_believed_a_stranger_ask_when_their_lease_ends(world, controller):
    broken = world.put_in("dhcp_rogue", variant="guests")
    controller.play(30)
    assert only(controller).status == "healed"
    assert [line for _, line in world.writes] == [f"interface {broken.target.port}", "shutdown"]
    world.forward(170)
    assert functions(world) == {1.0}


def test_with_two_ports_that_may_hand_out_addresses_a_person_decides(world, controller):
    world.put_in("dhcp_rogue", variant="tills")
    gear, port = world.bench.world.shops[world.store].gears["s001-sw1"], "GigabitEthernet1/0/20"
    gear.plugged[port] = SimpleNamespace(name="printer", mac="02:c6:5c:00:99:99", watts=0.0)
    opened = ("switchport access vlan 10", "switchport mode access", "ip dhcp snooping trust", "no shutdown", "end")
    world.bench.world.type_in("s001-sw1", f"interface {port}", *opened)
    controller.play(24)
    assert (only(controller).signature, only(controller).status) == ("dhcp_rogue", "escalated")
    assert "it cannot be told" in only(controller).escalation
    assert world.writes == []


def test_what_is_missed_least_goes_dark_for_an_access_point(world, controller):
    broken = world.put_in("poe_denied", variant="budget")
    controller.play(36)
    assert (only(controller).signature, only(controller).status) == ("poe_denied", "healed")
    assert lines(world) == ["power inline never"]
    assert world.writes[0][1].split()[1] not in world.chain.devices["s001-sw1"].ports
    assert not world.present(broken)
    assert functions(world) == {1.0}


@pytest.fixture
def timers(world, monkeypatch):
    """The devices' own timers, run by the world's clock."""
    due = []

    def timer(archive, minutes):
        row = (world.bench.clock.seconds() + 60 * minutes, archive)
        due.append(row)
        return SimpleNamespace(cancel=lambda: row in due and due.remove(row))

    forward = world.forward

    def go(seconds):
        forward(seconds)
        for row in [row for row in due if row[0] <= world.bench.clock.seconds()]:
            due.remove(row)
            row[1].revert("timer")

    monkeypatch.setattr(Archive, "_timer", timer)
    monkeypatch.setattr(world, "forward", go)


@pytest.mark.usefixtures("timers")
def test_a_change_that_cut_a_switch_off_is_named_when_its_timer_took_it_back(world, controller):
    broken = world.put_in("management_lost_after_change", variant="interface")
    world.forward(40)
    controller.play(12)
    assert controller.incidents() == ()
    controller.play(20)
    assert not world.present(broken)
    assert (only(controller).signature, only(controller).device) == ("management_lost_after_change", "s001-sw1")
    assert only(controller).status == "escalated"
    assert "jdoe" in {item.value for item in only(controller).evidence}
    controller.play(24)
    assert only(controller).closed_at is not None
    assert world.writes == []


@pytest.mark.usefixtures("timers")
def test_a_device_that_told_of_a_change_is_named_while_it_is_silent(world, controller):
    controller.told = lambda store, now: {("s001-sw1", "configured"): began} if store == world.store else {}
    began = world.bench.clock.now()
    world.put_in("management_lost_after_change", variant="gateway")
    controller.play(20)
    assert (only(controller).signature, only(controller).device) == ("management_lost_after_change", "s001-sw1")
    assert world.writes == []


@pytest.mark.usefixtures("timers")
def test_a_switch_that_falls_silent_without_a_change_is_not_named_so(world, controller):
    world.bench.world.power("s001-sw1", outlet=False)
    controller.play(24)
    assert "management_lost_after_change" not in {incident.signature for incident in controller.incidents()}
