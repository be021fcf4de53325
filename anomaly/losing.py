"""Whether a line loses packets, told by counted probes. Pure.

In: how many probes of each function were answered and lost in all, look by look, newest first. Out: the loss per
function, and whether the line is lossy. Called by ``trends``.

A line that loses packets loses some all the time and for everybody. That is told apart from an outage that has just
begun or ended (a stretch in which all is lost, and others in which nothing is), and from one server that is bad.
"""

from collections.abc import Iterator, Mapping, Sequence

Tries = tuple[float, float]
"""Answered and lost."""
History = Sequence[Mapping[str, Tries]]
STRETCH = 6.0
"""Probes of all functions together that are enough to judge a stretch of time by."""
LATELY = 5
LOSING_PARTS = 0.35
ALL = 100.0


def losses(history: History) -> Mapping[str, float | None]:
    """In percent, per function over all looks; None where nothing was sent."""
    if not history:
        return {}
    return {name: _pct(_minus(told, history[-1][name])) for name, told in history[0].items()}


def lossy(history: History, most_pct: float) -> bool | None:
    """Whether more than ``most_pct`` is lost, all the time and by more than one function. None: too few probes."""
    found = losses(history)
    partly = [name for name, loss in found.items() if loss is not None and loss < ALL]
    stretches = tuple(_stretches(history, partly))
    if len(stretches) < 2:  # noqa: PLR2004 - one stretch may be the end of an outage
        return None if partly or None in found.values() or not found else False
    losing = sum((found[name] or 0.0) > 0 for name in partly)
    spread = losing >= min(2, len(found))
    return spread and any(_all_the_time(part, most_pct) for part in (stretches[:LATELY], stretches))


def _all_the_time(stretches: Sequence[Tries], most_pct: float) -> bool:
    answered, lost = (sum(one[at] for one in stretches) for at in (0, 1))
    losing = sum(one[1] > 0 for one in stretches)
    steady = losing >= max(2.0, LOSING_PARTS * len(stretches)) and all(one[0] > 0 for one in stretches)
    return steady and (_pct((answered, lost)) or 0.0) > most_pct


def _stretches(history: History, names: Sequence[str]) -> Iterator[Tries]:
    """What was answered and lost in stretches of enough probes each, newest first."""
    if not names:
        return
    pooled = [tuple(sum(told[name][at] for name in names) for at in (0, 1)) for told in history]
    newest = 0
    for older in range(1, len(pooled)):
        answered, lost = (pooled[newest][at] - pooled[older][at] for at in (0, 1))
        if answered + lost >= STRETCH:
            yield answered, lost
            newest = older


def _minus(one: Tries, other: Tries) -> Tries:
    return one[0] - other[0], one[1] - other[1]


def _pct(tries: Tries) -> float | None:
    answered, lost = tries
    return ALL * lost / (answered + lost) if answered + lost else None
