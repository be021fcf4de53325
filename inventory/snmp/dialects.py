"""Which looks an agent offers, by whose objects it has.

In: a dialect's name. Out: getters. Called by ``reading`` and by ``anomaly.collecting`` (names). A further vendor is one
file beside ``aironet`` and one line here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from inventory.looks import Row
from inventory.snmp import aironet
from inventory.snmp.asking import Told
from inventory.snmp.ber import Oid
from inventory.snmp_agents import Dialect

Parse = Callable[[Told], tuple[Row, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentGetter:
    """One kind of look: the objects and columns it needs, and its reader (``ValueError``: it cannot be trusted)."""

    scalars: tuple[Oid, ...]
    columns: tuple[Oid, ...]
    parse: Parse


def _getter(objects: tuple[tuple[Oid, ...], tuple[Oid, ...]], parse: Parse) -> AgentGetter:
    return AgentGetter(scalars=objects[0], columns=objects[1], parse=parse)


DIALECTS: Mapping[Dialect, Mapping[str, AgentGetter]] = {
    "aironet": {
        "software": _getter(aironet.SOFTWARE_OBJECTS, aironet.software),
        "radios": _getter(aironet.RADIO_OBJECTS, aironet.radios),
        "stations": _getter(aironet.STATION_OBJECTS, aironet.stations),
        "radio_events": _getter(aironet.EVENT_OBJECTS, aironet.events),
    },
}
AGENT_LOOKS: Mapping[Dialect, frozenset[str]] = {name: frozenset(getters) for name, getters in DIALECTS.items()}
"""What can be asked of an agent of each dialect."""
