"""What the API answers with: pydantic records, one per thing a reader can ask for.

In: filled by ``controller.api.views`` from the ledger's projections. Out: JSON (and the CLI's ``-o json``).
Times are ISO 8601 in UTC with ``Z``. Texts are cleaned of control characters on the way in.
"""

import math
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from controller.api.plain import clean


def _clean_any(value: object) -> object:
    return clean(value) if isinstance(value, str) else value


def _finite(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return _clean_any(value)


def iso(at: datetime) -> str:
    """Return an aware time as ISO 8601 in UTC with milliseconds and ``Z``."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Text = Annotated[str, BeforeValidator(_clean_any)]
Value = Annotated[str | float | bool | None, BeforeValidator(_finite)]
Time = Annotated[datetime, PlainSerializer(iso, when_used="json")]
IncidentStatus = Literal["open", "healing", "healed", "mitigated", "escalated", "held", "quiet", "cleared"]
Code = Literal["suggested", "another", "ignorable", "wrong"]
StoreState = Literal["trading", "degraded", "stopped", "unknown"]
FunctionState = Literal["working", "degraded", "down", "unknown"]


class Record(BaseModel):
    """The base of every answer: frozen, and nothing undeclared gets in."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class HurtRecord(Record):
    """One store function that an incident touches."""

    function: Text
    title: Text
    state: Literal["down", "degraded", "at_risk", "unknown"] = Field(description="at_risk: it still works")
    since: Time | None = Field(description="When it got into this state, as far as it was seen")
    stores: int = Field(description="In how many stores; 1 unless it is one cause in many")


class ImpactRecord(Record):
    """What an incident does to the shop now."""

    functions: tuple[HurtRecord, ...]
    per_hour: float = Field(description="Takings lost per hour now, estimated; 0 while the store is closed")
    so_far: float = Field(description="Takings lost since it began, estimated")
    sentence: Text = Field(examples=["Tills down since 14:03:07; about 900 an hour is lost now, 150 so far"])


class IncidentRecord(Record):
    """One incident in short: what, where, how it stands, in a sentence."""

    id: Text = Field(examples=["s001-0001"])
    store: Text = Field(description="Empty when it tells of one cause in many stores", examples=["s001"])
    store_name: Text = Field(examples=["Harbour Street"])
    device: Text = Field(examples=["s001-edge"])
    subject: Text = Field(examples=["GigabitEthernet0/0"])
    signature: Text = Field(examples=["wan_lease_lost"])
    fault_class: Text = Field(description="A heals alone, G behind a named guard, H asks a person, E only escalates")
    title: Text
    status: IncidentStatus
    sentence: Text = Field(description="How it stands, in one sentence for people")
    functions: tuple[Text, ...] = Field(description="Store functions the fault touches")
    confidence: float = Field(ge=0, le=1)
    attempts: int = Field(description="Rungs tried so far")
    waiting_for_person: bool
    opened_at: Time
    closed_at: Time | None
    again_at: Time | None = Field(description="When a held incident is judged again")
    parent: Text = Field(default="", description="The incident that tells of the cause this one shares with others")
    children: int = Field(default=0, description="How many incidents share the cause this one tells of")
    impact: ImpactRecord | None = Field(default=None, description="What it does to the shop now; none once it is over")


class EvidenceRecord(Record):
    """One symptom that led to the finding, with the value of what was observed."""

    symptom: Text
    device: Text
    subject: Text
    observation: Text
    value: Value
    since: Time


class VerdictRecord(Record):
    """What one guardrail said of one change."""

    at: Time
    rung: int
    action: Text
    rule: Text
    allowed: bool
    reason: Text


class CheckRecord(Record):
    """One look taken to prove that a store function works."""

    at: Time
    function: Text
    name: Text
    ok: bool
    value: Text


class ChangeRecord(Record):
    """One write: what was intended, and how it ended as read back from the device."""

    intent: Text
    rung: int
    action: Text
    device: Text
    port: Text
    summary: Text
    lines: tuple[Text, ...]
    undo: tuple[Text, ...]
    token: int = Field(description="Fencing token the write was made under")
    intended_at: Time
    ended_at: Time | None
    outcome: Literal["open", "ran", "not_run", "unknown", "undone"]
    read_back: Text
    diff: Text


class Moment(Record):
    """One line of an incident's story."""

    at: Time
    text: Text


class LookedRecord(Record):
    """An incident of before that looks alike, and what fixed it."""

    incident: Text = Field(examples=["s001-0004"])
    store: Text
    at: Time = Field(description="When a person closed it")
    fixed_by: Text
    likeness: float = Field(ge=0, le=1)


class SuggestionRecord(Record):
    """What was seen before looks like this; nothing is done on it by machine."""

    learned: Text = Field(description="The learned signature", examples=["seen_s001_0004"])
    confidence: float = Field(ge=0, le=1)
    arithmetic: Text = Field(description="The sum behind the confidence, in log-odds")
    device: Text = Field(description="Empty when several devices fit alike")
    subject: Text
    fix: Text = Field(description="What fixed most of them")
    quiet: bool = Field(description="People pass it over")
    evidence: tuple[EvidenceRecord, ...]
    examples: tuple[LookedRecord, ...]


class ReviewRecord(Record):
    """What a person said as they closed an incident, and what was learned from it."""

    at: Time
    by: Text
    code: Code
    fixed_by: Text
    playbook: Text
    device: Text
    subject: Text
    signature: Text = Field(description="What the incident was taken for")
    names: Text = Field(description="The signature that the code speaks of; empty when there was none")
    learned: Text = Field(description="The learned signature this is an example of; empty when of none")


class IncidentDetail(IncidentRecord):
    """One incident with everything that is known of it."""

    explanation: Text = Field(description="One paragraph: what was seen, decided, done and proven")
    runner_up: Text
    nearest: tuple[Text, ...] = Field(description="For an unknown fault: the known ones it resembles most")
    escalation: Text = Field(description="What a person is asked to do; empty when nobody is")
    story: tuple[Moment, ...]
    evidence: tuple[EvidenceRecord, ...]
    verdicts: tuple[VerdictRecord, ...]
    changes: tuple[ChangeRecord, ...]
    checks: tuple[CheckRecord, ...]
    suggestion: SuggestionRecord | None = Field(default=None, description="What was seen before and looks like it")
    guess: Text = Field(default="", description="The known kind that a trained model takes it for; empty: none")
    review: ReviewRecord | None = Field(default=None, description="What a person said of it")


class FunctionStateRecord(Record):
    """How one function of one store stands, and why."""

    name: Text
    title: Text
    state: FunctionState
    why: Text


class ComingRecord(Record):
    """A fault a store shows that is no incident yet: it becomes one if it goes on until its hold time is over."""

    signature: Text = Field(examples=["vlan_missing"])
    device: Text
    subject: Text
    since: Time


class StoreRecord(Record):
    """One store as last seen. ``state`` is ``unknown`` when it was not seen lately: old news is no news."""

    id: Text = Field(examples=["s001"])
    name: Text
    region: Text
    state: StoreState
    seen_at: Time | None
    stale: bool = Field(description="True when the last look is too old to be believed")
    functions: tuple[FunctionStateRecord, ...]
    coming: tuple[ComingRecord, ...] = Field(default=(), description="What it shows that is no incident yet")


class DeviceRecord(Record):
    """One device as the inventory has it."""

    device: Text = Field(examples=["s001-edge"])
    store: Text
    role: Text
    platform: Text | None
    address: Text
    port: int
    region: Text
    functions: tuple[Text, ...] = Field(description="Functions of its store")


class StoreDetail(StoreRecord):
    """One store with its devices, its open incidents and its own clock."""

    time_zone: Text
    local_time: Text = Field(description="ISO 8601 with the store's own offset")
    trading_now: bool
    carriers: tuple[Text, ...]
    devices: tuple[DeviceRecord, ...]
    open_incidents: tuple[IncidentRecord, ...]


class FunctionRecord(Record):
    """One thing a store does over the network, and what it needs from it."""

    name: Text = Field(examples=["pos"])
    title: Text
    criticality: int = Field(description="1 is the till, 3 is comfort")
    served_by: Text
    vlan: int
    target: Text
    max_latency_ms: float
    max_loss_pct: float
    dhcp: bool
    on_backup: bool = Field(description="Whether it may run over the backup line")
    stores: int = Field(description="How many stores have it")


class TimingRecord(Record):
    """The timing profile in use, in seconds."""

    profile: Text = Field(examples=["standard"])
    seconds: dict[Text, float]


class KillSwitchRecord(Record):
    """Whether all writing is stopped, and why."""

    thrown: bool
    reason: Text | None
    says: Text = Field(description="What this means, in one sentence")


class KillSwitchOrder(Record):
    """An order to stop all writing. The reason is shown to everybody."""

    reason: str = Field(min_length=1, max_length=200, examples=["Carrier maintenance in the north until 05:00"])


class Incidents(Record):
    """A list of incidents, newest first."""

    items: tuple[IncidentRecord, ...]


class Stores(Record):
    """A list of stores, in inventory order."""

    items: tuple[StoreRecord, ...]


class Devices(Record):
    """A list of devices, in inventory order."""

    items: tuple[DeviceRecord, ...]


class Functions(Record):
    """A list of functions, the most critical first."""

    items: tuple[FunctionRecord, ...]


class Alive(Record):
    """The controller's own pulse."""

    status: Literal["alive"]
    pulse_at: Time | None


class ReadyCheck(Record):
    """One thing the controller needs."""

    name: Text
    ok: bool
    says: Text


class Ready(Record):
    """The controller can do its work, check by check."""

    status: Literal["ready"]
    checks: tuple[ReadyCheck, ...]


class Happened(Record):
    """One event in short: ids to ask again with."""

    seq: int = Field(description="Its number in the ledger")
    at: Time
    kind: Text = Field(examples=["opened"])
    id: Text = Field(description="The incident or rollout", examples=["s001-0001"])
    store: Text = Field(description="Empty when it is of the whole chain")


class History(Record):
    """Events, oldest first."""

    items: tuple[Happened, ...]
    next_after: int = Field(description="`after` of the next question")
    last: int = Field(description="The newest number there is")


class FieldProblem(Record):
    """What is wrong with one field of a request; never the value that was sent."""

    field: str
    message: str
    allowed: str = ""


class Problem(Record):
    """An error as RFC 9457 problem details."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: tuple[FieldProblem, ...] = ()
