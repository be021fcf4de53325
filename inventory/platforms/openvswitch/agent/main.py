"""The agent's command line.

In: ``storenet-ovs WORD ...``. Out: what it says, and 0 or 1. Called by the archive that ``pack`` makes.

``shell`` and ``look`` serve a session (with and without leave to change); ``boot`` makes the switch come up as last
confirmed; ``show`` prints the configuration; ``save`` writes it to the startup text; any other word is asked once.
"""

import signal
import sys
from collections.abc import Sequence

from . import trial
from .config import text_of
from .ground import CannotTellError, RefusedError
from .running import running
from .shell import Shell

USAGE = "storenet-ovs shell | look | boot | show | a look or a change with its words"


def main(arguments: Sequence[str], agent: str) -> int:
    """Run one command and return its exit code."""
    words = list(arguments[1:])
    if not words:
        print(USAGE, file=sys.stderr)  # noqa: T201
        return 2
    try:
        return _run(words, agent)
    except (CannotTellError, RefusedError) as error:
        print(f"% {error}")  # noqa: T201
        return 1


def _run(words: list[str], agent: str) -> int:
    if words[0] in ("shell", "look"):
        Shell(agent, may_write=words[0] == "shell").serve()
    elif words[0] == "boot":
        trial.boot()
    elif words[0] == "show":
        print(text_of(running()[0]), end="")  # noqa: T201
    elif words[0] == "revert-after":
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        trial.revert_after(words[1], float(words[2]), int(words[3]))
    else:
        said = Shell(agent, may_write=True).say(" ".join(words))
        print(said)  # noqa: T201
        return 1 if said.startswith("%") else 0
    return 0
