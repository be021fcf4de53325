"""Who is logged in: the sessions of a device, whether NETCONF or at the prompt.

In: sessions opening and closing. Out: rows of ``show system users``; the words by which Junos names a session that is
in somebody's way. A device without a free session refuses.
"""

from dataclasses import dataclass
from datetime import datetime

from lab.devices.seats import Seat, Seats

LIMIT = 75
_FIRST_PID = 4200


@dataclass(slots=True, eq=False, kw_only=True)
class Session(Seat):
    """One session. ``terminal`` is empty for NETCONF; ``level`` is where in the configuration its user stands."""

    pid: int
    terminal: str = ""
    client: str = "cli"
    level: tuple[str, ...] = ()
    editing: bool = False

    def told(self, now: datetime) -> str:
        """Return the session as Junos names it to another."""
        idle = int((now - (self.last_input or self.since)).total_seconds())
        since = f"{self.since:%Y-%m-%d %H:%M:%S} UTC"
        waiting = f", idle {clock(idle)}" if idle else ""
        return f"  {self.user} terminal {self.terminal} (pid {self.pid}) on since {since}{waiting}"

    def stands(self) -> str:
        """Return where in the configuration the user stands."""
        return f"[{' '.join(('edit', *self.level))}]" if self.client == "cli" else ""


@dataclass(slots=True)
class Sessions(Seats[Session]):
    """The sessions of one device, by number."""

    _begun: int = 0

    def seat(self, number: int, address: str, now: datetime) -> Session:
        """Return the session of somebody who has just come."""
        self._begun += 1
        pid = _FIRST_PID + 7 * self._begun
        return Session(number=number, address=address, since=now, pid=pid, last_input=now)

    def editing(self) -> list[Session]:
        """Return the sessions in configuration mode."""
        return [session for session in self.used.values() if session.editing]


def clock(seconds: int) -> str:
    """Return a duration as hours, minutes and seconds."""
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
