"""Decides: fault class and verdicts in, one decision out. Pure.

Called by ``controller.heal`` after every guardrail was asked. Rules dispose: only class A, and G behind its named
guard, acts by itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from anomaly.model import FaultClass
from controller.events import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What to do with a planned change, and why."""

    do: Literal["act", "hold", "escalate"]
    reason: str


def decide(fault_class: FaultClass, verdicts: Sequence[Verdict], guard: str = "") -> Decision:
    """Act on class A when all guards allow; hold when one refuses; leave every other class to a person.

    Class G is like A where the recipe names the ``guard`` it stands behind and that guard was asked and allows it. No
    verdict at all counts as a refusal: guards fail closed.
    """
    behind = fault_class == "G" and any(v.rule == guard and v.allowed for v in verdicts)
    if fault_class != "A" and not behind:
        return Decision(do="escalate", reason=f"class {fault_class} faults are left to a person")
    if not verdicts:
        return Decision(do="hold", reason="no guardrail was asked")
    refusals = [v for v in verdicts if not v.allowed]
    if refusals:
        return Decision(do="hold", reason="; ".join(f"{v.rule}: {v.reason}" for v in refusals))
    return Decision(do="act", reason="every guardrail allows it")


def worst_per_rule(verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """One verdict per rule: a refusal where there was one."""
    kept: dict[str, Verdict] = {}
    for verdict in verdicts:
        if kept.get(verdict.rule) is None or kept[verdict.rule].allowed:
            kept[verdict.rule] = verdict
    return tuple(kept.values())
