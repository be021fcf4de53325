"""Everything here runs the whole controller: ``make test`` has the time, ``make check`` has not."""

import pytest

from tests.scenarios.stage import Controller, World

CALM_SECONDS = 10


@pytest.fixture
def world():
    """One store in health."""
    return World()


@pytest.fixture
def controller(world, tmp_path):
    """A controller that has looked at the world for a while."""
    controller = Controller(world, tmp_path / "ledger.sqlite")
    controller.play(CALM_SECONDS)
    yield controller
    controller.close()


def pytest_collection_modifyitems(items):
    for item in items:
        if "scenarios" in item.path.parts:
            item.add_marker(pytest.mark.scenario)
