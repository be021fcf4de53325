"""Hints and the whole controller in virtual time: a forged flood changes nothing, a true one only hurries."""

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
    hints = Hints(world.chain, poller.hasten, controller.clock.now)
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
