"""Never act on the only path we have to the device, unless the device itself takes the change back."""

from controller.events import Verdict
from controller.facts import Facts


def judge(facts: Facts) -> Verdict:
    """Refuse a change on a port that carries our session, unless it is under the device's own timer."""
    if facts.change.write.kind == "commit_confirm":
        return Verdict(rule="last_path", allowed=True, reason="the device takes it back by itself if we lose it")
    if facts.management_ports is None:
        return Verdict(rule="last_path", allowed=False, reason="it is not known which way our session comes")
    if facts.change.port in facts.management_ports:
        return Verdict(rule="last_path", allowed=False, reason=f"our session comes through {facts.change.port}")
    return Verdict(rule="last_path", allowed=True, reason=f"our session does not come through {facts.change.port}")
