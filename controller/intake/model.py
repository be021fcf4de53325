"""The nouns of the intake: what somebody told us, and the hint it became.

In: made by the parsers and the HTTP routes. Out: read by ``hints`` and the API. Every text in them comes from a
stranger: it is cut short here, cleaned where it is shown, and never compared with anything that decides.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from inventory.model import DeviceId, StoreId

Source = Literal["syslog", "trap", "alertmanager", "webhook", "heartbeat"]
SOURCES: tuple[Source, ...] = get_args(Source)
Did = Literal["looks", "looked_lately", "ours", "unresolved"]
LONGEST_TEXT = 300
LONGEST_WORD = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One message that matters: ``mnemonic`` is its sender's word, ``kind`` ours. ``device``: where, "" if unknown."""

    source: Source
    sender: str
    mnemonic: str
    kind: str
    device: str = ""
    store: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """A message and what came of it.

    ``did``: an extra look was raised, one was lately, it tells of our own doing, or nobody knows where it is.
    """

    source: Source
    sender: str
    mnemonic: str
    kind: str
    device: DeviceId | None
    store: StoreId | None
    text: str
    received_at: datetime
    did: Did
