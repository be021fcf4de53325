"""Trading hours as people write them, and as the model holds them.

In: ``{"mon-fri": "08:00-20:00", "sun": "closed"}``, its form already checked. Out: opening and closing time by weekday.
Called by ``inventory.files`` and ``inventory.chain_checks``.
"""

from collections.abc import Iterator, Mapping
from datetime import time

from inventory.model import WEEKDAYS

END_OF_DAY = time(23, 59, 59, 999999)


def hours_by_day(written: Mapping[str, str]) -> dict[str, tuple[time, time]]:
    """Return local opening and closing time of each weekday that is not closed."""
    hours: dict[str, tuple[time, time]] = {}
    for days, text in written.items():
        for day in days_of(days):
            if text != "closed":
                hours[day] = (time.fromisoformat(text[:5]), _closing(text[6:]))
    return hours


def _closing(text: str) -> time:
    return END_OF_DAY if text == "24:00" else time.fromisoformat(text)


def days_of(text: str) -> Iterator[str]:
    """Yield the weekdays of ``mon`` or ``fri-mon`` (a range may run over the weekend)."""
    first, _, last = text.partition("-")
    start = WEEKDAYS.index(first)
    for step in range((WEEKDAYS.index(last or first) - start) % 7 + 1):
        yield WEEKDAYS[(start + step) % 7]
