"""What happened, in the past tense: the frozen events an incident is folded from.

In: made by the lanes and by ``heal``. Out: appended to the ledger before any effect; folded by
``controller.incident``; read by the API, ``explain`` and ``storenet lab score``.
Every event is JSON in the ledger's ``events`` table; its ``kind`` is stored with it and never renamed.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from anomaly.library import Relation, RootKind
from anomaly.model import FaultClass, Value
from controller.rollout_events import Halted, RolloutAsked, RolloutEnded, RolloutEvent, TargetEnded, WaveBegun


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A symptom with what was seen: ``wan_no_address`` on s001-edge Gi0/0, wan_address absent since then."""

    symptom: str
    device: str
    subject: str
    value: Value
    since: datetime
    observation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one guardrail said of one change, and why."""

    rule: str
    allowed: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One look taken to prove a store function: ``name`` such as ``till_mac_seen``, with the value seen."""

    function: str
    name: str
    ok: bool
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An incident was opened on a finding."""

    kind: ClassVar[str] = "opened"
    incident: str
    store: str
    at: datetime
    signature: str
    fault_class: FaultClass
    title: str
    device: str
    subject: str
    confidence: float
    evidence: tuple[Evidence, ...]
    functions: tuple[str, ...] = ()
    runner_up: str = ""
    nearest: tuple[str, ...] = ()
    arithmetic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """A fresh look of our own, taken right before deciding, shows the same fault.

    ``gear`` is what a deep look says of the device that is asked about the fault: make, software, time up.
    """

    kind: ClassVar[str] = "confirmed"
    incident: str
    store: str
    at: datetime
    evidence: tuple[Evidence, ...]
    gear: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Every guardrail was asked about a change; ``decision`` follows from the verdicts."""

    kind: ClassVar[str] = "judged"
    incident: str
    store: str
    at: datetime
    rung: int
    action: str
    decision: Literal["act", "hold", "escalate"]
    reason: str
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Intended:
    """A write is about to be sent: journalled first, under a fencing token."""

    kind: ClassVar[str] = "intended"
    incident: str
    store: str
    at: datetime
    intent: str
    rung: int
    action: str
    device: str
    port: str
    summary: str
    lines: tuple[str, ...]
    undo: tuple[str, ...]
    token: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteEnded:
    """How an intended write ended, read back from the device: ran, did not run, or nobody can tell."""

    kind: ClassVar[str] = "write_ended"
    incident: str
    store: str
    at: datetime
    intent: str
    outcome: Literal["ran", "not_run", "unknown", "undone"]
    read_back: str
    diff: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """The functions were looked at after a rung: ``passed`` or not, with every check."""

    kind: ClassVar[str] = "proved"
    incident: str
    store: str
    at: datetime
    rung: int
    passed: bool
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mitigated:
    """The functions that matter are proven to work around the fault, which itself stays."""

    kind: ClassVar[str] = "mitigated"
    incident: str
    store: str
    at: datetime
    by: str
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Nothing was done because a guardrail said so; asked again when ``again_at`` has come."""

    kind: ClassVar[str] = "held"
    incident: str
    store: str
    at: datetime
    rules: tuple[str, ...]
    reason: str
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalated:
    """A person has to act; ``advice`` says what with. ``while_held``: it goes on being held and asked again."""

    kind: ClassVar[str] = "escalated"
    incident: str
    store: str
    at: datetime
    reason: str
    advice: str
    while_held: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Healed:
    """We repaired it and proved the functions work."""

    kind: ClassVar[str] = "healed"
    incident: str
    store: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """The incident has the same cause as others: ``parent`` is the one incident that tells of all of them."""

    kind: ClassVar[str] = "joined"
    incident: str
    store: str
    at: datetime
    parent: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """The fault is gone: ``how`` says whether we healed it or it went without us."""

    kind: ClassVar[str] = "closed"
    incident: str
    store: str
    at: datetime
    how: Literal["healed", "cleared"]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """An incident of before that looks alike. ``likeness``: 0 to 1."""

    incident: str
    store: str
    at: datetime
    fixed_by: str
    likeness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """It looks like what people closed before: the learned signature, how sure, where, and the nearest of them.

    ``quiet``: people said that it may be passed over, and there is nothing more here than there was then.
    """

    kind: ClassVar[str] = "suggested"
    incident: str
    store: str
    at: datetime
    learned: str
    confidence: float
    device: str
    subject: str
    evidence: tuple[Evidence, ...]
    examples: tuple[Looked, ...]
    fix: str
    quiet: bool
    arithmetic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guessed:
    """A trained model takes an unknown fault for a known kind; nothing is ever done upon it.

    ``nearest``: the incidents it resembles most. ``caution``: why it is no more than a suggestion; empty: it is not.
    """

    kind: ClassVar[str] = "guessed"
    incident: str
    store: str
    at: datetime
    model: str
    names: str
    probability: float
    likeness: float
    nearest: tuple[str, ...] = ()
    caution: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quieted:
    """Nobody is called, because people know it and pass it over; it is still written down."""

    kind: ClassVar[str] = "quieted"
    incident: str
    store: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenWord:
    """A symptom and where it stood from the root, such as ``same_device``."""

    symptom: str
    relation: Relation


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """A person closed the incident: what it was and what fixed it. The last review of an incident counts.

    ``names``: the signature, written or learned, or a model's guess (``guess/...``), that the code speaks of;
    ``learned``: the learned signature that this example makes or joins (empty: none). ``root_kind`` and ``words`` are
    the example, told from the root.
    """

    kind: ClassVar[str] = "reviewed"
    incident: str
    store: str
    at: datetime
    by: str
    code: Literal["suggested", "another", "ignorable", "wrong"]
    fixed_by: str
    playbook: str
    device: str
    subject: str
    root_kind: RootKind
    signature: str
    names: str
    learned: str
    words: tuple[SeenWord, ...]
    functions: tuple[str, ...] = ()


IncidentEvent = (
    Opened
    | Confirmed
    | Judged
    | Intended
    | WriteEnded
    | Proved
    | Mitigated
    | Held
    | Escalated
    | Healed
    | Joined
    | Closed
    | Suggested
    | Guessed
    | Quieted
    | Reviewed
)
Event = IncidentEvent | RolloutEvent
EVENT_TYPES: dict[str, type[Event]] = {
    t.kind: t
    for t in (
        Opened,
        Confirmed,
        Judged,
        Intended,
        WriteEnded,
        Proved,
        Mitigated,
        Held,
        Escalated,
        Healed,
        Joined,
        Closed,
        Suggested,
        Guessed,
        Quieted,
        Reviewed,
        RolloutAsked,
        WaveBegun,
        TargetEnded,
        Halted,
        RolloutEnded,
    )
}


def subject_of(event: Event) -> str:
    """The id of the incident or rollout an event belongs to."""
    return event.rollout if isinstance(event, RolloutEvent) else event.incident
