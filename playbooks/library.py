"""Loads the playbooks (recipes) and finds the actions they name.

In: shipped recipes, overlaid by name with ``DIR/playbooks/recipes``. Out: a ``Library`` for ``controller.heal``.
Every mistake in every file is reported at once, with file, line, field and the allowed words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from pydantic import BaseModel, ConfigDict, Field

from inventory.discover import discover
from inventory.yaml_file import ContentError, Problem, nearest, read_yaml
from playbooks.model import Action, Playbook, Rung

SHIPPED = Path(__file__).parent / "recipes"


class RungFile(BaseModel):
    """A rung as written in a recipe."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    action: str
    guard: str = ""
    params: dict[str, str | float] = Field(default_factory=dict)
    window: Literal["proof", "proof_short"] = "proof"
    mitigates: bool = False


class RecipeFile(BaseModel):
    """A recipe file."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    signature: str
    title: str
    rungs: tuple[RungFile, ...]
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Every playbook by its signature, every action by its name."""

    playbooks: Mapping[str, Playbook]
    actions: Mapping[str, Action]


def load_library(content: Path | None, signatures: frozenset[str] | None) -> Library:
    """Load shipped and overlaid recipes. Raises ``ContentError``.

    ``signatures``: the known signature names; None when they could not be loaded and are not to be checked.
    """
    problems: list[Problem] = []
    actions = cast("Mapping[str, Action]", discover("playbooks.actions"))
    found: dict[str, Playbook] = {}
    for path in _paths(content):
        recipe = read_yaml(path, RecipeFile, problems)
        if recipe is None:
            continue
        problems += _mistakes(path, recipe, actions, signatures)
        if recipe.signature in found:
            problems.append(
                Problem(file=str(path), line=1, field="signature", message=f"{recipe.signature} is answered twice")
            )
        found[recipe.signature] = _playbook(recipe)
    if problems:
        raise ContentError(tuple(problems))
    return Library(playbooks=found, actions=actions)


def _paths(content: Path | None) -> tuple[Path, ...]:
    """Shipped recipes and the overlay's; a file of the same name wins over the shipped one."""
    by_name = {path.name: path for path in sorted(SHIPPED.glob("*.yaml"))}
    if content is not None:
        by_name |= {path.name: path for path in sorted((content / "playbooks" / "recipes").glob("*.yaml"))}
    return tuple(by_name.values())


def _mistakes(
    path: Path, recipe: RecipeFile, actions: Mapping[str, Action], signatures: frozenset[str] | None
) -> list[Problem]:
    wrong = []
    if signatures is not None and recipe.signature not in signatures:
        wrong.append(_unknown(path, "signature", recipe.signature, signatures))
    for number, rung in enumerate(recipe.rungs):
        field = f"rungs[{number}]"
        if rung.action in actions:
            wrong += _wrong_params(path, field, rung, actions[rung.action])
        else:
            wrong.append(_unknown(path, f"{field}.action", rung.action, frozenset(actions)))
    return wrong


def _wrong_params(path: Path, field: str, rung: RungFile, action: Action) -> list[Problem]:
    """Parameters the action does not know, and values outside its limits."""
    wrong = []
    for name, value in rung.params.items():
        place = f"{field}.params.{name}"
        if name not in action.PARAMS:
            wrong.append(_unknown(path, place, name, frozenset(action.PARAMS)))
        elif not _within(value, *action.PARAMS[name]):
            least, most = action.PARAMS[name]
            message = f"{value!r} is not a number from {least:g} to {most:g}"
            wrong.append(Problem(file=str(path), line=_line(path, name), field=place, message=message))
    return wrong


def _within(value: str | float, least: float, most: float) -> bool:
    try:
        return least <= float(value) <= most
    except ValueError:
        return False


def _line(path: Path, word: str) -> int:
    return next((n for n, text in enumerate(path.read_text("utf-8").splitlines(), 1) if word in text), 1)


def _unknown(path: Path, field: str, value: str, allowed: frozenset[str]) -> Problem:
    message = f"{value!r} is not known{nearest(value, sorted(allowed))}"
    return Problem(
        file=str(path), line=_line(path, value), field=field, message=message, allowed=tuple(sorted(allowed))
    )


def _texts(params: Mapping[str, str | float]) -> Mapping[str, str]:
    return {name: str(value) for name, value in params.items()}


def _playbook(recipe: RecipeFile) -> Playbook:
    rungs = tuple(
        Rung(action=r.action, guard=r.guard, params=_texts(r.params), window=r.window, mitigates=r.mitigates)
        for r in recipe.rungs
    )
    return Playbook(
        name=recipe.name, signature=recipe.signature, title=recipe.title, rungs=rungs, advice=recipe.advice.strip()
    )
