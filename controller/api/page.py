"""The pages people look at: rendered here, kept true by htmx whenever the ledger tells of an event, escaped throughout.

In: GET ``/``, ``/stores/{id}``, ``/incidents/{id}``, ``/rollouts``, ``/rollouts/{id}`` and their fragments; POST
``/rollouts/{id}/halt``. Out: HTML. Mounted by ``build_app``. The scene is worked out at most once a second.
"""

import threading
from datetime import datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.staticfiles import StaticFiles

from controller.api import views
from controller.api.door import is_local
from controller.api.plain import clean, is_plain_line
from controller.api.pushes import beats, push_row, wave_rows
from controller.api.records import IncidentRecord, iso
from controller.api.rollouts import LOCAL_ONLY, LONGEST_REASON
from controller.api.scene import Scene, build_scene, incident_rows
from controller.api.source import Source, is_id
from controller.api.story import Story, build_story
from controller.api.views import KILL
from controller.api.wall import Cell, tile_of
from controller.events import EVENT_TYPES
from controller.halting import halt
from controller.incident import Incident
from inventory.model import StoreId

_HERE = Path(__file__).parent
_SCENE_LIVES = timedelta(seconds=1)
MOST_CELLS = 20_000
View = dict[str, object]
Records = tuple[IncidentRecord, ...]


def static_files() -> StaticFiles:
    """Return the style sheet, our script and the vendored ones; there is no asset from elsewhere."""
    return StaticFiles(directory=_HERE / "static")


class PageRoutes:
    """Every page, whole and as the fragment that is refetched."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._templates = _environment()
        self._lock = threading.Lock()
        self._last: tuple[Scene, Markup] | None = None
        self._records: dict[str, tuple[Incident, IncidentRecord]] = {}
        self._known: tuple[int, Records, Records] = (-1, (), ())

    def router(self) -> APIRouter:
        """Return the routes; they are for people and stay out of the API's description."""
        router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
        for path, endpoint in (
            ("/", self.overview),
            ("/stores/{store}", self.store),
            ("/incidents/{incident}", self.incident),
            ("/rollouts", self.rollouts),
            ("/rollouts/{rollout}", self.rollout),
        ):
            router.add_api_route(path, endpoint, methods=["GET"], response_model=None)
        router.add_api_route("/rollouts/{rollout}/halt", self.halt, methods=["POST"], response_model=None)
        return router

    def overview(self, request: Request) -> HTMLResponse:
        """Return the page at ``/``."""
        scene, main = self._overview()
        return self._answer(request, main, scene.headline, here="stores")

    def store(self, request: Request, store: str) -> HTMLResponse:
        """Return one store's page."""
        source, now = self._source, self._source.clock.now()
        record = next((s for s in source.stores() if s.id == store), None)
        if record is None:
            return self._missing(request)
        notices = self._notices(now)
        records = tuple(views.incident_record(i, source.chain) for i in source.recent_incidents(store))
        open_now = [r for r in records if r.closed_at is None]
        view = {
            **notices,
            "tile": tile_of(record, open_now, source.chain, now),
            "incidents": incident_rows(records, now),
            "devices": source.chain.devices_of(StoreId(store)),
        }
        return self._page(request, "store_main.html", record.name, here="stores", view=view)

    def incident(self, request: Request, incident: str) -> HTMLResponse:
        """Return one incident's page."""
        story = self._story(incident)
        if story is None:
            return self._missing(request)
        title = f"{story.incident.id} {story.sign.word}"
        return self._page(request, "incident_main.html", title, here="stores", story=story)

    def rollouts(self, request: Request) -> HTMLResponse:
        """Return the list of pushes."""
        now = self._source.clock.now()
        view = {**self._notices(now), "pushes": tuple(push_row(r, now) for r in self._source.ledger.rollouts())}
        return self._page(request, "rollouts_main.html", "Pushes", here="rollouts", view=view)

    def rollout(self, request: Request, rollout: str) -> HTMLResponse:
        """Return one push's page."""
        return self._push(request, rollout, "")

    async def halt(self, request: Request, rollout: str) -> HTMLResponse:
        """Halt a push, from this machine only, and return its fragment."""
        given = parse_qs((await request.body()).decode("utf-8", "replace"), max_num_fields=8)
        reason = (given.get("reason") or [""])[0].strip()
        return await run_in_threadpool(self._halt, request, rollout, reason)

    def _halt(self, request: Request, rollout: str, reason: str) -> HTMLResponse:
        refusal = ""
        if not is_local(request.scope):
            refusal = LOCAL_ONLY
        elif not is_plain_line(reason) or len(reason) > LONGEST_REASON:
            refusal = f"Say why, in 1-{LONGEST_REASON} plain characters."
        elif not is_id(rollout) or not halt(self._source.ledger, rollout, "the page", reason, self._source.clock.now()):
            refusal = "This push is over, or halting already."
        return self._push(request, rollout, refusal)

    def _push(self, request: Request, rollout: str, refusal: str) -> HTMLResponse:
        source, now = self._source, self._source.clock.now()
        notices = self._notices(now)
        known = source.ledger.rollout(rollout) if is_id(rollout) else None
        if known is None:
            return self._missing(request)
        view = {
            **notices,
            "push": push_row(known, now),
            "waves": wave_rows(known, source.ledger.targets(rollout), source.chain),
            "beats": beats(known, source.ledger.events(rollout)),
            "may_halt": known.status in ("asked", "running"),
            "refusal": refusal,
        }
        return self._page(request, "rollout_main.html", f"{known.id} {known.status}", here="rollouts", view=view)

    # ---------------------------------------------------------------------------------------------------------------

    def _page(self, request: Request, part: str, title: str, *, here: str, **content: object) -> HTMLResponse:
        return self._answer(request, self._render(part, **content), title, here=here)

    def _answer(self, request: Request, main: Markup, title: str, *, here: str) -> HTMLResponse:
        """The fragment alone when htmx asks for it, else the whole page around it."""
        html = main
        if request.headers.get("hx-request") != "true":
            html = self._render(
                "whole.html", main=main, title=title, here=here, fragment=request.url.path, kinds=tuple(EVENT_TYPES)
            )
        return HTMLResponse(html, headers={"vary": "HX-Request"})

    def _render(self, template: str, **content: object) -> Markup:
        """What a template gives is markup: everything put into it was escaped there."""
        return Markup(self._templates.get_template(template).render(content))  # noqa: S704

    def _missing(self, request: Request) -> HTMLResponse:
        answer = self._page(request, "missing_main.html", "Not there", here="")
        answer.status_code = 404
        return answer

    def _notices(self, now: datetime) -> View:
        """What stands on every page; asked before anything else, so that ``seq`` is never ahead of what is shown."""
        reason = self._source.ledger.switch(KILL)
        seq = self._source.ledger.last_seq()
        return {"now": now, "seq": seq, "kill_reason": reason, "pulse_notice": self._pulse_notice()}

    def _overview(self) -> tuple[Scene, Markup]:
        """The overview, worked out and laid out once a second, however many look."""
        with self._lock:
            now = self._source.clock.now()
            if self._last is None or not timedelta(0) <= now - self._last[0].now < _SCENE_LIVES:
                scene = self._fresh_scene(now)
                self._last = scene, self._render("overview_main.html", scene=scene)
            return self._last

    def _fresh_scene(self, now: datetime) -> Scene:
        source = self._source
        seq, open_now, recent = self._incidents()
        return build_scene(
            stores=source.stores(),
            open_now=open_now,
            recent=recent,
            chain=source.chain,
            now=now,
            seq=seq,
            kill_reason=source.ledger.switch(KILL),
            pulse_notice=self._pulse_notice(),
            pulse_at=source.pulse_at(),
            pushes=tuple(push_row(r, now) for r in source.ledger.rollouts(open_only=True)),
            profile=source.timing.name,
        )

    def _incidents(self) -> tuple[int, Records, Records]:
        """The newest event's number, the incidents that last and the recent ones; they change with an event only."""
        source, seq = self._source, self._source.ledger.last_seq()
        if seq != self._known[0]:
            lasting, recent = source.open_incidents(), source.recent_incidents()
            self._records = {i.id: self._record(i) for i in (*recent, *lasting)}
            of = {name: record for name, (_, record) in self._records.items()}
            self._known = seq, tuple(of[i.id] for i in lasting), tuple(of[i.id] for i in recent)
        return self._known

    def _record(self, incident: Incident) -> tuple[Incident, IncidentRecord]:
        known = self._records.get(incident.id)
        if known is not None and known[0] == incident:
            return known
        return incident, views.incident_record(incident, self._source.chain)

    def _story(self, incident: str) -> Story | None:
        source = self._source
        seq = source.ledger.last_seq()
        detail = source.detail(incident)
        if detail is None:
            return None
        children = source.ledger.incidents(parent=detail.id)
        return build_story(
            detail,
            tuple(views.incident_record(i, source.chain) for i in children),
            source.chain,
            source.clock.now(),
            seq=seq,
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
    environment.filters["cell"] = lru_cache(MOST_CELLS)(partial(_cell, environment.get_template("cell.html")))
    environment.filters["words"] = lambda name: str(name).replace("_", " ")
    return environment


def _cell(template: Template, cell: Cell) -> Markup:
    """A store on the wall; the same one looks the same for hours, so it is laid out once."""
    return Markup(template.render(cell=cell).strip())  # noqa: S704  # escaped by the template


def _fit(value: object) -> object:
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value
