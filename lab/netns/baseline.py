"""Whether a real store is well: what must hold before a fault is put in, or nothing learnt from it is worth much.

In: running stores and a store's number. Out: the first thing that is not as it should be, in words. Called by tests
and ``lab.netns.serving``. Why not the till alone: it also pays over the backup, and while BFD still waits for its peer.
"""

import json
import re
import time
from collections.abc import Mapping
from typing import Any

from lab.netns.box import Box, GroundError
from lab.netns.routers import ADVERTISED
from lab.netns.truth import trading
from lab.netns.world import RealStores
from lab.numbering import backup_gateway, store_id, wan_gateway

WELL_SECONDS = 120.0
STEP_SECONDS = 0.2
_DAEMON = re.compile(r"(?m)^  (\w+)\s+(Up|Down|Connecting|Unresponsive|Init|\S+)\s*$")


def unmet(stores: RealStores, number: int, since: float = 0.0) -> str:
    """Say what is not well; empty when all is: sessions, their prefixes, BFD, the way out, the last payments."""
    edge = stores.store(number, "edge")
    try:
        if late := [row[0] for row in _daemons(edge) if row[1] != "Up"]:
            return f"the edge waits for {', '.join(late)}"
        summary, peers = _asked(edge, "show ip bgp summary json"), _asked(edge, "show bfd peers json")
    except (GroundError, ValueError) as error:
        return f"the edge's FRR does not answer: {error}"
    told = summary.get("ipv4Unicast", {}).get("peers", {})
    alive = {peer.get("peer") for peer in peers if peer.get("status") == "up"}
    for neighbor in (str(wan_gateway(number)), str(backup_gateway(number))):
        row = told.get(neighbor, {})
        if row.get("state") != "Established" or (row.get("pfxRcd"), row.get("pfxSnt")) != (1, ADVERTISED):
            return f"BGP with {neighbor}: {row.get('state')}, {row.get('pfxRcd')} in, {row.get('pfxSnt')} out"
        if neighbor not in alive:
            return f"BFD with {neighbor} is down"
    if " dev wan0" not in (way := edge.run("ip", "route", "show", "default")):
        return f"the default leads elsewhere: {way.strip() or 'nowhere'}"
    return "" if trading(stores, number, since) else "the till's last payments did not all go through"


def wait_until_well(stores: RealStores, number: int, since: float = 0.0, seconds: float = WELL_SECONDS) -> None:
    """Wait until a store is well. Raises ``GroundError`` that says what is not."""
    until_when = time.monotonic() + seconds
    while why := unmet(stores, number, since):
        if time.monotonic() > until_when:
            raise GroundError(f"not within {seconds:g} s: {store_id(number)} is well; {why}")
        time.sleep(STEP_SECONDS)


def _daemons(edge: Box) -> list[tuple[str, str]]:
    """Every daemon and what FRR's watchdog says of it."""
    return _DAEMON.findall(edge.vtysh("show watchfrr"))


def _asked(edge: Box, command: str) -> Any:
    answer = json.loads(edge.vtysh(command))
    return answer if isinstance(answer, (Mapping, list)) else {}
