"""A planned change as JSON and back, so that a journal can hold it and a restart can resume it."""

from collections.abc import Mapping

from pydantic import TypeAdapter

from playbooks.model import TOKEN, Change

_CHANGES: TypeAdapter[tuple[Change, ...]] = TypeAdapter(tuple[Change, ...])
_CHANGE: TypeAdapter[Change] = TypeAdapter(Change)


def dump_changes(changes: tuple[Change, ...]) -> str:
    """Return the changes as JSON."""
    return _CHANGES.dump_json(changes).decode()


def load_changes(text: str) -> tuple[Change, ...]:
    """Return the changes that ``dump_changes`` wrote."""
    return _CHANGES.validate_json(text)


def with_token(change: Change, token: str) -> Change:
    """Return the change with its token placeholder replaced by ``token`` in lines and witness."""
    return _CHANGE.validate_json(_CHANGE.dump_json(change).decode().replace(TOKEN, token))


def change_record(change: Change) -> Mapping[str, object]:
    """Return the change as JSON-able data for the journal."""
    record: dict[str, object] = _CHANGE.dump_python(change, mode="json")
    return record


def load_change(record: Mapping[str, object]) -> Change:
    """Return the change that ``change_record`` wrote."""
    return _CHANGE.validate_python(dict(record), strict=False)
