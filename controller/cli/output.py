"""How commands answer: a table for people or JSON for programs on stdout, everything else on stderr.

In: rows or records. Out: text. Called by every command. Text from devices is cleaned, never taken for markup;
there is no colour unless stdout is a terminal and ``NO_COLOR`` is unset, and no line is cut when it is piped.
"""

import json
import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, NoReturn

import typer
from pydantic import BaseModel
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from controller.api.plain import clean, one_line

_PIPE_WIDTH = 10_000


class Format(StrEnum):
    """The shapes of an answer."""

    TABLE = "table"
    JSON = "json"


OutputOption = Annotated[
    Format, typer.Option("--output", "-o", help="table for people, json for programs", show_default=True)
]


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under their column names on stdout."""
    console = _console()
    table = Table(box=SIMPLE_HEAD if console.is_terminal else None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(one_line(cell)) for cell in row))
    console.print(table)


def print_text(text: str) -> None:
    """Print prose on stdout, folded to the terminal's width."""
    console = _console()
    console.print(Text(clean(text)), soft_wrap=not console.is_terminal)


def print_json(answer: BaseModel | dict[str, object]) -> None:
    """Print one JSON document on stdout."""
    content = answer.model_dump(mode="json") if isinstance(answer, BaseModel) else answer
    typer.echo(json.dumps(content, indent=2, allow_nan=False))


def say(message: str) -> None:
    """Tell the person something that is not the answer; on stderr."""
    typer.echo(clean(message), err=True)


def fail(message: str, code: int) -> NoReturn:
    """End the command with a message on stderr and an exit code."""
    say(f"storenet: {message}")
    raise typer.Exit(code)


def _console() -> Console:
    width = None if sys.stdout.isatty() else _PIPE_WIDTH
    return Console(file=sys.stdout, width=width, highlight=False, markup=False, emoji=False)
