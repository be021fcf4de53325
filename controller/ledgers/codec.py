"""Records to JSON texts and back.

In: the controller's frozen dataclasses. Out: JSON with ISO 8601 times, and the same dataclasses again.
Called by the ledger. Why: pydantic reads back exactly what the types say; secrets and what JSON cannot hold
(lone surrogates, NaN) are taken out on the way in, because a device may have sent them.
"""

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from controller.events import EVENT_TYPES, Event, subject_of
from inventory.redact import redact

T = TypeVar("T")
_adapters: dict[type[Any], TypeAdapter[Any]] = {}


def dump_event(event: Event) -> str:
    """Return an event's JSON, secrets masked; ``ValueError`` when it could not be read back."""
    body = dump(event)
    try:
        load_event(event.kind, body)
    except ValidationError as error:
        raise ValueError(f"{event.kind} of {subject_of(event)} cannot be kept: {_first(error)}") from None
    return body


def load_event(kind: str, body: str) -> Event:
    """Return an event from its kind and JSON; ``LookupError`` for a kind this version does not know."""
    if kind not in EVENT_TYPES:
        raise LookupError(f"event kind {kind!r} is unknown to this version")
    event: Event = _adapter(EVENT_TYPES[kind]).validate_json(body)
    return event


def dump(record: object) -> str:
    """Return a dataclass's JSON for people to read: every text in it is redacted."""
    tree = _adapter(type(record)).dump_python(record, mode="json", warnings=False)
    return json.dumps(_clean(tree), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def dump_exact(record: object) -> str:
    """Return a dataclass's JSON word for word: it has to be carried out, so nothing is masked."""
    tree = _adapter(type(record)).dump_python(record, mode="json", warnings=False)
    return json.dumps(tree, allow_nan=False, separators=(",", ":"))


def load(kind: type[T], body: str) -> T:
    """Return a dataclass of this type from its JSON."""
    record: T = _adapter(kind).validate_json(body)
    return record


def dump_change(change: Mapping[str, object]) -> str:
    """Return a planned change's JSON word for word: it has to be resumed from, so nothing is masked."""
    return json.dumps(change, allow_nan=False, separators=(",", ":"))


def load_change(body: str) -> Mapping[str, object]:
    """Return a planned change from its JSON."""
    change: Mapping[str, object] = json.loads(body)
    return change


def stamp(moment: datetime) -> str:
    """Return an aware time as text that sorts; ``ValueError`` when it is naive."""
    if moment.tzinfo is None:
        raise ValueError("a time without a time zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def moment(text: str) -> datetime:
    """Return the time of a ``stamp``."""
    return datetime.fromisoformat(text)


def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    """Return the type's adapter; building one takes milliseconds, so each is kept."""
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def _clean(tree: Any) -> Any:
    if isinstance(tree, str):
        return redact(tree.encode("utf-8", "replace").decode("utf-8"))
    if isinstance(tree, float):
        return tree if math.isfinite(tree) else None
    if isinstance(tree, dict):
        return {key: _clean(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_clean(item) for item in tree]
    return tree


def _first(error: ValidationError) -> str:
    details = error.errors(include_input=False, include_url=False)[0]
    return f"{'.'.join(map(str, details['loc']))}: {details['msg']}"
