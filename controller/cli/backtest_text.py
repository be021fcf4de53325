"""A backtest's answer as tables and as JSON.

In: rows of ``controller.backtest``. Out: text on stdout, JSON-able dictionaries. Called by ``controller.cli.backtest``.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from anomaly.changed import Changed
from anomaly.episodes import Episode, Site
from controller.backtest.comparing import Fired, Moved, Standing
from controller.backtest.playing import CHANGED, Job, Played
from controller.backtest.rungs import NOT_RECORDED, RungTold
from controller.cli.output import print_table, print_text
from playbooks.model import Playbook

_STANDINGS: dict[Standing, str] = {
    "true": "right, and the ledger has it",
    "unjudged": "the ledger has it, nobody has judged it",
    "false": "the ledger has it, a person said it was wrong or may be passed over",
    "new": "the ledger has no such incident",
    "missed": "the ledger has it, and it would not have been seen",
    "not recorded": "the ledger has it, nothing was recorded then",
}
_WOULD = {"act": "would act", "hold": "would be held", "escalate": "a person would be called", "unknown": "unknown"}
_DAY = 24
Plans = Sequence[tuple[Episode, tuple[RungTold, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was tried on what."""

    what: str
    job: Job
    played: Played
    has_ledger: bool


def show_signature(told: Told, name: str, rows: Sequence[Fired]) -> None:
    """Tell what a signature would have seen."""
    _head(told)
    if rows:
        columns = ("standing", "seen (UTC)", "until", "store", "device", "subject", "than the incident", "ledger")
        print_table(columns, [_fired_row(row) for row in rows])
    counts = Counter(row.standing for row in rows)
    for standing, means in _STANDINGS.items():
        if counts[standing]:
            print_text(f"{counts[standing]:5d} {standing}: {means}")
    if not rows:
        print_text(f"{name} would not have been seen once, and the ledger has no such incident")
    elif CHANGED in told.played.episodes:
        fresh = sum(row.episode is not None and row.today is False for row in rows)
        print_text(f"{fresh:5d} of those seen are not seen by today's rules")


def show_threshold(told: Told, change: Changed, rows: Sequence[Moved]) -> None:
    """Tell what another figure would have changed."""
    _head(told)
    print_text(f"{told.what.partition('=')[0]}: {change.before} today, {change.after} tried")
    names = sorted({row.site.signature for row in rows})
    print_table(
        ("signature", "today", "tried", "more", "fewer", "earlier", "later"),
        [_counts_row(name, [row for row in rows if row.site.signature == name]) for name in names],
    )
    different = [row for row in rows if row.change != "same"]
    if different:
        columns = ("change", "signature", "seen (UTC)", "store", "device", "subject", "by", "ledger")
        print_table(columns, [_moved_row(row) for row in different])
    else:
        print_text("nothing would have been different")


def show_playbook(told: Told, playbook: Playbook, fault_class: str, plans: Plans) -> None:
    """Tell what a playbook would have tried."""
    _head(told)
    if not plans:
        print_text(f"{playbook.signature} was not seen once: {playbook.name} would not have been begun")
        return
    if not playbook.rungs:
        print_text(f"{playbook.name} has no rungs: {len(plans)} times a person would have been called")
        return
    rows = [
        (
            _time(episode.began),
            episode.site.store,
            episode.site.device,
            episode.site.subject,
            f"{one.number} {one.action}",
            _WOULD[one.would],
            one.reason,
            one.then or "-",
        )
        for episode, rungs in plans
        for one in rungs
    ]
    columns = ("seen (UTC)", "store", "device", "subject", "rung", "as far as is known", "why", "what really was")
    print_table(columns, rows)
    print_text(f"class {fault_class}. A later rung is begun only when the one before does not help: that is not known.")
    unknown = dict.fromkeys(word for _, rungs in plans for one in rungs for word in one.unknown)
    print_text("Not recorded, and so not known: " + "; ".join(unknown) + ".")


def signature_record(told: Told, name: str, rows: Sequence[Fired]) -> dict[str, object]:
    """Return what a signature would have seen as JSON-able data."""
    counts = Counter(row.standing for row in rows)
    return {
        **_record(told),
        "signature": name,
        "counts": {standing: counts[standing] for standing in _STANDINGS},
        "items": [
            {
                "standing": row.standing,
                **_site_record(row.site),
                **_times(row.episode),
                "confidence": row.episode.confidence if row.episode is not None else None,
                "incident": row.label.incident if row.label is not None else None,
                "ruling": row.label.ruling if row.label is not None else None,
                "why": row.label.why if row.label is not None else None,
                "later_seconds": row.seconds,
                "beside": row.beside,
                "seen_today": row.today,
            }
            for row in rows
        ],
    }


def threshold_record(told: Told, change: Changed, rows: Sequence[Moved]) -> dict[str, object]:
    """Return what another figure would have changed as JSON-able data."""
    counts = Counter(row.change for row in rows)
    return {
        **_record(told),
        "before": change.before,
        "after": change.after,
        "touches": sorted(change.touched),
        "counts": {word: counts[word] for word in ("same", "more", "fewer", "earlier", "later")},
        "items": [
            {
                "change": row.change,
                **_site_record(row.site),
                "before": _times(row.before),
                "after": _times(row.after),
                "later_seconds": row.seconds,
                "ledger": row.ruling,
                "beside": row.beside,
            }
            for row in rows
        ],
    }


def playbook_record(told: Told, playbook: Playbook, plans: Plans) -> dict[str, object]:
    """Return what a playbook would have tried as JSON-able data."""
    return {
        **_record(told),
        "playbook": playbook.name,
        "not_recorded": dict(NOT_RECORDED),
        "items": [
            {
                **_site_record(episode.site),
                **_times(episode),
                "rungs": [
                    {
                        "rung": one.number,
                        "action": one.action,
                        "would": one.would,
                        "reason": one.reason,
                        "verdicts": [{"rule": v.rule, "allowed": v.allowed, "reason": v.reason} for v in one.verdicts],
                        "unknown": list(one.unknown),
                        "then": one.then,
                    }
                    for one in rungs
                ],
            }
            for episode, rungs in plans
        ],
    }


def _head(told: Told) -> None:
    played = told.played
    hours = sum(((s.ended - s.began) for s in played.spans), timedelta()).total_seconds() / 3600
    recorded = f"{hours / 24:.1f} store-days" if hours >= _DAY else f"{hours:.1f} store-hours"
    stores = len({span.store for span in played.spans})
    print_text(f"{played.rounds} rounds of {stores} stores, {recorded} recorded since {_time(told.job.since)} UTC")


def _record(told: Told) -> dict[str, object]:
    return {
        "what": told.what,
        "since": told.job.since.isoformat(),
        "rounds": told.played.rounds,
        "stores": len({span.store for span in told.played.spans}),
        "ledger": told.has_ledger,
        "troubles": list(told.played.troubles),
    }


def _fired_row(row: Fired) -> tuple[str, ...]:
    site, episode, label = row.site, row.episode, row.label
    ledger = f"{label.incident}: {label.why}" if label is not None else f"beside {row.beside}" if row.beside else "-"
    seen = (_time(episode.began), _time(episode.ended)) if episode is not None else ("not seen", "")
    return (row.standing, *seen, site.store, site.device, site.subject, _later(row.seconds), ledger)


def _moved_row(row: Moved) -> tuple[str, ...]:
    there = row.after or row.before
    ledger = row.ruling or (f"beside {row.beside}" if row.beside else "-")
    by = _later(row.seconds) if row.change in ("earlier", "later") else ""
    at = _time(there.began) if there is not None else ""
    return (row.change, row.site.signature, at, row.site.store, row.site.device, row.site.subject, by, ledger)


def _counts_row(name: str, rows: Sequence[Moved]) -> tuple[str, ...]:
    counts = Counter(row.change for row in rows)
    today = sum(row.before is not None for row in rows)
    tried = sum(row.after is not None for row in rows)
    shifts = (_shift(row.seconds for row in rows if row.change == word) for word in ("earlier", "later"))
    return (name, str(today), str(tried), str(counts["more"]), str(counts["fewer"]), *shifts)


def _shift(seconds: Iterable[float]) -> str:
    known = [abs(one) for one in seconds]
    return f"{len(known)}, by {median(known):.0f} s" if known else "0"


def _later(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f"{abs(seconds):.0f} s {'later' if seconds > 0 else 'earlier'}" if abs(seconds) >= 1 else "at once"


def _times(episode: Episode | None) -> dict[str, object]:
    if episode is None:
        return {"began": None, "ended": None}
    return {"began": episode.began.isoformat(), "ended": episode.ended.isoformat()}


def _site_record(site: Site) -> dict[str, object]:
    return {"signature": site.signature, "store": site.store, "device": site.device, "subject": site.subject}


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"
