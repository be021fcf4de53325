"""One way to read a YAML file that people write, for every room.

In: a path and a pydantic model. Out: the model, or ``Problem``s that name file, line, field and the allowed words.
Called by ``inventory.files`` and by the loaders of symptoms, signatures, playbooks and settings. Why: bad content
never raises half way; everything that is wrong is told at once.
"""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Generic, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from inventory.yaml_lines import LineList, LineMap, YamlRefusedError, parse

MAX_BYTES = 1 << 20
Model = TypeVar("Model", bound=BaseModel)
Loc = Sequence[str | int]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a content file. ``line`` is 1-based, 0 when the whole file is meant."""

    file: str
    line: int
    field: str
    message: str
    allowed: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return ``file:line: field: message (allowed: a, b)``."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        allowed = f" (allowed: {', '.join(self.allowed)})" if self.allowed else ""
        return ": ".join(part for part in (place, self.field, self.message) if part) + allowed


class ContentError(Exception):
    """Content files are wrong; ``problems`` holds everything found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(p) for p in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Located(Generic[Model]):
    """A model read from a file that still knows its lines."""

    path: Path
    model: Model
    raw: Any

    def line(self, *loc: str | int) -> int:
        """Return the line of a key or item, or of the nearest one above it."""
        return line_of(self.raw, loc)

    def problem(self, loc: Loc, message: str, allowed: Sequence[str] = ()) -> Problem:
        """Return a problem at a place of this file."""
        return Problem(str(self.path), self.line(*loc), dotted(loc), message, tuple(allowed))


def read_yaml(path: Path, model: type[Model], problems: list[Problem], *, max_bytes: int = MAX_BYTES) -> Model | None:
    """Return the file as ``model``, or None with everything wrong added to ``problems``.

    Never raises for bad content; a file that cannot be read is a problem, too.
    """
    located = read_located(path, model, problems, max_bytes=max_bytes)
    return located.model if located else None


def read_located(
    path: Path, model: type[Model], problems: list[Problem], *, max_bytes: int = MAX_BYTES
) -> Located[Model] | None:
    """Like ``read_yaml``, keeping the lines for checks across files."""
    try:
        raw = parse(_text(path, max_bytes))
    except YamlRefusedError as error:
        problems.append(Problem(str(path), error.line, "", str(error)))
        return None
    try:
        return Located(path=path, model=model.model_validate({} if raw is None else raw), raw=raw)
    except ValidationError as error:
        found = [_problem(path, raw, model, e) for e in error.errors(include_url=False, include_input=False)]
        problems.extend(sorted(found, key=lambda p: p.line))
        return None


def _text(path: Path, max_bytes: int) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(max_bytes + 1)
    except OSError as error:
        raise YamlRefusedError(0, f"cannot be read: {error.strerror}") from None
    if len(content) > max_bytes:
        raise YamlRefusedError(0, f"larger than {max_bytes} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise YamlRefusedError(content.count(b"\n", 0, error.start) + 1, "not UTF-8 text") from None


def dotted(loc: Loc) -> str:
    """Return a place as people write it: ``stores.s001.functions[2]``."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc)
    return text.removeprefix(".")


def line_of(raw: Any, loc: Loc) -> int:
    """Return the line of a place in a parsed document, or of the nearest place above it."""
    line = raw.line if isinstance(raw, (LineMap, LineList)) else 1
    for part in loc:
        if isinstance(raw, (LineMap, LineList)) and _has(raw, part):
            line, raw = raw.lines[part], raw[part]  # type: ignore[index]
    return line


def nearest(word: str, allowed: Sequence[str]) -> str:
    """Return a spelling hint, ``; did you mean 'x'?``, or nothing."""
    close = difflib.get_close_matches(word, allowed, n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else ""


def _problem(path: Path, raw: Any, model: type[BaseModel], error: ErrorDetails) -> Problem:
    loc = _in_file(raw, error["loc"], missing=error["type"] == "missing")
    message, allowed = _message(model, error, loc, raw)
    return Problem(str(path), line_of(raw, loc), dotted(loc), message, allowed)


def _in_file(raw: Any, loc: Loc, *, missing: bool) -> tuple[str | int, ...]:
    """Leave out what pydantic adds to a place (union branches, ``[key]``), keep what is in the file."""
    kept: list[str | int] = []
    for index, part in enumerate(loc):
        if isinstance(raw, (LineMap, LineList)) and _has(raw, part):
            kept.append(part)
            raw = raw[part]  # type: ignore[index]
        elif missing and index == len(loc) - 1:
            kept.append(part)
    return tuple(kept)


def _has(raw: LineMap | LineList, part: str | int) -> bool:
    return part in raw if isinstance(raw, LineMap) else isinstance(part, int) and part < len(raw)


def _message(model: type[BaseModel], error: ErrorDetails, loc: Loc, raw: Any) -> tuple[str, tuple[str, ...]]:
    kind = error["type"]
    if kind == "extra_forbidden":
        allowed = _fields_at(model, error["loc"][:-1])
        return f"unknown key {str(loc[-1])!r}{nearest(str(loc[-1]), allowed)}", allowed
    if kind == "missing":
        return "is missing", ()
    if kind in ("literal_error", "enum"):
        allowed = tuple(re.findall(r"'([^']*)'", str(error.get("ctx", {}).get("expected", ""))))
        given = _value(raw, loc)
        return f"{given!r} is not one of the allowed words{nearest(str(given), allowed)}", allowed
    message = error["msg"].removeprefix("Value error, ")
    return message[0].lower() + message[1:], ()


def _value(raw: Any, loc: Loc) -> Any:
    for part in loc:
        raw = raw[part]
    return raw if isinstance(raw, (str, int, float, bool, type(None))) else "..."


def _fields_at(model: type[BaseModel], loc: Loc) -> tuple[str, ...]:
    """Return the allowed keys at a place of a model."""
    kinds: list[Any] = [model]
    for part in loc:
        stepped = [k for kind in kinds for k in _step(kind, part)]
        kinds = stepped or kinds
    names = [name for kind in kinds for m in _models_in(kind) for name in _keys(m)]
    return tuple(dict.fromkeys(names))


def _keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _step(kind: Any, part: str | int) -> list[Any]:
    """Return the types one key further down: a model's field, a mapping's or list's item."""
    found: list[Any] = []
    for inner in _unwrapped(kind):
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            fields = {field.alias or name: field.annotation for name, field in inner.model_fields.items()}
            if "root" in inner.model_fields:
                found += _step(fields["root"], part)
            elif part in fields:
                found.append(fields[str(part)])
        elif get_origin(inner) is not None and get_args(inner):
            found.append(get_args(inner)[0 if isinstance(part, int) else -1])
    return found


def _unwrapped(kind: Any) -> list[Any]:
    if get_origin(kind) is Annotated:
        return _unwrapped(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return [inner for arg in get_args(kind) for inner in _unwrapped(arg)]
    return [kind]


def _models_in(kind: Any) -> list[type[BaseModel]]:
    return [k for k in _unwrapped(kind) if isinstance(k, type) and issubclass(k, BaseModel)]
