"""The plain engine: runs a workflow in the caller's thread and remembers every step that is done.

In: workflows by id and kind. Out: ``controller.ports.Engine``. Wired by ``controller.main``; called by lanes.
A recorded step is never run again. A step that was under way when the process died is run again: whatever it does to a
device has to be read back first, which is the journal's business.
"""

import json
from collections.abc import Callable, Mapping
from itertools import count
from threading import Lock

from controller.ports import JournalStore, Steps

Workflow = Callable[[Steps, str], None]


class LoopEngine:
    """``workflows`` maps a kind to a function of (steps, argument)."""

    def __init__(self, journal: JournalStore, workflows: Mapping[str, Workflow]) -> None:
        self._journal = journal
        self._workflows = workflows
        self._running: set[str] = set()
        self._lock = Lock()

    def run(self, workflow: str, kind: str, argument: str) -> None:
        """Run a workflow to its end, resuming recorded steps; a finished one is not run again.

        What a step raises comes out here and leaves the workflow unfinished. ``LookupError``: unknown kind.
        ``ValueError``: the id belongs to another kind or argument. ``RuntimeError``: it is running right now.
        """
        if kind not in self._workflows:
            raise LookupError(f"no workflow of kind {kind!r}; known: {', '.join(sorted(self._workflows))}")
        self._claim(workflow)
        try:
            self._journal.begin(workflow, kind, argument)
            if self._journal.workflow(workflow) != (kind, argument):
                raise ValueError(f"workflow {workflow} was begun as something else")
            if workflow in self._journal.unfinished():
                self._workflows[kind](RecordedSteps(self._journal, workflow), argument)
                self._journal.finish(workflow)
        finally:
            self._release(workflow)

    def fresh(self, stem: str) -> str:
        """Return the first of ``stem.1``, ``stem.2`` ... that was never begun."""
        return next(name for name in (f"{stem}.{n}" for n in count(1)) if self._journal.workflow(name) is None)

    def drop(self, workflow: str) -> None:
        """Finish a workflow without running it; nothing resumes it any more."""
        self._journal.finish(workflow)

    def unfinished(self) -> tuple[tuple[str, str, str], ...]:
        """Return (workflow, kind, argument) of what a restart has to resume, oldest first."""
        begun = ((name, self._journal.workflow(name)) for name in self._journal.unfinished())
        return tuple((name, *what) for name, what in begun if what is not None)

    def _claim(self, workflow: str) -> None:
        with self._lock:
            if workflow in self._running:
                raise RuntimeError(f"workflow {workflow} is running")
            self._running.add(workflow)

    def _release(self, workflow: str) -> None:
        with self._lock:
            self._running.discard(workflow)


class RecordedSteps:
    """The steps of one run of one workflow (``controller.ports.Steps``)."""

    def __init__(self, journal: JournalStore, workflow: str) -> None:
        self._journal = journal
        self._workflow = workflow
        self._done: set[str] = set()

    @property
    def workflow(self) -> str:
        """The workflow's id."""
        return self._workflow

    def do(self, name: str, step: Callable[[], str]) -> str:
        """Run ``step`` unless ``name`` is recorded; its JSON result is recorded and returned.

        ``ValueError`` for a name used twice in one run (it would silently not be done) or a result that is no JSON.
        """
        if name in self._done:
            raise ValueError(f"{self._workflow}: two steps are named {name!r}")
        recorded = self._journal.step(self._workflow, name)
        if recorded is None:
            recorded = self._run(name, step)
        self._done.add(name)
        return recorded

    def _run(self, name: str, step: Callable[[], str]) -> str:
        result = step()
        try:
            json.loads(result)
        except ValueError:
            raise ValueError(f"{self._workflow}: step {name!r} gave no JSON") from None
        self._journal.record_step(self._workflow, name, result)
        return result
