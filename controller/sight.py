"""A store as last seen, put into the projection the API reads. Pure."""

from typing import Literal

from anomaly.watch import StoreSight
from controller.ports import FunctionView, StoreView
from inventory.model import Chain

StoreState = Literal["trading", "degraded", "stopped", "unknown"]
CRITICAL = 1


def store_view(chain: Chain, sight: StoreSight) -> StoreView:
    """The store's functions in words, and the store's state: stopped when its most critical function is down."""
    functions = tuple(FunctionView(name=f.name, state=f.state, why=f.why) for f in sight.functions)
    return StoreView(
        store=sight.store,
        name=chain.stores[sight.store].name,
        state=_state(chain, functions),
        functions=functions,
        seen_at=sight.at,
    )


def _state(chain: Chain, functions: tuple[FunctionView, ...]) -> StoreState:
    critical = [f.state for f in functions if chain.functions[f.name].criticality == CRITICAL]  # type: ignore[index]
    if "down" in critical:
        return "stopped"
    states = {f.state for f in functions}
    if not states or states == {"unknown"}:
        return "unknown"
    return "trading" if states == {"working"} else "degraded"
