"""What people taught by closing incidents, kept in the eyes of the watch.

In: the ledger's reviews. Out: ``SeenBefore`` for ``anomaly.watch``, anew whenever somebody closed one more. Called at
the start, and by the scheduler once a poll. Why from the reviews each time: nothing learned can be lost or differ.
"""

from collections.abc import Iterable

from anomaly.learn.examples import Example, Word
from anomaly.learn.seen_before import SeenBefore, Verdict, learn
from anomaly.library import Library
from anomaly.watch import Watch
from controller.events import Reviewed
from controller.ports import Ledger


class Taught:
    """Keeps a watch taught. ``library`` is the written one."""

    def __init__(self, ledger: Ledger, watch: Watch) -> None:
        self._ledger = ledger
        self._watch = watch
        self._library = watch.library
        self._known = 0
        self.refresh()

    def refresh(self) -> None:
        """Learn anew when there is a new review."""
        last = self._ledger.last_review()
        if last != self._known:
            self._watch.learn(learned_of(self._ledger.reviews(), self._library))
            self._known = last


def learned_of(reviews: Iterable[Reviewed], library: Library) -> SeenBefore:
    """Everything that reviews, oldest first, teach."""
    known = tuple(reviews)
    verdicts = [
        Verdict(signature=r.names, right=r.code == "suggested")
        for r in known
        if r.names and r.code in ("suggested", "wrong")
    ]
    return learn(examples_of(known), verdicts, library)


def examples_of(reviews: Iterable[Reviewed]) -> tuple[Example, ...]:
    """The examples among reviews."""
    return tuple(example_of(r) for r in reviews if r.learned)


def example_of(review: Reviewed) -> Example:
    """A review as an example to learn from."""
    return Example(
        learned=review.learned,
        incident=review.incident,
        store=review.store,
        at=review.at,
        code=review.code,
        of=review.signature,
        root_kind=review.root_kind,
        words=tuple(Word(w.symptom, w.relation) for w in review.words),
        functions=review.functions,
        fixed_by=review.fixed_by,
        playbook=review.playbook,
    )
