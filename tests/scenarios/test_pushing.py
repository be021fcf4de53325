"""Pushing configuration with the whole controller in virtual time: canary, waves, proof, undo, halt, crash."""

import pytest

from controller.asking import AskingError, Preview, ask, previews
from controller.halting import halt
from controller.rollout import TargetPlan
from inventory.model import StoreId
from inventory.platforms.cisco_ios.platform import PLATFORM
from playbooks.model import CONFIG, text_of
from templates.drift import drift
from tests.scenarios.stage import ACCOUNT, Controller, Crash, Trap, World

REVERT = 60
NTP = ("ntp server 192.0.2.77",)


@pytest.fixture
def world():
    return World(seed=11, stores=4)


@pytest.fixture
def controller(world, tmp_path):
    made = Controller(world, tmp_path / "ledger.sqlite")
    made.poll()
    yield made
    made.close()


def running(world, device):
    return text_of(world.session(device).read(CONFIG))


def settings(world, device):
    """The running configuration without its comments, which tell of the last change."""
    return [line for line in running(world, device).splitlines() if not line.startswith(("!", "Current"))]


def intended(world, device, lines):
    """The device's own configuration with lines typed into a copy of it."""
    gear = world.bench.shells[device][0].device
    before = gear.running.copy()
    gear.apply(lines, "nobody")
    text = gear.running.render()
    gear.replace(before, "nobody")
    return text


def plans(world, lines_of):
    """Previews for every managed device; ``lines_of`` gives the lines a device is to have, or none."""
    for device in world.chain.devices.values():
        if not device.has_session:
            continue
        wanted = intended(world, device.id, lines_of(device))
        found = drift("cisco_ios", running(world, device.id), wanted)
        plan = TargetPlan(
            device=device.id,
            store=device.store,
            platform="cisco_ios",
            intended=wanted,
            fingerprint=f"{device.id}-{hash(wanted):x}"[:40],
            remedy=found.remedy,
            undo=found.undo,
            diff=found.diff,
        )
        yield Preview(device=device, state="right" if found.clean else "differs", plan=plan)


def asked(controller, lines_of, canary=None):
    seen = list(plans(controller.world, lines_of))
    return ask(
        controller.file,
        controller.world.chain,
        seen,
        by="jane",
        title="test",
        now=controller.clock.now(),
        revert_in=REVERT,
        canary=canary,
    )


def pushed(controller, lines_of, canary=None):
    event = asked(controller, lines_of, canary)
    assert controller.dispatch.tick()
    return controller.file.rollout(event.rollout), controller.file.targets(event.rollout)


def closed_store(world):
    now = world.bench.clock.now()
    return next(s for s, shop in world.chain.stores.items() if not shop.is_trading(now))


def test_every_device_is_changed_proven_and_kept_and_a_second_push_finds_nothing(controller, world):
    rollout, targets = pushed(controller, lambda _: NTP)
    assert rollout.status == "done"
    assert {t.state for t in targets} == {"changed"}
    assert not world.pending
    for target in targets:
        assert NTP[0] in running(world, target.device)
        assert target.diff == f"+{NTP[0]}"
    with pytest.raises(AskingError, match="nothing to push"):
        asked(controller, lambda _: NTP)


def test_the_canary_store_is_proven_before_any_other_is_touched(controller, world):
    canary = StoreId("s003")
    rollout, _ = pushed(controller, lambda _: NTP, canary)
    touched = list(dict.fromkeys(world.chain.devices[device].store for device, _ in world.writes))
    assert touched[0] == rollout.canary == canary
    assert sorted(touched) == sorted(world.chain.stores)
    kinds = [e for e in controller.file.events(rollout.id) if e.kind in ("wave_begun", "proved")]
    assert [e.kind for e in kinds][:2] == ["wave_begun", "proved"]
    assert [e.wave for e in kinds if e.kind == "wave_begun"] == [0, 1, 2]


def test_within_a_store_the_edge_comes_last(controller, world):
    pushed(controller, lambda _: NTP)
    for store in world.chain.stores:
        order = list(dict.fromkeys(d for d, _ in world.writes if world.chain.devices[d].store == store))
        assert order[-1] == world.chain.edge_of(store).id


def cut_management(device):
    return ("line vty 0 4", "transport input none")


def test_what_cuts_management_is_taken_back_by_the_device_and_goes_no_further(controller, world):
    before = {d.id: settings(world, d.id) for d in world.chain.devices.values() if d.has_session}
    rollout, targets = pushed(controller, cut_management)
    assert rollout.status == "halted"
    assert [t.state for t in targets if t.state != "held"] == ["undone"]
    lost = next(t for t in targets if t.state == "undone")
    assert lost.store == rollout.canary
    assert "management was lost" in lost.reason
    assert {device for device, _ in world.writes} == {lost.device}
    assert {d: settings(world, d) for d in before} == before
    [told] = controller.file.incidents(store=rollout.canary)
    assert (told.signature, told.device, told.status) == ("management_lost_after_change", lost.device, "escalated")
    with pytest.raises(AskingError, match="quarantine"):
        asked(controller, cut_management)


def test_what_breaks_the_tills_is_undone_also_on_the_devices_before(controller, world):
    canary = closed_store(world)
    before = {d.id: settings(world, d.id) for d in world.chain.devices_of(canary) if d.has_session}

    def lines(device):
        trunk = next(p.name for p in device.ports.values() if p.use == "trunk")
        return (f"interface {trunk}.10", "shutdown") if device.role == "edge" else NTP

    rollout, targets = pushed(controller, lines, canary)
    assert rollout.status == "halted"
    assert {t.state for t in targets if t.store == canary} == {"undone"}
    assert {t.state for t in targets if t.store != canary} == {"held"}
    assert {d: settings(world, d) for d in before} == before
    assert not world.pending


def test_what_interrupts_an_open_store_is_held(controller, world):
    now = world.bench.clock.now()
    canary = next(s for s, shop in world.chain.stores.items() if shop.is_trading(now))

    def lines(device):
        trunk = next(p.name for p in device.ports.values() if p.use == "trunk")
        return (f"interface {trunk}.10", "shutdown") if device.role == "edge" else ()

    rollout, targets = pushed(controller, lines, canary)
    assert rollout.status == "halted"
    assert {t.state for t in targets} == {"held"}
    assert "trading_hours" in next(t.reason for t in targets if t.store == canary)
    assert world.writes == []


def test_a_difference_that_moved_since_it_was_shown_is_not_written(controller, world):
    event = asked(controller, lambda _: NTP)
    first = event.aims[0].device
    world.bench.shells[first][0].device.apply(["ntp server 192.0.2.99"], "jdoe")
    controller.dispatch.tick()
    target = controller.file.targets(event.rollout)[0]
    assert (target.device, target.state) == (first, "held")
    assert "changed since" in target.reason
    assert controller.file.rollout(event.rollout).status == "halted"
    assert world.writes == []


def test_a_person_halts_it_between_two_stores(controller, world):
    event = asked(controller, lambda _: NTP)
    keep = controller.clock.sleep

    def sleep(seconds):
        keep(seconds)
        if len({world.chain.devices[d].store for d, _ in world.writes}) == 2:
            halt(controller.file, event.rollout, "noc", "tills are slow", controller.clock.now())

    controller.clock.sleep = sleep
    controller.dispatch.tick()
    rollout = controller.file.rollout(event.rollout)
    assert (rollout.status, rollout.halted_by, rollout.reason) == ("halted", "noc", "tills are slow")
    targets = controller.file.targets(event.rollout)
    states = {store: {t.state for t in targets if t.store == store} for store in world.chain.stores}
    assert sum(s == {"changed"} for s in states.values()) == 1
    assert sum(s == {"held"} for s in states.values()) == 2
    assert not world.pending


def test_the_kill_switch_holds_everything(controller, world):
    controller.file.throw("kill", "drill")
    rollout, targets = pushed(controller, lambda _: NTP)
    assert rollout.status == "halted"
    assert {t.state for t in targets} == {"held"}
    assert world.writes == []


def test_a_device_that_refuses_is_left_as_it_was(controller, world):
    world.mood = "refuse"
    rollout, targets = pushed(controller, lambda _: NTP)
    assert rollout.status == "halted"
    assert "Authorization failed" in next(t.reason for t in targets if t.state == "undone")
    assert world.writes == []


def test_a_line_that_cannot_be_sent_is_refused_before_anything_is_asked_for(world):
    fleet = type("F", (), {"look": lambda _, devices, looks: [(d.id, (world[d.id].read(CONFIG),)) for d in devices]})()
    device = next(d for d in world.chain.devices.values() if d.role == "switch")
    wanted = running(world, device.id).replace("!\nend", "ip domain name what?.example\n!\nend")
    rendering = type("R", (), {"device": device.id, "platform": "cisco_ios", "text": wanted, "fingerprint": "f"})()
    [preview] = previews(fleet, world.chain, [rendering], REVERT)
    assert preview.state in ("refused", "differs")
    assert PLATFORM.commit_confirm


@pytest.mark.parametrize("after", [False, True])
def test_a_crash_anywhere_changes_each_device_once(tmp_path, after):
    step, at = 61, 5
    while True:
        world = World(seed=11, stores=2)
        path = tmp_path / f"ledger-{after}-{at}.sqlite"
        first = Controller(world, path)
        first.poll()
        event = asked(first, lambda _: NTP)
        first.close()
        trap = Trap(at, after=after)
        dying = Controller(world, path, trap=trap, name="host:1:1")
        try:
            dying.dispatch.tick()
            crashed = False
        except Crash:
            crashed = True
        dying.close()
        if not crashed:
            break
        world.forward(2)
        again = Controller(world, path, name="host:1:1")
        again.poll()
        again.dispatch.tick()
        rollout = again.file.rollout(event.rollout)
        states = {t.device: (t.state, t.reason) for t in again.file.targets(event.rollout)}
        assert rollout.status == "done", (at, rollout.reason, states)
        assert not world.pending, at
        assert {s for s, _ in states.values()} <= {"changed", "already_right"}, (at, states)
        for device in states:
            assert NTP[0] in running(world, device)
            assert sum(d == device and line == NTP[0] for d, line in world.writes) <= 2, at
        again.close()
        at += step
    assert at > step
    assert ACCOUNT
