"""Confirmed examples of one pattern become a signature of the same form as a written one.

In: the examples of one pattern, all other examples, the library. Out: a ``SignatureSpec``. Called by ``seen_before``.
Why so: a clue's weight is how much likelier it is with this fault than otherwise, as natural log-odds
(naive Bayes with Laplace's rule of succession), so that learned and written signatures add up alike. One example makes
a prototype of everything that was seen; from the fifth on only what most of them show is kept.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from anomaly.learn.examples import DEAD, Example, Word
from anomaly.library import Clue, Library, SignatureSpec, log_odds, probability

REFINED_FROM = 5
THRESHOLD = 0.7
STEP = 0.7
MOST_STEPS = 3
_ORDINARY = 0.95
_LEAST, _MOST = 0.1, 8.0
_LEAST_PRIOR, _MOST_PRIOR = 0.05, 0.5
_LONGEST_TITLE = 120


def signature_of(
    name: str, examples: Sequence[Example], others: Sequence[Example], library: Library, steps: int = 0
) -> SignatureSpec | None:
    """The signature that these examples make; None when all they show is too little to tell it by.

    ``steps``: how much oftener people called it wrong than right.
    """
    counts = Counter(word for e in examples for word in e.words if word.symptom in library.symptoms)
    number = len(examples)
    kept = [w for w in sorted(counts) if number < REFINED_FROM or counts[w] * 2 > number]
    if not kept:
        return None
    rates = {word: _rate(word, others, library) for word in kept}
    required = _required(kept, counts, rates, number)
    prior = min(_MOST_PRIOR, max(_LEAST_PRIOR, number / (number + len(others) + 2)))
    clues = tuple(_clue(w, counts[w], number, rates[w], required=w in required) for w in kept)
    prior = round(lowered(prior, steps), 4)
    if probability(log_odds(prior) + sum(c.weight for c in clues)) < THRESHOLD:
        return None
    return SignatureSpec(
        name=name,
        title=_title(examples),
        fault_class="H" if examples[-1].playbook else "E",
        root=examples[-1].root_kind,
        symptoms=clues,
        prior=prior,
        threshold=THRESHOLD,
    )


def lowered(prior: float, steps: int) -> float:
    """A prior after people called it wrong: so many steps of log-odds less, three at most."""
    return probability(log_odds(prior) - STEP * min(MOST_STEPS, max(0, steps)))


def _clue(word: Word, count: int, number: int, rate: float, *, required: bool) -> Clue:
    """A clue: how often the fault shows it, against how often anything else does."""
    shown = (count + 1) / (number + 2)
    return Clue(
        symptom=word.symptom,
        relation=word.relation,
        weight=round(_within(_LEAST, math.log(shown / rate)), 2),
        missing=round(_within(0.0, math.log((1 - rate) / (1 - shown))), 2),
        required=required,
    )


def _within(least: float, odds: float) -> float:
    return min(_MOST, max(least, odds))


def _rate(word: Word, others: Sequence[Example], library: Library) -> float:
    """How often other faults show a word: other patterns' examples, and each written signature as one more."""
    if word.symptom == DEAD:
        return _ORDINARY
    written = sum(any(c.symptom == word.symptom for c in s.symptoms) for s in library.signatures.values())
    among = sum(word in e.words for e in others)
    return (written + among + 1) / (len(library.signatures) + len(others) + 2)


def _required(kept: Sequence[Word], counts: Counter[Word], rates: dict[Word, float], number: int) -> frozenset[Word]:
    """Without these it is not it: the rarest of what most examples show; once refined, all that every one shows."""
    rarest = min(kept, key=lambda word: (-counts[word], rates[word], word))
    if number < REFINED_FROM:
        return frozenset({rarest})
    return frozenset({rarest, *(w for w in kept if counts[w] == number and w.symptom != DEAD)})


def _title(examples: Iterable[Example]) -> str:
    known = tuple(examples)
    if all(e.quiet for e in known):
        return f"Known and ignorable, as {known[-1].incident}"
    fix = next((e.fix for e in reversed(known) if e.fix), "")
    return " ".join(f"As {known[-1].incident}, fixed by: {fix}".split())[:_LONGEST_TITLE]
