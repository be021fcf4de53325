"""Names as Junos prints them: interfaces, MAC addresses.

In: words of show output or of people. Out: the one form the model uses: the port for its first unit. Called by the
readers.
"""

import re
from functools import lru_cache

_FIRST_UNIT = re.compile(r"((?:ge|xe|et|mge|fe)-\d+/\d+/\d+|ae\d+)\.0\Z")
_TWELVE = re.compile(r"[0-9a-fA-F]{12}\Z")
_WITHOUT_MARKS = str.maketrans("", "", ".:-")


@lru_cache(maxsize=4096)
def full_port(name: str) -> str:
    """Return a port's name (``ge-0/0/5.0*`` -> ``ge-0/0/5``); other units and interfaces stay as they are."""
    word = name.strip().rstrip("*")
    found = _FIRST_UNIT.match(word)
    return found[1] if found else word


def full_mac(text: str) -> str | None:
    """Return a MAC address as ``aa:bb:cc:dd:ee:ff``; None when it is none."""
    digits = text.translate(_WITHOUT_MARKS).lower()
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2)) if _TWELVE.match(digits) else None
