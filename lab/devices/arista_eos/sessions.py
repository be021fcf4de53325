"""Configuration sessions of a switch, and the timer that takes a commit back unless it is confirmed.

In: calls of the ``configure session`` commands. Out: candidate configurations, a changed running configuration, log
lines. The timer runs on the switch itself, so it outlives the session that armed it. A session holds a copy of the
running configuration from when it was opened: its commit overwrites what others have changed since.
"""

import asyncio
import difflib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from lab.devices.arista_eos.answers import CommandError
from lab.devices.arista_eos.config import Config
from lab.devices.modes import Modes
from lab.model import DeviceView

MOST_OPEN, MOST_DONE = 5, 1
MINUTE = 60
Place = tuple[str, str]


class Owner(Protocol):
    """The switch whose configuration is changed."""

    view: DeviceView
    modes: Modes
    running: Config

    def replace(self, target: Config, user: str) -> object:
        """Make the running configuration equal to ``target``."""


@dataclass(slots=True)
class ConfigSession:
    """One session. ``inside``: who is in it, by terminal."""

    name: str
    config: Config
    number: int
    state: Literal["pending", "completed", "aborted"] = "pending"
    inside: dict[str, str] = field(default_factory=dict)
    done_at: datetime | None = None
    done_by: str = ""


@dataclass(slots=True)
class Timed:
    """A commit that is taken back unless it is confirmed. ``expires``: seconds since the switch started."""

    name: str
    user: str
    backup: Config
    expires: float
    timer: asyncio.TimerHandle


class Sessions:
    """The sessions of one switch. ``minute_seconds`` scales the timer; ``uptime`` tells seconds since the start."""

    def __init__(self, owner: Owner, minute_seconds: float, uptime: Callable[[], float]) -> None:
        self.all: dict[str, ConfigSession] = {}
        self.timed: Timed | None = None
        self._owner = owner
        self.minute_seconds = minute_seconds
        self._uptime = uptime
        self._made = 0

    def enter(self, name: str | None, user: str, place: str) -> ConfigSession:
        """Open a session, or go into one that is pending. Raises ``CommandError``."""
        self._made += 1
        session = self.all.get(name or f"sess-{self._made}")
        if session is None:
            if sum(1 for one in self.all.values() if one.state == "pending") >= MOST_OPEN:
                raise CommandError(
                    "Maximum number of pending sessions has been reached. Please commit or abort previous sessions "
                    "before creating a new one."
                )
            session = ConfigSession(name or f"sess-{self._made}", self._owner.running.copy(), self._made)
            self.all[session.name] = session
        elif session.state != "pending":
            raise CommandError(f"Cannot enter session {session.name} (session already {session.state})")
        session.inside[place] = user
        self._say("CONFIG_SESSION_ENTERED", f"User {user} entered configuration session {session.name} on {place}")
        return session

    def leave(self, session: ConfigSession, place: str) -> None:
        """Go out of a session; it stays pending."""
        user = session.inside.pop(place, "")
        if user:
            self._say("CONFIG_SESSION_EXITED", f"User {user} exited configuration session {session.name} on {place}")

    def commit(self, name: str, user: str, place: str, seconds: int | None = None) -> None:
        """Make a session's configuration the running one, or confirm the one that waits. Raises ``CommandError``."""
        timed = self.timed
        if timed is not None and timed.name == name:
            self._confirm(timed, user, place, seconds)
            return
        session = self._pending(name, "commit")
        if timed is not None:
            raise CommandError(f"Cannot commit session {name}: commit timer is pending on session {timed.name}")
        if seconds is not None:
            self._arm(name, user, seconds)
            clock = f"{seconds // 3600}:{seconds // MINUTE % MINUTE}:{seconds % MINUTE}(hr:min:sec)"
            self._say(
                "CONFIG_SESSION_COMMIT_TIMER_STARTED",
                f"User {user} committed session {name} on {place}, with timer {clock}.",
            )
        self._owner.replace(session.config, user)
        self._finish(session, "completed", user)
        self._say(
            "CONFIG_SESSION_COMMIT_SUCCESS",
            f"User {user} committed configuration session {name} successfully on {place}",
        )

    def abort(self, name: str, user: str, place: str) -> None:
        """Drop a session, or take back the one that waits. Raises ``CommandError``."""
        timed = self.timed
        if timed is not None and timed.name == name:
            self._back(timed, user, place)
            self._say(
                "CONFIG_SESSION_COMMIT_TIMER_CANCELED",
                f"The commit timer on session {name} has been canceled. The system configuration has been rolled back.",
            )
            self.all.pop(name, None)
        else:
            self._finish(self._pending(name, "abort"), "aborted", user)
        self._say("CONFIG_SESSION_ABORTED", f"User {user} aborted configuration session {name} on {place}")

    def named(self, name: str) -> ConfigSession:
        """Return a session. Raises ``CommandError``."""
        if name not in self.all:
            raise CommandError(f"Session {name} does not exist")
        return self.all[name]

    def diffs(self, session: ConfigSession) -> str:
        """Return what the session would change."""
        lines = difflib.unified_diff(
            self._owner.running.render().splitlines(),
            session.config.render().splitlines(),
            "system:/running-config",
            f"session:/{session.name}-session-config",
            lineterm="",
        )
        return "".join(f"{line}\n" for line in lines)

    def arm(self, name: str, user: str, seconds: int) -> None:
        """Start the timer that takes back what follows, as a commit does. Needs a running event loop."""
        session = ConfigSession(name, self._owner.running.copy(), self._made, done_at=self._owner.view.now())
        session.state, session.done_by = "completed", user
        self.all[name] = session
        self._arm(name, user, seconds)

    def revert(self, user: str) -> bool:
        """Take back what waits now; False when nothing does."""
        if self.timed is None:
            return False
        self.abort(self.timed.name, user, "command-api")
        return True

    def forget(self) -> None:
        """Restart: sessions that were not committed are gone, and no timer runs."""
        if self.timed is not None:
            self.timed.timer.cancel()
        self.timed = None
        self.all.clear()

    def _pending(self, name: str, verb: str) -> ConfigSession:
        session = self.all.get(name)
        if session is None:
            raise CommandError(f"Cannot {verb} session {name}: session does not exist")
        if session.state != "pending":
            raise CommandError(f"Cannot {verb} session {name}: session is already {session.state}")
        return session

    def _arm(self, name: str, user: str, seconds: int) -> None:
        if self._owner.modes.on("archive_off"):
            raise CommandError("Commit timer is not available")
        delay = seconds * self.minute_seconds / MINUTE
        timer = asyncio.get_running_loop().call_later(delay, self._time_is_up)
        self.timed = Timed(name, user, self._owner.running.copy(), self._uptime() + seconds, timer)

    def _confirm(self, timed: Timed, user: str, place: str, seconds: int | None) -> None:
        timed.timer.cancel()
        self.timed = None
        if seconds is not None:
            self._arm(timed.name, user, seconds)
            if self.timed is not None:
                self.timed.backup = timed.backup
            return
        self._say(
            "CONFIG_SESSION_COMMIT_SUCCESS",
            f"User {user} committed configuration session {timed.name} successfully on {place}",
        )

    def _back(self, timed: Timed, user: str, place: str) -> None:
        timed.timer.cancel()
        self.timed = None
        self._owner.replace(timed.backup, user)
        self._say(
            "CONFIG_REPLACE_SUCCESS",
            f"User {user} replaced running configuration with file:/tmp/commitTimerCheckPointConfig.txt successfully "
            f"on {place}",
        )

    def _time_is_up(self) -> None:
        timed = self.timed
        if timed is None:
            return
        self._owner.view.say(
            "SYS-3-CONFIG_SESSION_COMMIT_TIMER_TIMEDOUT",
            f"The commit timer on session {timed.name} has expired.The system configuration will be rolled back.",
        )
        self._back(timed, "root", "UnknownTty")
        self.all.pop(timed.name, None)

    def _finish(self, session: ConfigSession, state: Literal["completed", "aborted"], user: str) -> None:
        session.state, session.done_at, session.done_by = state, self._owner.view.now(), user
        session.inside.clear()
        if state == "aborted":
            self.all.pop(session.name, None)
        done = [one for one in self.all.values() if one.state == "completed" and not self._is_timed(one)]
        for old in sorted(done, key=lambda one: one.number)[:-MOST_DONE]:
            del self.all[old.name]

    def _is_timed(self, session: ConfigSession) -> bool:
        return self.timed is not None and self.timed.name == session.name

    def _say(self, name: str, text: str) -> None:
        self._owner.view.say(f"SYS-5-{name}", text)
