"""Asking for a rollout: every device's difference first, then the plan in the ledger.

In: rendered configurations, devices to read. Out: a ``Preview`` per device, as they come; then a rollout asked for.
Called by ``storenet push``. Nothing here writes to a device; without a reading of a device there is no plan for it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from controller.ports import RolloutStore
from controller.quarantine import reasons
from controller.rollout import TargetPlan
from controller.rollout_events import Aim, RolloutAsked
from inventory.errors import CommandRefusedError
from inventory.fleet import Fleet
from inventory.looks import Reading
from inventory.model import Chain, Device, DeviceId, Role, StoreId
from inventory.platforms import load_platforms
from inventory.writes import Write
from inventory.writing import check_write
from playbooks.model import CONFIG, text_of
from templates.drift import drift
from templates.rendering import Rendering

FARTHEST_FIRST: Mapping[Role, int] = {"access_point": 0, "switch": 1, "edge": 2}
FEW_SHARE, FEW_MOST = 0.1, 50


class AskingError(ValueError):
    """The rollout cannot be asked for; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """One device's difference. ``silent``: it did not answer; ``refused``: a line cannot be sent as it is."""

    device: Device
    state: Literal["differs", "right", "silent", "refused"]
    reason: str = ""
    plan: TargetPlan | None = None

    @property
    def added(self) -> int:
        """How many lines would be sent that set something."""
        return sum(not line.lstrip().startswith("no ") for line in self.plan.remedy) if self.plan else 0

    @property
    def removed(self) -> int:
        """How many lines would be sent that remove something."""
        return sum(line.lstrip().startswith("no ") for line in self.plan.remedy) if self.plan else 0


def previews(fleet: Fleet, chain: Chain, renderings: Sequence[Rendering], revert_in: int) -> Iterator[Preview]:
    """Read every device's configuration and compare; yield one preview per rendering, as they come."""
    wanted = {r.device: r for r in renderings}
    for name, (answer, *_) in fleet.look([chain.devices[d] for d in wanted], lambda _: (CONFIG,)):
        device = chain.devices[name]
        if isinstance(answer, Reading) and text_of(answer).strip():
            yield _compared(device, wanted[name], text_of(answer), revert_in)
        else:
            reason = "it answered nothing" if isinstance(answer, Reading) else answer.reason
            yield Preview(device=device, state="silent", reason=reason)


def _compared(device: Device, rendering: Rendering, running: str, revert_in: int) -> Preview:
    found = drift(rendering.platform, running, rendering.text)
    if found.clean:
        return Preview(device=device, state="right")
    plan = TargetPlan(
        device=device.id,
        store=device.store,
        platform=rendering.platform,
        intended=rendering.text,
        fingerprint=rendering.fingerprint,
        remedy=found.remedy,
        undo=found.undo,
        diff=found.diff,
    )
    write = Write(kind="commit_confirm", lines=found.remedy, revert_in_seconds=revert_in)
    try:
        check_write(device, load_platforms()[rendering.platform], write)
    except CommandRefusedError as error:
        return Preview(device=device, state="refused", reason=error.reason, plan=plan)
    return Preview(device=device, state="differs", plan=plan)


def ask(
    ledger: RolloutStore,
    chain: Chain,
    seen: Sequence[Preview],
    *,
    by: str,
    title: str,
    now: datetime,
    revert_in: int,
    canary: StoreId | None = None,
) -> RolloutAsked:
    """Write the rollout to the ledger. Raises ``AskingError`` when nothing differs or it may not be asked for."""
    plans = sorted((p.plan for p in seen if p.state == "differs" and p.plan), key=lambda p: _order(chain, p))
    if not plans:
        raise AskingError("no device differs from what is intended: there is nothing to push")
    for other in ledger.rollouts(open_only=True):
        raise AskingError(f"{other.id}, asked for by {other.by}, is not over; follow it with: storenet push --resume")
    _refuse_quarantined(ledger, plans)
    waves = waves_of(chain, list(dict.fromkeys(StoreId(p.store) for p in plans)), canary, now)
    by_store = {store: number for number, wave in enumerate(waves) for store in wave}
    plans.sort(key=lambda p: by_store[StoreId(p.store)])
    counted = {p.device.id: p for p in seen}
    aims = tuple(
        Aim(
            device=p.device,
            store=p.store,
            wave=by_store[StoreId(p.store)],
            added=counted[DeviceId(p.device)].added,
            removed=counted[DeviceId(p.device)].removed,
        )
        for p in plans
    )
    event = RolloutAsked(
        rollout=ledger.next_rollout(), at=now, by=by, title=title, aims=aims, revert_in_seconds=revert_in
    )
    ledger.ask_rollout(event, plans)
    return event


def waves_of(
    chain: Chain, stores: Sequence[StoreId], canary: StoreId | None, now: datetime
) -> tuple[tuple[StoreId, ...], ...]:
    """One canary store, a tenth of the stores (50 at most), the rest. Each store is in exactly one wave.

    The canary is the one asked for, else a closed store before an open one, and among those the smallest takings.
    """
    if canary is not None and canary not in stores:
        raise AskingError(f"the canary store {canary} has no device that differs")
    ordered = sorted(stores, key=lambda s: (chain.stores[s].is_trading(now), chain.stores[s].takings_per_hour, s))
    first = canary or ordered[0]
    rest = [store for store in ordered if store != first]
    few = min(FEW_MOST, max(1, round(FEW_SHARE * len(stores))))
    return tuple(tuple(wave) for wave in ([first], rest[:few], rest[few:]) if wave)


def _order(chain: Chain, plan: TargetPlan) -> tuple[str, int, int, str]:
    """Within a store the farthest device first: a switch behind a switch before it, the edge last."""
    device = chain.devices[DeviceId(plan.device)]
    return plan.store, FARTHEST_FIRST[device.role], -_hops(chain, device), plan.device


def _hops(chain: Chain, device: Device) -> int:
    """How many devices stand between this one and the edge."""
    hops, here, passed = 0, device, {device.id}
    while here.role != "edge" and (above := chain.uplink_port_of(here.id)) is not None and above[0].id not in passed:
        hops, here = hops + 1, above[0]
        passed.add(here.id)
    return hops


def _refuse_quarantined(ledger: RolloutStore, plans: Sequence[TargetPlan]) -> None:
    for plan in plans:
        name = f"config/{plan.fingerprint[:12]}"
        for reason in reasons(ledger, name):
            lift = f"change the configuration, or lift it with: storenet quarantine lift {name}"
            raise AskingError(f"{plan.device}: {reason}; {lift}")
