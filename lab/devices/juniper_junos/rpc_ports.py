"""The RPCs about interfaces.

In: requests. Out: XML. Called by ``netconf``.
"""

from collections.abc import Mapping
from fnmatch import fnmatchcase

from lab.devices.juniper_junos.faults import RpcFaultError, fault
from lab.devices.juniper_junos.rows import Physical, Unit, interfaces
from lab.devices.juniper_junos.rpc import Answer, Request, space
from lab.devices.juniper_junos.times import ago, stamp
from lab.devices.juniper_junos.xml import leaf, node
from lab.model import PortLook

_PRIVATE = "__juniper_private1__"
_PACKET_BYTES = 512
_MTU = 1514


def _get(request: Request) -> str:
    request.need("view")
    if request.word("routing-instance") == _PRIVATE:
        return _private()
    wanted = request.word("interface-name") or "*"
    rows = [row for row in interfaces(request.device) if fnmatchcase(row.name, wanted.partition(".")[0])]
    if not rows:
        raise RpcFaultError(fault(f"device {wanted} not found", tag="operation-failed"))
    terse, extensive = request.word("terse") is not None, request.word("extensive") is not None
    told = [_terse(row) if terse else _whole(request, row, extensive=extensive) for row in rows]
    style = "terse" if terse else "normal"
    return node("interface-information", *told, xmlns=space("interface"), junos_style=style)


def _private() -> str:
    """The inside of the chassis: where the switch knows itself as member 0."""
    addresses = [node("interface-address", leaf("ifa-local", a)) for a in ("128.0.0.1/2", "128.0.0.16/2")]
    family = node("address-family", leaf("address-family-name", "inet"), *addresses)
    unit = node("logical-interface", leaf("name", "bme0.0"), family)
    inner = node("physical-interface", leaf("name", "bme0"), unit)
    return node("interface-information", inner, xmlns=space("interface"), junos_style="terse")


def _state(*, up: bool) -> str:
    return "up" if up else "down"


def _terse(row: Physical) -> str:
    units = [
        node(
            "logical-interface",
            leaf("name", unit.name),
            leaf("admin-status", "up"),
            leaf("oper-status", _state(up=unit.up)),
            _family(unit),
        )
        for unit in row.units
    ]
    return node(
        "physical-interface",
        leaf("name", row.name),
        leaf("admin-status", _state(up=row.admin_up)),
        leaf("oper-status", _state(up=row.up)),
        *units,
    )


def _family(unit: Unit) -> str:
    if not unit.family:
        return ""
    address = node("interface-address", leaf("ifa-local", unit.address)) if unit.address else ""
    return node("address-family", leaf("address-family-name", unit.family), address)


def _whole(request: Request, row: Physical, *, extensive: bool) -> str:
    look = row.look
    return node(
        "physical-interface",
        leaf("name", f"\n{row.name}\n"),
        leaf("admin-status", f"\n{_state(up=row.admin_up)}\n", junos_format="Enabled" if row.admin_up else "Disabled"),
        leaf("oper-status", f"\n{_state(up=row.up)}\n"),
        leaf("description", f"\n{row.description}\n") if row.description else "",
        leaf("link-level-type", "Ethernet"),
        leaf("mtu", _MTU),
        _speeds(row) if look is not None else "",
        leaf("current-physical-address", row.mac) if row.mac else "",
        leaf("hardware-physical-address", row.mac) if row.mac else "",
        _flapped(request, look),
        _counters(look, extensive=extensive) if look is not None else "",
        *(_unit(unit, extensive=extensive) for unit in row.units),
    )


def _speeds(row: Physical) -> str:
    if row.look is None or row.fixed_speed or row.name.startswith("xe"):
        fixed = {"10m": "10mbps", "100m": "100mbps", "1g": "1000mbps"}.get(row.fixed_speed, "10Gbps")
        told = [leaf("speed", fixed), leaf("if-auto-negotiation", "disabled" if row.forced else "enabled")]
        return "\n".join(told)
    mode = leaf("link-partner-duplexity", "half-duplex" if row.look.half_duplex else "full-duplex")
    speed = leaf("link-partner-speed", f"{row.look.speed} Mbps")
    partner = node("ethernet-autonegotiation", mode, speed) if row.up else ""
    told = [leaf("speed", "Auto"), leaf("duplex", "Auto"), leaf("if-auto-negotiation", "enabled"), partner]
    return "\n".join(piece for piece in told if piece)


def _flapped(request: Request, look: PortLook | None) -> str:
    if look is None:
        return leaf("interface-flapped", "Never", junos_seconds=0)
    seconds = int((request.device.view.now() - look.last_change).total_seconds())
    return leaf("interface-flapped", f"{stamp(look.last_change)} ({ago(seconds)} ago)", junos_seconds=seconds)


def _counters(look: PortLook, *, extensive: bool) -> str:
    counts = look.counts
    traffic = node(
        "traffic-statistics",
        *(
            leaf(f"{way}-{what}", value)
            for way, packets, rate in (
                ("input", look.in_packets, counts.in_rate),
                ("output", look.out_packets, counts.out_rate),
            )
            for what, value in (
                ("bytes", packets * _PACKET_BYTES),
                ("bps", rate * _PACKET_BYTES * 8),
                ("packets", packets),
                ("pps", rate),
            )
        ),
        junos_style="verbose" if extensive else "brief",
    )
    return "\n".join((traffic, _errors(look))) if extensive else traffic


def _errors(look: PortLook) -> str:
    counts = look.counts
    broken = counts.crc + counts.frame
    rows = {"errors": counts.input_errors, "drops": 0, "framing-errors": broken, "runts": counts.runts}
    received = node("input-error-list", *(leaf(f"input-{n}", v) for n, v in rows.items()), leaf("input-discards", 0))
    sent = node(
        "output-error-list",
        leaf("carrier-transitions", counts.resets),
        leaf("output-errors", counts.output_errors),
        leaf("output-collisions", counts.collisions),
        leaf("output-drops", counts.output_drops),
    )
    unicasts = max(look.in_packets - counts.broadcasts, 0)
    frames = node(
        "ethernet-mac-statistics",
        leaf("input-unicasts", unicasts),
        leaf("output-unicasts", look.out_packets),
        leaf("input-broadcasts", counts.broadcasts),
        leaf("output-broadcasts", 0),
        leaf("input-multicasts", 0),
        leaf("output-multicasts", 0),
        leaf("input-crc-errors", broken),
        junos_style="verbose",
    )
    return f"{received}\n{sent}\n{frames}"


def _unit(unit: Unit, *, extensive: bool) -> str:
    state = node("iff-up") if unit.up else node("iff-device-down")
    zero = ("input-bytes", "output-bytes", "input-packets", "output-packets")
    return node(
        "logical-interface",
        leaf("name", f"\n{unit.name}\n"),
        leaf("description", f"\n{unit.description}\n") if unit.description else "",
        node("if-config-flags", state, node("iff-snmp-traps")),
        leaf("encapsulation", "Ethernet-Bridge" if unit.family == "eth-switch" else "ENET2"),
        node("traffic-statistics", *(leaf(name, 0) for name in zero)) if extensive else "",
        _family(unit),
    )


PORTS: Mapping[str, Answer] = {"get-interface-information": _get}
