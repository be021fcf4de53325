"""Addresses that an edge shares with another gateway: who leads, and who is heard of.

In: ``standby`` and ``edge_log``. Out, on the edge: ``gateways_alone`` - the groups (``interface group``) that it leads
without hearing of a partner, empty when there is none. In health the partner of a pair is known. Also
``gateways_disputed``: its log tells of another gateway that claims what is its own.
"""

from datetime import datetime

from anomaly.answers import Answers, rows, seen
from anomaly.model import Observation
from inventory.edge_rows import EdgeTaleRow, StandbyRow
from inventory.model import Chain, Device, Role

PACE = "slow"
GETTERS = frozenset({"standby", "edge_log"})
ROLES: frozenset[Role] = frozenset({"edge"})
OBSERVES = frozenset({"gateways_alone", "gateways_disputed"})
LEADS = ("Active", "Master")


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Name the groups."""
    del chain
    groups, log = rows(answers, "standby", StandbyRow), rows(answers, "edge_log", EdgeTaleRow)
    alone, disputed = None, None
    if groups is not None:
        lone = (row for row in groups if row.state in LEADS and row.standby is None)
        alone = ",".join(sorted(f"{row.port} {row.group}" for row in lone))
    if groups is not None and log is not None:
        disputed = bool(groups) and any(row.word == "disputed" for row in log)
    return (
        seen(device, "gateways_alone", alone, now, on=device.id, subject=device.id),
        seen(device, "gateways_disputed", disputed, now, on=device.id, subject=device.id),
    )
