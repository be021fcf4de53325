from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from tests.inventory.lab_process import SECRETS, RunningLab, running_lab

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)


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
