"""Configuration sessions on a switch: which are open, which waits for its confirmation, and how long still.

In: what ``show configuration sessions detail | json`` and ``show version | json`` answer. Out: ``Sessions``; seconds.
Called by ``candidate``. EOS told a change under its timer by a session's state until 4.31, and tells it above all
sessions since 4.32 (napalm-automation/napalm issue 2166); both are read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inventory.platforms.arista_eos.answers import answer, field, records

SESSIONS = "show configuration sessions detail | json"
VERSION = "show version | json"
PREFIX = "storenet-"
"""How the names of our sessions begin; the journalled intent's id follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """A change under its timer. ``expires_at``: seconds since the switch started, or since 1970; None: untold."""

    name: str
    user: str
    expires_at: float | None

    def is_of(self, username: str) -> bool:
        """Whether we made it, with this account."""
        return self.name.startswith(PREFIX) and self.user in ("", username)


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """A session that is not committed, and who is in it."""

    name: str
    users: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions:
    """All that is under way. ``saves``: a commit is saved at once, as the switch is configured."""

    timed: Timed | None
    opened: tuple[Open, ...]
    saves: bool


def sessions(output: str) -> Sessions:
    """Read the list of sessions. Raises ``ParseDoubt``."""
    found = answer(output, SESSIONS)
    each = records(found, "sessions", SESSIONS)
    states = {name: field(row, "state", str, SESSIONS) for name, row in each.items()}
    return Sessions(
        timed=_since_4_32(found, each) or _until_4_31(states, each),
        opened=tuple(Open(name=n, users=_users(each[n])) for n, state in states.items() if state == "pending"),
        saves=found.get("saveToStartupConfigOnCommit") is True,
    )


def _since_4_32(found: Mapping[str, Any], each: Mapping[str, Any]) -> Timed | None:
    name = str(found.get("commitTimerSessionName") or "")
    if not name:
        return None
    return Timed(name=name, user=_committed_by(each.get(name)), expires_at=_number(found, "commitTimerExpireTime"))


def _until_4_31(states: Mapping[str, str], each: Mapping[str, Any]) -> Timed | None:
    name = next((name for name, state in states.items() if "pendingCommitTimer" in state), None)
    if name is None:
        return None
    return Timed(name=name, user=_committed_by(each[name]), expires_at=_number(each[name], "commitBy"))


def _committed_by(row: Any) -> str:
    return str(row.get("commitUser") or "") if isinstance(row, dict) else ""


def _number(row: Mapping[str, Any], name: str) -> float | None:
    value = row.get(name)
    known = isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0
    return float(value) if known and value is not None else None


def _users(row: Any) -> tuple[str, ...]:
    inside = row.get("instances") if isinstance(row, dict) else None
    told = inside.values() if isinstance(inside, dict) else ()
    return tuple(str(one.get("user", "")) if isinstance(one, dict) else "somebody" for one in told)


def seconds_left(timed: Timed, version: str) -> float | None:
    """Return how long the timer still runs, of ``show version``; None when the switch does not tell."""
    found = answer(version, VERSION)
    uptime, booted = _number(found, "uptime"), _number(found, "bootupTimestamp")
    if timed.expires_at is None or uptime is None:
        return None
    if booted is not None and timed.expires_at > booted:
        return timed.expires_at - booted - uptime
    return timed.expires_at - uptime


def clock(seconds: int) -> str:
    """Return seconds as ``commit timer`` wants them."""
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
