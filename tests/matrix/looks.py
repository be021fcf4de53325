"""The phases that only look: logging in, a look, a deep look, asking for what is pending.

In: a stand, and ``arm``, which makes it hostile. Out: an ``Outcome``; a success with
another answer than before is wrong.
"""

from collections.abc import Mapping
from typing import Any

from tests.matrix.endings import Arm, Outcome, told
from tests.matrix.stand import Leave, Stand
from tests.matrix.writes import trial_of


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

    return told(ask)


def deep(stand: Stand, arm: Arm) -> Outcome:
    """A NAPALM getter on a session that is held."""
    session = stand.sessions[stand.name]
    before = _lasting(session.deep("get_facts"))
    arm()

    def ask() -> Outcome:
        facts = _lasting(session.deep("get_facts"))
        wrong = f"other facts: {sorted(set(facts.items()) ^ set(before.items()))}"[:200] if facts != before else ""
        return Outcome(ending="success", words=str(facts)[:80], wrong=wrong)

    return told(ask)


PASSING = ("uptime", "hostname", "fqdn")
"""What time, and a mode that renames the device, change truly."""


def _lasting(facts: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in facts.items() if key not in PASSING}


def pending(stand: Stand, arm: Arm) -> Outcome:
    """Asking whether our change waits for its confirmation."""
    stand.sessions[stand.name].apply(trial_of(stand), Leave())
    arm()

    def ask() -> Outcome:
        said = stand.sessions[stand.name].pending()
        wrong = "said that nothing is pending" if not said and stand.truth().ours else ""
        return Outcome(ending="success", words=f"pending: {said}", wrong=wrong)

    return told(ask)
