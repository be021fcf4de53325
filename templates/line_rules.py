"""How a platform's configuration lines behave: which are not ours, which replace each other, what goes first.

In: ``templates/<platform>/lines.yaml``. Out: ``LineRules`` and the hier_config driver made of them. Called by
``templates.config_tree`` and ``templates.drift``. Why: one obvious place per platform, and no code for it.
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Annotated, Literal

from hier_config.models import (
    IdempotentCommandsAvoidRule,
    IdempotentCommandsRule,
    MatchRule,
    NegationDefaultWhenRule,
    OrderingRule,
)
from hier_config.platforms.driver_base import HConfigDriverBase, HConfigDriverRules
from pydantic import BaseModel, ConfigDict, Field

from inventory.yaml_file import ContentError, Problem, read_yaml

HERE = Path(__file__).parent
Words = Annotated[str, Field(pattern=r"^\S+( \S+)*$")]


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class LineSet(_Shape):
    """Lines, by their first words, of one kind of section."""

    sections: tuple[Words, ...] = Field(default=(), alias="in")
    lines: tuple[Words, ...]


class MadeAgain(_Shape):
    """A section that cannot be changed while it runs, and the line that starts it."""

    section: Words
    starts: Words


class TakesAlong(_Shape):
    """A line that takes others with it, in the sections ``below`` its own as well."""

    sections: tuple[Words, ...] = Field(default=(), alias="in")
    line: Words
    along: Words
    below: bool = False


class TakenAway(_Shape):
    """A line that another line takes away: ``no`` with fewer words, or the default, which is never shown."""

    sections: tuple[Words, ...] = Field(default=(), alias="in")
    line: Words
    by: Words


class AppliedAnew(_Shape):
    """A list whose entries go, and the line by which sections use it: typed again, so that the device notices."""

    entry: Words
    section: Words
    use: Words


class Weight(_Shape):
    """Where a top-level line stands in a change."""

    line: Words
    weight: int


class LineRules(_Shape):
    """``lines.yaml``. ``named`` and ``hollow`` are for configurations of ``set`` lines only."""

    style: Literal["sections", "set"] = "sections"
    named: tuple[Words, ...] = ()
    hollow: tuple[Words, ...] = ()
    secret: tuple[LineSet, ...] = ()
    unmanaged: tuple[LineSet, ...] = ()
    hardware: tuple[Words, ...] = ()
    replaces: tuple[LineSet, ...] = ()
    replaces_not: tuple[LineSet, ...] = ()
    replaces_by_last_word: tuple[LineSet, ...] = ()
    grows: tuple[Words, ...] = ()
    flat: tuple[LineSet, ...] = ()
    ordered: tuple[Words, ...] = ()
    made_again: tuple[MadeAgain, ...] = ()
    emptied: tuple[Words, ...] = ()
    taken_away: tuple[TakenAway, ...] = ()
    takes_along: tuple[TakesAlong, ...] = ()
    default_instead_of_no: tuple[LineSet, ...] = ()
    on_by_default: tuple[LineSet, ...] = ()
    order: tuple[Weight, ...] = ()
    interrupts: tuple[Words, ...] = ()
    applied_anew: tuple[AppliedAnew, ...] = ()


@cache
def line_rules(platform: str) -> LineRules:
    """Return the platform's rules. Raises ``ContentError``."""
    problems: list[Problem] = []
    rules = read_yaml(HERE / platform / "lines.yaml", LineRules, problems)
    if rules is None:
        raise ContentError(problems)
    return rules


@cache
def beginning(words: str) -> re.Pattern[str]:
    """A pattern for lines that begin so; each ``*`` is a group."""
    parts = [r"(\S+)" if word == "*" else re.escape(word) for word in words.split()]
    return re.compile("^(?:no )?" + " ".join(parts) + r"(?= |$)")


@cache
def _any_of(lines: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern for lines that begin like any of these."""
    each = (" ".join(r"\S+" if word == "*" else re.escape(word) for word in words.split()) for words in lines)
    return re.compile(f"^(?:{'|'.join(each)})(?= |$)")


@lru_cache(maxsize=65_536)
def begins(words: str, line: str) -> re.Match[str] | None:
    """Match the first words of a line, not negated."""
    found = beginning(words).match(line)
    return None if found is None or (line.startswith("no ") and not words.startswith("no ")) else found


@lru_cache(maxsize=65_536)
def unmanaged_under(platform: str, path: tuple[str, ...]) -> re.Pattern[str] | None:
    """A pattern for the lines under these sections that are not ours; None when all of them are."""
    rules = line_rules(platform)
    return _under((*rules.secret, *rules.unmanaged), path)


def secret_words(platform: str, line: str) -> str:
    """The first words of a line that holds a secret or is about accounts, wherever it stands; empty for any other."""
    found = _any_of(tuple(words for one in line_rules(platform).secret for words in one.lines)).match(line.strip())
    return found[0] if found else ""


@lru_cache(maxsize=65_536)
def is_on_by_default(platform: str, path: tuple[str, ...], line: str) -> bool:
    """Whether a line (without its ``no``) holds unless it is negated, so that it is never shown itself."""
    found = _under(line_rules(platform).on_by_default, path)
    return found is not None and found.fullmatch(line) is not None


@lru_cache(maxsize=65_536)
def negation(platform: str, path: tuple[str, ...], line: str) -> str:
    """The line that takes away ``line``, a positive one, under these sections."""
    rules = (one for one in line_rules(platform).taken_away if _stands_in(one.sections, path))
    return next((one.by for one in rules if begins(one.line, line)), f"no {line}")


def _under(sets: tuple[LineSet, ...], path: tuple[str, ...]) -> re.Pattern[str] | None:
    found = [words for one in sets if _stands_in(one.sections, path) for words in one.lines]
    return _any_of(tuple(found)) if found else None


def _stands_in(sections: Sequence[str], path: Sequence[str]) -> bool:
    """Whether the path is one of these sections."""
    return len(sections) == len(path) and all(map(begins, sections, path))


@cache
def driver_of(platform: str) -> HConfigDriverBase:
    """Return the hier_config driver that follows the platform's rules."""
    rules = line_rules(platform)

    class Driver(HConfigDriverBase):
        @staticmethod
        def _instantiate_rules() -> HConfigDriverRules:
            return _driver_rules(rules)

    return Driver()


def _driver_rules(rules: LineRules) -> HConfigDriverRules:
    replaces = [IdempotentCommandsRule(match_rules=m) for m in _matches(rules.replaces)]
    by_last = [IdempotentCommandsRule(match_rules=m) for m in _matches(rules.replaces_by_last_word, r" \S+ (\S+)$")]
    return HConfigDriverRules(
        indentation=1,
        idempotent_commands=[*replaces, *by_last],
        idempotent_commands_avoid=[IdempotentCommandsAvoidRule(match_rules=m) for m in _matches(rules.replaces_not)],
        negation_default_when=[NegationDefaultWhenRule(match_rules=m) for m in _matches(rules.default_instead_of_no)],
        ordering=[
            OrderingRule(match_rules=(MatchRule(re_search=_exactly(one.line)),), weight=one.weight)
            for one in rules.order
        ],
    )


def _matches(sets: Sequence[LineSet], ending: str = "") -> list[tuple[MatchRule, ...]]:
    return [
        (
            *(MatchRule(re_search=_exactly(words)) for words in one.sections),
            MatchRule(re_search=beginning(line).pattern + ending),
        )
        for one in sets
        for line in one.lines
    ]


def _exactly(words: str) -> str:
    return beginning(words).pattern.replace("^(?:no )?", "^", 1)
