"""A round as a line of JSON that holds only what changed since the store's last one in the same file.

In: rounds, one file's worth, in order. Out: lines; and rounds again. Called by ``writing`` and ``reading``.
Every (device, subject, name) gets a number when it is first seen, and so does every order in which they come (a
*shape*: collectors that were not asked leave theirs out). A file begins with nothing known, so that it can be read by
itself. Texts are redacted before they are written.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from anomaly.model import Hinted, Observation, Value
from anomaly.recordings.rounds import Round, Session, micros, moment_of
from inventory.model import DeviceId, StoreId
from inventory.redact import redact

Key = tuple[str, str, str, int]
MOST_SHAPES = 256
MOST_KEYS = 50_000
NOT_UNDERSTOOD = (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError)
_NEVER = object()


def opening_line(session: Session, began: datetime) -> str:
    """Return the first line of a file: whose life it is from, and which moment its times count from."""
    told = {"session": session.id, "profile": session.profile, "seconds": dict(session.seconds)}
    return _json({**told, "began": micros(began)})


def dropped_line(number: int, at: datetime) -> str:
    """Return a line that says how many rounds were lost before this moment."""
    return _json({"dropped": number, "at": micros(at)})


@dataclass(slots=True)
class _Known:
    """What a file says so far of one store."""

    keys: dict[Key, int] = field(default_factory=dict)
    shapes: dict[tuple[int, ...], int] = field(default_factory=dict)
    values: list[object] = field(default_factory=list)


class Encoder:
    """One file's encoder."""

    def __init__(self, began: datetime) -> None:
        self._began = micros(began)
        self._stores: dict[StoreId, _Known] = {}

    def lines(self, told: Round) -> list[str]:
        """Return a round as lines: what is new in the tables, then the round."""
        known = self._stores.setdefault(told.store, _Known())
        made: list[str] = []
        if len(known.shapes) >= MOST_SHAPES or len(known.keys) >= MOST_KEYS:
            known = self._stores[told.store] = _Known()
            made.append(_json({"s": told.store, "anew": True}))
        first_new = len(known.keys)
        shape = tuple(_numbers(known, told.observations))
        if len(known.keys) > first_new:
            fresh = [key[:3] for key in list(known.keys)[first_new:]]
            made.append(_json({"s": told.store, "keys": fresh}))
        number = known.shapes.get(shape)
        if number is None:
            number = known.shapes[shape] = len(known.shapes)
            made.append(_json({"s": told.store, "shape": _ranges(shape)}))
        made.append(self._round(told, known, shape, number))
        return made

    def _round(self, told: Round, known: _Known, shape: Sequence[int], number: int) -> str:
        line: dict[str, object] = {"s": told.store, "t": micros(told.at) - self._began, "n": number}
        changed: dict[int, Value] = {}
        elsewhen: dict[int, int] = {}
        for key, seen in zip(shape, told.observations, strict=True):
            if not _same(known.values[key], seen.value):
                known.values[key] = seen.value
                changed[key] = redact(seen.value) if isinstance(seen.value, str) else seen.value
            if seen.at != told.at:
                elsewhen[key] = micros(seen.at) - self._began
        if changed:
            line["v"] = changed
        if elsewhen:
            line["a"] = elsewhen
        if told.hinted:
            line["h"] = [[device, kind, micros(at) - self._began] for (device, kind), at in told.hinted.items()]
        return _json(line)


class Decoder:
    """One file's decoder. What no encoder wrote raises one of ``NOT_UNDERSTOOD``."""

    def __init__(self) -> None:
        self._session: Session | None = None
        self._began = 0
        self._keys: dict[str, list[tuple[str, str, str]]] = {}
        self._shapes: dict[str, list[tuple[int, ...]]] = {}
        self._values: dict[str, dict[int, Value]] = {}
        self.dropped = 0

    def feed(self, line: str) -> Round | None:
        """Take one line; return the round it ends, if it does."""
        told = json.loads(line)
        if not isinstance(told, dict) or not isinstance(store := told.get("s"), str | None):
            raise TypeError("it is no record of a store or of the file")
        if store is None:
            self._whole_file(told)
        elif "t" in told:
            return self._round(StoreId(store), told)
        elif "keys" in told:
            self._keys.setdefault(store, []).extend(_key(*key) for key in told["keys"])
        elif "shape" in told:
            shapes = self._shapes.setdefault(store, [])
            if len(shapes) >= MOST_SHAPES:
                raise ValueError(f"a store has more than {MOST_SHAPES} shapes")
            shapes.append(_unranged(told["shape"], len(self._keys.get(store, ()))))
        elif "anew" in told:
            for table in (self._keys, self._shapes, self._values):
                table.pop(store, None)
        return None

    def _whole_file(self, told: dict[str, Any]) -> None:
        if "session" in told:
            self._session = _session(told)
            self._began = int(told["began"])
        self.dropped += told.get("dropped", 0)

    def _round(self, store: StoreId, told: dict[str, Any]) -> Round:
        if self._session is None:
            raise ValueError("a round comes before the file says whose it is")
        at, keys = moment_of(self._began + told["t"]), self._keys.get(store, [])
        values = self._values.setdefault(store, {})
        values.update((int(key), _value(value)) for key, value in told.get("v", {}).items())
        elsewhen = {int(key): moment_of(self._began + when) for key, when in told.get("a", {}).items()}
        seen = []
        if told["n"] < 0:
            raise ValueError("there is no such shape")
        for key in self._shapes[store][told["n"]]:
            device, subject, name = keys[key]
            seen.append(
                Observation(
                    store=store,
                    device=DeviceId(device),
                    subject=subject,
                    name=name,
                    value=values[key],
                    at=elsewhen.get(key, at) if elsewhen else at,
                )
            )
        hinted: Hinted = {(d, kind): moment_of(self._began + when) for d, kind, when in told.get("h", ())}
        return Round(store=store, at=at, observations=tuple(seen), session=self._session, hinted=hinted)


def _numbers(known: _Known, observations: Iterable[Observation]) -> Iterator[int]:
    """Return the number of each observation's key; one that comes twice in a round gets a second number."""
    used: set[int] = set()
    for seen in observations:
        times = 0
        while (number := _number(known, (seen.device, seen.subject, seen.name, times))) in used:
            times += 1
        used.add(number)
        yield number


def _number(known: _Known, key: Key) -> int:
    number = known.keys.get(key)
    if number is None:
        number = known.keys[key] = len(known.keys)
        known.values.append(_NEVER)
    return number


def _same(before: object, now: Value) -> bool:
    """Equality that keeps True, 1 and 1.0 apart."""
    return before is now or (type(before) is type(now) and before == now)


def _ranges(shape: Sequence[int]) -> list[list[int]]:
    """Return numbers in a row as (first, last)."""
    if not shape:
        return []
    breaks = [i for i, (a, b) in enumerate(pairwise(shape), 1) if b != a + 1]
    return [[shape[a], shape[b - 1]] for a, b in pairwise([0, *breaks, len(shape)])]


def _unranged(ranges: Iterable[Sequence[int]], keys: int) -> tuple[int, ...]:
    """Return the numbers of ranges; each is of a key that is known, and there are no more of them."""
    numbers: list[int] = []
    for first, last in ranges:
        if not 0 <= first <= last < keys or len(numbers) + last - first >= keys:
            raise ValueError("a shape names keys that are not there")
        numbers.extend(range(first, last + 1))
    return tuple(numbers)


def _key(device: str, subject: str, name: str) -> tuple[str, str, str]:
    if not (isinstance(device, str) and isinstance(subject, str) and isinstance(name, str)):
        raise TypeError("a key is three words")
    return device, subject, name


def _value(value: Any) -> Value:
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError("an observation is a word, a number, yes, no or nothing")


def _session(told: dict[str, Any]) -> Session:
    seconds = {str(name): float(number) for name, number in told["seconds"].items()}
    return Session(id=str(told["session"]), profile=str(told["profile"]), seconds=seconds)


def _json(told: object) -> str:
    return json.dumps(told, separators=(",", ":"), default=str)
