"""``storenet render``: the intended configuration of the devices a filter names.

In: ``-F KEY=VALUE``, a content directory. Out: the texts on stdout, a file per device, or JSON. No device is dialled;
with anything wrong nothing is written, every problem is told, and the exit code is 3.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from controller.cli import exit_codes
from controller.cli.filters import FilterOption
from controller.cli.intended import intended_in
from controller.cli.opening import ContentOption
from controller.cli.output import fail, print_json, say
from templates.rendering import Rendering


class RenderFormat(StrEnum):
    """The shapes of the answer."""

    TEXT = "text"
    JSON = "json"


def register(app: typer.Typer) -> None:
    """Add the command ``render`` to ``app``."""
    app.command("render")(render)


def render(
    filters: FilterOption = None,
    content: ContentOption = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="write one file per device into this directory")
    ] = None,
    output: Annotated[RenderFormat, typer.Option("--output", "-o", help="text for people, json for programs")] = (
        RenderFormat.TEXT
    ),
) -> None:
    """Render the intended configuration of devices, from the intent and the templates."""
    renderings = intended_in(content, filters or ()).renderings
    if out is not None:
        _write(out, renderings)
    if output is RenderFormat.JSON:
        print_json({"items": [_record(r, with_text=out is None) for r in renderings]})
    elif out is not None:
        say(f"{len(renderings)} configuration(s) written to {out}")
    else:
        typer.echo("".join(_shown(r, alone=len(renderings) == 1) for r in renderings), nl=False)


def _write(out: Path, renderings: tuple[Rendering, ...]) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        for rendering in renderings:
            (out / f"{rendering.device}.cfg").write_text(rendering.text, encoding="utf-8")
    except OSError as error:
        fail(f"cannot write to {out}: {error.strerror}", exit_codes.FAILED)


def _shown(rendering: Rendering, *, alone: bool) -> str:
    return rendering.text if alone else f"! --- {rendering.device}\n{rendering.text}"


def _record(rendering: Rendering, *, with_text: bool) -> dict[str, object]:
    record: dict[str, object] = {
        "device": rendering.device,
        "store": rendering.store,
        "platform": rendering.platform,
        "fingerprint": rendering.fingerprint,
        "lines": len(rendering.text.splitlines()),
    }
    return {**record, "text": rendering.text} if with_text else record
