"""A model as bytes and back: the card as JSON, the scikit-learn object by skops, its types on an allow-list.

In: a ``Naming``. Out: two files' contents; and the model again, or ``BadModelError``. Called by
``controller.learning.registry``, which has checked signatures before. Why not pickle: loading one runs whatever it
says. skops builds known types only; ours is the shorter list, and is checked before skops sees the bytes.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter, ValidationError

from anomaly.learn.errors import BadModelError
from anomaly.learn.naming import Card, Naming

ALLOWED = frozenset(
    {
        "builtins.dict",
        "builtins.list",
        "builtins.str",
        "builtins.tuple",
        "numpy.dtype",
        "numpy.float64",
        "numpy.int64",
        "numpy.ndarray",
        "sklearn.calibration.CalibratedClassifierCV",
        "sklearn.calibration._CalibratedClassifier",
        "sklearn.calibration._TemperatureScaling",
        "sklearn.linear_model._logistic.LogisticRegression",
    }
)
LOADERS = frozenset({"DictNode", "JsonNode", "ListNode", "NdArrayNode", "ObjectNode", "TupleNode", "TypeNode"})
_TRUSTED = ["sklearn.calibration._CalibratedClassifier", "sklearn.calibration._TemperatureScaling"]
_LARGEST = 64 * 1024 * 1024
_card = TypeAdapter(Card)


def pack(model: Naming) -> tuple[bytes, bytes]:
    """Return the card and the classifier (nothing when there is none)."""
    card = _card.dump_json(model.card)
    if model.classifier is None:
        return card, b""
    import skops.io  # noqa: PLC0415 - with scikit-learn a second or two of start-up

    packed: bytes = skops.io.dumps(model.classifier)
    return card, packed


def unpack(card: bytes, classifier: bytes) -> Naming:
    """Return the model. Raises ``BadModelError``."""
    try:
        told = _card.validate_json(card)
    except ValidationError as error:
        raise BadModelError(f"the card is no card: {error.error_count()} mistakes in it") from None
    widest = max((max(row, default=0) for row in told.rows), default=0)
    lengths = {len(told.rows), len(told.labels), len(told.sources)}
    if len(lengths) > 1 or widest >= max(1, len(told.columns)) or any(n < 0 for row in told.rows for n in row):
        raise BadModelError("the card contradicts itself")
    return Naming(told, _classifier(classifier, len(told.columns)) if classifier else None)


def _classifier(packed: bytes, columns: int) -> Any:
    foreign = sorted(set(_types(packed)) - ALLOWED - LOADERS)
    if foreign:
        raise BadModelError(f"it holds what no model of ours has: {', '.join(foreign)}")
    import skops.io  # noqa: PLC0415 - as above
    from skops.io.exceptions import UntrustedTypesFoundException  # noqa: PLC0415

    try:
        model = skops.io.loads(packed, trusted=_TRUSTED)
    except (UntrustedTypesFoundException, ValueError, TypeError, KeyError, AttributeError, zipfile.BadZipFile) as error:
        raise BadModelError(f"it cannot be read: {error}") from None
    if getattr(model, "n_features_in_", columns) != columns:
        raise BadModelError(f"it was made for {model.n_features_in_} words, its card has {columns}")
    return model


def _types(packed: bytes) -> Iterator[str]:
    """Every type the archive names, and how it is built. Raises ``BadModelError`` for no archive or a huge one."""
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _LARGEST:
                raise BadModelError(f"it is larger than {_LARGEST} bytes")
            schema = json.loads(archive.read("schema.json"))
    except (zipfile.BadZipFile, KeyError, ValueError, RecursionError) as error:
        raise BadModelError(f"it is no model file: {error}") from None
    yield from _named(schema)


def _named(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "__module__" in node or "__class__" in node:
            yield f"{node.get('__module__')}.{node.get('__class__')}"
            yield str(node.get("__loader__"))
        for inner in node.values():
            yield from _named(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _named(inner)
