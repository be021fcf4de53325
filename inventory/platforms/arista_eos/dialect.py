"""How EOS refuses, and the other words a session needs.

In: what the switch says to a line. Out: the line by which it refuses, or None. Called by ``platform`` and
``candidate``. Texts after Arista's command reference, Netmiko's and pyeapi's error patterns and public reports. A line
that begins with ``!`` is a warning: what it is about was taken.
"""

import re

from inventory.platforms import Dialect
from inventory.platforms.arista_eos.driver import LOG_LINE
from inventory.platforms.arista_eos.pending import SESSIONS

REFUSED = re.compile(
    r"(?im)^\s*%(?!\s*(?:Warning|Note)\b)[^\n]*\S"
    r"|^(?!\s*!)[^\n]*(?:\b(?:Invalid input|Incomplete command|Incomplete token|Ambiguous command|"
    r"Authorization denied|Command unauthorized|Command not permitted|Commit failed|"
    r"Cannot (?:commit|abort|enter|open|create|delete|apply|change|modify|replace)|"
    r"(?:commit|abort|rollback|replace) (?:failed|aborted)|"
    r"Maximum number of pending sessions (?:has|have|is|reached)|"
    r"session \S+ (?:does not exist|not found|is not pending)|"
    r"configur\w+ (?:is |mode is |mode )?locked|lock is held|Unable to (?:enter|acquire|commit|run|execute))\b"
    r"|\bError(?:s)? (?:loading|in|copying|opening|writing|saving)\b)[^\n]*"
    r"|^\s*Error(?::|\s*\[)[^\n]*"
)
UNKNOWN = re.compile(
    r"(?im)^\s*%\s*(?:Invalid input|Incomplete command|Incomplete token|Ambiguous command|Unavailable command|"
    r"Authorization denied|This is an unconverted command|Unrecognized|Invalid command|"
    r"Interface does not exist|Invalid interface|Not supported)[^\n]*"
    r"|^(?:Authorization denied for command|Command not permitted)[^\n]*"
)
DIALECT = Dialect(
    enter_config="configure terminal",
    leave_config="end",
    users="show users",
    pending=SESSIONS,
    none_pending='"sessions": {}',
    is_pending="pendingCommitTimer",
    delete_file="delete {file}",
    show_file_system="dir flash:",
    refused=REFUSED,
    unknown=UNKNOWN,
    log_line=LOG_LINE,
)


def refusal(said: str) -> str | None:
    """Return the first line by which the switch refuses, or None; log messages in between are none."""
    found = REFUSED.search(LOG_LINE.sub("", said))
    return found[0].strip() if found else None
