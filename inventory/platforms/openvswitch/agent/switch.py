"""The ports of the bridge: as they are, and changing them in one transaction.

In: the name of the bridge. Out: ``PortState`` by name; ``apply_ports``. Called by ``running``, ``looks`` and ``trial``.
A port is shut when somebody shut it with our words: that is noted in the database. One whose link is merely down in the
kernel was shut by nobody, and is told apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import netdev
from .config import ETHERNET, Port
from .ground import CannotTellError, settings
from .rpc import transact, wait_for_change

OURS = {"", "access", "trunk", "native-untagged"}
EMPTY: list[Any] = ["set", []]
SHUT = "storenet-shut"


@dataclass(frozen=True, slots=True)
class PortState:
    """A port with what only Open vSwitch knows of it. ``flags`` None: the kernel has no such interface."""

    port: Port
    uuid: str
    interface: str
    internal: bool
    number: int | None
    flags: int | None


def read_ports() -> dict[str, PortState]:
    """Return the bridge's ports, without its own local one."""
    bridge = str(settings()["bridge"])
    bridges, ports, interfaces = transact(
        [
            _select("Bridge", "ports", where=[["name", "==", bridge]]),
            _select("Port", "_uuid", "name", "tag", "trunks", "vlan_mode", "interfaces", "external_ids"),
            _select("Interface", "_uuid", "name", "type", "ofport", "mtu_request"),
        ]
    )
    if not bridges["rows"]:
        raise CannotTellError(f"there is no bridge {bridge}")
    members = {uuid[1] for uuid in _items(bridges["rows"][0]["ports"])}
    by_uuid = {row["_uuid"][1]: row for row in interfaces["rows"]}
    found = {}
    for row in ports["rows"]:
        first = next((by_uuid[i[1]] for i in _items(row["interfaces"]) if i[1] in by_uuid), None)
        if row["_uuid"][1] in members and row["name"] != bridge and first is not None:
            found[str(row["name"])] = _state(row, first)
    return found


def _state(row: Mapping[str, Any], interface: Mapping[str, Any]) -> PortState:
    name, internal = str(interface["name"]), interface["type"] == "internal"
    flags = netdev.flags(name)
    numbers = _items(interface["ofport"])
    asked = _items(interface["mtu_request"])
    mtu = (int(asked[0]) if asked else ETHERNET) if internal else (netdev.mtu(name) or ETHERNET)
    return PortState(
        port=_port(row, shut=[SHUT, "true"] in row["external_ids"][1], mtu=mtu),
        uuid=row["_uuid"][1],
        interface=interface["_uuid"][1],
        internal=internal,
        number=int(numbers[0]) if numbers and int(numbers[0]) > 0 else None,
        flags=flags,
    )


def _port(row: Mapping[str, Any], *, shut: bool, mtu: int) -> Port:
    """Open vSwitch decides by tag and list alone while no mode is set."""
    tags, trunks = _items(row["tag"]), frozenset(int(vlan) for vlan in _items(row["trunks"]))
    modes = _items(row["vlan_mode"])
    mode = str(modes[0]) if modes else ""
    tag = int(tags[0]) if tags else None
    foreign = "" if mode in OURS else mode
    if mode == "access" or (not mode and tag is not None):
        return Port(access=tag, shut=shut, mtu=mtu)
    native = tag if mode == "native-untagged" else None
    return Port(trunks=trunks, native=native, mode=foreign, shut=shut, mtu=mtu)


def apply_ports(before: Mapping[str, Port], after: Mapping[str, Port]) -> None:
    """Make the ports so. Raises ``CannotTellError`` when Open vSwitch does not take it."""
    there = read_ports()
    changed = [name for name in after if before.get(name) != after[name] or name not in there]
    gone = [name for name in before if name not in after and name in there]
    operations: list[object] = [op for name in changed for op in _operations(name, after[name], there.get(name))]
    operations += [_membership("delete", ["uuid", there[name].uuid]) for name in gone]
    if operations:
        _transact_and_wait(operations)
    wrong = [_kernel(name, after[name], internal=name in there and there[name].internal) for name in changed]
    if any(wrong):
        raise CannotTellError("; ".join(filter(None, wrong)))


def _transact_and_wait(operations: Sequence[object]) -> None:
    number = {"op": "mutate", "table": "Open_vSwitch", "where": [], "mutations": [["next_cfg", "+=", 1]]}
    answers = transact([*operations, number, _select("Open_vSwitch", "next_cfg")])
    wait_for_change(int(answers[-1]["rows"][0]["next_cfg"]))


def _operations(name: str, port: Port, there: PortState | None) -> list[object]:
    if there is None:
        noted = ["map", [[SHUT, "true"]] if port.shut else []]
        fresh = {"name": name, "interfaces": ["named-uuid", "iface"], "external_ids": noted, **_row(port)}
        return [
            {"op": "insert", "table": "Interface", "row": {"name": name}, "uuid-name": "iface"},
            {"op": "insert", "table": "Port", "row": fresh, "uuid-name": "port"},
            _membership("insert", ["named-uuid", "port"]),
        ]
    asked = port.mtu if there.internal and port.mtu != ETHERNET else EMPTY
    noting: list[object] = [["external_ids", "delete", ["set", [SHUT]]]]
    noting += [["external_ids", "insert", ["map", [[SHUT, "true"]]]]] if port.shut else []
    return [
        {"op": "update", "table": "Port", "where": [["name", "==", name]], "row": _row(port)},
        {"op": "mutate", "table": "Port", "where": [["name", "==", name]], "mutations": noting},
        {"op": "update", "table": "Interface", "where": [["name", "==", name]], "row": {"mtu_request": asked}},
    ]


def _row(port: Port) -> dict[str, Any]:
    """Tag and list say by themselves whether a port is a trunk; a mode is set only where they do not."""
    mode = port.mode or ("native-untagged" if port.native is not None else EMPTY)
    tag = port.access if port.access is not None else port.native
    return {
        "tag": EMPTY if tag is None else tag,
        "trunks": ["set", sorted(port.trunks)] if port.access is None else EMPTY,
        "vlan_mode": mode,
    }


def _membership(how: str, uuid: Sequence[str]) -> dict[str, Any]:
    mutations = [["ports", how, ["set", [list(uuid)]]]]
    return {"op": "mutate", "table": "Bridge", "where": [["name", "==", settings()["bridge"]]], "mutations": mutations}


def _kernel(name: str, port: Port, *, internal: bool) -> str:
    """What the kernel keeps: open or shut, and the size of packets. Return what could not be done."""
    now = netdev.flags(name)
    if now is None:
        return f"interface {name} is not there to be shut" if port.shut else ""
    try:
        if bool(now & netdev.UP) == port.shut:
            netdev.set_up(name, up=not port.shut)
        if not internal and netdev.mtu(name) != port.mtu:
            netdev.set_mtu(name, port.mtu)
    except OSError as error:
        return f"interface {name}: {error.strerror}"
    return ""


def _select(table: str, *columns: str, where: Sequence[object] = ()) -> dict[str, Any]:
    return {"op": "select", "table": table, "where": list(where), "columns": list(columns)}


def _items(value: Any) -> list[Any]:
    """The elements of a value of the database, which writes a set of one as the one."""
    if isinstance(value, list) and len(value) == 2 and value[0] == "set":  # noqa: PLR2004 - ["set", [...]]
        return list(value[1])
    return [value]
