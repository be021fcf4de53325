"""What several actions read back in the same way: a token in the log, lines in a configuration.

In: a change and what its witness showed. Out: whether it ran; None when that cannot be told. Actions take these as
their ``ran``.
"""

from inventory.looks import Reading
from playbooks.model import Change, text_of
from templates.drift import in_effect


def token_logged(change: Change, witness: Reading) -> bool | None:
    """Whether our token stands in the device's log (the echo of the question itself does not count)."""
    token = change.witness.args["text"]
    return any(token in line and "include" not in line for line in text_of(witness).splitlines())


def lines_in_effect(change: Change, witness: Reading) -> bool | None:
    """Whether every line is in effect; the change itself names the platform's own reading of that."""
    running, platform = text_of(witness), change.action.partition("_")[2]
    return in_effect(platform, running, change.write.lines) if running.strip() else None
