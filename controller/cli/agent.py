"""``storenet agent``: our own program for a kind of device that has no revert timer of its own, as one file.

In: a platform, a directory. Out: the file on disk. No device is dialled; docs/<platform>.md says where the file goes
and who may run it.
"""

from pathlib import Path
from typing import Annotated

import typer

from controller.cli import exit_codes
from controller.cli.output import fail, say
from inventory.platforms import load_platforms


def register(app: typer.Typer) -> None:
    """Add the command ``agent`` to ``app``."""
    app.command("agent")(agent)


def agent(
    platform: Annotated[str, typer.Argument(metavar="PLATFORM", help="the kind of device")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="write the file into this directory")] = Path(),
) -> None:
    """Write the agent that devices of a platform need on them."""
    agents = {name: known.pack for name, known in load_platforms().items() if known.pack is not None}
    if (pack := agents.get(platform)) is None:
        fail(f"{platform!r} has no agent (there is one for: {', '.join(sorted(agents))})", exit_codes.NOT_FOUND)
    try:
        out.mkdir(parents=True, exist_ok=True)
        say(f"{pack(out)} written")
    except OSError as error:
        fail(f"{out} cannot be written: {error.strerror}", exit_codes.FAILED)
