"""The phases that write: an exec line, configuration lines, a commit under a timer.

In: a stand, and ``arm``. Out: an ``Outcome``, read back by the controller's hands with the real ledger and journal.
"""

from types import SimpleNamespace
from typing import Any

from controller.rollout import TargetPlan
from controller.rollout_events import Aim, RolloutAsked
from inventory.looks import Look
from inventory.writes import Write
from playbooks.model import CONFIG, Change, text_of
from playbooks.push import push_actions
from templates.drift import drift, in_effect
from tests.matrix.dialects import MARK
from tests.matrix.endings import Arm, Outcome, told
from tests.matrix.stand import STORE, Leave, Stand

LOG = Look(getter="log", args={"text": MARK})


class _ByConfig:
    def __init__(self, stand: Stand) -> None:
        self._stand = stand

    def ran(self, change: Change, witness: Any) -> bool | None:
        del change
        running = text_of(witness)
        lines = trial_of(self._stand).lines
        return in_effect(self._stand.dialect.name, running, lines) if running.strip() else None


class _ByLog:
    def ran(self, change: Change, witness: Any) -> bool | None:
        del change
        return MARK in text_of(witness)


def actions_of(stand: Stand) -> dict[str, Any]:
    platform = stand.dialect.name
    return {"matrix_log": _ByLog(), "matrix_config": _ByConfig(stand), **push_actions([platform])}


def trial_of(stand: Stand) -> Write:
    head, *rest = stand.dialect.config_lines
    return Write(kind="commit_confirm", lines=(head, *(f" {line}" for line in rest)), revert_in_seconds=60)


def exec_(stand: Stand, arm: Arm) -> Outcome:
    """An exec write through the controller's hands."""
    write = Write(kind="exec", lines=stand.dialect.exec_lines)
    return _made(stand, arm, "matrix_log", write, LOG)


def config(stand: Stand, arm: Arm) -> Outcome:
    """A configuration write, line by line, through the controller's hands."""
    write = Write(kind="config", lines=stand.dialect.config_lines)
    return _made(stand, arm, "matrix_config", write, CONFIG)


def _made(stand: Stand, arm: Arm, action: str, write: Write, witness: Look) -> Outcome:
    change = Change(
        action=action,
        store=STORE,
        device=stand.name,
        port="",
        summary="matrix",
        write=write,
        undo=None,
        witness=witness,
        touches=(write.lines[-1],),
    )
    arm()

    def make() -> Outcome:
        work = SimpleNamespace(id=ask_rollout(stand), store=str(STORE))
        ran = stand.hands(actions_of(stand)).make(work, 0, "matrix", change)
        words = {"ran": "success", "not_run": "refused", "unknown": "unknown"}
        return Outcome(ending=words.get(ran, f"unnamed {ran}"), words=_read_back(stand, work.id))

    return told(make)


def _read_back(stand: Stand, work: str) -> str:
    said = [getattr(event, "read_back", "") for event in stand.ledger.events(work)]
    return next((words for words in reversed(said) if words), "")[:200]


def apply(stand: Stand, arm: Arm) -> Outcome:
    """A commit under a timer by the session alone; a doubt is settled by reading back, as the hands do."""
    session = stand.sessions[stand.name]
    arm()
    first = told(lambda: Outcome(ending="success", words=session.apply(trial_of(stand), Leave()).diff))
    if first.ending != "unknown":
        return first

    def read_back() -> Outcome:
        running = text_of(session.read(CONFIG))
        if in_effect(stand.dialect.name, running, trial_of(stand).lines):
            return Outcome(ending="success", words=f"read back; {first.words}")
        return Outcome(ending="refused", words=f"read back; {first.words}")

    again = told(read_back)
    return again if again.ending in ("success", "refused") else first


def ask_rollout(stand: Stand) -> str:
    """Ask for a rollout of the change to the one device; return its id."""
    name = stand.ledger.next_rollout()
    event = RolloutAsked(
        rollout=name,
        at=stand.clock.now(),
        by="matrix",
        title="matrix",
        aims=(Aim(device=str(stand.name), store=str(STORE), wave=0, added=1, removed=0),),
        revert_in_seconds=60,
    )
    stand.ledger.ask_rollout(event, [_plan(stand)])
    return name


def _plan(stand: Stand) -> TargetPlan:
    running = stand.truth().config
    intended = stand.dialect.intended(running)
    found = drift(stand.dialect.name, running, intended)
    return TargetPlan(
        device=str(stand.name),
        store=str(STORE),
        platform=stand.dialect.name,
        intended=intended,
        fingerprint="matrix",
        remedy=found.remedy,
        undo=found.undo,
        diff=found.diff,
    )
