"""Names as EOS prints them, made full: interfaces, MAC addresses, VLAN lists.

In: words of show output or of people. Out: the one form the model uses: EOS's own long names. Called by the readers.
"""

import re
from functools import lru_cache

KINDS = {
    "et": "Ethernet",
    "ma": "Management",
    "po": "Port-Channel",
    "vl": "Vlan",
    "lo": "Loopback",
    "tu": "Tunnel",
    "vx": "Vxlan",
    "un": "UnconnectedEthernet",
    "re": "Recirc-Channel",
}
ALL_VLANS = frozenset(range(1, 4095))
_PORT = re.compile(r"([A-Za-z][A-Za-z-]*)\s*(\d+(?:/\d+)*(?:\.\d+)?)\Z")
_WITHOUT_MARKS = str.maketrans("", "", ".:-")
_TWELVE = re.compile(r"[0-9a-fA-F]{12}\Z")
_VLANS = re.compile(r"\d{1,4}(?:-\d{1,4})?(?:,\d{1,4}(?:-\d{1,4})?)*\Z")


@lru_cache(maxsize=4096)
def full_port(name: str) -> str:
    """Return an interface's full name (``Et1/1`` and ``ethernet 1/1`` -> ``Ethernet1/1``); others unchanged."""
    found = _PORT.match(name.strip())
    if not found:
        return name.strip()
    kind, number = found.groups()
    full = KINDS.get(kind[:2].lower(), "")
    return full + number if full.lower().startswith(kind.lower()) else kind + number


def full_mac(text: str) -> str | None:
    """Return ``aabb.ccdd.eeff`` (or with colons, dashes) as ``aa:bb:cc:dd:ee:ff``; None when it is no MAC."""
    digits = text.translate(_WITHOUT_MARKS).lower()
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2)) if _TWELVE.match(digits) else None


def vlan_set(text: str) -> frozenset[int]:
    """Return the numbers of ``10,20-22,99``, of ``ALL`` and of ``NONE``. Raises ``ValueError`` for anything else."""
    word = text.replace(" ", "")
    if word.upper() in ("ALL", "NONE"):
        return ALL_VLANS if word.upper() == "ALL" else frozenset()
    if not _VLANS.match(word):
        raise ValueError(f"{text!r} is no list of VLANs")
    found: set[int] = set()
    for part in word.split(","):
        first, _, last = part.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    if not found <= ALL_VLANS:
        raise ValueError(f"{text!r} is no list of VLANs")
    return frozenset(found)
