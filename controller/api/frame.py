"""The frame every page stands in: templates, escaping, the whole page or the fragment htmx asks for, standing notices.

In: a template's name and what it shows. Out: HTML. Used by ``page`` and ``rehearsal``.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from controller.api.plain import clean
from controller.api.records import iso
from controller.api.source import Source
from controller.api.views import KILL
from controller.api.wall import Cell
from controller.events import EVENT_TYPES

MOST_CELLS = 20_000
PAGES = (("stores", "/", "Stores"), ("rollouts", "/rollouts", "Pushes"))
View = dict[str, object]
_HERE = Path(__file__).parent


class Frame:
    """Lays pages out. ``more`` are pages beside the usual ones: name, path, title."""

    def __init__(self, source: Source, more: Sequence[tuple[str, str, str]] = ()) -> None:
        self._source = source
        self._pages = (*PAGES, *more)
        self._templates = _environment()

    def page(self, request: Request, part: str, title: str, *, here: str, **content: object) -> HTMLResponse:
        """Return a page made from the template ``part``."""
        return self.answer(request, self.render(part, **content), title, here=here)

    def answer(self, request: Request, main: Markup, title: str, *, here: str) -> HTMLResponse:
        """Return the fragment alone when htmx asks for it, else the whole page around it."""
        html = main
        if request.headers.get("hx-request") != "true":
            html = self.render(
                "whole.html",
                main=main,
                title=title,
                here=here,
                pages=self._pages,
                fragment=request.url.path,
                kinds=tuple(EVENT_TYPES),
            )
        return HTMLResponse(html, headers={"vary": "HX-Request"})

    def render(self, template: str, **content: object) -> Markup:
        """Return a template filled in. It is markup: everything put into it was escaped there."""
        return Markup(self._templates.get_template(template).render(content))  # noqa: S704

    def missing(self, request: Request) -> HTMLResponse:
        """Return the page for what is not there."""
        answer = self.page(request, "missing_main.html", "Not there", here="")
        answer.status_code = 404
        return answer

    def notices(self, now: datetime) -> View:
        """What stands on every page; asked before anything else, so that ``seq`` is never ahead of what is shown."""
        reason = self._source.ledger.switch(KILL)
        seq = self._source.ledger.last_seq()
        return {"now": now, "seq": seq, "kill_reason": reason, "pulse_notice": self.pulse_notice()}

    def pulse_notice(self) -> str:
        """Return what to say when the controller's loop stands still; empty when it moves."""
        if self._source.is_alive():
            return ""
        at = self._source.pulse_at()
        since = f"since {at:%H:%M:%S} UTC" if at else "yet"
        return f"The controller's loop has not moved {since}. Nothing is being watched or healed right now."


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_fit,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["iso"] = iso
    environment.filters["clock"] = lambda at: f"{at:%H:%M:%S}"
    environment.filters["cell"] = lru_cache(MOST_CELLS)(partial(_cell, environment.get_template("cell.html")))
    environment.filters["words"] = lambda name: str(name).replace("_", " ")
    return environment


def _cell(template: Template, cell: Cell) -> Markup:
    """A store on the wall; the same one looks the same for hours, so it is laid out once."""
    return Markup(template.render(cell=cell).strip())  # noqa: S704  # escaped by the template


def _fit(value: object) -> object:
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value
