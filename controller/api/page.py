"""The page people look at: rendered here, refreshed by a few lines of script of our own, escaped throughout.

In: GET ``/``, ``/incidents/{id}`` and their fragments. Out: HTML. Mounted by ``build_app``.
The scene is worked out at most once a second, however many people look.
"""

import threading
from datetime import datetime, timedelta
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.staticfiles import StaticFiles

from controller.api import views
from controller.api.plain import clean
from controller.api.records import iso
from controller.api.scene import Scene, build_scene
from controller.api.source import Source
from controller.api.story import Story, build_story
from controller.api.views import KILL

_HERE = Path(__file__).parent
_SCENE_LIVES = timedelta(seconds=1)


def static_files() -> StaticFiles:
    """Return our own style sheet and script; there is no asset from elsewhere."""
    return StaticFiles(directory=_HERE / "static")


class PageRoutes:
    """The overview and the incident page, whole and as fragments."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._templates = _environment()
        self._lock = threading.Lock()
        self._last: Scene | None = None

    def router(self) -> APIRouter:
        """Return the routes; they are for people and stay out of the API's description."""
        router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
        for path, endpoint in (
            ("/", self.overview),
            ("/fragment", self.overview_fragment),
            ("/incidents/{incident}", self.incident),
            ("/incidents/{incident}/fragment", self.incident_fragment),
        ):
            router.add_api_route(path, endpoint, methods=["GET"], response_model=None)
        return router

    def overview(self) -> HTMLResponse:
        """Return the page at ``/``."""
        return self._html("overview.html", scene=self._scene())

    def overview_fragment(self) -> HTMLResponse:
        """Return what changes on the page at ``/``."""
        return self._html("overview_main.html", scene=self._scene())

    def incident(self, incident: str) -> HTMLResponse:
        """Return one incident's page."""
        story = self._story(incident)
        return self._html("incident.html", story=story) if story else self._html("missing.html", 404)

    def incident_fragment(self, incident: str) -> HTMLResponse:
        """Return what changes on one incident's page."""
        story = self._story(incident)
        return self._html("incident_main.html", story=story) if story else self._html("missing_main.html", 404)

    def _html(self, template: str, status: int = 200, **content: Scene | Story) -> HTMLResponse:
        return HTMLResponse(self._templates.get_template(template).render(content), status_code=status)

    def _scene(self) -> Scene:
        with self._lock:
            now = self._source.clock.now()
            if self._last is None or not timedelta(0) <= now - self._last.now < _SCENE_LIVES:
                self._last = self._fresh_scene(now)
            return self._last

    def _fresh_scene(self, now: datetime) -> Scene:
        source = self._source
        return build_scene(
            stores=source.stores(),
            open_now=tuple(views.incident_record(i, source.chain) for i in source.open_incidents()),
            recent=tuple(views.incident_record(i, source.chain) for i in source.recent_incidents()),
            chain=source.chain,
            now=now,
            kill_reason=source.ledger.switch(KILL),
            pulse_notice=self._pulse_notice(),
            profile=source.timing.name,
        )

    def _story(self, incident: str) -> Story | None:
        source = self._source
        detail = source.detail(incident)
        if detail is None:
            return None
        return build_story(
            detail,
            source.chain,
            source.clock.now(),
            kill_reason=source.ledger.switch(KILL),
            pulse_notice=self._pulse_notice(),
        )

    def _pulse_notice(self) -> str:
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
    environment.filters["words"] = lambda name: str(name).replace("_", " ")
    return environment


def _fit(value: object) -> object:
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value
