"""Who is logged in: the sessions of a device, whether NETCONF or at the prompt.

In: sessions opening and closing. Out: rows of ``show system users``; the words by which Junos names a session that is
in somebody's way. A device without a free session refuses.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

LIMIT = 75
_FIRST_PID = 4200


@dataclass(slots=True, eq=False)
class Session:
    """One session. ``terminal`` is empty for NETCONF; ``level`` is where in the configuration its user stands."""

    number: int
    address: str
    since: datetime
    pid: int
    user: str = ""
    terminal: str = ""
    client: str = "cli"
    level: tuple[str, ...] = ()
    editing: bool = False
    last_input: datetime | None = None
    hang_up: Callable[[], object] | None = None
    cut: Callable[[], object] | None = None

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
class Sessions:
    """The sessions of one device, by number."""

    used: dict[int, Session] = field(default_factory=dict)
    _begun: int = 0

    def take(self, numbers: Iterable[int], address: str, now: datetime) -> Session | None:
        """Begin a session in the first free place, None when there is none."""
        for number in numbers:
            if number not in self.used:
                self._begun += 1
                session = Session(number, address, now, _FIRST_PID + 7 * self._begun, last_input=now)
                self.used[number] = session
                return session
        return None

    def free(self, session: Session) -> None:
        """End a session; harmless when it has ended before."""
        if self.used.get(session.number) is session:
            del self.used[session.number]

    def editing(self) -> list[Session]:
        """Return the sessions in configuration mode."""
        return [session for session in self.used.values() if session.editing]


def clock(seconds: int) -> str:
    """Return a duration as hours, minutes and seconds."""
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
