"""What an incident does to the shop, and what that costs now. Pure.

In: an incident that lasts, its store as last seen, now. Out: an ``Impact``. Called by the API's sources. Why: whoever
has forty incidents and two hands begins where it costs most. A loss is an estimate: the shop's usual takings in an hour
of trade, times the share that goes through the function, times the part of the function that is not served.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Literal

from controller.incident import Incident
from controller.ports import FunctionView, StoreView
from inventory.model import Chain, FunctionName, Store, StoreId

HurtState = Literal["down", "degraded", "at_risk", "unknown"]
STEP = timedelta(minutes=5)
LONGEST = timedelta(days=7)
HOUR = timedelta(hours=1)
_WORDS: Mapping[HurtState, str] = MappingProxyType(
    {"down": "down", "degraded": "degraded", "at_risk": "at risk", "unknown": "not seen"}
)
_WORST: tuple[HurtState, ...] = ("down", "degraded", "unknown", "at_risk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hurt:
    """One function that an incident touches; ``at_risk``: it still works. ``since``: when it got into this state."""

    function: str
    state: HurtState
    since: datetime | None
    stores: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """Takings lost per hour now and since it began, in the chain's own money; both 0 while a store is closed."""

    functions: tuple[Hurt, ...] = ()
    per_hour: float = 0.0
    so_far: float = 0.0


def impact_of(chain: Chain, incident: Incident, view: StoreView | None, now: datetime) -> Impact:
    """What one store's incident does; nothing once it is closed. ``view`` None: the store was not seen lately."""
    store = chain.stores.get(StoreId(incident.store))
    if incident.closed_at is not None or store is None:
        return Impact()
    seen = {f.name: f for f in view.functions} if view else {}
    hurts = tuple(Hurt(function=f, state=_state(seen.get(f)), since=_since(seen.get(f))) for f in incident.functions)
    losing = [(_lost_share(chain, seen[f]), seen[f].since) for f in incident.functions if f in seen]
    share = max((share for share, _ in losing), default=0.0)
    began = min((since for lost, since in losing if lost and since is not None), default=None)
    rate = store.takings_per_hour * share
    return Impact(
        functions=tuple(sorted(hurts, key=lambda h: _WORST.index(h.state))),
        per_hour=rate if store.is_trading(now) else 0.0,
        so_far=rate * _hours_of_trade(store, began, now) if began is not None else 0.0,
    )


def together(impacts: Iterable[tuple[str, Impact]]) -> Impact:
    """The impacts of incidents (store, impact) as one; a store that two of them hurt loses its takings once."""
    worst: dict[str, Impact] = {}
    counted: dict[tuple[str, HurtState], set[str]] = {}
    since: dict[tuple[str, HurtState], datetime | None] = {}
    for store, one in impacts:
        if store not in worst or one.per_hour > worst[store].per_hour:
            worst[store] = one
        for hurt in one.functions:
            key = (hurt.function, hurt.state)
            counted.setdefault(key, set()).add(store)
            known = [at for at in (since.get(key), hurt.since) if at is not None]
            since[key] = min(known, default=None)
    hurts = (
        Hurt(function=name, state=state, since=since[name, state], stores=len(stores))
        for (name, state), stores in counted.items()
    )
    return Impact(
        functions=tuple(sorted(hurts, key=lambda h: (_WORST.index(h.state), h.function))),
        per_hour=sum(one.per_hour for one in worst.values()),
        so_far=sum(one.so_far for one in worst.values()),
    )


def sentence(impact: Impact, chain: Chain) -> str:
    """``Tills down since 14:03:07; about 900 an hour is lost now, 150 so far``."""
    said = [_told(hurt, chain) for hurt in impact.functions]
    return "; ".join((*said, money(impact))) if impact.per_hour or impact.so_far else "; ".join(said)


def money(impact: Impact) -> str:
    """``about 900 an hour is lost now, 150 so far``."""
    return f"about {impact.per_hour:,.0f} an hour is lost now, {impact.so_far:,.0f} so far"


def _told(hurt: Hurt, chain: Chain) -> str:
    function = chain.functions.get(FunctionName(hurt.function))
    title = function.title if function is not None else hurt.function
    since = f" since {hurt.since.astimezone(UTC):%H:%M:%S}" if hurt.since and hurt.state in ("down", "degraded") else ""
    stores = f" in {hurt.stores} stores" if hurt.stores > 1 else ""
    return f"{title} {_WORDS[hurt.state]}{stores}{since}"


def _state(seen: FunctionView | None) -> HurtState:
    if seen is None or seen.state == "unknown":
        return "unknown"
    return "at_risk" if seen.state == "working" else seen.state


def _since(seen: FunctionView | None) -> datetime | None:
    return None if seen is None else seen.since


def _lost_share(chain: Chain, seen: FunctionView) -> float:
    """The part of the takings that does not come in: all of the function's share, or what of it is not served."""
    function = chain.functions.get(FunctionName(seen.name))
    if function is None or seen.state not in ("down", "degraded"):
        return 0.0
    unserved = 1.0 if seen.state == "down" else 1.0 - (1.0 if seen.served is None else seen.served)
    return function.takings_share * unserved


def _hours_of_trade(store: Store, began: datetime, now: datetime) -> float:
    """How long the store has been trading since then, a week at most."""
    return sum(step / HOUR for at, step in _steps(max(began, now - LONGEST), now) if store.is_trading(at))


def _steps(began: datetime, now: datetime) -> Iterator[tuple[datetime, timedelta]]:
    at = began
    while at < now:
        yield at, min(STEP, now - at)
        at += STEP
