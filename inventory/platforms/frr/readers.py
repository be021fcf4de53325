"""Readers of what vtysh prints. Pure: text in, rows out.

Called through ``platform.PLATFORM.getters``. Formats as FRR 8.4.4 prints them (recorded in ``tests/inventory/frr``).
An answer without a field that FRR always gives is doubted, never filled in.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from inventory.looks import BgpRow, DefaultRouteRow, InterfaceRow, TextRow
from inventory.platforms import ParseDoubt

Args = Mapping[str, str]
BgpState = Literal["established", "down", "shut", "over_limit"]
NULL = "Null0"
"""What a route that throws packets away leads to, in the words of a static route."""
SPARE_LOGINS = 5
"""sshd has no lines that could run out; as many are told as a small router would have."""
_VOLATILE = re.compile(r"(?:Building configuration|Current configuration|frr version |end\Z)")
_VERSION = re.compile(r"^FRRouting \d+\.\d+\S* \(", re.MULTILINE)


def _json(output: str, command: str) -> dict[str, Any]:
    text = output.replace("\r", "").strip()
    try:
        found = json.loads(text)
    except ValueError:
        raise ParseDoubt(f"{command}: the answer is no JSON: {_first(text)!r}") from None
    if not isinstance(found, dict):
        raise ParseDoubt(f"{command}: the answer is a list")
    return found


def _first(text: str) -> str:
    return (text.splitlines() or [""])[0][:80]


def _field(record: Any, name: str, kind: type | tuple[type, ...], command: str) -> Any:
    """Return a field that must be there. Raises ``ParseDoubt``."""
    value = record.get(name) if isinstance(record, dict) else None
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is int):
        raise ParseDoubt(f"{command}: {name} is missing or of another kind")
    return value


def interfaces(output: str, _args: Args) -> tuple[InterfaceRow, ...]:
    """Read ``show interface json``; the first IPv4 address that is not secondary counts."""
    command = "show interface json"
    rows = tuple(_interface(name, found, command) for name, found in _json(output, command).items())
    if not rows:
        raise ParseDoubt(f"{command}: no interface at all")
    return rows


def _interface(name: str, found: Any, command: str) -> InterfaceRow:
    """One interface. FRR tells the state of its link only of one that is not shut."""
    admin_up = _field(found, "administrativeStatus", str, command) == "up"
    return InterfaceRow(
        name=name,
        address=_address(found),
        method="static",
        admin_up=admin_up,
        oper_up=admin_up and _field(found, "operationalStatus", str, command) == "up",
    )


def _address(found: Mapping[str, Any]) -> str | None:
    own = (one for one in found.get("ipAddresses", ()) if ":" not in one["address"] and not one.get("secondary"))
    return next((str(one["address"]).partition("/")[0] for one in own), None)


def default_route(output: str, _args: Args) -> tuple[DefaultRouteRow, ...]:
    """Read ``show ip route 0.0.0.0/0 json``: the ways of the route in use; no row when there is none."""
    command = "show ip route 0.0.0.0/0 json"
    found = _json(output, command)
    routes = _field(found, "0.0.0.0/0", list, command) if found else []
    used = [route for route in routes if route.get("selected") and route.get("installed")]
    rows = tuple(row for route in used for row in _ways(route, command))
    if used and not rows:
        raise ParseDoubt(f"{command}: a route in use that leads nowhere")
    return rows


def _ways(route: Mapping[str, Any], command: str) -> Iterator[DefaultRouteRow]:
    distance = _field(route, "distance", int, command)
    for hop in _field(route, "nexthops", list, command):
        if hop.get("blackhole") or hop.get("unreachable"):
            yield DefaultRouteRow(next_hop=None, interface=NULL, distance=distance)
        elif hop.get("fib") and ("ip" in hop or "interfaceName" in hop):
            yield DefaultRouteRow(next_hop=hop.get("ip"), interface=hop.get("interfaceName"), distance=distance)


def bgp(output: str, _args: Args) -> tuple[BgpRow, ...]:
    """Read ``show ip bgp summary json``; no row when BGP is not configured, or without neighbours."""
    command = "show ip bgp summary json"
    found = _json(output, command)
    if not found or not found.get("ipv4Unicast"):
        return ()
    peers = _field(found["ipv4Unicast"], "peers", dict, command)
    rows = tuple(_neighbor(name, peer, command) for name, peer in peers.items())
    if len(rows) != found["ipv4Unicast"].get("totalPeers", len(rows)):
        raise ParseDoubt(f"{command}: {len(rows)} neighbours, the device counts otherwise", len(rows) + 1)
    return rows


def _neighbor(name: str, peer: Any, command: str) -> BgpRow:
    state = _state(_field(peer, "state", str, command))
    up = state == "established"
    never = _field(peer, "peerUptime", str, command) == "never"
    return BgpRow(
        neighbor=name,
        remote_as=str(_field(peer, "remoteAs", int, command)),
        state=state,
        prefixes=_field(peer, "pfxRcd", int, command) if up else None,
        since_seconds=None if never else _field(peer, "peerUptimeMsec", int, command) / 1000,
        advertised=_field(peer, "pfxSnt", int, command) if up else None,
    )


def _state(word: str) -> BgpState:
    if word == "Established":
        return "established"
    return "shut" if "(Admin)" in word else "over_limit" if "(PfxCt)" in word else "down"


def running_config(output: str, _args: Args) -> tuple[TextRow, ...]:
    """Read ``show running-config``: whole only when it ends in ``end``. What changes by itself is left out."""
    lines = [line.rstrip() for line in output.replace("\r", "").split("\n") if line.strip()]
    if not lines or lines[-1] != "end" or not any(line.startswith("frr version ") for line in lines):
        raise ParseDoubt("show running-config: incomplete (no 'end', or no beginning)")
    if stopped := next((line for line in lines if line.endswith(" is not running")), None):
        raise ParseDoubt(f"show running-config: incomplete ({stopped})")
    return (TextRow(text="\n".join(line for line in lines if not _VOLATILE.match(line))),)


def free_logins(output: str) -> int:
    """Return how many more may log in, of ``show version``. Raises ``ParseDoubt`` when it is not FRR that answers."""
    if not _VERSION.search(output):
        raise ParseDoubt(f"show version: this is not FRR: {_first(output.strip())!r}")
    return SPARE_LOGINS
