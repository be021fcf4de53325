from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from inventory.looks import Look
from inventory.model import Device
from tests.inventory.lab_process import SECRETS, RunningLab, running_lab

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
FREQUENT = {
    "edge": ("interfaces", "default_route", "probes", "arp"),
    "switch": ("ports", "trunks", "poe", "neighbors", "macs"),
}


def frequent_looks(device: Device) -> tuple[Look, ...]:
    return tuple(Look(getter=getter) for getter in FREQUENT.get(device.role, ()))


@pytest.fixture
def now() -> Callable[[], datetime]:
    return lambda: NOON


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    patch = pytest.MonkeyPatch()
    for name, value in SECRETS.items():
        patch.setenv(name, value)
    with running_lab(tmp_path_factory.mktemp("chain")) as running:
        yield running
    patch.undo()
