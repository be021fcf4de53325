"""A library in which one thing is different: a signature from a file, or one figure of a signature or a symptom.

In: a library and a file, or words such as ``ap_hung.threshold=0.8``. Out: the library as it would be. Called by
``storenet signature test`` and ``storenet backtest``. The models check what is changed just as if it stood in a file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from anomaly.library import Library, SignatureSpec, SymptomSpec, library_of, unknown_words
from inventory.yaml_file import ContentError, Problem, nearest, read_located
from inventory.yaml_lines import YamlRefusedError, parse

OF_SIGNATURE = ("threshold", "prior", "symptoms.SYMPTOM.weight", "symptoms.SYMPTOM.missing")
OF_SYMPTOM = ("when.is", "when.is_not", "when.above", "when.below", "when.in", "hold")


class ChangeError(Exception):
    """What is to be changed is not there, or may not be so; the message says what would do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A library with one thing changed. ``touched``: the signatures it can make a difference to."""

    library: Library
    before: str
    after: str
    touched: frozenset[str]


def with_file(library: Library, path: Path) -> tuple[Library, SignatureSpec]:
    """Return the library with a file's signature in it. Raises ``ContentError``."""
    problems: list[Problem] = []
    written = read_located(path, SignatureSpec, problems)
    if written is not None:
        problems += unknown_words(written, library.symptoms, library.signatures)
    if written is None or problems:
        raise ContentError(problems)
    spec = written.model
    return library_of(library.symptoms, {**library.signatures, spec.name: spec}), spec


def with_words(library: Library, words: str) -> Changed:
    """Return the library with ``NAME.FIELD=VALUE`` in force. Raises ``ChangeError``."""
    place, separator, text = words.partition("=")
    name, dot, field = place.strip().partition(".")
    if not separator or not dot or not field or not text.strip():
        raise ChangeError(f"{words!r} is not NAME.FIELD=VALUE, such as ap_hung.threshold=0.8")
    if name in library.signatures:
        return _signature_changed(library, library.signatures[name], field, _value(text))
    if name in library.symptoms:
        return _symptom_changed(library, library.symptoms[name], field, _value(text))
    known = sorted({*library.signatures, *library.symptoms})
    raise ChangeError(f"there is no signature or symptom {name!r}{nearest(name, known)}")


def _signature_changed(library: Library, spec: SignatureSpec, field: str, value: object) -> Changed:
    told = spec.model_dump(by_alias=True, exclude_unset=True)
    parts = field.split(".")
    if field in ("threshold", "prior"):
        before, told[field] = getattr(spec, field), value
    elif len(parts) == len(("symptoms", "SYMPTOM", "weight")) and parts[0] == "symptoms":
        before = _clue_changed(told, spec, parts[1], parts[2], value)
    else:
        raise ChangeError(f"a signature has no {field!r} to try (allowed: {', '.join(OF_SIGNATURE)})")
    changed = _checked(SignatureSpec, told, f"{spec.name}.{field}")
    made = library_of(library.symptoms, {**library.signatures, spec.name: changed})
    return Changed(library=made, before=str(before), after=str(value), touched=frozenset({spec.name}))


def _clue_changed(told: dict[str, Any], spec: SignatureSpec, symptom: str, figure: str, value: object) -> object:
    """Put a new figure to every clue of a symptom; return the old one."""
    places = [i for i, clue in enumerate(spec.symptoms) if clue.symptom == symptom]
    if not places or figure not in ("weight", "missing"):
        known = sorted({f"symptoms.{clue.symptom}.{word}" for clue in spec.symptoms for word in ("weight", "missing")})
        wrong = f"symptoms.{symptom}.{figure}"
        raise ChangeError(f"{spec.name} has no {wrong!r}{nearest(wrong, known)} (allowed: {', '.join(known)})")
    clues = [dict(clue) for clue in told["symptoms"]]
    for place in places:
        clues[place][figure] = value
    told["symptoms"] = clues
    clue = spec.symptoms[places[0]]
    return clue.weight if figure == "weight" else clue.cost


def _symptom_changed(library: Library, spec: SymptomSpec, field: str, value: object) -> Changed:
    told = spec.model_dump(by_alias=True, exclude_unset=True)
    if field not in OF_SYMPTOM:
        raise ChangeError(f"a symptom has no {field!r} to try (allowed: {', '.join(OF_SYMPTOM)})")
    if field == "hold":
        before, told["hold"] = spec.hold, value
    else:
        before, told["when"] = told["when"], {field.removeprefix("when."): value}
    changed = _checked(SymptomSpec, told, f"{spec.name}.{field}")
    made = library_of({**library.symptoms, spec.name: changed}, library.signatures)
    return Changed(library=made, before=_words(before), after=_words(value), touched=looking_at(library, spec.name))


def looking_at(library: Library, symptom: str) -> frozenset[str]:
    """Return the signatures that look at a symptom, for or against."""
    return frozenset(
        name for name, spec in library.signatures.items() if any(m.symptom == symptom for m in spec.mentions)
    )


def _checked(model: type[Any], told: Mapping[str, object], place: str) -> Any:
    try:
        return model.model_validate(told)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        message = first["msg"].removeprefix("Value error, ")
        raise ChangeError(f"{place}: {message[0].lower()}{message[1:]}") from None


def _value(text: str) -> object:
    """A value as it would be read from a file."""
    try:
        return parse(text)
    except YamlRefusedError as error:
        raise ChangeError(f"{text.strip()!r} is no value: {error}") from None


def _words(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {one}" for name, one in value.items())
    return str(value)
