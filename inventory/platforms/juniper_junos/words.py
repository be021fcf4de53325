"""How Junos refuses, and the other words a session needs.

In: what the device says to a line. Out: the line by which it refuses, or None. Called by ``platform`` and
``candidate``. Texts after Juniper's CLI guides and public reports. A ``warning:`` is none: the line was taken.
"""

import re

from inventory.platforms import Dialect
from inventory.platforms.juniper_junos.driver import LOG_LINE

REFUSED = re.compile(
    r"(?im)^\s*(?:error: [^\n]*\S|syntax error\b[^\n]*|unknown command\b[^\n]*|missing argument\b[^\n]*|"
    r"(?:invalid (?:value|numeric value|prefix|input|interface|ip address|host name|VLAN name|time zone)|"
    r"prefix length missing|permission denied|could not|cannot|ambiguous)\b[^\n]*|value \S+ is not within range[^\n]*|"
    r"'[^'\n]+' is ambiguous[^\n]*|load complete \(\d+ errors?\)|commit failed\b[^\n]*)"
)
UNKNOWN = re.compile(
    r"(?im)^\s*(?:syntax error\b[^\n]*|unknown command\b[^\n]*|missing argument\b[^\n]*|permission denied\b[^\n]*|"
    r"error: (?:device \S+ not found|permission denied|command is not valid|syntax error|the \S+ subsystem)[^\n]*|"
    r"'[^'\n]+' is ambiguous[^\n]*)"
)
DIALECT = Dialect(
    enter_config="configure exclusive",
    leave_config="commit and-quit",
    drop_config=("rollback 0", "exit configuration-mode"),
    in_config="#",
    users="show system users",
    pending="show system commit",
    none_pending=" by ",
    is_pending="rollback pending",
    delete_file="file delete {file}",
    show_file_system="show system storage",
    refused=REFUSED,
    unknown=UNKNOWN,
    log_line=LOG_LINE,
)


def refusal(said: str) -> str | None:
    """Return the line by which the device refuses, or None; messages in between are none."""
    found = REFUSED.search(LOG_LINE.sub("", said))
    return found[0].strip() if found else None


def why(said: str) -> str:
    """Return a refused commit's reasons in one line: what stands before ``error:`` tells what and where."""
    return " ".join(LOG_LINE.sub("", said).split())[:300]
