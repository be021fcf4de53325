"""Tells an incident in words: why it was opened, why it was acted on or not, what was done and how it ended.

In: the incident's events, or the folded incident. Out: a paragraph, timed lines, or one calm sentence. Pure.
Called by the API, the page and ``storenet explain``. Why words: a person who is woken up reads this first, and what
the machine did has to be answerable from the ledger alone.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from anomaly.model import Value
from controller.events import (
    Check,
    Closed,
    Confirmed,
    Escalated,
    Event,
    Evidence,
    Guessed,
    Healed,
    Held,
    Intended,
    Joined,
    Judged,
    Mitigated,
    Opened,
    Proved,
    Quieted,
    Reviewed,
    Suggested,
    Verdict,
    WriteEnded,
)
from controller.guess_words import guessed_words
from controller.incident import Incident
from controller.seen_words import looks_like, quieted_words, reviewed_words, suggested_words
from inventory.redact import redact

CLASSES = {
    "A": "may be healed without asking",
    "G": "may be healed where its guards allow it",
    "H": "needs a person's approval",
    "E": "is never healed by machine",
}
OUTCOMES = {
    "ran": "it took effect",
    "not_run": "it did not take effect",
    "unknown": "nobody can tell whether it took effect",
    "undone": "it was taken back",
}


def explain(events: Sequence[Event]) -> str:
    """Return one paragraph of a whole incident; ``ValueError`` unless it begins with ``Opened``.

    What was asked again and again with the same answer is told once, with how often.
    """
    if not events or not isinstance(events[0], Opened):
        raise ValueError("there is nothing to explain: an incident begins with 'opened'")
    told: list[str] = []
    known: set[str] = set()
    repeated: list[datetime] = []
    for at, text in story(events):
        if text in known:
            repeated.append(at)
            continue
        told += [_again(repeated), f"{_clock(at)}: {text}"]
        known.add(text)
        repeated = []
    day = events[0].at.astimezone(UTC)
    where = f"Store {events[0].store}" if events[0].store else "Many stores"
    place = f"{where}, {day.day} {day:%B %Y} (times are UTC)."
    return " ".join(part for part in (place, *told, _again(repeated)) if part)


def story(events: Iterable[Event]) -> tuple[tuple[datetime, str], ...]:
    """Return (time, sentences) of every event, in order."""
    return tuple((event.at, redact(_told(event))) for event in events)


def sentence(incident: Incident) -> str:
    """Return one sentence for the page: what is wrong and where, and how it stands."""
    place = f" ({incident.device})" if incident.device else ""
    return redact(f"{_bare(incident.title)}{place}; {_standing(incident)}.")


def _told(event: Event) -> str:
    match event:
        case Opened():
            return _opened(event)
        case Confirmed():
            gear = f" {_bare(event.gear)}." if event.gear else ""
            return _sentence("A fresh look of our own showed the same", _evidence(event.evidence)) + gear
        case Judged():
            return _judged(event)
        case _:
            return _done_told(event)


def _done_told(event: Event) -> str:
    match event:
        case Intended():
            return _intended(event)
        case WriteEnded():
            said = _bare(event.read_back.removeprefix("read back: "))
            words = _sentence("Read back from the device", said, OUTCOMES[event.outcome])
            return words + (f" The configuration changed by: {_lines(event.diff.splitlines())}." if event.diff else "")
        case Proved():
            result = "passed" if event.passed else "did not pass"
            return _sentence(f"The proof of the store's functions {result}", _checks(event.checks))
        case _:
            return _standing_told(event)


def _standing_told(event: Event) -> str:
    match event:
        case Mitigated():
            way = f" over {event.by}" if event.by else ""
            return _sentence(f"The store works around the fault{way}", _checks(event.checks))
        case Held():
            again = f"asked again at {_clock(event.again_at)}" if event.again_at else ""
            return _sentence("Nothing was done", _bare(event.reason), again)
        case Escalated():
            return _sentence("Handed to a person", _bare(event.reason), _bare(event.advice))
        case Healed():
            return f"Healed by this: {_bare(event.by)}."
        case _:
            return _ending_told(event)


def _ending_told(event: Event) -> str:
    match event:
        case Suggested() | Guessed() | Quieted() | Reviewed():
            return _learned_told(event)
        case Joined():
            return _sentence(f"It is one of many, told of in {event.parent}", _bare(event.reason))
        case Closed():
            return _sentence("Closed as healed" if event.how == "healed" else "Closed", _bare(event.reason))
        case _:
            return f"{event.kind}."


def _learned_told(event: Suggested | Guessed | Quieted | Reviewed) -> str:
    match event:
        case Suggested():
            return suggested_words(event, _evidence(event.evidence))
        case Guessed():
            return guessed_words(event)
        case Quieted():
            return quieted_words(event)
        case Reviewed():
            return reviewed_words(event)


def _opened(event: Opened) -> str:
    place = _place(event.device, event.subject)
    hurts = f" It touches {_and(map(_words, event.functions))}." if event.functions else ""
    evidence = _sentence("The evidence", _evidence(event.evidence))
    on = f", on {place}" if event.device else ""
    return f"{_bare(event.title)}{on}.{hurts} {evidence} {_rule(event)}"


def _place(device: str, subject: str) -> str:
    return device if subject in ("", device) else f"{device} {subject}"


def _rule(event: Opened) -> str:
    if not event.store:
        return (
            f"Stores that share it have the same fault: {event.confidence:.0%} of them. "
            f"Its class, {event.fault_class}, {CLASSES[event.fault_class]}."
        )
    if event.signature == "unknown":
        known = f" The nearest known ones: {_and(event.nearest)}." if event.nearest else ""
        return f"It fits no known signature and is not healed by machine.{known}"
    total = f" ({_words(event.arithmetic)})" if event.arithmetic else ""
    named, colon, why = event.runner_up.partition(": ")
    second = f"; second came {named}{colon}{_words(why)}" if event.runner_up else "; nothing else came near"
    return (
        f"Recognised by the signature {event.signature} with a confidence of {event.confidence:.0%}{total}{second}. "
        f"Its class, {event.fault_class}, {CLASSES[event.fault_class]}."
    )


def _judged(event: Judged) -> str:
    decided = {"act": "so it was done", "hold": "so it was held back", "escalate": "so it was left to a person"}
    number = len(event.verdicts)
    asked = f"{number} guard{'s' * (number != 1)} asked" if number else "No guard answered"
    verdicts = "; ".join(map(_verdict, event.verdicts))
    return _sentence(
        f"Before try {event.rung + 1} ({_words(event.action)})",
        f"{asked}: {verdicts}" if verdicts else asked,
        f"{_bare(event.reason)}, {decided[event.decision]}" if event.reason else decided[event.decision],
    )


def _verdict(verdict: Verdict) -> str:
    return f"{_words(verdict.rule)} {'allows' if verdict.allowed else 'refuses'} ({_bare(verdict.reason)})"


def _intended(event: Intended) -> str:
    place = f"{event.device} {event.port}".strip()
    if "-keep-" in event.intent:
        return f"{event.device} was told to keep the change: {_bare(event.summary)}."
    undo = f"; to be taken back with {_lines(event.undo)}" if event.undo else "; there is nothing to take back"
    return f"Written down and sent to {place}: {_bare(event.summary)}, with {_lines(event.lines)}{undo}."


def _evidence(evidence: Sequence[Evidence]) -> str:
    """``wan no address on s001-edge GigabitEthernet0/0 (wan address: absent, since 14:03:07)``."""
    return "; ".join(
        f"{_words(e.symptom)} on {_place(e.device, e.subject)} ({_seen(e)}, since {_clock(e.since)})" for e in evidence
    )


def _seen(evidence: Evidence) -> str:
    return ": ".join(part for part in (_words(evidence.observation), _value(evidence.value)) if part)


def _checks(checks: Sequence[Check]) -> str:
    return "; ".join(
        f"{_words(c.function)}: {_words(c.name)} {'good' if c.ok else 'not good'} ({_bare(c.value) or 'no value'})"
        for c in checks
    )


def _standing(incident: Incident) -> str:
    """How it stands, without the full stop."""
    match incident.status:
        case "open":
            return "it is being looked at"
        case "healing":
            return _phrases("it is being repaired", _bare(incident.change))
        case "held":
            again = f"; asked again at {_clock(incident.again_at)} UTC" if incident.again_at else ""
            return _phrases("nothing is done for now", _held_back(incident)) + again
        case "quiet":
            return _phrases("people know it and pass it over", looks_like(incident.suggested))
        case _:
            return _ended(incident)


def _ended(incident: Incident) -> str:
    functions = _and(map(_words, _proven(incident)))
    over = f"it is over since {_clock(incident.closed_at)} UTC" if incident.closed_at else ""
    match incident.status:
        case "healed":
            proof = f"proven: {functions} {_work(incident)} again" if functions else "proven to be gone"
            return _phrases("repaired", _bare(incident.change)) + f"; {proof}"
        case "mitigated":
            works = f"{functions} {_work(incident)} without it" if functions else "the store works without it"
            return f"{works}; {over or _phrases('a person has to repair it', _bare(incident.escalation))}"
        case "escalated":
            return over or _phrases("a person has to act", _bare(incident.escalation))
        case _:
            return "it went without us" + (", after we had tried" if incident.attempts else ", and nothing was changed")


def _held_back(incident: Incident) -> str:
    refused = "; ".join(_bare(verdict.reason) for verdict in incident.verdicts if not verdict.allowed)
    return refused or _bare(incident.held_because)


def _proven(incident: Incident) -> tuple[str, ...]:
    proven = tuple(dict.fromkeys(check.function for check in incident.checks if check.ok))
    return proven or (incident.functions if incident.status == "healed" else ())


def _work(incident: Incident) -> str:
    return "works" if len(_proven(incident)) == 1 else "work"


def _again(repeated: Sequence[datetime]) -> str:
    if not repeated:
        return ""
    times = "once more" if len(repeated) == 1 else f"{len(repeated)} more times"
    return f"(The same was told {times}, last at {_clock(repeated[-1])}.)"


def _value(value: Value) -> str:
    if value is None:
        return "could not be seen"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, (int, float)) else value


def _sentence(opening: str, *parts: str) -> str:
    """``Opening: one; two.``, parts that are empty left out."""
    return f"{_phrases(opening, *parts)}."


def _phrases(opening: str, *parts: str) -> str:
    said = "; ".join(part for part in parts if part)
    return f"{opening}: {said}" if said else opening


def _lines(lines: Sequence[str]) -> str:
    return " / ".join(f"'{line.strip()}'" for line in lines if line.strip()) or "no lines"


def _bare(text: str) -> str:
    return " ".join(text.split()).rstrip(".;: ")


def _words(name: str) -> str:
    return name.replace("_", " ")


def _and(names: Iterable[str]) -> str:
    *most, last = tuple(names) or ("",)
    return f"{', '.join(most)} and {last}" if most else last


def _clock(at: datetime | None) -> str:
    return at.astimezone(UTC).strftime("%H:%M:%S") if at else ""
