"""Names as IOS prints them, made full: interfaces, MAC addresses, VLAN lists, ages.

In: words of show output. Out: the one form the model uses. Called by the readers.
"""

import re
from functools import lru_cache

LONG_NAMES = {
    "hu": "HundredGigE",
    "fo": "FortyGigabitEthernet",
    "twe": "TwentyFiveGigE",
    "te": "TenGigabitEthernet",
    "tw": "TwoGigabitEthernet",
    "fi": "FiveGigabitEthernet",
    "gi": "GigabitEthernet",
    "fa": "FastEthernet",
    "et": "Ethernet",
    "ap": "AppGigabitEthernet",
    "ce": "Cellular",
    "vl": "Vlan",
    "lo": "Loopback",
    "po": "Port-channel",
    "tu": "Tunnel",
    "se": "Serial",
    "di": "Dialer",
    "wl": "Wlan-GigabitEthernet",
}
_PORT = re.compile(r"([A-Za-z][A-Za-z-]*)\s*(\d[\d/.:]*)\Z")
_WITHOUT_MARKS = str.maketrans("", "", ".:-")
_MOST_VLAN = 4095
_TWELVE = re.compile(r"[0-9a-fA-F]{12}\Z")
_AGE = re.compile(r"(\d+)\s*(week|day|hour|minute|second|millisecond)s?")
_AGE_SECONDS = {"week": 604800.0, "day": 86400.0, "hour": 3600.0, "minute": 60.0, "second": 1.0, "millisecond": 0.001}


@lru_cache(maxsize=4096)
def full_port(name: str) -> str:
    """Return an interface's full name (``Gi1/0/1`` and ``Gig 1/0/1`` -> ``GigabitEthernet1/0/1``); others unchanged."""
    found = _PORT.match(name.strip())
    if not found:
        return name.strip()
    kind, number = found.groups()
    lowered = kind.lower()
    for short in sorted(LONG_NAMES, key=len, reverse=True):
        long = LONG_NAMES[short]
        if lowered.startswith(short) and long.lower().startswith(lowered):
            return long + number
    return kind + number


def full_mac(text: str) -> str | None:
    """Return ``aabb.ccdd.eeff`` (or with colons, dashes) as ``aa:bb:cc:dd:ee:ff``; None when it is no MAC."""
    digits = text.translate(_WITHOUT_MARKS)
    if not _TWELVE.match(digits):
        return None
    low = digits.lower()
    return f"{low[:2]}:{low[2:4]}:{low[4:6]}:{low[6:8]}:{low[8:10]}:{low[10:]}"


def vlan_set(text: str) -> frozenset[int]:
    """Return the numbers of ``10,20-22,99``; ``none`` is empty. Raises ``ValueError`` for anything else."""
    if text.strip() == "none":
        return frozenset()
    found: set[int] = set()
    for part in text.replace(" ", "").strip(",").split(","):
        first, _, last = part.partition("-")
        numbers = range(int(first), int(last or first) + 1)
        if not numbers or numbers[0] < 0 or numbers[-1] > _MOST_VLAN:
            raise ValueError(f"{part[:20]!r} is no range of VLANs")
        found.update(numbers)
    return frozenset(found)


def age_seconds(text: str) -> float | None:
    """Return ``1 minute, 5 seconds ago`` in seconds; None when nothing ever ran."""
    parts = _AGE.findall(text)
    return sum(int(n) * _AGE_SECONDS[unit] for n, unit in parts) if parts else None
