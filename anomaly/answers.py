"""The collectors' tools: answers keyed by getter in, rows or None out.

Called by every file in ``anomaly/collectors``. Why: an unanswered look must read the same everywhere - as
unknown, never as an empty table.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Protocol, TypeVar, runtime_checkable

from anomaly.model import Observation, Value
from inventory.errors import DeviceError
from inventory.looks import AccessRow, Look, PortRow, Reading, Row
from inventory.model import Chain, Device, DeviceId, Role

Answers = Mapping[str, Reading | DeviceError]
AnyRow = TypeVar("AnyRow", bound=Row)


class Collector(Protocol):
    """A module in ``anomaly/collectors`` is a collector by having these names.

    ``GETTERS``: the looks it reads; ``ROLES``: on which devices; ``OBSERVES``: the observations it makes.
    A counter is an observation named ``<x>_total``, a number as the device tells it; ``growing`` makes
    ``<x>_per_minute`` of it, so that such a collector has ``OBSERVES = with_rates({...})``.
    """

    GETTERS: frozenset[str]
    ROLES: frozenset[Role]
    OBSERVES: frozenset[str]

    def collect(self, device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
        """Turn a device's answers into observations; what could not be seen has the value None."""


@runtime_checkable
class LooksFor(Protocol):
    """A collector whose looks need arguments also has this."""

    def looks(self, device: Device, chain: Chain) -> tuple[Look, ...]:
        """The looks it reads at this device; none: the device tells nothing of it."""


def rows(answers: Answers, getter: str, kind: type[AnyRow]) -> tuple[AnyRow, ...] | None:
    """The rows of one kind a getter answered with; None when it was not asked or not answered."""
    answer = answers.get(getter)
    if not isinstance(answer, Reading):
        return None
    return tuple(row for row in answer.rows if isinstance(row, kind))


def table(answers: Answers, getter: str, kind: type[AnyRow]) -> tuple[AnyRow, ...] | None:
    """As ``rows``, for tables that no working device leaves empty: an empty one is no evidence."""
    return rows(answers, getter, kind) or None


def ports_of(answers: Answers) -> dict[str, PortRow]:
    """Every port by its name, with its VLAN also where the device tells it with its trunks; empty: not answered."""
    vlans = {row.port: str(row.vlan) for row in rows(answers, "trunks", AccessRow) or ()}
    told = table(answers, "ports", PortRow) or ()
    return {row.name: row if row.vlan else replace(row, vlan=vlans.get(row.name, "")) for row in told}


def seen(device: Device, name: str, value: Value, now: datetime, *, on: str, subject: str) -> Observation:
    """An observation in ``device``'s store, kept on the device ``on``."""
    return Observation(store=device.store, device=DeviceId(on), subject=subject, name=name, value=value, at=now)
