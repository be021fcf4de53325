"""What others may post as hints, and what the API shows of them.

In: JSON from Alertmanager, from systems that sign, from those who hear heartbeats. Out: pydantic records.
Called by ``controller.api.hints``. Everything is bounded; what a stranger wrote is cleaned when it is shown.
"""

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from controller.api.records import Record, Text, Time

MOST_ALERTS = 500
MOST_BEATS = 500
Label = Annotated[str, StringConstraints(max_length=2048)]
Labels = Annotated[dict[Annotated[str, StringConstraints(max_length=256)], Label], Field(max_length=64)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=80)]


class Alert(BaseModel):
    """One alert as Alertmanager sends it; fields that a later Alertmanager adds are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    status: Literal["firing", "resolved"]
    labels: Labels = {}
    annotations: Labels = {}


class AlertmanagerPost(BaseModel):
    """Alertmanager's webhook, version 4."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: Literal["4"]
    status: Literal["firing", "resolved"]
    alerts: tuple[Alert, ...] = Field(max_length=MOST_ALERTS)


class WebhookHint(Record):
    """Something is odd at a device or in a store."""

    kind: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")] = Field(examples=["card_declines"])
    store: Name | None = Field(default=None, examples=["s001"])
    device: Name | None = Field(default=None, description="Its name or its address", examples=["s001-edge"])
    text: Annotated[str, StringConstraints(max_length=300)] = ""


class Beat(Record):
    """When something was last heard, and how often it should be."""

    kind: Literal["till", "payment_gateway", "web_shop"]
    name: Name = Field(examples=["till-3"])
    store: Name = Field(examples=["s001"])
    last_seen: AwareDatetime
    every_seconds: float = Field(ge=1, le=86_400, examples=[60])


class Beats(Record):
    """Heartbeats that others have heard."""

    items: tuple[Beat, ...] = Field(min_length=1, max_length=MOST_BEATS)


class HintRecord(Record):
    """A hint and what came of it."""

    received_at: Time
    source: Literal["syslog", "trap", "alertmanager", "webhook", "heartbeat"]
    sender: Text = Field(description="The address it came from; whoever can forge an address can forge this")
    mnemonic: Text = Field(description="The sender's own word", examples=["LINK-3-UPDOWN"])
    kind: Text = Field(examples=["link"])
    device: Text = Field(description="Empty when nobody knows", examples=["s001-edge"])
    store: Text = Field(description="Empty when nobody knows", examples=["s001"])
    text: Text
    did: Literal["looks", "looked_lately", "ours", "unresolved"] = Field(
        description="A look was raised; the store was hurried this minute; our own doing; nobody knows where it is"
    )


class HintRecords(Record):
    """The newest hints, newest first, and how many looks were raised since the controller began."""

    items: tuple[HintRecord, ...]
    looks_raised: int


class Accepted(Record):
    """What became of a post."""

    accepted: int = Field(description="Hints or heartbeats taken")
    looks_raised: int = Field(description="Extra looks raised by it")
    unresolved: int = Field(description="Those of which nobody knows where they are")
