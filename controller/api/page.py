"""The pages people look at: rendered here, kept true by htmx whenever the ledger tells of an event, escaped throughout.

In: GET ``/``, ``/stores/{id}``, ``/incidents/{id}``, ``/rollouts``, ``/rollouts/{id}`` and their fragments; POST
``/rollouts/{id}/halt`` and ``/incidents/{id}/review``. Out: HTML. Mounted by ``build_app``. The scene is worked out at
most once a second.
"""

import threading
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.staticfiles import StaticFiles

from controller.api import views
from controller.api.door import is_local
from controller.api.frame import Frame
from controller.api.plain import is_plain_line
from controller.api.pushes import beats, push_row, wave_rows
from controller.api.records import IncidentRecord
from controller.api.reviews import LOCAL_ONLY as REVIEWS_LOCAL_ONLY
from controller.api.reviews import ReviewOrder, Reviews, form_order
from controller.api.rollouts import LOCAL_ONLY, LONGEST_REASON
from controller.api.scene import Scene, build_scene, incident_rows
from controller.api.source import Source, is_id
from controller.api.story import Story, build_story
from controller.api.views import KILL
from controller.api.wall import tile_of
from controller.halting import halt
from controller.incident import Incident
from inventory.model import StoreId

_HERE = Path(__file__).parent
_SCENE_LIVES = timedelta(seconds=1)
Records = tuple[IncidentRecord, ...]


def static_files() -> StaticFiles:
    """Return the style sheet, our script and the vendored ones; there is no asset from elsewhere."""
    return StaticFiles(directory=_HERE / "static")


class PageRoutes:
    """Every page, whole and as the fragment that is refetched."""

    def __init__(self, source: Source, frame: Frame, reviews: Reviews) -> None:
        self._source = source
        self._reviews = reviews
        self._frame = frame
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
        router.add_api_route("/incidents/{incident}/review", self.review, methods=["POST"], response_model=None)
        return router

    def overview(self, request: Request) -> HTMLResponse:
        """Return the page at ``/``."""
        scene, main = self._overview()
        return self._frame.answer(request, main, scene.headline, here="stores")

    def store(self, request: Request, store: str) -> HTMLResponse:
        """Return one store's page."""
        source, now = self._source, self._source.clock.now()
        record = next((s for s in source.stores() if s.id == store), None)
        if record is None:
            return self._frame.missing(request)
        notices = self._frame.notices(now)
        records = tuple(views.incident_record(i, source.chain) for i in source.recent_incidents(store))
        open_now = [r for r in records if r.closed_at is None]
        view = {
            **notices,
            "tile": tile_of(record, open_now, source.chain, now),
            "incidents": incident_rows(records, now),
            "devices": source.chain.devices_of(StoreId(store)),
            "coming": record.coming,
        }
        return self._frame.page(request, "store_main.html", record.name, here="stores", view=view)

    def incident(self, request: Request, incident: str) -> HTMLResponse:
        """Return one incident's page."""
        return self._told(request, incident, "")

    async def review(self, request: Request, incident: str) -> HTMLResponse:
        """Take what a person says of an incident, from this machine only, and return its fragment."""
        order = form_order(await request.body())
        return await run_in_threadpool(self._review, request, incident, order)

    def _review(self, request: Request, incident: str, order: ReviewOrder | None) -> HTMLResponse:
        refusal = ""
        if not is_local(request.scope):
            refusal = REVIEWS_LOCAL_ONLY
        elif order is None:
            refusal = "Choose what it was, and say what fixed it in 1-300 plain characters."
        else:
            refusal = self._reviews.refusal(incident, order)
        return self._told(request, incident, refusal)

    def _told(self, request: Request, incident: str, refusal: str) -> HTMLResponse:
        story = self._story(incident)
        if story is None:
            return self._frame.missing(request)
        title = f"{story.incident.id} {story.sign.word}"
        return self._frame.page(request, "incident_main.html", title, here="stores", story=story, refusal=refusal)

    def rollouts(self, request: Request) -> HTMLResponse:
        """Return the list of pushes."""
        now = self._source.clock.now()
        view = {**self._frame.notices(now), "pushes": tuple(push_row(r, now) for r in self._source.ledger.rollouts())}
        return self._frame.page(request, "rollouts_main.html", "Pushes", here="rollouts", view=view)

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
        notices = self._frame.notices(now)
        known = source.ledger.rollout(rollout) if is_id(rollout) else None
        if known is None:
            return self._frame.missing(request)
        view = {
            **notices,
            "push": push_row(known, now),
            "waves": wave_rows(known, source.ledger.targets(rollout), source.chain),
            "beats": beats(known, source.ledger.events(rollout)),
            "may_halt": known.status in ("asked", "running"),
            "refusal": refusal,
        }
        return self._frame.page(request, "rollout_main.html", f"{known.id} {known.status}", here="rollouts", view=view)

    def _overview(self) -> tuple[Scene, Markup]:
        """The overview, worked out and laid out once a second, however many look."""
        with self._lock:
            now = self._source.clock.now()
            if self._last is None or not timedelta(0) <= now - self._last[0].now < _SCENE_LIVES:
                scene = self._fresh_scene(now)
                self._last = scene, self._frame.render("overview_main.html", scene=scene)
            return self._last

    def _fresh_scene(self, now: datetime) -> Scene:
        source = self._source
        seq, open_now, recent = self._incidents()
        seen = source.ledger.stores()
        return build_scene(
            stores=source.stores(seen),
            open_now=open_now,
            recent=recent,
            chain=source.chain,
            now=now,
            seq=seq,
            kill_reason=source.ledger.switch(KILL),
            pulse_notice=self._frame.pulse_notice(),
            pulse_at=source.pulse_at(),
            pushes=tuple(push_row(r, now) for r in source.ledger.rollouts(open_only=True)),
            profile=source.timing.name,
            impact=source.impact_of_all(seen),
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
            pulse_notice=self._frame.pulse_notice(),
        )
