"""What we know of each vendor: one folder per platform, found by ``load_platforms``.

In: folders beside this file (and entry points ``storenet.inventory.platforms``), each exposing ``PLATFORM``.
Out: ``Platform`` records. Called by ``inventory.files`` (names), ``inventory.session`` (how to talk and read).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from inventory.discover import discover
from inventory.event_driven import EventDriven
from inventory.looks import Row

Parse = Callable[[str, Mapping[str, str]], tuple[Row, ...]]
Fallback = Callable[[Sequence[Mapping[str, str]]], tuple[Row, ...]]


class ParseDoubt(Exception):  # noqa: N818 - a doubt about an answer, not a fault of ours
    """Fewer rows matched than the output has: better no answer than half of one. ``expected`` rows were due."""

    def __init__(self, message: str, expected: int = 1) -> None:
        super().__init__(message)
        self.expected = expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Getter:
    """One kind of look: its command (``{name}`` is filled from the look's arguments) and its reader.

    ``fallback`` makes rows of what ``template`` (an ntc-templates file) returns. ``seconds_arg`` names an
    argument that adds that many seconds to the time the answer may take. ``privileged`` looks are taken with the write
    account on devices that refuse them to the read account (``show running-config`` needs privilege 15 on IOS).
    ``defaults`` fill arguments that a look leaves out.
    """

    command: str
    parse: Parse
    fallback: Fallback | None = None
    template: str = ""
    seconds_arg: str = ""
    privileged: bool = False
    defaults: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """The words a session needs beside the looks. ``{file}`` is a full path on the device.

    ``in_config`` stands in the prompt of configuration mode. ``drop_config`` leaves that mode without the change, where
    ``leave_config`` would commit it; empty: every line takes effect at once, and leaving commits nothing.
    """

    enter_config: str
    leave_config: str
    users: str
    pending: str
    none_pending: str
    is_pending: str
    delete_file: str
    show_file_system: str
    refused: re.Pattern[str]
    """Matches a line by which the device refuses what a write sent."""
    unknown: re.Pattern[str]
    """Matches a line by which the device refuses a look."""
    log_line: re.Pattern[str]
    """Matches a log message printed into a session."""
    in_config: str = "(config"
    drop_config: tuple[str, ...] = ()


class CandidateRefusedError(Exception):
    """The device refuses a candidate, its commit, its confirmation or its taking back; the words are its own."""


class Candidate(Protocol):
    """A change under the device's own timer, in NAPALM's words, over a connection that is lent.

    Transport errors and NAPALM's exceptions pass through; what the device refuses in words of its own is a
    ``CandidateRefusedError``. Nothing here judges permits: ``inventory.napalm_door`` asks them between the calls.
    """

    def load_merge_candidate(self, *, config: str) -> None:
        """Bring the lines to the device; its running configuration is not touched."""

    def compare_config(self) -> str:
        """Return the device's own diff."""

    def commit_config(self, *, revert_in: int) -> None:
        """Make it so; the device takes it back after ``revert_in`` seconds. A refusal leaves nothing changed."""

    def has_pending_commit(self) -> bool:
        """Return whether a change waits for its confirmation."""

    def confirm_commit(self) -> None:
        """Keep what is pending, and save it. The connection may be another than the one that committed."""

    def rollback(self) -> None:
        """Take back what is pending; only called when something is."""

    def discard_config(self) -> None:
        """Tidy away what the candidate left on the device; the running configuration is not touched."""


Lend = Callable[[EventDriven, str], AbstractContextManager[Candidate]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """How to reach and read one kind of device. ``vty_lines`` sessions fit at once on a fresh device.

    ``commit_confirm`` says that the device can take a change back by itself after at least ``min_revert_seconds``,
    in steps of ``revert_step_seconds``. ``free_lines`` reads the answer to ``dialect.users``. ``candidate`` lends a
    connection (and the account's name) to who changes this kind of device; None: the NAPALM driver for IOS.
    ``napalm_driver`` is a NAPALM driver of ours; else it is looked up by its name ``napalm``.
    ``pack`` writes the agent that belongs on such a device into a folder and returns its path.
    ``cheap_config``: its running configuration costs so little that every poll looks at it.
    ``enables``: an account gets its rights by ``enable``; else by the login alone.
    """

    name: str
    netmiko: str
    napalm: str
    driver: type[EventDriven]
    dialect: Dialect
    port_name: Callable[[str], str]
    free_lines: Callable[[str], int]
    vty_lines: int
    commit_confirm: bool
    min_revert_seconds: int = 0
    revert_step_seconds: int = 1
    getters: Mapping[str, Getter] = field(default_factory=dict)
    candidate: Lend | None = None
    napalm_driver: Callable[..., Any] | None = None
    pack: Callable[[Path], Path] | None = None
    cheap_config: bool = False
    enables: bool = True


@cache
def load_platforms() -> Mapping[str, Platform]:
    """Return every platform by its name. Raises ``ValueError`` when a folder exposes no ``PLATFORM`` of its name."""
    platforms: dict[str, Platform] = {}
    for name, module in discover(__name__).items():
        platform = getattr(module, "PLATFORM", None)
        if not isinstance(platform, Platform) or platform.name != name:
            raise ValueError(f"{module.__name__} exposes no PLATFORM called {name!r}")
        platforms[name] = platform
    return platforms
