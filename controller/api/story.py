"""What one incident's page shows, worked out before any HTML.

In: an incident's full record, the chain, now. Out: frozen ``Story`` for the templates. Called by ``page``.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from controller.api.records import ChangeRecord, CheckRecord, IncidentDetail, IncidentRecord, VerdictRecord
from controller.api.scene import IncidentRow, child_rows, incident_sign
from controller.api.signs import Sign, age, span
from controller.seen_words import CODES
from inventory.model import Chain, StoreId

UNKNOWN = "unknown"
OUTCOME_SIGNS = {
    "open": Sign(symbol="…", word="outcome not known yet", tone="watch"),
    "ran": Sign(symbol="✓", word="ran, read back from the device", tone="good"),
    "not_run": Sign(symbol="○", word="did not run", tone="quiet"),
    "unknown": Sign(symbol="?", word="nobody can tell", tone="bad"),
    "undone": Sign(symbol="↩", word="undone", tone="quiet"),
}
PROOF_SHOWN = 40
_ADDED, _TAKEN, _KEPT = "added", "taken", "kept"
_CLOCK = re.compile(r"\d\d:\d\d:\d\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """One line of the story; ``offset`` is the time since it began, in words; ``again`` how often it came again."""

    at: datetime
    offset: str
    text: str
    again: int
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """One time the guardrails were asked: about which action, and what each said; the same answer is told once."""

    title: str
    at: datetime
    times: int
    verdicts: tuple[VerdictRecord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofRow:
    """One look at a function, with the function's title."""

    title: str
    check: CheckRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """One write with its diff split into (kind, line); kind is added, taken or kept."""

    change: ChangeRecord
    sign: Sign
    diff: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Everything on an incident's page; ``children`` share its cause."""

    now: datetime
    seq: int
    incident: IncidentDetail
    sign: Sign
    lasted: str
    store_clock: str
    children: tuple[IncidentRow, ...]
    children_count: int
    beats: tuple[Beat, ...]
    hearings: tuple[Hearing, ...]
    changes: tuple[ChangeRow, ...]
    proof: tuple[ProofRow, ...]
    proof_more: int
    function_titles: tuple[str, ...]
    kill_reason: str | None
    pulse_notice: str
    codes: Mapping[str, str]
    offered: tuple[str, ...]
    asks_for_review: bool


def build_story(
    incident: IncidentDetail,
    children: Sequence[IncidentRecord],
    chain: Chain,
    now: datetime,
    *,
    seq: int,
    kill_reason: str | None,
    pulse_notice: str,
) -> Story:
    """Return the content of an incident's page."""
    store = chain.stores.get(StoreId(incident.store))
    return Story(
        now=now,
        seq=seq,
        incident=incident,
        sign=incident_sign(incident),
        lasted=_lasted(incident, now),
        store_clock=f"{store.local_time(now):%H:%M}" if store else "",
        children=child_rows(children, now),
        children_count=len(children),
        beats=_beats(incident),
        hearings=_hearings(incident.verdicts),
        changes=tuple(_change_row(c) for c in incident.changes),
        proof=tuple(ProofRow(title=_title(chain, c.function), check=c) for c in incident.checks[-PROOF_SHOWN:]),
        proof_more=max(0, len(incident.checks) - PROOF_SHOWN),
        function_titles=tuple(_title(chain, f) for f in incident.functions),
        kill_reason=kill_reason,
        pulse_notice=pulse_notice,
        codes=CODES,
        offered=tuple(code for code in CODES if _named(incident) or code in ("another", "ignorable")),
        asks_for_review=incident.signature == UNKNOWN and incident.review is None,
    )


def _named(incident: IncidentDetail) -> bool:
    """Whether a signature, written or learned, or a model named it, so that a person may find that right or wrong."""
    return incident.signature != UNKNOWN or incident.suggestion is not None or bool(incident.guess)


def _lasted(incident: IncidentDetail, now: datetime) -> str:
    if incident.closed_at is None:
        return f"began {age(incident.opened_at, now)}, still lasting"
    lasted = span(incident.opened_at, incident.closed_at).lstrip("+")
    return f"lasted {lasted}, over {age(incident.closed_at, now)}"


def _hearings(verdicts: Sequence[VerdictRecord]) -> tuple[Hearing, ...]:
    def of(verdict: VerdictRecord) -> tuple[datetime, str, int]:
        return verdict.at, verdict.action, verdict.rung

    heard: list[Hearing] = []
    for (at, action, _), group in groupby(verdicts, of):
        hearing = Hearing(title=_words(action), at=at, times=1, verdicts=tuple(group))
        if heard and _said(heard[-1]) == _said(hearing):
            hearing = replace(hearing, times=heard.pop().times + 1)
        heard.append(hearing)
    return tuple(heard)


def _said(hearing: Hearing) -> tuple[object, ...]:
    return hearing.title, *((v.rung, v.rule, v.allowed, v.reason) for v in hearing.verdicts)


def _beats(incident: IncidentDetail) -> tuple[Beat, ...]:
    """The story; what comes again, but for the time in it, is told once with how often."""
    told: dict[str, Beat] = {}
    for moment in incident.story:
        words = _CLOCK.sub("", moment.text)
        first = told.get(words)
        offset = span(incident.opened_at, moment.at)
        told[words] = (
            Beat(at=moment.at, offset=offset, text=moment.text, again=0, last_at=moment.at)
            if first is None
            else replace(first, again=first.again + 1, last_at=moment.at)
        )
    return tuple(told.values())


def _change_row(change: ChangeRecord) -> ChangeRow:
    return ChangeRow(change=change, sign=OUTCOME_SIGNS[change.outcome], diff=tuple(_marked(change.diff.splitlines())))


def _marked(lines: Iterable[str]) -> Iterable[tuple[str, str]]:
    for line in lines:
        kind = _ADDED if line.startswith("+") else _TAKEN if line.startswith("-") else _KEPT
        yield kind, line


def _words(name: str) -> str:
    return name.replace("_", " ")


def _title(chain: Chain, name: str) -> str:
    return next((f.title for f in chain.functions.values() if f.name == name), name)
