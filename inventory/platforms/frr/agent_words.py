"""The words of the agent on the router (``agent``; ``pack`` makes one file of it), and what its exit codes mean.

In: a way to run a command as root. Out: what the agent said, or why it refused. Called by ``candidate`` and
``napalm_frr``, so that both change a router in the same way.
"""

import re
from collections.abc import Callable

from inventory.platforms import CandidateRefusedError
from inventory.platforms.frr.shell import Said
from inventory.talk import NoAnswerError

STUCK = 5
NOT_FOUND = (126, 127)
_NOT_RUN = re.compile(r"(?m)^sudo: (?!unable to resolve)")
SHORT_SECONDS, LONG_SECONDS = 30.0, 150.0
Run = Callable[[str, float, str], Said]


def ask_agent(run: Run, words: str, *, text: str = "") -> str:
    """Run one command of the agent and return what it prints.

    Raises ``CandidateRefusedError`` with the router's own reason - nothing is changed then - and ``NoAnswerError`` when
    the agent could neither change nor go back: what the router holds is not known.
    """
    long = words.startswith(("apply", "confirm", "rollback"))
    said = run(f"sudo -n storenet-frr {words}", LONG_SECONDS if long else SHORT_SECONDS, text)
    if said.code == 0:
        return said.text
    reason = " ".join((said.trouble or said.text).split())[:300]
    if said.code == STUCK:
        raise NoAnswerError(reason)
    if said.code in NOT_FOUND or _NOT_RUN.search(said.trouble):
        raise CandidateRefusedError(
            "storenet-frr is not installed on the router, or sudo does not let this account run it"
        )
    raise CandidateRefusedError(reason or f"the agent ended with {said.code}")
