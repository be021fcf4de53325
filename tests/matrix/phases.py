"""The phases of talking to a device, each through the product's real path and to one named ending.

In: a stand, and ``arm``, which makes the device hostile; each phase calls it at its own moment. Out: an ``Outcome``.
The controller's phases use its hands and its push of one device, with the real ledger and journal.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from controller.device_push import DevicePush
from controller.events import Check
from controller.eyes import Sighting
from controller.guardrails import kill_switch
from controller.push_proof import PushProof
from controller.rollout import TargetPlan
from controller.rollout_events import Aim, RolloutAsked
from inventory.errors import (
    AuthRefusedError,
    BusyError,
    CommandRefusedError,
    DoubtfulError,
    DoubtfulOutputError,
    HostKeyChangedError,
    PermanentError,
    UnreachableError,
)
from inventory.looks import Look
from inventory.writes import Write
from playbooks.model import CONFIG, Change, text_of
from playbooks.push import push_actions
from templates.drift import drift, in_effect
from tests.matrix.dialects import MARK
from tests.matrix.stand import STORE, Leave, Stand

Arm = Callable[[], None]
LOG = Look(getter="log", args={"text": MARK})
ENDINGS = (
    "success",
    "refused",
    "taken back",
    "unreachable",
    "busy",
    "auth refused",
    "host key changed",
    "doubtful output",
    "unknown",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a phase ended. ``wrong``: the answer it gave is not what the device would say."""

    ending: str
    words: str = ""
    wrong: str = ""


def named(error: BaseException) -> Outcome:
    """The ending that an error of a session means; anything else has no name."""
    kinds: tuple[tuple[type[BaseException], str], ...] = (
        (AuthRefusedError, "auth refused"),
        (HostKeyChangedError, "host key changed"),
        (BusyError, "busy"),
        (DoubtfulOutputError, "doubtful output"),
        (UnreachableError, "unreachable"),
        (CommandRefusedError, "refused"),
        (DoubtfulError, "unknown"),
        (PermanentError, "refused"),
    )
    ending = next((name for kind, name in kinds if isinstance(error, kind)), f"unnamed {type(error).__name__}")
    if ending == "refused" and "taken the change back" in str(error):
        ending = "taken back"
    return Outcome(ending=ending, words=str(error)[:200])


def _told(act: Callable[[], Outcome]) -> Outcome:
    try:
        return act()
    except Exception as error:  # noqa: BLE001 - what has no name is what the matrix looks for
        return named(error)


# --- looks ---------------------------------------------------------------------------------------------------------


def login(stand: Stand, arm: Arm) -> Outcome:
    """The first look at a device."""
    arm()
    return _looked(stand, None)


def look(stand: Stand, arm: Arm) -> Outcome:
    """A look on a session that is held."""
    before = stand.sessions[stand.name].read(stand.dialect.look).rows
    arm()
    return _looked(stand, before)


def _looked(stand: Stand, before: Any) -> Outcome:
    def ask() -> Outcome:
        rows = stand.sessions[stand.name].read(stand.dialect.look).rows
        wrong = "other rows than the device has" if before is not None and rows != before else ""
        return Outcome(ending="success", words=f"{len(rows)} rows", wrong=wrong)

    return _told(ask)


def deep(stand: Stand, arm: Arm) -> Outcome:
    """A NAPALM getter on a session that is held."""
    session = stand.sessions[stand.name]
    before = _lasting(session.deep("get_facts"))
    arm()

    def ask() -> Outcome:
        facts = _lasting(session.deep("get_facts"))
        wrong = f"other facts: {sorted(set(facts.items()) ^ set(before.items()))}"[:200] if facts != before else ""
        return Outcome(ending="success", words=str(facts)[:80], wrong=wrong)

    return _told(ask)


def _lasting(facts: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in facts.items() if key != "uptime"}


def pending(stand: Stand, arm: Arm) -> Outcome:
    """Asking whether our change waits for its confirmation."""
    stand.sessions[stand.name].apply(_commit(stand), Leave())
    arm()

    def ask() -> Outcome:
        said = stand.sessions[stand.name].pending()
        wrong = "said that nothing is pending" if not said and stand.truth().ours else ""
        return Outcome(ending="success", words=f"pending: {said}", wrong=wrong)

    return _told(ask)


# --- writes --------------------------------------------------------------------------------------------------------


class _ByConfig:
    def __init__(self, stand: Stand) -> None:
        self._stand = stand

    def ran(self, change: Change, witness: Any) -> bool | None:
        del change
        running = text_of(witness)
        lines = _commit(self._stand).lines
        return in_effect(self._stand.dialect.name, running, lines) if running.strip() else None


class _ByLog:
    def ran(self, change: Change, witness: Any) -> bool | None:
        del change
        return MARK in text_of(witness)


def _actions(stand: Stand) -> dict[str, Any]:
    platform = stand.dialect.name
    return {"matrix_log": _ByLog(), "matrix_config": _ByConfig(stand), **push_actions([platform])}


def _commit(stand: Stand) -> Write:
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
        work = SimpleNamespace(id=_rollout(stand), store=str(STORE))
        ran = stand.hands(_actions(stand)).make(work, 0, "matrix", change)
        words = {"ran": "success", "not_run": "refused", "unknown": "unknown"}
        return Outcome(ending=words.get(ran, f"unnamed {ran}"), words=_read_back(stand, work.id))

    return _told(make)


def _read_back(stand: Stand, work: str) -> str:
    told = [getattr(event, "read_back", "") for event in stand.ledger.events(work)]
    return next((words for words in reversed(told) if words), "")[:200]


def apply(stand: Stand, arm: Arm) -> Outcome:
    """A commit under a timer by the session alone; a doubt is settled by reading back, as the hands do."""
    session = stand.sessions[stand.name]
    arm()
    told = _told(lambda: Outcome(ending="success", words=session.apply(_commit(stand), Leave()).diff))
    if told.ending != "unknown":
        return told

    def read_back() -> Outcome:
        running = text_of(session.read(CONFIG))
        if in_effect(stand.dialect.name, running, _commit(stand).lines):
            return Outcome(ending="success", words=f"read back; {told.words}")
        return Outcome(ending="refused", words=f"read back; {told.words}")

    again = _told(read_back)
    return again if again.ending in ("success", "refused") else told


# --- the whole push of one device ----------------------------------------------------------------------------------


class _Steps:
    workflow = "matrix"

    def do(self, name: str, step: Callable[[], str]) -> str:
        del name
        return step()


class _Proof(PushProof):
    """Compares as ever; the functions of the store are proven as the cell wants it, and that is when it arms."""

    __slots__ = ()

    def prove(self) -> tuple[Any, tuple[Check, ...]]:
        arm, passes = _HOOKS[id(self.desk)]
        right = self.is_right()
        arm()
        return ("pass" if right and passes else "fail"), ()


_HOOKS: dict[int, tuple[Arm, bool]] = {}


def commit(stand: Stand, arm: Arm) -> Outcome:
    """The push of one device, hostile at its commit."""
    return _pushed(stand, arm, lambda: None, passes=True)


def confirm(stand: Stand, arm: Arm) -> Outcome:
    """The push of one device, hostile at its confirmation."""
    return _pushed(stand, lambda: None, arm, passes=True)


def undo(stand: Stand, arm: Arm) -> Outcome:
    """The push of one device that proves to be wrong, hostile while it is taken back."""
    return _pushed(stand, lambda: None, arm, passes=False)


def _pushed(stand: Stand, first: Arm, later: Arm, *, passes: bool) -> Outcome:
    push = _push(stand)
    _HOOKS[id(push.desk)] = (later, passes)
    first()
    try:
        return _told(lambda: _ended(*push.run()))
    finally:
        del _HOOKS[id(push.desk)]


def _ended(state: str, reason: str) -> Outcome:
    names = {"changed": "success", "undone": "taken back", "held": "refused", "unknown": "unknown"}
    return Outcome(ending=names.get(state, f"unnamed {state}"), words=reason[:200])


def _push(stand: Stand) -> DevicePush:
    hands, name = stand.hands(_actions(stand)), _rollout(stand)
    plan = stand.ledger.plan(name, str(stand.name))
    desk: Any = SimpleNamespace(
        chain=stand.chain,
        eyes=SimpleNamespace(
            look=lambda store: _sighting(stand, store), read=lambda d, asked: stand.sessions[d].read(asked)
        ),
        hands=hands,
        ledger=stand.ledger,
        clock=stand.clock,
        guardrails={"kill_switch": kill_switch},
    )
    rollout, (target,) = stand.ledger.rollout(name), stand.ledger.targets(name)
    assert rollout is not None
    assert plan is not None
    proof = _Proof(desk=desk, plan=plan, worked={})
    return DevicePush(desk=desk, steps=_Steps(), rollout=rollout, target=target, proof=proof)


def _rollout(stand: Stand) -> str:
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


def _sighting(stand: Stand, store: Any) -> Sighting:
    return Sighting(store=store, at=stand.clock.now(), answers={}, observations=(), function_states={})


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


PHASES: Mapping[str, Callable[[Stand, Arm], Outcome]] = {
    "login": login,
    "look": look,
    "deep": deep,
    "exec": exec_,
    "config": config,
    "apply": apply,
    "commit": commit,
    "confirm": confirm,
    "undo": undo,
    "pending": pending,
}
LOOKS = ("login", "look", "deep", "pending")
PUSHES = ("commit", "confirm", "undo")
