"""Interface names and hardware addresses as EOS writes them.

In: what people type (``et1``) and canonical names. Out: long and short names, sort keys, dotted MACs.
Called by the grammar (normalising) and the show commands (printing).
"""

import re
from functools import lru_cache

_TYPES = (
    ("Port-Channel", "Po"),
    ("Ethernet", "Et"),
    ("Loopback", "Lo"),
    ("Management", "Ma"),
    ("Vlan", "Vl"),
)
_SHORT = dict(_TYPES)
_RANK = {name: rank for rank, (name, _) in enumerate(_TYPES)}
_NAME = re.compile(r"([A-Za-z][A-Za-z-]*)\s*(\d+(?:/\d+)*)")
_UPLINKS = 4


@lru_cache(maxsize=8192)
def long_name(text: str) -> str | None:
    """Return the canonical name of an interface (``et1`` -> ``Ethernet1``), None when it is none."""
    found = _NAME.fullmatch(text)
    if found is None:
        return None
    typed = found[1].lower()
    for name, _ in _TYPES:
        if name.lower().startswith(typed):
            return name + found[2]
    return None


@lru_cache(maxsize=8192)
def split(name: str) -> tuple[str, str]:
    """Split a canonical name into its type and its number."""
    found = _NAME.fullmatch(name)
    return (found[1], found[2]) if found else (name, "")


@lru_cache(maxsize=8192)
def short_name(name: str) -> str:
    """Return the form that tables print (``Et1``)."""
    kind, number = split(name)
    return _SHORT.get(kind, kind) + number


@lru_cache(maxsize=8192)
def sort_key(name: str) -> tuple[int, ...]:
    """Order interfaces as EOS lists them: by type, then by number."""
    kind, number = split(name)
    return (_RANK.get(kind, len(_RANK)), *(int(part) for part in re.findall(r"\d+", number)))


@lru_cache(maxsize=8192)
def kind_of(name: str) -> str:
    """Tell what may be configured there: ``switch``, ``management``, ``svi`` or ``logical``."""
    return {"Ethernet": "switch", "Management": "management", "Vlan": "svi"}.get(split(name)[0], "logical")


def is_physical(name: str) -> bool:
    """Whether the interface is hardware: it can be emptied but never removed or added."""
    return kind_of(name) in {"switch", "management"}


@lru_cache
def copper(model: str) -> int:
    """Return how many ports of a model are copper and give power: the number after its last dash."""
    found = re.search(r"-(\d+)[A-Z0-9]*\Z", model)
    return int(found[1]) if found else 24


@lru_cache
def hardware(model: str) -> frozenset[str]:
    """Return the physical interfaces of a model: its copper ports, its uplinks, its management port."""
    count = copper(model) + _UPLINKS
    return frozenset({*(f"Ethernet{number}" for number in range(1, count + 1)), "Management1"})


def dotted_mac(mac: str) -> str:
    """Return ``aa:bb:cc:dd:ee:ff`` as ``aabb.ccdd.eeff``."""
    digits = mac.replace(":", "").lower()
    return f"{digits[:4]}.{digits[4:8]}.{digits[8:]}"
