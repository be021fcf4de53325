"""Opening what the commands about signatures read: the library of a content directory, one signature of it.

In: paths and names as typed. Out: a library or a signature; or the end of the command with a message and an exit code.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from anomaly.library import Library, SignatureSpec, load_library
from controller.cli import exit_codes
from controller.cli.output import fail, say
from inventory.yaml_file import ContentError, nearest


def library_in(content: Path | None) -> Library:
    """Return what ships, overlaid by a content directory; anything wrong ends the command."""
    if content is not None and not content.is_dir():
        fail(f"there is no content directory {content}", exit_codes.NOT_FOUND)
    try:
        return load_library(content)
    except ContentError as error:
        refuse(error)


def refuse(error: ContentError) -> NoReturn:
    """End the command with everything that is wrong."""
    for problem in error.problems:
        say(str(problem))
    fail(f"the content has {len(error.problems)} problem(s)", exit_codes.BAD_CONTENT)


def named(name: str, known: Mapping[str, SignatureSpec]) -> SignatureSpec:
    """Return the signature of a name; one that is not known ends the command."""
    if name not in known:
        hint = nearest(name, sorted(known))
        fail(f"there is no signature {name!r}{hint} ('storenet signature list' lists them)", exit_codes.NOT_FOUND)
    return known[name]
