"""Everything here runs the whole controller: ``make test`` has the time, ``make check`` has not."""

import pytest


def pytest_collection_modifyitems(items):
    for item in items:
        if "scenarios" in item.path.parts:
            item.add_marker(pytest.mark.scenario)
