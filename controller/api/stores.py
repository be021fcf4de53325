"""Routes that tell of the chain: stores, devices, functions, and the timing profile in use.

In: HTTP queries. Out: projections from the ledger and the inventory as records. Mounted under ``/api/v1``.
"""

from fastapi import APIRouter, HTTPException

from controller.api import views
from controller.api.records import Devices, Functions, Problem, StoreDetail, Stores, TimingRecord
from controller.api.source import Source
from inventory.model import StoreId


class StoreRoutes:
    """Answers about the chain."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter()
        router.get("/stores", tags=["stores"], summary="Every store and how its functions stand")(self.stores)
        router.get(
            "/stores/{store}",
            tags=["stores"],
            summary="One store: functions and why, devices, open incidents, its own clock",
            responses={404: {"model": Problem, "description": "No such store"}},
        )(self.store)
        router.get("/devices", tags=["inventory"], summary="Every device of the inventory")(self.devices)
        router.get("/functions", tags=["inventory"], summary="What stores do over the network")(self.functions)
        router.get("/timing", tags=["controller"], summary="The timing profile in use, in seconds")(self.timing)
        return router

    def stores(self) -> Stores:
        """Return every store as last seen; one not seen lately is ``unknown``."""
        return Stores(items=self._source.stores())

    def store(self, store: str) -> StoreDetail:
        """Return one store."""
        source = self._source
        known = source.chain.stores.get(StoreId(store))
        if known is None:
            raise HTTPException(404, "There is no such store.")
        view = next((v for v in source.ledger.stores() if v.store == store), None)
        incidents = source.open_incidents(store)
        return views.store_detail(known, view, incidents, source.chain, source.clock.now(), source.stale_seconds)

    def devices(self) -> Devices:
        """Return every device, in inventory order."""
        chain = self._source.chain
        return Devices(items=tuple(views.device_record(d, chain) for d in chain.devices.values()))

    def functions(self) -> Functions:
        """Return every function, the most critical first."""
        return Functions(items=views.function_records(self._source.chain))

    def timing(self) -> TimingRecord:
        """Return the timing profile."""
        timing = self._source.timing
        return TimingRecord(profile=timing.name, seconds=dict(timing.seconds))
