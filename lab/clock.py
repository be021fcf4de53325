"""The lab's clock.

In: the start the seed fixed. Out: the lab's time, and how far it is ahead of (or behind) the wall clock.
Called by the lab process only; the controller is given the offset once. Why: stores open and close at a
time the seed chose, whatever time it is outside.
"""

import time
from datetime import UTC, datetime, timedelta


def wall() -> datetime:
    """The time outside, aware UTC: what real stores live in."""
    return datetime.now(UTC)


class LabClock:
    """The start plus the time that has passed since the clock was made (monotonic, never set back)."""

    def __init__(self, start: datetime) -> None:
        self.start = start
        self._made = time.monotonic()

    def seconds(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._made

    def now(self) -> datetime:
        """The lab's time, aware UTC."""
        return self.start + timedelta(seconds=self.seconds())

    def offset_seconds(self) -> float:
        """Lab time minus wall time, in seconds."""
        return (self.now() - datetime.now(UTC)).total_seconds()


class HandClock:
    """A clock turned by hand: for tests and for looking ahead."""

    def __init__(self, start: datetime) -> None:
        self.start = start
        self._seconds = 0.0

    def seconds(self) -> float:
        """Seconds since the start."""
        return self._seconds

    def now(self) -> datetime:
        """The lab's time, aware UTC."""
        return self.start + timedelta(seconds=self._seconds)

    def offset_seconds(self) -> float:
        """Lab time minus wall time: a hand clock has no wall to compare with, so 0."""
        return 0.0

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self._seconds += seconds
