"""Which rungs of a playbook would have been climbed or held, as far as what was recorded tells.

In: one episode with its first observations, the ledger, the guardrails. Out: a ``RungTold`` per rung. Called by
``storenet backtest``. What was not recorded is said to be unknown, never assumed: configurations (what a plan would
have sent), who was logged in, switches, and how the other stores stood.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from types import MappingProxyType
from typing import Literal

from anomaly.episodes import Episode
from anomaly.model import FaultClass
from controller.backtest.labels import Label
from controller.decide import Decision, decide
from controller.events import Judged, Verdict
from controller.facts import Facts, Guardrail
from controller.impact import alive_behind, management_ports
from controller.ports import Ledger
from inventory.looks import Look
from inventory.model import Chain
from inventory.writes import Write
from playbooks.codec import load_change
from playbooks.model import Change, Playbook, Rung, Target, port_of

NOT_RECORDED: Mapping[str, str] = MappingProxyType(
    {
        "kill_switch": "whether all writes were stopped then",
        "people_at_work": "who was logged in to the device",
        "quarantine": "what was in quarantine then",
        "storm_brake": "how the other stores stood",
    }
)
DAY = timedelta(hours=24)
AS_FAR = "every guardrail that can be asked about then allows it"
Would = Literal["act", "hold", "escalate", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RungTold:
    """One rung in one episode: what would have been decided, by which known verdicts, and what is ``unknown``.

    ``then``: what guardrails really said when the very same rung was judged.
    """

    number: int
    action: str
    would: Would
    reason: str
    verdicts: tuple[Verdict, ...]
    unknown: tuple[str, ...]
    then: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What is needed to judge rungs of the past."""

    chain: Chain
    guardrails: Mapping[str, Guardrail]
    ledger: Ledger | None
    labels: Sequence[Label]
    known: Mapping[str, Change]
    """A change that was really planned, by its action: what kind of write it is, and whether it interrupts."""

    def rungs(self, playbook: Playbook, fault_class: FaultClass, episode: Episode) -> tuple[RungTold, ...]:
        """Judge every rung of a playbook in one episode."""
        numbered = enumerate(playbook.rungs, 1)
        return tuple(self._rung(number, rung, fault_class, episode) for number, rung in numbered)

    def _rung(self, number: int, rung: Rung, fault_class: FaultClass, episode: Episode) -> RungTold:
        site = episode.site
        then = self._then(episode, rung.action)
        try:
            device, port = port_of(Target(chain=self.chain, device=site.device, subject=site.subject))
        except LookupError as error:
            lost = ("where it would have been planned",)
            return RungTold(
                number=number,
                action=rung.action,
                would="unknown",
                reason=str(error),
                verdicts=(),
                unknown=lost,
                then=then,
            )
        model = self.known.get(rung.action)
        changes = [_as_known(model, site.store, device.id, port)] if model else _both(rung, site.store, device.id, port)
        verdicts, unknown = self._judged(changes, episode)
        decision = decide(fault_class, verdicts, rung.guard)
        return RungTold(
            number=number,
            action=rung.action,
            would=_would(decision, unknown),
            reason=AS_FAR if decision.do == "act" else decision.reason,
            verdicts=verdicts,
            unknown=("what the plan would have sent", *unknown),
            then=then,
        )

    def _judged(self, changes: Sequence[Change], episode: Episode) -> tuple[tuple[Verdict, ...], tuple[str, ...]]:
        """Ask every guardrail whose facts were recorded; also what is not known, in words."""
        facts = [self._facts(change, episode) for change in changes]
        verdicts, unknown = [], []
        for name, guard in sorted(self.guardrails.items()):
            if name in NOT_RECORDED:
                unknown.append(f"{NOT_RECORDED[name]} ({name})")
                continue
            said = [guard.judge(one) for one in facts]
            if len({v.allowed for v in said}) > 1:
                unknown.append(f"whether it interrupts what works ({name}: {_refusal(said)})")
            elif self.ledger is None and name in ("attempt_budget", "one_per_store"):
                unknown.append(f"what the ledger knows ({name})")
            else:
                verdicts.append(said[0])
        return tuple(verdicts), tuple(unknown)

    def _facts(self, change: Change, episode: Episode) -> Facts:
        site, at = episode.site, episode.began
        before = [one for one in self.labels if one.site.store == site.store and one.attempts and one.began < at]
        same = [one for one in before if one.site == site and at - one.began < DAY and not one.meets(episode)]
        others = [one.incident for one in before if one.site != site and at < one.ended]
        return Facts(
            incident="backtest",
            store=self.chain.stores[site.store],
            change=change,
            now=at,
            kill_reason=None,
            others=tuple(others),
            tries=len(same),
            alive_behind=alive_behind(self.chain, change.device, change.port, episode.observations),
            management_ports=management_ports(self.chain, change.device, episode.observations),
            intended_port=self.chain.devices[change.device].ports.get(change.port),
        )

    def _then(self, episode: Episode, action: str) -> str:
        """What was decided about this action in the incident the ledger has of it."""
        if self.ledger is None:
            return ""
        for label in (one for one in self.labels if one.site == episode.site and one.meets(episode)):
            judged = [e for e in self.ledger.events(label.incident) if isinstance(e, Judged) and e.action == action]
            if judged:
                return f"{label.incident}: {judged[-1].decision}, {judged[-1].reason}"
        return ""


def known_changes(changes: Sequence[Mapping[str, object]]) -> Mapping[str, Change]:
    """Return the newest journalled change of each action; what an older version wrote differently is left out."""
    return {change.action: change for change in _readable(changes)}


def _readable(changes: Sequence[Mapping[str, object]]) -> Iterator[Change]:
    for record in changes:
        try:
            yield load_change(record)
        except ValueError:
            continue


def _as_known(model: Change, store: str, device: str, port: str) -> Change:
    """A change of the same kind as one that was really planned, at this place."""
    return replace(model, store=store, device=device, port=port)  # type: ignore[arg-type]


def _both(rung: Rung, store: str, device: str, port: str) -> list[Change]:
    """Both changes it might be: one that interrupts and one that does not."""
    change = Change(
        action=rung.action,
        store=store,  # type: ignore[arg-type]
        device=device,  # type: ignore[arg-type]
        port=port,
        summary=rung.action,
        write=Write(kind="config", lines=()),
        undo=None,
        witness=Look(getter="running_config"),
    )
    return [change, replace(change, interrupts=True)]


def _would(decision: Decision, unknown: Sequence[str]) -> Would:
    """An allowance holds only as far as is known; a refusal stands."""
    doubts = any("whether it interrupts" in one for one in unknown)
    return "unknown" if decision.do == "act" and doubts else decision.do


def _refusal(said: Sequence[Verdict]) -> str:
    return next(v.reason for v in said if not v.allowed)
