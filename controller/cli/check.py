"""``storenet check DIR``: everything that is wrong in a content directory, at once, with file and line.

In: a directory and every room's checker. Out: problems on stderr (or as JSON on stdout) and exit code 3,
or one line that counts what was found good.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from controller.cli import exit_codes
from controller.cli.output import Format, OutputOption, fail, print_json, print_text, say
from inventory.files import load_chain
from inventory.model import Chain
from inventory.yaml_file import ContentError, Problem

Checker = Callable[[Path], Sequence[Problem]]
_Directory = Annotated[Path, typer.Argument(metavar="DIR", help="the content directory")]


def check_command(checkers: Sequence[Checker]) -> Callable[..., None]:
    """Return the command ``check`` over these checkers."""

    def check(directory: _Directory, output: OutputOption = Format.TABLE) -> None:
        """Check a content directory: inventory, symptoms, signatures, playbooks, timing."""
        if not directory.is_dir():
            fail(f"there is no directory {directory}", exit_codes.NOT_FOUND)
        chain, problems = _examine(directory, checkers)
        if output is Format.JSON:
            print_json(_answer(chain, problems))
        else:
            _tell(directory, chain, problems)
        if problems:
            raise typer.Exit(exit_codes.BAD_CONTENT)

    return check


def _examine(directory: Path, checkers: Sequence[Checker]) -> tuple[Chain | None, tuple[Problem, ...]]:
    """Return the chain, if it can be read, and every problem once, by file and line."""
    chain: Chain | None = None
    found: list[Problem] = []
    try:
        chain = load_chain(directory)
    except ContentError as error:
        found.extend(error.problems)
    for checker in checkers:
        found.extend(checker(directory))
    return chain, tuple(sorted(dict.fromkeys(found), key=lambda p: (p.file, p.line, p.field, p.message)))


def _answer(chain: Chain | None, problems: Sequence[Problem]) -> dict[str, object]:
    return {
        "ok": not problems,
        "counts": _counts(chain) if chain else None,
        "problems": [
            {"file": p.file, "line": p.line, "field": p.field, "message": p.message, "allowed": list(p.allowed)}
            for p in problems
        ],
    }


def _tell(directory: Path, chain: Chain | None, problems: Sequence[Problem]) -> None:
    for problem in problems:
        say(str(problem))
    if problems:
        say(f"storenet: the content of {directory} has {_counted(len(problems), 'problems')}")
    elif chain is not None:
        counted = ", ".join(_counted(number, name) for name, number in _counts(chain).items())
        print_text(f"{directory} is good: {counted}.")


def _counted(number: int, things: str) -> str:
    return f"{number} {things.removesuffix('s') if number == 1 else things}"


def _counts(chain: Chain) -> dict[str, int]:
    return {"stores": len(chain.stores), "devices": len(chain.devices), "functions": len(chain.functions)}
