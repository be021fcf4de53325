"""The registry of models: a folder of signed files, a row each in the ledger, and one pointer to the active one.

In: trained models with what they were judged by; orders to promote, retire and roll back. Out: models, their files
checked against the signed manifest and the ledger's hash. Called by ``storenet models`` and ``follower``.
A model begins as ``shadow`` (asked, not heard), is then ``canary`` (heard in a tenth of the stores), then ``active``,
and ends ``retired``; only one that beat the hand rules on the frozen replay set gets beyond shadow.
"""

import os
import secrets
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anomaly.learn.errors import BadModelError
from controller.learning.signing import TamperedError, key_of, sha256, sign, verified
from controller.model_rows import ModelRow, ModelState, Pointer, Replayed
from controller.ports import ModelShelf
from inventory.yaml_file import nearest

if TYPE_CHECKING:
    from anomaly.learn.naming import Naming

FOLDER = "models"
MANIFEST, CARD, CLASSIFIER = "manifest.json", "card.json", "classifier.skops"
_LARGEST = 128 * 1024 * 1024
_NEXT: dict[ModelState, ModelState] = {"shadow": "canary", "canary": "active"}


class NoSuchModelError(Exception):
    """There is no such model; the message names the nearest."""


class NotPromotedError(Exception):
    """A model may not go where it was sent; the message says why."""


class Registry:
    """The models of one state directory. ``key``: a reference to the signing key, or None for its own file."""

    def __init__(self, state: Path, shelf: ModelShelf, key: str | None = None) -> None:
        self._folder = state / FOLDER
        self._shelf = shelf
        self._key = key

    def ready(self) -> bytes:
        """Make the folder, and return the key to sign with. Raises ``OSError``, ``KeyRefusedError``."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return key_of(self._folder, self._key)

    def find(self, name: str) -> ModelRow:
        """Return a model's row. Raises ``NoSuchModelError``."""
        rows = {row.name: row for row in self._shelf.models()}
        if name not in rows:
            there = f"there are: {', '.join(sorted(rows))}" if rows else "there is none yet"
            raise NoSuchModelError(f"there is no model {name!r}{nearest(name, tuple(rows))} ({there})")
        return rows[name]

    def add(
        self, model: "Naming", *, now: datetime, data: str, incidents: Iterable[str], replay: Replayed, note: str = ""
    ) -> ModelRow:
        """Keep a new model as shadow: files first, then its row. Raises ``OSError``, ``KeyRefusedError``."""
        from anomaly.learn.packing import pack  # noqa: PLC0415 - numpy, which most commands never need

        key = self.ready()
        card, classifier = pack(model)
        name = self._fresh_name()
        used = tuple(sorted(incidents))
        manifest = {
            "name": name,
            "made_at": now.isoformat(),
            "data": data,
            "incidents": list(used),
            "replay": asdict(replay),
            "files": {CARD: sha256(card), CLASSIFIER: sha256(classifier)},
            "made_with": _versions(),
        }
        body = sign(manifest, key)
        _write(self._folder / name, {CARD: card, CLASSIFIER: classifier, MANIFEST: body})
        row = ModelRow(
            name=name,
            state="shadow",
            made_at=now,
            changed_at=now,
            data=data,
            examples=len(model.card.labels),
            incidents=used,
            kinds=tuple(model.card.kinds),
            replay=replay,
            manifest=sha256(body),
            note=note,
        )
        self._shelf.shelve(row)
        return row

    def load(self, row: ModelRow) -> "Naming":
        """Return a model. Raises ``TamperedError`` (or ``BadModelError``) when any file is not what was signed."""
        body = self._file(row.name, MANIFEST)
        if sha256(body) != row.manifest:
            raise TamperedError(f"model {row.name}: its manifest is not the one the ledger knows")
        manifest = self._checked(row.name, body)
        files = {name: self._file(row.name, name) for name in (CARD, CLASSIFIER)}
        for name, content in files.items():
            if sha256(content) != manifest["files"].get(name):
                raise TamperedError(f"model {row.name}: {name} changed since it was signed")
        if manifest["made_with"] != _versions():
            made = ", ".join(f"{k} {v}" for k, v in manifest["made_with"].items())
            raise BadModelError(f"model {row.name} was made with {made}; train anew")
        from anomaly.learn.packing import unpack  # noqa: PLC0415 - as above

        return unpack(files[CARD], files[CLASSIFIER])

    def promote(self, name: str, now: datetime, replay: Replayed, *, note: str = "") -> ModelRow:
        """One step up: shadow to canary, canary to active. ``replay`` is how it does with the rules of today.

        Raises ``NotPromotedError``, and what ``load`` raises: what is not ours is not promoted.
        """
        row = self.find(name)
        if row.state not in _NEXT:
            raise NotPromotedError(f"model {name} is {row.state}; only shadow and canary can be promoted")
        if not replay.beats_rules:
            raise NotPromotedError(
                f"model {name} does not beat the hand rules: of the {replay.unknown} cases of the replay set that they "
                f"leave unknown it names {replay.named_right} right, {replay.named_wrong} wrong; it stays {row.state}"
            )
        self.load(row)
        fresh = replace(row, state=_NEXT[row.state], changed_at=now, replay=replay, note=note, suggest_only="")
        rows = [fresh]
        pointer = self._shelf.pointer()
        if fresh.state == "active":
            rows += [_retired(r, now, f"{name} took its place") for r in self._shelf.models() if r.state == "active"]
            pointer = Pointer(active=name, before=pointer.active)
        else:
            rows += [replace(r, state="shadow", changed_at=now) for r in self._shelf.models() if r.state == "canary"]
        self._shelf.shelve(*rows, pointer=pointer)
        return fresh

    def retire(self, name: str, now: datetime, note: str = "") -> ModelRow:
        """Take a model out of use. Raises ``NotPromotedError`` when it is retired already."""
        row = self.find(name)
        if row.state == "retired":
            raise NotPromotedError(f"model {name} is retired already")
        fresh, pointer = _retired(row, now, note), self._shelf.pointer()
        aim = Pointer(before=name) if pointer.active == name else None
        self._shelf.shelve(fresh, pointer=aim)
        return fresh

    def rollback(self, now: datetime) -> ModelRow:
        """Make the model before the active one active again. Raises ``NotPromotedError``, and what ``load`` raises."""
        pointer = self._shelf.pointer()
        if not pointer.before:
            raise NotPromotedError("there was no active model before this one")
        row = self.find(pointer.before)
        self.load(row)
        fresh = replace(row, state="active", changed_at=now, note="rolled back to", suggest_only="")
        rows = [fresh]
        if pointer.active:
            rows.append(_retired(self.find(pointer.active), now, f"rolled back to {row.name}"))
        self._shelf.shelve(*rows, pointer=Pointer(active=row.name, before=pointer.active))
        return fresh

    def judged(self, row: ModelRow, replay: Replayed) -> ModelRow:
        """Keep how a model does with the rules of today."""
        fresh = replace(row, replay=replay)
        self._shelf.shelve(fresh)
        return fresh

    def demote(self, row: ModelRow, now: datetime, replay: Replayed) -> ModelRow:
        """Send a model back to shadow that no longer beats the hand rules."""
        why = f"it no longer beats the hand rules of {replay.library[:12]}"
        fresh = replace(row, state="shadow", changed_at=now, replay=replay, note=why, suggest_only="")
        pointer = self._shelf.pointer()
        aim = Pointer(before=pointer.before) if pointer.active == row.name else None
        self._shelf.shelve(fresh, pointer=aim)
        return fresh

    def _checked(self, name: str, body: bytes) -> dict[str, Any]:
        try:
            manifest = verified(body, key_of(self._folder, self._key))
        except TamperedError as error:
            raise TamperedError(f"model {name}: {error}") from None
        if manifest.get("name") != name or not isinstance(manifest.get("files"), dict):
            raise TamperedError(f"model {name}: its manifest is another model's")
        return manifest

    def _file(self, name: str, file: str) -> bytes:
        path = self._folder / name / file
        try:
            if path.stat().st_size > _LARGEST:
                raise TamperedError(f"model {name}: {file} is larger than {_LARGEST} bytes")
            return path.read_bytes()
        except OSError as error:
            raise TamperedError(f"model {name}: {file} cannot be read ({error.strerror})") from None

    def _fresh_name(self) -> str:
        taken = {row.name for row in self._shelf.models()} | {p.name for p in self._folder.iterdir()}
        return next(name for n in range(1, 100_000) if (name := f"naming-{n:04d}") not in taken)


def _retired(row: ModelRow, now: datetime, note: str) -> ModelRow:
    return replace(row, state="retired", changed_at=now, note=note)


def _versions() -> dict[str, str]:
    """The libraries a packed model depends on; read from their metadata, without importing them."""
    from importlib.metadata import version  # noqa: PLC0415 - only when a model is packed or unpacked

    return {name: version(name) for name in ("scikit-learn", "skops")}


def _write(folder: Path, files: dict[str, bytes]) -> None:
    """A whole model or none: written beside, then moved into place."""
    beside = folder.with_name(f".{folder.name}.{secrets.token_hex(8)}")
    beside.mkdir(mode=0o700)
    for name, content in files.items():
        (beside / name).write_bytes(content)
    os.replace(beside, folder)  # noqa: PTH105 - Path.replace would do the same; a folder moves at once
