"""Turns a named template and typed values into configuration lines for one platform.

In: platform (netmiko name), template name, values. Out: the lines to send. Called by ``playbooks.actions``.
Why: an action is the same for every vendor; its words live in ``templates/<platform>/<name>.j2``.
A missing, empty or multi-line value is refused before anything is sent.
"""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound, UndefinedError

HERE = Path(__file__).parent


class RenderError(ValueError):
    """A template or one of its values cannot be used; the message names both."""


def render(platform: str, template: str, **values: str | int) -> tuple[str, ...]:
    """Render ``templates/<platform>/<template>.j2`` to lines without blanks.

    Raises ``RenderError`` when the template is unknown, or a value is missing, blank or holds a line break.
    """
    for name, value in values.items():
        if not str(value).strip() or not str(value).isprintable():
            raise RenderError(f"{platform}/{template}: {name} is blank or holds a control character")
    try:
        text = _environment().get_template(f"{platform}/{template}.j2").render(values)
    except TemplateNotFound as missing:
        raise RenderError(
            f"{platform} has no template {template!r} (it has: {', '.join(known(platform))})"
        ) from missing
    except UndefinedError as undefined:
        raise RenderError(f"{platform}/{template}: {undefined.message}") from undefined
    return tuple(line.rstrip() for line in text.splitlines() if line.strip())


def known(platform: str) -> tuple[str, ...]:
    """Return the names of the platform's templates."""
    return tuple(sorted(path.stem for path in (HERE / platform).glob("*.j2")))


@cache
def _environment() -> Environment:
    """One compiled environment for the process: a new one per call costs ten times as much (FACTS, speed)."""
    return Environment(
        loader=FileSystemLoader(HERE),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - device configuration, not HTML
        trim_blocks=True,
        lstrip_blocks=True,
    )
