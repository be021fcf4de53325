"""People who sit at a switch for a while: logged in, in configuration mode, perhaps with it to themselves.

In: who sits down and gets up. Out: a session among the others, the lock of the database. Called by ``device`` for the
lab's world. What they type is committed at once: the device does that.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from lab.devices.juniper_junos.database import Database
from lab.devices.juniper_junos.sessions import Sessions
from lab.model import DeviceView

ADDRESS = "192.0.2.77"


@dataclass(slots=True)
class People:
    """Who sits at one device, by name."""

    view: DeviceView
    lines: Sessions
    database: Database
    on_reload: list[Callable[[], None]]
    seats: dict[str, Callable[[], None]] = field(default_factory=dict)

    def sit_down(self, user: str, places: tuple[int, ...], *, exclusive: bool) -> None:
        """Log in and go to configuration mode: in the first free place, else at the console."""
        now = self.view.now()
        session = self.lines.take(places, ADDRESS, now) or self.lines.seat(0, "console", now)
        session.user, session.terminal, session.editing = user, f"pts/{session.number}", True
        if exclusive:
            self.database.holder = session

        def leave() -> None:
            self.lines.free(session)
            self.seats.pop(user, None)
            self.on_reload.remove(leave)
            self.database.leave(session)

        session.hang_up = leave
        self.on_reload.append(leave)
        self.seats[user] = leave

    def stand_up(self, user: str) -> None:
        """Log out; harmless when nobody of that name sits there."""
        leave = self.seats.get(user)
        if leave is not None:
            leave()
