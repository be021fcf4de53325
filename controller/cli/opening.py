"""Opening what a command reads: the ledger of a state directory, the chain of a content directory.

In: paths as typed. Out: a ledger or a chain; or the end of the command with a message and an exit code.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from controller.cli import exit_codes
from controller.cli.output import fail, say
from controller.content import Content, load_content
from controller.ledgers.sqlite import LedgerError, SqliteLedger
from controller.settings import Settings
from inventory.files import load_chain
from inventory.model import Chain
from inventory.yaml_file import ContentError

StateOption = Annotated[
    Path,
    typer.Option("--state", envvar="STORENET_STATE", metavar="DIR", help="where the controller keeps its ledger"),
]
ContentOption = Annotated[
    Path | None,
    typer.Option("--content", envvar="STORENET_CONTENT", metavar="DIR", help="the chain's content directory"),
]
DEFAULT_STATE = Path(".storenet")


@contextmanager
def ledger_in(state: Path, *, to_write: bool = False) -> Iterator[SqliteLedger]:
    """Give the state directory's ledger; anything wrong with it ends the command. It is never created here."""
    path = Settings.model_construct(state=state).ledger_path
    if not path.is_file():
        fail(
            f"there is no ledger at {path}; name the controller's state directory with --state DIR or STORENET_STATE",
            exit_codes.NOT_FOUND,
        )
    try:
        ledger = SqliteLedger.open(path) if to_write else SqliteLedger.open_read_only(path)
    except LedgerError as error:
        fail(str(error), exit_codes.FAILED)
    try:
        yield ledger
    except LedgerError as error:
        fail(str(error), exit_codes.FAILED)
    finally:
        ledger.close()


def chain_in(content: Path | None) -> Chain:
    """Return the chain of a content directory; anything wrong with it ends the command."""
    if content is None:
        fail("name the content directory with --content DIR or STORENET_CONTENT", exit_codes.USAGE)
    if not content.is_dir():
        fail(f"there is no content directory {content}", exit_codes.NOT_FOUND)
    try:
        return load_chain(content)
    except ContentError as error:
        for problem in error.problems:
            say(str(problem))
        fail(f"the content of {content} has {_problems(len(error.problems))}", exit_codes.BAD_CONTENT)


def content_in(content: Path | None, profile: str) -> Content:
    """Return everything a content directory says; anything wrong with it ends the command."""
    chain_in(content)
    assert content is not None  # noqa: S101 - chain_in has ended the command otherwise
    try:
        return load_content(content, profile)
    except ContentError as error:
        for problem in error.problems:
            say(str(problem))
        fail(f"the content of {content} has {_problems(len(error.problems))}", exit_codes.BAD_CONTENT)


def chain_if_named(content: Path | None) -> Chain:
    """Return the chain of a content directory, or an empty one when none is named."""
    return chain_in(content) if content is not None else Chain(stores={}, devices={}, functions={})


def _problems(number: int) -> str:
    return "1 problem" if number == 1 else f"{number} problems"
