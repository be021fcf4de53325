"""Interface names and hardware addresses as IOS writes them.

In: what people type (``gi0/1``) and canonical names. Out: long, short and CDP names, sort keys, dotted MACs.
Called by the grammar (normalising) and the show commands (printing).
"""

import re
from functools import lru_cache

_TYPES = (
    ("Loopback", "Lo"),
    ("Tunnel", "Tu"),
    ("Port-channel", "Po"),
    ("FastEthernet", "Fa"),
    ("GigabitEthernet", "Gi"),
    ("TenGigabitEthernet", "Te"),
    ("Ethernet", "Et"),
    ("Serial", "Se"),
    ("Cellular", "Ce"),
    ("Vlan", "Vl"),
    ("Null", "Nu"),
)
_SHORT = dict(_TYPES)
_RANK = {name: rank for rank, (name, _) in enumerate(_TYPES)}
_LOGICAL = frozenset({"Loopback", "Tunnel", "Port-channel", "Vlan", "Null"})
_NAME = re.compile(r"([A-Za-z][A-Za-z-]*)\s*(\d+(?:/\d+){0,3}(?:\.\d+)?)")
_SWITCH_PORT_NUMBERS = 3


@lru_cache(maxsize=8192)
def long_name(text: str) -> str | None:
    """Return the canonical name of an interface (``gi0/1`` -> ``GigabitEthernet0/1``), None when it is none."""
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
    """Return the two-letter form that tables print (``Gi0/1``)."""
    kind, number = split(name)
    return _SHORT.get(kind, kind) + number


def cdp_name(name: str) -> str:
    """Return the form ``show cdp neighbors`` prints (``Gig 0/1``)."""
    kind, number = split(name)
    return f"{kind[:3]} {number}".rstrip()


@lru_cache(maxsize=8192)
def sort_key(name: str) -> tuple[int, ...]:
    """Order interfaces as IOS lists them: by type, then by number."""
    kind, number = split(name)
    return (_RANK.get(kind, len(_RANK)), *(int(part) for part in re.findall(r"\d+", number)))


@lru_cache(maxsize=8192)
def kind_of(name: str) -> str:
    """Tell what may be configured there: ``sub``, ``svi``, ``logical``, ``switch`` or ``routed``."""
    kind, number = split(name)
    if "." in number:
        return "sub"
    if kind == "Vlan":
        return "svi"
    if kind in _LOGICAL:
        return "logical"
    parts = number.split("/")
    return "switch" if len(parts) == _SWITCH_PORT_NUMBERS and parts[0] != "0" else "routed"


def is_physical(name: str) -> bool:
    """Whether the interface is hardware: it can be emptied but never removed or added."""
    return kind_of(name) in {"switch", "routed"}


def dotted_mac(mac: str) -> str:
    """Return ``aa:bb:cc:dd:ee:ff`` as ``aabb.ccdd.eeff``."""
    digits = mac.replace(":", "").lower()
    return f"{digits[:4]}.{digits[4:8]}.{digits[8:]}"
