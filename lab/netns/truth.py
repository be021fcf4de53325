"""Whether the tills pay, as their own packets say, a few times a second; and how long they could not.

In: a till that runs. Out: its payments since a time, seconds of trade lost. Called by tests and ``lab.netns.lab``. The
controller reads none of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from lab.netns.world import RealStores

PAID = "200/0"
"""HTTP's word and curl's: the whole receipt has come."""
STEADY = 5
"""Payments in a row that count as trading again."""


@dataclass(frozen=True, slots=True)
class Payment:
    """One try: when (seconds since 1970) and whether it went through."""

    at: float
    paid: bool


def payments(stores: RealStores, number: int, since: float = 0.0) -> tuple[Payment, ...]:
    """Every try of a store's till since a time."""
    return tuple(p for p in _all(stores, number) if p.at >= since)


def trading(stores: RealStores, number: int, since: float = 0.0) -> bool:
    """Whether the last few payments all went through, and were tried after ``since``."""
    last = payments(stores, number, since)[-STEADY:]
    return len(last) == STEADY and all(p.paid for p in last)


def seconds_lost(stores: RealStores, number: int, since: float) -> float:
    """How long the till could not pay: the time from each failed try to the next one."""
    tried = payments(stores, number, since)
    return sum(after.at - before.at for before, after in pairwise(tried) if not before.paid)


def _all(stores: RealStores, number: int) -> Iterator[Payment]:
    log = stores.store(number, "till1").file("var/log/paying")
    for line in log.read_text(encoding="ascii").splitlines() if log.exists() else ():
        at, _, code = line.partition(" ")
        if code:
            yield Payment(at=float(at), paid=code == PAID)
