"""A case file as people write it: ``anomaly/signatures/cases/<signature>.yaml``.

In: YAML. Out: frozen models that refuse unknown keys. Read by ``storenet signature test`` and by tests.
"""

from typing import Annotated, Self

from pydantic import Field, model_validator

from anomaly.library import NAME, Relation, Scalar, Strict

Share = Annotated[float, Field(ge=0, le=1)]


class Spot(Strict):
    """A symptom and where: ``at`` a relation to the root, or on a named ``device`` and ``subject`` of the small store.

    With a relation, ``device`` and ``subject`` narrow down which of the places there are meant; without them, all are.
    """

    symptom: str
    at: Relation | None = None
    device: str | None = None
    subject: str | None = None
    value: Scalar | None = None

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if self.at is not None and self.at in ("self", "upstream_port", "above", "other_end") and self.device:
            raise ValueError(f"{self.at} is one place already: leave out device, or leave out at")
        return self


class Root(Strict):
    """Where the fault sits in the small store; ``subject`` left out: the device itself."""

    device: str
    subject: str | None = None


class Expected(Strict):
    """What is to come out. ``against``: symptoms that must be named as lacking or as speaking against it."""

    holds: bool
    confidence: tuple[Share, Share] | None = None
    against: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    """Other signatures that rightly hold at the same time."""


class Case(Strict):
    """One case: what is ``seen``, what is ``unknown`` because nobody could look; all else is seen not to be there."""

    title: str
    seen: tuple[Spot, ...] = ()
    unknown: tuple[Spot, ...] = ()
    root: Root | None = None
    expect: Expected


class CaseFile(Strict):
    """All cases of one signature."""

    signature: str = Field(pattern=NAME)
    cases: tuple[Case, ...] = Field(min_length=1)
