"""Hints and the whole controller in virtual time: a forged flood changes nothing, a true one only hurries."""

from functools import partial
from types import SimpleNamespace

import pytest

from controller.intake.hints import Hints
from controller.intake.sieve import Sieve
from controller.intake.words_file import load_words
from controller.poll import Poller
from tests.scenarios.stage import AtOnce, Controller, World

FORGED = 100_000
MINUTES = 10


@pytest.fixture
def stage(tmp_path):
    world = World(stores=2)
    controller = Controller(world, tmp_path / "ledger.sqlite")
    looks = []

    def look(devices, looks_for):
        for device in devices:
            looks.append((device.id, controller.clock.now()))
            yield device.id, world.session(device.id).read_many(looks_for(device))

    poller = Poller(world.chain, SimpleNamespace(look=look), controller.lanes, controller.clock, AtOnce(), AtOnce())
    hints = Hints(world.chain, poller.hasten, controller.clock.now, ("storenet-rw",))
    controller.told = hints.fresh
    sieve = Sieve(*load_words(None), hints.whereabouts)
    yield SimpleNamespace(world=world, controller=controller, looks=looks, hints=hints, sieve=sieve)
    controller.close()


@pytest.mark.scenario
@pytest.mark.timeout(120)
def test_a_forged_flood_opens_nothing_and_writes_nothing(stage):
    devices = [d.id for d in stage.world.chain.devices.values()]
    words = ("LINK-3-UPDOWN", "BGP-5-ADJCHANGE", "PM-4-ERR_DISABLE", "SYS-5-RESTART", "ILPOWER-5-IEEE_DISCONNECT")
    for second in range(0, 60 * MINUTES, 2):
        for number in range(2 * FORGED // (60 * MINUTES) + 1):
            device, word = devices[number % len(devices)], words[number % len(words)]
            line = f"<189>Nov 21 08:00:00 {device} 45: %{word}: Interface Gi0/0, changed state to down"
            stage.sieve.take_syslog(line.encode(), f"10.0.0.{number % 250}", second)
        for told in stage.sieve.ready(second, 16):
            stage.hints.take(told)
        stage.world.forward(2)
        while stage.controller.queue:
            stage.controller.queue.pop(0)()
    assert stage.sieve.counts["syslog", "received"] >= FORGED
    assert stage.hints.polls_raised == 2 * MINUTES
    for device in {device for device, _ in stage.looks}:
        assert sum(of == device for of, _ in stage.looks) == MINUTES
    assert stage.controller.incidents() == ()
    assert stage.world.writes == []


def heal_all(stage):
    while stage.controller.queue:
        stage.controller.queue.pop(0)()


def listen(stage):
    """What devices log from now on goes the whole way, at once."""

    def tell(at, mnemonic, text, device):
        stage.sieve.take_syslog(f"<189>{at:%b %d %H:%M:%S} {device} 7: %{mnemonic}: {text}".encode(), "127.0.0.1", 0.0)
        for told in stage.sieve.ready(stage.world.bench.clock.seconds(), 16):
            stage.hints.take(told)

    for shop in stage.world.bench.world.shops.values():
        for gear in shop.gears.values():
            gear.tell = partial(tell, device=gear.name)


@pytest.mark.scenario
def test_a_configured_fault_that_logs_is_acted_on_after_one_look(stage):
    """No poll at all: the line the switch logs, one look, one confirming look, and the write is intended."""
    stage.controller.poll()
    listen(stage)
    before = stage.controller.clock.now()
    stage.world.put_in("vlan_missing")
    stage.world.forward(0.5)
    assert stage.hints.polls_raised == 1
    (incident,) = stage.controller.incidents()
    assert incident.signature == "vlan_missing"
    heal_all(stage)
    intended = next(e for e in stage.controller.file.events(incident.id) if e.kind == "intended")
    assert (intended.at - before).total_seconds() < 2
    assert stage.controller.incidents()[0].status == "healed"
    assert {h.did for h in stage.hints.recent(50)} <= {"looks", "ours"}


@pytest.mark.scenario
def test_what_our_own_account_configures_is_no_news(stage):
    stage.controller.poll()
    listen(stage)
    device = next(g for shop in stage.world.bench.world.shops.values() for g in shop.gears)
    stage.world.session(device).gear.view.say("SYS-5-CONFIG_I", "Configured from console by storenet-rw on vty1")
    told = stage.hints.recent(1)[0]
    assert (told.device, told.kind, told.did) == (device, "configured", "ours")
    assert stage.hints.fresh(told.store, stage.controller.clock.now()) == {}
    stage.world.bench.clock.forward(1)
    stage.world.session(device).gear.view.say("SYS-5-CONFIG_I", "Configured from console by ops on vty1")
    assert list(stage.hints.fresh(told.store, stage.controller.clock.now())) == [(device, "configured")]
    stage.world.bench.clock.forward(16)
    assert stage.hints.fresh(told.store, stage.controller.clock.now()) == {}


@pytest.mark.scenario
def test_a_hint_of_a_fault_that_is_not_there_changes_no_hold_time(stage):
    """Forged, and of the right kind: nothing shows, nothing is opened; what shows later still has to hold."""
    stage.controller.poll()
    for device in stage.world.chain.devices:
        line = f"<189>Nov 21 08:00:00 {device} 45: %SYS-5-CONFIG_I: Configured from console by ops on vty1"
        stage.sieve.take_syslog(line.encode(), "10.0.0.1", 0.0)
    for told in stage.sieve.ready(0.0, 16):
        stage.hints.take(told)
    assert stage.hints.polls_raised == 2
    assert stage.controller.incidents() == ()
    stage.world.forward(16)
    stage.world.put_in("vlan_missing")
    stage.controller.look()
    assert stage.controller.incidents() == ()
