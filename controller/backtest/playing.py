"""Plays recordings through libraries, shard by shard, on as many cores as there are.

In: a ``Job`` and ``Eyes``: recordings, the chain, the libraries to try. Out: ``Played``: each library's episodes, and
what was recorded at all. Called by ``storenet backtest``. Each process reads only its own shards.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from anomaly.episodes import Episode, Episodes, Span, Spans
from anomaly.library import Library
from anomaly.recordings.frames import shard_of
from anomaly.recordings.reading import recording_files, rounds_in
from anomaly.rewatch import Rewatch
from inventory.model import Chain, StoreId

TODAY, CHANGED = "today", "changed"
SMALL = 2_000_000
"""So few bytes are played faster than another process begins."""
_given: list["Eyes"] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is to be played. ``keep``: the signatures whose first observations are wanted."""

    recordings: Path
    since: datetime
    stores: frozenset[StoreId]
    keep: frozenset[str] = frozenset()
    shard: int = 0


@dataclass(slots=True)
class Played:
    """What came of it; episodes by library, ``TODAY`` and, where something is changed, ``CHANGED``."""

    episodes: dict[str, list[Episode]] = field(default_factory=dict)
    spans: list[Span] = field(default_factory=list)
    rounds: int = 0
    troubles: list[str] = field(default_factory=list)

    def add(self, other: "Played") -> None:
        """Take another shard's in."""
        for name, episodes in other.episodes.items():
            self.episodes.setdefault(name, []).extend(episodes)
        self.spans += other.spans
        self.rounds += other.rounds
        self.troubles += [one for one in other.troubles if one not in self.troubles]

    @property
    def tried(self) -> list[Episode]:
        """The episodes of what is being tried."""
        return self.episodes.get(CHANGED, self.episodes.get(TODAY, []))


@dataclass(frozen=True, slots=True, kw_only=True)
class Eyes:
    """The chain, and the libraries to look with: ``TODAY``, and ``CHANGED`` where something is."""

    chain: Chain
    libraries: Mapping[str, Library]


def play_all(job: Job, eyes: Eyes, workers: int, tick: Callable[[int], None]) -> Played:
    """Play every shard; ``tick`` is told of progress, ``steps`` ticks in all."""
    shards = sorted({shard_of(store) for store in job.stores})
    jobs = [replace(job, shard=shard) for shard in shards]
    files = recording_files(job.recordings, job.since)
    whole = Played()
    if workers == 1 or len(jobs) == 1 or sum(path.stat().st_size for path in files) < SMALL:
        for one in jobs:
            whole.add(play(one, eyes, tick))
        return whole
    for done in _apart(jobs, eyes, workers):
        whole.add(done)
        tick(len(files))
    return whole


def _apart(jobs: Sequence[Job], eyes: Eyes, workers: int) -> Iterator[Played]:
    """Play each shard in a process; whatever ends this ends them, too."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(jobs)), context, _give, (eyes,)) as pool:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # inherited: they leave Ctrl-C to us
        try:
            begun = [pool.submit(play_apart, one) for one in jobs]
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        is_over = False
        try:
            yield from (one.result() for one in as_completed(begun))
            is_over = True
        finally:
            for process in () if is_over else multiprocessing.active_children():
                process.terminate()


def steps(job: Job) -> int:
    """Return how many ticks there will be."""
    return len({shard_of(store) for store in job.stores}) * len(recording_files(job.recordings, job.since))


def play_apart(job: Job) -> Played:
    """Play one shard in a process of its own."""
    return play(job, _given[0], lambda _: None)


def _give(eyes: Eyes) -> None:
    """Give a process that plays its eyes, once; it ends with the one that began it, however that ends."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _given[:] = [eyes]


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def play(job: Job, eyes: Eyes, tick: Callable[[int], None]) -> Played:
    """Play one shard."""
    watches = {name: Rewatch(library, eyes.chain) for name, library in eyes.libraries.items()}
    gathered = {name: Episodes(keep=job.keep) for name in watches}
    spans, played = Spans(), Played()
    for path in recording_files(job.recordings, job.since):
        for told in rounds_in(path, stores=job.stores, shards=[job.shard], troubles=played.troubles):
            played.rounds += 1
            spans.take(told)
            for name, watch in watches.items():
                if (sight := watch.see(told)) is not None:
                    gathered[name].take(told, sight.findings)
        tick(1)
    played.spans = [span for span in spans.all() if span.ended >= job.since]
    played.episodes = {name: [one for one in those.all() if one.ended >= job.since] for name, those in gathered.items()}
    return played


def last_round(recordings: Path) -> datetime | None:
    """Return when the newest recorded round was; None when nothing is recorded."""
    for path in reversed(recording_files(recordings)):
        newest = max((told.at for told in rounds_in(path)), default=None)
        if newest is not None:
            return newest
    return None
