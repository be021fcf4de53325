"""The machine's clock, the only place in the controller that asks what time it is.

In: an offset for practice runs (a store chain at another hour of the day). Out: aware UTC times and waits that end
when the controller stops. Wired by ``controller.main``; everything else is handed the time.
"""

from datetime import UTC, datetime, timedelta
from threading import Event

from controller.ports import StoppingError


class SystemClock:
    """``controller.ports.Clock`` on the system's clock, moved by ``offset_seconds``."""

    def __init__(self, offset_seconds: float = 0) -> None:
        self._offset = timedelta(seconds=offset_seconds)
        self._stopping = Event()

    def now(self) -> datetime:
        """Return the time, aware UTC."""
        return datetime.now(UTC) + self._offset

    def sleep(self, seconds: float) -> None:
        """Wait. Raises ``StoppingError`` when the clock is stopped meanwhile, or was before."""
        if self._stopping.wait(max(0.0, seconds)):
            raise StoppingError("the controller stops")

    def stop(self) -> None:
        """End every wait, now and later."""
        self._stopping.set()

    @property
    def stopped(self) -> bool:
        """Whether ``stop`` was called."""
        return self._stopping.is_set()
