"""``storenet init DIR``: the beginning of a chain of one's own, ready to be checked and filled.

In: a directory that is empty or does not exist yet. Out: the files of ``starter/`` in it, and what to do next.
"""

import shlex
import shutil
from pathlib import Path
from typing import Annotated

import typer

from controller.cli import exit_codes
from controller.cli.output import Format, OutputOption, fail, print_json, print_text

STARTER = Path(__file__).parent / "starter"
_NEXT = """\
{folder} holds an example store now. Next:
  1. storenet check {folder}
  2. put your stores into {folder}/inventory, and check again
  3. pin the host keys as {folder}/inventory/host_keys/README.md tells
  4. storenet poll --content {folder} --limit store=s001
  5. storenet run --content {folder}"""


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command("init")(init)


def init(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="a new or empty directory")],
    output: OutputOption = Format.TABLE,
) -> None:
    """Make a content directory with an example store, ready to be filled with your own."""
    _refuse_used(directory)
    try:
        shutil.copytree(STARTER, directory, dirs_exist_ok=True)
    except OSError as error:
        fail(f"{directory} cannot be written: {error.strerror or error}", exit_codes.FAILED)
    if output is Format.JSON:
        print_json({"directory": str(directory), "files": _files(directory)})
    else:
        print_text(_NEXT.format(folder=shlex.quote(str(directory))))


def _refuse_used(directory: Path) -> None:
    if directory.exists() and not directory.is_dir():
        fail(f"{directory} is not a directory", exit_codes.USAGE)
    if directory.is_dir() and any(directory.iterdir()):
        fail(f"{directory} is not empty; nothing was touched. Name a new or empty directory", exit_codes.USAGE)


def _files(directory: Path) -> list[str]:
    return sorted(str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file())
