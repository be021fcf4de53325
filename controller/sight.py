"""A store as last seen, put into the projection the API reads. Pure."""

from datetime import datetime
from typing import Literal

from anomaly.common_cause import Sign
from anomaly.watch import StoreSight
from controller.ports import ComingView, FunctionView, StoreView
from inventory.model import Chain

StoreState = Literal["trading", "degraded", "stopped", "unknown"]
CRITICAL = 1


def store_view(chain: Chain, sight: StoreSight, before: StoreView | None = None) -> StoreView:
    """The store's functions in words, and the store's state: stopped when its most critical function is down.

    ``before``: the view of the look before this one; what has not changed is as old as it was there.
    """
    known = {f.name: f for f in before.functions} if before else {}
    functions = tuple(
        FunctionView(
            name=f.name, state=f.state, why=f.why, since=_since(f.state, known.get(f.name), sight.at), served=f.served
        )
        for f in sight.functions
    )
    return StoreView(
        store=sight.store,
        name=chain.stores[sight.store].name,
        state=_state(chain, functions),
        functions=functions,
        seen_at=sight.at,
        coming=tuple(_coming(sign) for sign in sight.signs if not sign.firing),
    )


def _coming(sign: Sign) -> ComingView:
    spot = sign.spot
    return ComingView(signature=spot.signature, device=spot.device, subject=spot.subject, since=sign.since)


def _since(state: str, before: FunctionView | None, now: datetime) -> datetime:
    return before.since if before is not None and before.state == state and before.since is not None else now


def _state(chain: Chain, functions: tuple[FunctionView, ...]) -> StoreState:
    critical = [f.state for f in functions if chain.functions[f.name].criticality == CRITICAL]  # type: ignore[index]
    if "down" in critical:
        return "stopped"
    states = {f.state for f in functions}
    if not states or states == {"unknown"}:
        return "unknown"
    return "trading" if states == {"working"} else "degraded"
