"""``-F key=value`` as in Nornir: which part of the inventory a command is about.

In: what was typed and the chain. Out: devices, in inventory order. The same key given twice means either of the
values; different keys must all hold. A word not known is an error that names the known ones: a mistyped filter must
never look like an empty fleet.
"""

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Annotated

import typer

from inventory.model import Chain, Device

FilterOption = Annotated[
    list[str] | None,
    typer.Option("--filter", "-F", metavar="KEY=VALUE", help="keep only devices with this; may be repeated"),
]
_SHOWN = 12
_Values = Callable[[Device, Chain], tuple[str, ...]]
_KEYS: Mapping[str, _Values] = {
    "device": lambda device, _: (device.id,),
    "store": lambda device, _: (device.store,),
    "role": lambda device, _: (device.role,),
    "platform": lambda device, _: (device.platform or "none",),
    "region": lambda device, chain: (chain.stores[device.store].region,),
    "function": lambda device, chain: chain.stores[device.store].functions,
}
KEYS = tuple(_KEYS)


class FilterError(Exception):
    """A filter cannot be used or leaves nothing; the message says what would."""


def parse(pairs: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """Return the wanted values by key. Raises ``FilterError`` for a pair or key not understood."""
    wanted: dict[str, frozenset[str]] = {}
    for pair in pairs:
        key, separator, value = pair.partition("=")
        if not separator or not value:
            raise FilterError(f"-F {pair!r} is not KEY=VALUE (keys: {', '.join(KEYS)})")
        if key not in _KEYS:
            raise FilterError(f"unknown filter key {key!r}{_hint(key, KEYS)} (allowed: {', '.join(KEYS)})")
        wanted[key] = wanted.get(key, frozenset()) | {value}
    return wanted


def select(chain: Chain, pairs: Iterable[str]) -> tuple[Device, ...]:
    """Return the devices that fit, in inventory order. Raises ``FilterError`` when none does."""
    wanted = parse(pairs)
    for key, values in wanted.items():
        _refuse_unknown(chain, key, values)
    found = tuple(d for d in chain.devices.values() if _fits(d, chain, wanted))
    if not found:
        asked = " ".join(f"-F {k}={v}" for k, values in wanted.items() for v in sorted(values))
        raise FilterError(f"no device fits {asked} at once" if asked else "the inventory has no devices")
    return found


def _fits(device: Device, chain: Chain, wanted: Mapping[str, frozenset[str]]) -> bool:
    return all(not values.isdisjoint(_KEYS[key](device, chain)) for key, values in wanted.items())


def _refuse_unknown(chain: Chain, key: str, values: frozenset[str]) -> None:
    known = list(dict.fromkeys(v for d in chain.devices.values() for v in _KEYS[key](d, chain)))
    for value in sorted(values - set(known)):
        raise FilterError(f"no device has {key}={value}{_hint(value, known)} (there are: {_listed(known)})")


def _listed(words: Sequence[str]) -> str:
    more = len(words) - _SHOWN
    return ", ".join(words[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _hint(word: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
