"""Readers of what an EOS switch counts at its ports. Pure: text in, rows out.

Called through ``GETTERS``, which ``platform`` adds to its own. JSON after ANTA's unit tests (show interfaces status,
show interfaces counters, show interfaces counters errors). EOS counts late collisions elsewhere: they are not told.
"""

from collections.abc import Mapping
from typing import Any

from inventory.platforms import Getter
from inventory.platforms.arista_eos.answers import answer, field, records
from inventory.platforms.arista_eos.names import full_port
from inventory.port_rows import NegotiationRow, PortErrorsRow, PortTrafficRow

Args = Mapping[str, str]
STATUS = "show interfaces status | json"
ERRORS = "show interfaces counters errors | json"
COUNTERS = "show interfaces counters | json"
HEARD = ("inUcastPkts", "inMulticastPkts", "inBroadcastPkts")
DUPLEX: Mapping[str, bool] = {"duplexFull": False, "duplexHalf": True}
MEGA = 1_000_000


def negotiation(output: str, _args: Args) -> tuple[NegotiationRow, ...]:
    """Read what ports with a link agreed on."""
    found = records(answer(output, STATUS), "interfaceStatuses", STATUS)
    linked = {name: row for name, row in found.items() if field(row, "linkStatus", str, STATUS) == "connected"}
    return tuple(_negotiation(full_port(name), row) for name, row in linked.items())


def _negotiation(port: str, row: Any) -> NegotiationRow:
    auto = row.get("autoNegotiateActive", row.get("autoNegotigateActive"))  # EOS has had it both ways
    speed = field(row, "bandwidth", int, STATUS) // MEGA
    return NegotiationRow(
        port=port,
        half_duplex=DUPLEX.get(str(row.get("duplex"))),
        negotiates=auto if isinstance(auto, bool) else None,
        speed_mbps=speed or None,
    )


def errors(output: str, _args: Args) -> tuple[PortErrorsRow, ...]:
    """Read what went wrong on each port."""
    found = records(answer(output, ERRORS), "interfaceErrorCounters", ERRORS)
    return tuple(
        PortErrorsRow(
            port=full_port(name),
            broken=field(row, "fcsErrors", int, ERRORS) + field(row, "alignmentErrors", int, ERRORS),
            late_collisions=None,
        )
        for name, row in found.items()
    )


def traffic(output: str, _args: Args) -> tuple[PortTrafficRow, ...]:
    """Read what each port received."""
    found = records(answer(output, COUNTERS), "interfaces", COUNTERS)
    return tuple(
        PortTrafficRow(
            port=full_port(name),
            received=sum(field(row, kind, int, COUNTERS) for kind in HEARD),
            broadcasts=field(row, "inBroadcastPkts", int, COUNTERS),
        )
        for name, row in found.items()
    )


GETTERS: Mapping[str, Getter] = {
    "negotiation": Getter(command=STATUS, parse=negotiation),
    "port_errors": Getter(command=ERRORS, parse=errors),
    "port_traffic": Getter(command=COUNTERS, parse=traffic),
}
