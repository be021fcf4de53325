"""From the ledger's projections to the records of the API: pure functions of (what is remembered, chain, now).

In: incidents, events and store views as the ledger gives them, and the chain. Out: ``controller.api.records``.
Called by the routes, the page and the CLI, so that all three say the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from controller import explain, losses
from controller.api.records import (
    ChangeRecord,
    CheckRecord,
    DeviceRecord,
    EvidenceRecord,
    FunctionRecord,
    FunctionStateRecord,
    HurtRecord,
    ImpactRecord,
    IncidentDetail,
    IncidentRecord,
    KillSwitchRecord,
    LookedRecord,
    Moment,
    ReviewRecord,
    StoreDetail,
    StoreRecord,
    SuggestionRecord,
    VerdictRecord,
)
from controller.events import (
    Check,
    Event,
    Evidence,
    Guessed,
    Intended,
    Judged,
    Mitigated,
    Proved,
    Reviewed,
    Suggested,
    WriteEnded,
)
from controller.incident import Incident
from controller.losses import Impact
from controller.ports import StoreView
from inventory.model import Chain, Device, Function, FunctionName, Store, StoreId

KILL = "kill"


def kill_switch(reason: str | None) -> KillSwitchRecord:
    """Return the kill switch as a record; ``reason`` None means it is off."""
    if reason is None:
        return KillSwitchRecord(thrown=False, reason=None, says="Writing is allowed where every guard allows it.")
    says = "No device is written to until the switch is taken back. Watching goes on."
    return KillSwitchRecord(thrown=True, reason=reason, says=says)


def waits_for_person(incident: Incident) -> bool:
    """Whether a person is asked to act on an incident that still lasts."""
    return incident.closed_at is None and (incident.status == "escalated" or bool(incident.escalation))


def incident_record(
    incident: Incident, chain: Chain, children: int = 0, impact: Impact | None = None
) -> IncidentRecord:
    """Return an incident in short; ``children`` is how many share the cause it tells of."""
    return IncidentRecord.model_validate(_in_short(incident, chain, children, impact))


def impact_record(impact: Impact, chain: Chain) -> ImpactRecord:
    """Return what an incident does to the shop."""
    titles = function_titles(chain, (hurt.function for hurt in impact.functions))
    hurts = (
        HurtRecord(function=h.function, title=title, state=h.state, since=h.since, stores=h.stores)
        for h, title in zip(impact.functions, titles, strict=True)
    )
    return ImpactRecord(
        functions=tuple(hurts),
        per_hour=impact.per_hour,
        so_far=impact.so_far,
        sentence=losses.sentence(impact, chain),
    )


def _in_short(incident: Incident, chain: Chain, children: int, impact: Impact | None) -> dict[str, object]:
    store = chain.stores.get(StoreId(incident.store))
    return {
        "id": incident.id,
        "store": incident.store,
        "store_name": store.name if store else incident.store or "Many stores",
        "parent": incident.parent,
        "children": children,
        "device": incident.device,
        "subject": incident.subject,
        "signature": incident.signature,
        "fault_class": incident.fault_class,
        "title": incident.title,
        "status": incident.status,
        "sentence": explain.sentence(incident),
        "functions": incident.functions,
        "confidence": min(1.0, max(0.0, incident.confidence)),
        "attempts": incident.attempts,
        "waiting_for_person": waits_for_person(incident),
        "opened_at": incident.opened_at,
        "closed_at": incident.closed_at,
        "again_at": incident.again_at,
        "impact": impact_record(impact, chain) if impact is not None else None,
    }


def incident_detail(
    incident: Incident, events: Sequence[Event], chain: Chain, children: int = 0, impact: Impact | None = None
) -> IncidentDetail:
    """Return an incident with its story, evidence, verdicts, changes and proof, from its events oldest first."""
    return IncidentDetail.model_validate(
        {
            **_in_short(incident, chain, children, impact),
            "explanation": explain.explain(events),
            "runner_up": incident.runner_up,
            "nearest": incident.nearest,
            "escalation": incident.escalation,
            "story": tuple(Moment(at=at, text=text) for at, text in explain.story(events)),
            "evidence": evidence(incident.evidence),
            "verdicts": verdicts(events),
            "changes": changes(events),
            "checks": checks(events),
            "suggestion": suggestion(incident.suggested) if incident.suggested else None,
            "review": review(incident.review) if incident.review else None,
            "guess": next((e.names for e in reversed(events) if isinstance(e, Guessed)), ""),
        }
    )


def evidence(seen: Iterable[Evidence]) -> tuple[EvidenceRecord, ...]:
    """Return symptoms with their values."""
    return tuple(
        EvidenceRecord(
            symptom=e.symptom,
            device=e.device,
            subject=e.subject,
            observation=e.observation,
            value=e.value,
            since=e.since,
        )
        for e in seen
    )


def suggestion(event: Suggested) -> SuggestionRecord:
    """Return what an incident looks like."""
    return SuggestionRecord(
        learned=event.learned,
        confidence=event.confidence,
        arithmetic=event.arithmetic,
        device=event.device,
        subject=event.subject,
        fix=event.fix,
        quiet=event.quiet,
        evidence=evidence(event.evidence),
        examples=tuple(
            LookedRecord(incident=e.incident, store=e.store, at=e.at, fixed_by=e.fixed_by, likeness=e.likeness)
            for e in event.examples
        ),
    )


def review(event: Reviewed) -> ReviewRecord:
    """Return what a person said of an incident."""
    return ReviewRecord(
        at=event.at,
        by=event.by,
        code=event.code,
        fixed_by=event.fixed_by,
        playbook=event.playbook,
        device=event.device,
        subject=event.subject,
        signature=event.signature,
        names=event.names,
        learned=event.learned,
    )


def verdicts(events: Iterable[Event]) -> tuple[VerdictRecord, ...]:
    """Return what every guardrail said, each time it was asked."""
    return tuple(
        VerdictRecord(
            at=e.at,
            rung=e.rung,
            action=e.action,
            rule=v.rule,
            allowed=v.allowed,
            reason=v.reason,
        )
        for e in events
        if isinstance(e, Judged)
        for v in e.verdicts
    )


def changes(events: Sequence[Event]) -> tuple[ChangeRecord, ...]:
    """Return every intended write with how it ended; one without an end is still ``open``."""
    ends: dict[str, WriteEnded] = {e.intent: e for e in events if isinstance(e, WriteEnded)}
    return tuple(_change(e, ends.get(e.intent)) for e in events if isinstance(e, Intended))


def _change(intended: Intended, end: WriteEnded | None) -> ChangeRecord:
    return ChangeRecord(
        intent=intended.intent,
        rung=intended.rung,
        action=intended.action,
        device=intended.device,
        port=intended.port,
        summary=intended.summary,
        lines=intended.lines,
        undo=intended.undo,
        token=intended.token,
        intended_at=intended.at,
        ended_at=end.at if end else None,
        outcome=end.outcome if end else "open",
        read_back=end.read_back if end else "",
        diff=end.diff if end else "",
    )


def checks(events: Iterable[Event]) -> tuple[CheckRecord, ...]:
    """Return every look that was taken to prove a function, oldest first."""
    return tuple(_check(c, e.at) for e in events if isinstance(e, Proved | Mitigated) for c in e.checks)


def _check(check: Check, at: datetime) -> CheckRecord:
    return CheckRecord(at=at, function=check.function, name=check.name, ok=check.ok, value=check.value)


def device_record(device: Device, chain: Chain) -> DeviceRecord:
    """Return a device as the inventory has it."""
    store = chain.stores[device.store]
    return DeviceRecord(
        device=device.id,
        store=device.store,
        role=device.role,
        platform=device.platform,
        address=device.address,
        port=device.port,
        region=store.region,
        functions=store.functions,
    )


def function_records(chain: Chain) -> tuple[FunctionRecord, ...]:
    """Return the chain's functions, the most critical first."""
    ordered = sorted(chain.functions.values(), key=lambda f: (f.criticality, f.name))
    return tuple(_function(f, chain) for f in ordered)


def _function(function: Function, chain: Chain) -> FunctionRecord:
    need = function.requirement
    return FunctionRecord(
        name=function.name,
        title=function.title,
        criticality=function.criticality,
        served_by=function.served_by,
        vlan=need.vlan,
        target=need.target,
        max_latency_ms=need.max_latency_ms,
        max_loss_pct=need.max_loss_pct,
        dhcp=need.dhcp,
        on_backup=need.on_backup,
        stores=sum(function.name in s.functions for s in chain.stores.values()),
    )


def store_records(
    chain: Chain,
    views: Iterable[StoreView],
    now: datetime,
    stale_seconds: float,
) -> tuple[StoreRecord, ...]:
    """Return every store of the chain as last seen; one never seen, or seen too long ago, is ``unknown``."""
    seen: Mapping[str, StoreView] = {v.store: v for v in views}
    return tuple(
        StoreRecord.model_validate(_store(store, seen.get(store.id), chain, now, stale_seconds))
        for store in chain.stores.values()
    )


def _store(
    store: Store,
    view: StoreView | None,
    chain: Chain,
    now: datetime,
    stale_seconds: float,
) -> dict[str, object]:
    seen_at = view.seen_at if view else None
    fresh = seen_at is not None and (now - seen_at).total_seconds() <= stale_seconds
    return {
        "id": store.id,
        "name": store.name,
        "region": store.region,
        "state": view.state if view and fresh else "unknown",
        "seen_at": seen_at,
        "stale": not fresh,
        "functions": _functions(store, view, chain, fresh=fresh),
        "coming": tuple(asdict(one) for one in view.coming) if view and fresh else (),
    }


def _functions(
    store: Store,
    view: StoreView | None,
    chain: Chain,
    *,
    fresh: bool,
) -> tuple[FunctionStateRecord, ...]:
    seen = {f.name: f for f in view.functions} if view else {}
    rows = []
    for name in store.functions:
        last = seen.get(name)
        title = chain.functions[name].title if name in chain.functions else name
        if last is None:
            state, why = "unknown", "Not looked at yet."
        elif not fresh:
            state, why = "unknown", f"Not seen lately; it was {last.state} at the last look."
        else:
            state, why = last.state, last.why
        rows.append(FunctionStateRecord.model_validate({"name": name, "title": title, "state": state, "why": why}))
    return tuple(rows)


def store_detail(
    store: Store,
    view: StoreView | None,
    incidents: Iterable[Incident],
    chain: Chain,
    now: datetime,
    stale_seconds: float,
) -> StoreDetail:
    """Return one store with its devices, open incidents and clock."""
    return StoreDetail.model_validate(
        {
            **_store(store, view, chain, now, stale_seconds),
            "time_zone": store.time_zone.key,
            "trading_now": store.is_trading(now),
            "carriers": store.carriers,
            "local_time": store.local_time(now).isoformat(timespec="seconds"),
            "devices": tuple(device_record(d, chain) for d in chain.devices_of(store.id)),
            "open_incidents": tuple(incident_record(i, chain) for i in incidents),
        }
    )


def function_titles(chain: Chain, names: Iterable[str]) -> tuple[str, ...]:
    """Return the titles of functions by name; an unknown name stands for itself."""
    known = chain.functions
    return tuple(known[FunctionName(n)].title if n in known else n for n in names)
