"""The phases of a push: its commit, its confirmation, its taking back - each hostile at its own moment.

In: a stand, and ``arm``. Out: an ``Outcome``: how the controller's own push of one device ended, on the real ledger.
"""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from controller.device_push import DevicePush
from controller.events import Check
from controller.eyes import Sighting
from controller.guardrails import kill_switch
from controller.push_proof import PushProof
from tests.matrix.endings import Arm, Outcome, told
from tests.matrix.stand import Stand
from tests.matrix.writes import actions_of, ask_rollout


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
        return told(lambda: _ended(*push.run()))
    finally:
        del _HOOKS[id(push.desk)]


def _ended(state: str, reason: str) -> Outcome:
    names = {"changed": "success", "undone": "taken back", "held": "refused", "unknown": "unknown"}
    return Outcome(ending=names.get(state, f"unnamed {state}"), words=reason[:200])


def _push(stand: Stand) -> DevicePush:
    hands, name = stand.hands(actions_of(stand)), ask_rollout(stand)
    plan = stand.ledger.plan(name, str(stand.name))
    desk: Any = SimpleNamespace(
        chain=stand.chain,
        eyes=SimpleNamespace(
            look=lambda store: _sighting(stand, store),
            read=lambda d, asked: stand.sessions[d].read(asked),
            people=lambda _: (),
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


def _sighting(stand: Stand, store: Any) -> Sighting:
    return Sighting(store=store, at=stand.clock.now(), answers={}, observations=(), function_states={})
