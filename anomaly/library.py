"""The symptoms and signatures a controller knows.

In: ``symptoms/*.yaml`` and ``signatures/*.yaml`` as shipped, overlaid by name with ``DIR/anomaly``.
Out: a ``Library``, read by ``detect`` and ``correlate``. Every mistake in every file is told at once.
"""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator

from anomaly.collecting import observed_names
from anomaly.model import FaultClass, Value
from inventory.yaml_file import ContentError, Located, Problem, nearest, read_located

SHIPPED = Path(__file__).parent
_MOST_ODDS = 500.0
NAME = r"^[a-z][a-z0-9_]*$"
Scalar = StrictBool | float | str
Hold = Literal["brief", "steady", "patient"]
Relation = Literal["self", "same_device", "same_store", "upstream_port", "above", "other_end", "downstream"]
RootKind = Literal[
    "edge",
    "device",
    "function",
    "service",
    "wan_port",
    "backup_port",
    "access_point",
    "trunk_port",
    "port",
    "switch_port",
    "switch",
]


class Strict(BaseModel):
    """What people write: unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class When(Strict):
    """The condition on an observation's value: exactly one of these."""

    is_: Scalar | None = Field(default=None, alias="is")
    is_not: Scalar | None = None
    above: float | None = None
    below: float | None = None
    in_: tuple[Scalar, ...] | None = Field(default=None, alias="in")

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if len(self.model_fields_set) != 1 or None in (getattr(self, name) for name in self.model_fields_set):
            raise ValueError("give exactly one of is, is_not, above, below, in")
        return self

    def holds(self, value: Value) -> bool | None:
        """Whether the condition holds of a value; None when the value is unknown."""
        if value is None:
            return None
        if self.is_ is not None:
            return _equal(value, self.is_)
        if self.is_not is not None:
            return not _equal(value, self.is_not)
        if self.in_ is not None:
            return any(_equal(value, one) for one in self.in_)
        if isinstance(value, str | bool):
            return False
        return value > self.above if self.above is not None else self.below is not None and value < self.below


class SymptomSpec(Strict):
    """A condition on one observation. ``normal``: it holds in health too, and only supports other evidence.

    ``hurried_by``: a state that nothing passes through by chance; when its own device has just told of that kind of
    happening, one look is enough.
    """

    name: str = Field(pattern=NAME)
    title: str
    observation: str
    when: When
    hold: Hold
    normal: bool = False
    hurried_by: Literal["configured", "bgp"] | None = None


class Clue(Strict):
    """A symptom and where it is to be seen, from the root.

    ``weight``: natural log-odds that seeing it adds; ``missing``: what not seeing it takes away where it could be
    looked for (half the weight unless given).
    """

    symptom: str
    relation: Relation = "self"
    weight: float = Field(default=6.0, gt=0, le=20)
    missing: float | None = Field(default=None, ge=0, le=20)
    required: bool = False

    @property
    def cost(self) -> float:
        """Natural log-odds that looking for it in vain takes away."""
        return self.weight / 2 if self.missing is None else self.missing


class Excluder(Strict):
    """A symptom that speaks against the signature."""

    symptom: str
    relation: Relation = "self"


class Inhibit(Strict):
    """A signature that this one explains away at ``where`` from its root, as long as ``when`` is seen at the root."""

    signature: str
    where: Relation = "self"
    when: str | None = None


class SignatureSpec(Strict):
    """A known fault: which symptoms around what kind of root. ``prior`` and ``threshold`` are probabilities.

    ``prior``: how often this is it, among the places of that kind where something is wrong.
    """

    name: str = Field(pattern=NAME)
    title: str
    fault_class: FaultClass
    root: RootKind
    symptoms: tuple[Clue, ...] = Field(min_length=1)
    excluders: tuple[Excluder, ...] = ()
    prior: float = Field(default=0.02, gt=0, lt=1)
    threshold: float = Field(gt=0, lt=1)
    inhibits: tuple[Inhibit, ...] = ()

    @model_validator(mode="after")
    def _one_required(self) -> Self:
        if not any(clue.required for clue in self.symptoms):
            raise ValueError("at least one symptom must be required")
        return self

    @model_validator(mode="after")
    def _can_hold(self) -> Self:
        best = probability(log_odds(self.prior) + sum(clue.weight for clue in self.symptoms))
        if best < self.threshold:
            raise ValueError(f"it can never hold: all symptoms together make {best:.2f}, threshold is {self.threshold}")
        return self

    @property
    def mentions(self) -> tuple[Clue | Excluder, ...]:
        """Every symptom it looks at, for or against."""
        return (*self.symptoms, *self.excluders)


def log_odds(of: float) -> float:
    """A probability between 0 and 1 (neither of them) as natural log-odds."""
    return math.log(of / (1 - of))


def probability(odds: float) -> float:
    """Natural log-odds as a probability."""
    return 1 / (1 + math.exp(-max(-_MOST_ODDS, min(_MOST_ODDS, odds))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Every symptom and signature by name; ``watching`` lists the symptoms that look at an observation."""

    symptoms: Mapping[str, SymptomSpec]
    signatures: Mapping[str, SignatureSpec]
    watching: Mapping[str, tuple[SymptomSpec, ...]]

    @property
    def signature_names(self) -> frozenset[str]:
        """The names a playbook may answer to."""
        return frozenset(self.signatures)


Spec = TypeVar("Spec", SymptomSpec, SignatureSpec)


def load_library(content: Path | None = None) -> Library:
    """Load what ships, overlaid by ``content``/anomaly. Raises ``ContentError`` with everything that is wrong."""
    problems: list[Problem] = []
    symptoms = _load(content, "symptoms", SymptomSpec, problems)
    signatures = _load(content, "signatures", SignatureSpec, problems)
    observed = observed_names()
    for written in symptoms.values():
        problems += _known(written, ("observation",), written.model.observation, observed)
    for signature in signatures.values():
        problems += unknown_words(signature, symptoms, signatures.keys() - {signature.model.name})
    if problems:
        raise ContentError(problems)
    return library_of(
        {name: written.model for name, written in symptoms.items()},
        {name: written.model for name, written in signatures.items()},
    )


def library_of(symptoms: Mapping[str, SymptomSpec], signatures: Mapping[str, SignatureSpec]) -> Library:
    """A library of checked specs."""
    watching: dict[str, tuple[SymptomSpec, ...]] = {}
    for spec in symptoms.values():
        watching[spec.observation] = (*watching.get(spec.observation, ()), spec)
    return Library(symptoms=symptoms, signatures=signatures, watching=watching)


def _load(content: Path | None, folder: str, model: type[Spec], problems: list[Problem]) -> dict[str, Located[Spec]]:
    """Read a folder's files, shipped ones first: an overlay's file wins by the name written in it."""
    loaded: dict[str, Located[Spec]] = {}
    for base in (SHIPPED, *(() if content is None else (content / "anomaly",))):
        layer: dict[str, Located[Spec]] = {}
        for path in sorted((base / folder).glob("*.yaml")):
            written = read_located(path, model, problems)
            if written is None:
                continue
            name = written.model.name
            if name in layer:
                problems.append(written.problem(("name",), f"{name!r} is also in {layer[name].path.name}"))
            layer[name] = written
        loaded |= layer
    return loaded


def unknown_words(
    written: Located[SignatureSpec], symptoms: Collection[str], signatures: Collection[str]
) -> Iterator[Problem]:
    """Words of a signature's file that are none of these."""
    spec = written.model
    for index, clue in enumerate(spec.symptoms):
        yield from _known(written, ("symptoms", index, "symptom"), clue.symptom, symptoms)
    for index, excluder in enumerate(spec.excluders):
        yield from _known(written, ("excluders", index, "symptom"), excluder.symptom, symptoms)
    for index, inhibit in enumerate(spec.inhibits):
        yield from _known(written, ("inhibits", index, "signature"), inhibit.signature, signatures)
        if inhibit.when is not None:
            yield from _known(written, ("inhibits", index, "when"), inhibit.when, symptoms)


def _known(written: Located[Spec], loc: Sequence[str | int], word: str, allowed: Collection[str]) -> Iterator[Problem]:
    if word not in allowed:
        words = sorted(allowed)
        yield written.problem(loc, f"{word!r} is not known{nearest(word, words)}", words)


def _equal(value: str | float, wanted: str | float) -> bool:
    """Equality that keeps True and 1 apart."""
    return isinstance(value, bool) == isinstance(wanted, bool) and value == wanted
