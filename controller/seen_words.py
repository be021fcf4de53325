"""What was seen before, and what people said of it, in words.

In: the events ``Suggested``, ``Quieted`` and ``Reviewed``. Out: sentences. Called by ``explain`` and ``heal``. Pure.
"""

from controller.events import Looked, Quieted, Reviewed, Suggested

CODES = {
    "suggested": "what was suggested fixed it",
    "another": "something else fixed it",
    "ignorable": "known, and may be passed over",
    "wrong": "it was named wrongly",
}


def suggested_words(event: Suggested, evidence: str) -> str:
    """``It looks like seen_s001_0004 (94%: ...), at s002-edge pos; ... Nearest: s001-0004 of 21 November 2026 ...``."""
    place = event.device if event.subject in ("", event.device) else f"{event.device} {event.subject}"
    total = f": {event.arithmetic.replace('_', ' ')}" if event.arithmetic else ""
    where = f", at {place}" if place else ", at one of several devices"
    seen = f" The evidence: {evidence}." if evidence else ""
    nearest = "; ".join(map(_example, event.examples))
    return (
        f"It looks like what was seen before ({event.learned}, {event.confidence:.0%}{total}){where}.{seen} "
        f"The nearest: {nearest}. This is a suggestion; nothing is done on it by machine."
    )


def looks_like(event: Suggested | None) -> str:
    """``It looks like s001-0004 (94% sure), which was fixed by: ...``; empty when nothing was suggested."""
    if event is None or not event.examples:
        return ""
    fix = event.examples[0].fixed_by or "nobody said what"
    return f"It looks like {event.examples[0].incident} ({event.confidence:.0%} sure), which was fixed by: {fix}"


def quieted_words(event: Quieted) -> str:
    """Why nobody was called."""
    return f"Nobody was called: {event.reason.strip().rstrip('.')}."


def reviewed_words(event: Reviewed) -> str:
    """What a person said as they closed it."""
    place = event.device if event.subject in ("", event.device) else f"{event.device} {event.subject}"
    fix = event.fixed_by.strip().rstrip(".")
    by = f": {fix}" if fix else ""
    playbook = f" (playbook {event.playbook})" if event.playbook else ""
    of = f" The signature was {event.names}." if event.names and event.code in ("suggested", "wrong") else ""
    kept = f" It is kept as an example of {event.learned}." if event.learned else ""
    return f"{event.by} closed it: {CODES[event.code]}{by}{playbook}; it was at {place}.{of}{kept}"


def _example(example: Looked) -> str:
    day = f"{example.at.day} {example.at:%B %Y}"
    fixed = f", fixed by: {example.fixed_by}" if example.fixed_by else ""
    return f"{example.incident} of {day} ({example.likeness:.0%} alike){fixed}"
