"""Shows about interfaces: state, counters, descriptions.

In: a place at the switch and canonical words. Out: text as EOS prints it, and its models. Gathered in ``tables``.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from lab.devices.arista_eos.answers import Model
from lab.devices.arista_eos.cli import Cli, Row, rows, show
from lab.devices.arista_eos.counters import counters_model, ports_of, rates_model, switched, traffic_lines
from lab.devices.arista_eos.names import copper, dotted_mac, kind_of, short_name, split
from lab.devices.rule import Words
from lab.model import PortLook

_NO_ADDRESS = {"address": "0.0.0.0", "maskLen": 0}  # noqa: S104 - what EOS tells for no address


def named(words: Words, after: int) -> str | None:
    """Return the interface a command names, if any."""
    return words[after] if len(words) > after and words[after][0].isupper() else None


def link_word(port: PortLook) -> str:
    """Return EOS's word for a port's state."""
    if kind_of(port.name) == "switch":
        return "errdisabled" if port.status == "err-disabled" else port.status
    return "connected" if port.oper_up else "disabled" if not port.admin_up else "notconnect"


def protocol_word(port: PortLook) -> str:
    """Return EOS's word for a port's protocol."""
    return "up" if port.oper_up else "lowerLayerDown" if kind_of(port.name) == "svi" and port.admin_up else "down"


def _interfaces(cli: Cli, words: Words) -> str:
    return rows(*(_interface(cli, port) for port in ports_of(cli, named(words, 2))))


def _interface(cli: Cli, port: PortLook) -> Iterator[str]:
    word = link_word(port)
    state = "up" if port.oper_up else "administratively down" if not port.admin_up else "down"
    yield f"{port.name} is {state}, line protocol is {protocol_word(port).lower()} ({word})"
    mac = dotted_mac(port.mac)
    yield f"  Hardware is {split(port.name)[0]}, address is {mac} (bia {mac})"
    if port.description:
        yield f"  Description: {port.description}"
    if port.address is not None:
        yield f"  Internet address is {port.address}"
        yield "  Broadcast address is 255.255.255.255"
        yield "  Address determined by manual configuration"
    if kind_of(port.name) != "switch":
        yield "  IP MTU 1500 bytes"
        yield f"  {'Up' if port.oper_up else 'Down'} {_since(cli.device.view.now(), port.last_change)}"
        return
    yield f"  Ethernet MTU 9214 bytes , BW {port.speed * 1000} kbit"
    duplex = "Half" if port.half_duplex else "Full"
    yield f"  {duplex}-duplex, {_speed(port)}, auto negotiation: {_told(cli, port)}, uni-link: disabled"
    yield f"  {'Up' if port.oper_up else 'Down'} {_since(cli.device.view.now(), port.last_change)}"
    yield "  Loopback Mode : None"
    yield f"  {port.counts.resets} link status changes since last clear"
    yield f'  Last clearing of "show interface" counters {_ago(port.cleared_seconds)}'
    yield from traffic_lines(port)


def _told(cli: Cli, port: PortLook) -> str:
    return "on" if cli.device.setting.ports[port.name].duplex == "auto" else "off"


def _speed(port: PortLook) -> str:
    return f"{port.speed // 1000}Gb/s" if port.speed >= 1000 else f"{port.speed}Mb/s"  # noqa: PLR2004


def _since(now: datetime, when: datetime) -> str:
    seconds = max(0, int((now - when).total_seconds()))
    told = (
        (seconds // 86400, "day"),
        (seconds // 3600 % 24, "hour"),
        (seconds // 60 % 60, "minute"),
        (seconds % 60, "second"),
    )
    return ", ".join(f"{n} {name}{'' if n == 1 else 's'}" for n, name in told if n) or "0 seconds"


def _ago(seconds: float | None) -> str:
    whole = int(seconds or 0)
    return "never" if seconds is None else f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d} ago"


def _interfaces_model(cli: Cli, words: Words) -> Model:
    return {"interfaces": {port.name: _model(cli, port) for port in ports_of(cli, named(words, 2))}}


def _model(cli: Cli, port: PortLook) -> dict[str, Any]:
    kind = kind_of(port.name)
    model: dict[str, Any] = {
        "name": port.name,
        "forwardingModel": "routed" if kind != "switch" else "bridged",
        "lineProtocolStatus": protocol_word(port),
        "interfaceStatus": link_word(port),
        "hardware": {"switch": "ethernet", "management": "ethernet", "svi": "vlan"}.get(kind, "loopback"),
        "interfaceAddress": [address_model(port)] if port.address is not None else [],
        "physicalAddress": port.mac,
        "burnedInAddress": port.mac,
        "description": port.description,
        "bandwidth": port.speed * 1_000_000 if kind == "switch" else 0,
        "mtu": 9214 if kind == "switch" else 1500,
        "lastStatusChangeTimestamp": port.last_change.timestamp(),
    }
    if kind == "switch":
        model |= {
            "duplex": "duplexHalf" if port.half_duplex else "duplexFull",
            "autoNegotiate": "success",
            "loopbackMode": "loopbackNone",
            "interfaceStatistics": rates_model(port.counts),
            "interfaceCounters": counters_model(cli, port),
        }
    return model


def address_model(port: PortLook) -> dict[str, Any]:
    """Return an interface's addresses as EOS tells them."""
    own = (
        _NO_ADDRESS
        if port.address is None
        else {"address": str(port.address.ip), "maskLen": port.address.network.prefixlen}
    )
    return {
        "primaryIp": own,
        "secondaryIps": {},
        "secondaryIpsOrderedList": [],
        "virtualIp": _NO_ADDRESS,
        "broadcastAddress": "255.255.255.255",
        "dhcp": port.method == "DHCP",
    }


def vlan_word(cli: Cli, port: PortLook) -> str:
    """Return the VLAN column of ``show interfaces status``."""
    setting = cli.device.setting.ports[port.name]
    return {"access": str(setting.access_vlan)}.get(setting.mode, setting.mode)


def _status(cli: Cli, words: Words) -> str:
    ports = [port for port in switched(cli) if named(words, 2) in (None, port.name)]
    wide = max([4, *(len(port.description) for port in ports)])
    lines = [f"{'Port':<10} {'Name':<{wide}} {'Status':<12} {'Vlan':<8} Duplex Speed  {'Type':<15} Flags Encapsulation"]
    for port in ports:
        speed, duplex = _negotiated(cli, port)
        row = f"{short_name(port.name):<10} {port.description:<{wide}} {link_word(port):<12} {vlan_word(cli, port):<8} "
        lines.append(f"{row}{duplex:<6} {speed:<6} {media(cli, port)}")
    return rows(*lines)


def _negotiated(cli: Cli, port: PortLook) -> tuple[str, str]:
    """Return the speed and duplex columns: ``a-`` marks what was negotiated."""
    if not port.oper_up:
        return "auto", "auto"
    mark = "a-" if cli.device.setting.ports[port.name].duplex == "auto" else ""
    return f"{mark}{_speed(port).removesuffix('b/s')}", f"{mark}{'half' if port.half_duplex else 'full'}"


def media(cli: Cli, port: PortLook) -> str:
    """Return what a port is made of."""
    return "1000BASE-T" if int(split(port.name)[1].split("/")[0]) <= copper(cli.device.view.model) else "Not Present"


def _status_model(cli: Cli, words: Words) -> Model:
    ports = [port for port in switched(cli) if named(words, 2) in (None, port.name)]
    return {"interfaceStatuses": {port.name: _status_row(cli, port) for port in ports}}


def _status_row(cli: Cli, port: PortLook) -> dict[str, Any]:
    setting = cli.device.setting.ports[port.name]
    vlan: dict[str, Any] = {"interfaceMode": "trunk", "vlanExplanation": "trunk", "interfaceForwardingModel": "bridged"}
    if setting.mode == "access":
        vlan = {"interfaceMode": "bridged", "vlanId": setting.access_vlan, "interfaceForwardingModel": "bridged"}
    elif setting.mode == "routed":
        vlan = {"interfaceMode": "routed", "vlanExplanation": "routed", "interfaceForwardingModel": "routed"}
    return {
        "vlanInformation": vlan,
        "bandwidth": port.speed * 1_000_000 if port.oper_up else 0,
        "interfaceType": media(cli, port),
        "description": port.description,
        "autoNegotiateActive": setting.duplex == "auto",
        "duplex": ("duplexHalf" if port.half_duplex else "duplexFull") if port.oper_up else "duplexUnknown",
        "linkStatus": link_word(port),
        "lineProtocolStatus": protocol_word(port),
    }


def _cause(port: PortLook) -> str:
    return "storm-control" if port.cause == "storm-control" else port.cause or "unknown"


def _errdisabled(cli: Cli, _words: Words) -> str:
    shut = [port for port in switched(cli) if port.status == "err-disabled"]
    lines = [f"{'Port':<10} {'Name':<20} {'Status':<15} Reason", f"{'-' * 10} {'-' * 20} {'-' * 15} {'-' * 18}"]
    lines += [f"{short_name(p.name):<10} {p.description[:20]:<20} {'errdisabled':<15} {_cause(p)}" for p in shut]
    return rows(*lines)


def _errdisabled_model(cli: Cli, _words: Words) -> Model:
    shut = [port for port in switched(cli) if port.status == "err-disabled"]
    return {
        "interfaceStatuses": {
            p.name: {"description": p.description, "status": "errdisabled", "causes": [_cause(p)]} for p in shut
        }
    }


def _descriptions(cli: Cli, _words: Words) -> str:
    lines = [f"{'Interface':<30} {'Status':<14} {'Protocol':<18} Description"]
    for port in ports_of(cli):
        state = "up" if port.oper_up else "admin down" if not port.admin_up else "down"
        lines.append(
            f"{short_name(port.name):<30} {state:<14} {protocol_word(port).lower():<18} {port.description}".rstrip()
        )
    return rows(*lines)


def _descriptions_model(cli: Cli, _words: Words) -> Model:
    return {
        "interfaceDescriptions": {
            port.name: {
                "description": port.description,
                "lineProtocolStatus": protocol_word(port),
                "interfaceStatus": "up" if port.oper_up else "adminDown" if not port.admin_up else "down",
            }
            for port in ports_of(cli)
        }
    }


TABLE: list[Row] = [
    ("show interfaces [<iface>]", "any", show(_interfaces, _interfaces_model)),
    ("show interfaces [<iface>] status", "any", show(_status, _status_model)),
    ("show interfaces status errdisabled", "any", show(_errdisabled, _errdisabled_model)),
    ("show interfaces description", "any", show(_descriptions, _descriptions_model)),
]
