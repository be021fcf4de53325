"""Tills in the edge's ARP table.

In: ``arp``. Out: ``till_arp`` per till with a known address, kept where ``till_seen`` is. An entry outlives its
till for a while, so a True says little; a missing or incomplete one says more.
"""

from datetime import datetime

from anomaly.answers import Answers, rows, seen
from anomaly.model import Observation
from inventory.looks import ArpRow
from inventory.model import Chain, Device, Role

GETTERS = frozenset({"arp"})
ROLES: frozenset[Role] = frozenset({"edge"})
OBSERVES = frozenset({"till_arp"})


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Look for every till of the store."""
    found = rows(answers, "arp", ArpRow)
    known = {row.address for row in found or () if row.mac is not None}
    made: list[Observation] = []
    for holder in chain.devices_of(device.store):
        for port in holder.ports.values():
            if port.use == "till" and port.to and port.address:
                value = None if found is None else port.address in known
                made.append(seen(device, "till_arp", value, now, on=holder.id, subject=port.to))
    return tuple(made)
