"""Compares a store before and after a change: proven, not yet, or made worse. Pure.

In: function states before and after, and the checks just taken. Out: pass, wait or fail.
Called by ``controller.heal`` on every look of a proof window.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

from controller.events import Check

Gate = Literal["pass", "wait", "fail"]


def health_gate(
    before: Mapping[str, str], after: Mapping[str, str], checks: Sequence[Check], *, gone: bool, settled: bool
) -> Gate:
    """Pass when the fault is ``gone``, every check holds and no function is down that worked before.

    A function that worked and is down fails the gate once the change has ``settled``; until then it waits.
    No check at all never passes.
    """
    broken = any(before.get(name) == "working" and state == "down" for name, state in after.items())
    if broken:
        return "fail" if settled else "wait"
    return "pass" if gone and checks and all(check.ok for check in checks) else "wait"
