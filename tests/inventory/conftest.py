from collections.abc import Callable
from datetime import UTC, datetime

import pytest

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)


@pytest.fixture
def now() -> Callable[[], datetime]:
    return lambda: NOON
