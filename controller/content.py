"""Everything a content directory says, checked in every room at once.

In: a folder and the name of a timing profile. Out: ``Content``, or every problem. Called by the composition root.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import anomaly.library
import playbooks.library
from controller.timing import Timing, load_timing
from inventory.files import load_chain
from inventory.model import Chain
from inventory.yaml_file import ContentError, Problem

Loaded = TypeVar("Loaded")


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What was loaded."""

    folder: Path
    chain: Chain
    symptoms: anomaly.library.Library
    recipes: playbooks.library.Library
    timing: Timing


def load_content(folder: Path, profile: str) -> Content:
    """Load every room's content. Raises ``ContentError`` with the problems of all of them at once."""
    problems: list[Problem] = []
    chain = _attempt(lambda: load_chain(folder), problems)
    symptoms = _attempt(lambda: anomaly.library.load_library(folder), problems)
    timing = _attempt(lambda: load_timing(folder, profile), problems)
    known = frozenset(symptoms.signatures) if symptoms is not None else None
    recipes = _attempt(lambda: playbooks.library.load_library(folder, known), problems)
    if problems or chain is None or symptoms is None or timing is None or recipes is None:
        raise ContentError(tuple(problems))
    return Content(folder=folder, chain=chain, symptoms=symptoms, recipes=recipes, timing=timing)


def _attempt(load: Callable[[], Loaded], problems: list[Problem]) -> Loaded | None:
    try:
        return load()
    except ContentError as error:
        problems.extend(error.problems)
        return None
