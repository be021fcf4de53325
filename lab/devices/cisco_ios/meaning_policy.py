"""What a policy on an interface lets pass.

In: the configuration's root and an interface's section. Out: the lowest rate in kbit/s, None when nothing is held back.
Called by ``meaning``.
"""

import re
from collections.abc import Iterator

from lab.devices.cisco_ios.config import Section

_RATE = re.compile(r"(?:^|\s)(\d{4,12})\b")
_LIMITS = (("police",), ("shape", "average"))


def limit_kbps(root: Section, interface: Section) -> int | None:
    """Return the lowest rate that is let pass there in either direction, by a policy or by a plain limit."""
    names = [value[0] for way in ("input", "output") if (value := interface.value("service-policy", way)) is not None]
    plain = [int(words[2]) // 1000 for words in interface.starting("rate-limit")]
    return min((*plain, *(rate for name in names for rate in _rates(root, name))), default=None)


def _rates(root: Section, policy: str) -> Iterator[int]:
    entry = root.find("policy-map", policy)
    for row in entry.section.ordered() if entry is not None and entry.section is not None else ():
        for key in _LIMITS:
            value = row.section.value(*key) if row.section is not None else None
            found = _RATE.search(" ".join(value)) if value is not None else None
            if found is not None:
                yield int(found[1]) // 1000
