"""The lab's page: what is broken in an attached lab, what is really served, and what the controller says beside it.

In: GET ``/lab``; POST ``/lab/break`` and ``/lab/mend``, from this machine only. Out: HTML. Mounted by ``build_app``
when a lab is attached. It reads the truth for people to see; nothing that watches, decides or heals can reach it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from controller.api.door import is_local
from controller.api.frame import Frame
from controller.api.lab_line import LabLine, LabSilentError
from controller.api.records import StoreRecord
from controller.api.signs import Sign
from controller.api.source import Source
from controller.api.wall import STORE_SIGNS

LAB_PAGE = ("lab", "/lab", "Lab")
LOCAL_ONLY = "The lab is broken and mended from the controller's own machine only."
OVER_SHOWN = 12
WHOLE = 1.0
ENDED = {
    "repair": Sign(symbol="✓", word="repaired", tone="good"),
    "itself": Sign(symbol="↺", word="passed by itself", tone="quiet"),
    "lab": Sign(symbol="↩", word="taken out", tone="quiet"),
    "end": Sign(symbol="■", word="cut short", tone="quiet"),
}
IS_IN = Sign(symbol="✕", word="is in", tone="bad")
SERVED = Sign(symbol="✓", word="served", tone="good")
PARTLY = Sign(symbol="▲", word="served in part", tone="watch")
NOT_SERVED = Sign(symbol="✕", word="not served", tone="bad")


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRow:
    """One fault of the lab."""

    id: str
    title: str
    where: str
    expected: str
    sign: Sign
    is_in: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TruthRow:
    """One store: what is really served, and what the controller says of it."""

    store: str
    name: str
    truth: Sign
    shares: str
    said: Sign


class RehearsalRoutes:
    """The lab's page and its two orders."""

    def __init__(self, source: Source, frame: Frame, lab: LabLine) -> None:
        self._source = source
        self._frame = frame
        self._lab = lab

    def router(self) -> APIRouter:
        """Return the routes; they are for people and stay out of the API's description."""
        router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
        router.add_api_route("/lab", self.show, methods=["GET"], response_model=None)
        router.add_api_route("/lab/break", self.break_, methods=["POST"], response_model=None)
        router.add_api_route("/lab/mend", self.mend, methods=["POST"], response_model=None)
        return router

    def show(self, request: Request) -> HTMLResponse:
        """Return the page."""
        return self._page(request, "")

    async def break_(self, request: Request) -> HTMLResponse:
        """Put a fault in and return the page's fragment."""
        given = await _form(request)
        where = {name: given[name] for name in ("store", "variant", "seconds") if given.get(name)}
        return await run_in_threadpool(self._order, request, "break", kind=given.get("kind", ""), **where)

    async def mend(self, request: Request) -> HTMLResponse:
        """Take a fault out, or all, and return the page's fragment."""
        given = await _form(request)
        order: dict[str, object] = {"all": True} if "all" in given else {"id": given.get("id", "")}
        return await run_in_threadpool(self._order, request, "mend", **order)

    def _order(self, request: Request, command: str, **fields: object) -> HTMLResponse:
        if not is_local(request.scope):
            return self._page(request, LOCAL_ONLY)
        try:
            self._lab.ask(command, **fields)
        except LabSilentError as error:
            return self._page(request, f"{error}.")
        return self._page(request, "")

    def _page(self, request: Request, refusal: str) -> HTMLResponse:
        view: dict[str, object] = {
            **self._frame.notices(self._source.clock.now()),
            "refusal": refusal,
            "silent": "",
            "status": {},
            "kinds": (),
            "stores": self._source.stores(),
            "faults": (),
            "truth": (),
        }
        try:
            view |= self._told()
        except LabSilentError as error:
            view["silent"] = str(error)
        return self._frame.page(request, "lab_main.html", "Lab", here="lab", view=view)

    def _told(self) -> dict[str, object]:
        status, truth = self._lab.ask("status"), self._lab.ask("truth")
        return {
            "status": status,
            "kinds": [row["fault"] for row in self._lab.ask("faults")["faults"]],
            "faults": fault_rows(status["faults"]),
            "truth": truth_rows(truth["stores"], self._source.stores()),
        }


def fault_rows(told: Sequence[Mapping[str, Any]]) -> tuple[FaultRow, ...]:
    """What is in, newest first, then the latest that are over."""
    rows = [_fault_row(row) for row in reversed(told)]
    over = [row for row in rows if not row.is_in]
    return (*(row for row in rows if row.is_in), *over[:OVER_SHOWN])


def _fault_row(row: Mapping[str, Any]) -> FaultRow:
    out_by = row.get("out_by")
    words = (row.get("store"), row.get("device"), row.get("port"), row.get("variant"))
    return FaultRow(
        id=str(row["id"]),
        title=str(row["fault"]).replace("_", " "),
        where=" ".join(str(word) for word in words if word),
        expected=str(row["expected"]),
        sign=IS_IN if out_by is None else ENDED.get(str(out_by), ENDED["lab"]),
        is_in=out_by is None,
    )


def truth_rows(told: Mapping[str, Mapping[str, float]], stores: Sequence[StoreRecord]) -> tuple[TruthRow, ...]:
    """Truth and claim side by side; stores that are not served in full, or not believed to be, come first."""
    rows = [_truth_row(store, told[store.id]) for store in stores if store.id in told]
    return tuple(sorted(rows, key=lambda row: (row.truth.tone == "good") + (row.said.tone == "good")))


def _truth_row(store: StoreRecord, shares: Mapping[str, float]) -> TruthRow:
    worst = min(shares.values(), default=WHOLE)
    return TruthRow(
        store=store.id,
        name=store.name,
        truth=SERVED if worst >= WHOLE else PARTLY if worst > 0 else NOT_SERVED,
        shares=", ".join(f"{name.replace('_', ' ')} {share:.0%}" for name, share in shares.items() if share < WHOLE),
        said=STORE_SIGNS[store.state],
    )


async def _form(request: Request) -> dict[str, str]:
    given = parse_qs((await request.body()).decode("utf-8", "replace"), max_num_fields=8)
    return {name: values[0].strip() for name, values in given.items()}
