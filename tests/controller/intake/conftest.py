from concurrent.futures import Future
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from controller.intake.desk import Intake
from controller.poll import Poller, stores_of
from controller.settings import Settings
from inventory.errors import UnreachableError
from tests.controller.reading.conftest import StillClock, small_chain

NOW = datetime(2026, 11, 20, 3, 12, 0, tzinfo=UTC)
SECRET = "a-secret-for-hints"


@pytest.fixture
def chain():
    return small_chain()


@pytest.fixture
def clock():
    return StillClock(NOW)


@pytest.fixture
def asked():
    """Stores whose extra look was asked for."""
    return []


@pytest.fixture
def intake(chain, clock, asked, tmp_path, monkeypatch):
    monkeypatch.setenv("HINT_WORD", SECRET)
    settings = Settings(hint_secret="env:HINT_WORD")
    return Intake(settings, tmp_path, chain, lambda store: asked.append(store) or True, clock.now)


@pytest.fixture
def looker(chain, clock):
    """A poller whose devices are all out of reach, at once; ``looks`` are (device, time)."""
    looks, seen = [], []

    def look(devices, looks_for):
        for device in devices:
            looks.append((device.id, clock.now()))
            yield device.id, (UnreachableError(device.id, "no answer"),) * len(looks_for(device))

    def submit(act, *arguments):
        future = Future()
        future.set_result(act(*arguments))
        return future

    at_once = SimpleNamespace(submit=submit)
    lanes = {s: SimpleNamespace(see=lambda answers, _at, s=s: seen.append((s, set(answers)))) for s in stores_of(chain)}
    poller = Poller(chain, SimpleNamespace(look=look), lanes, clock, at_once, at_once)
    return SimpleNamespace(poller=poller, looks=looks, seen=seen)
