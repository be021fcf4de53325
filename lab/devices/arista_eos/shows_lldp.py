"""Shows about LLDP neighbours.

In: a place at the switch and canonical words. Out: text as EOS prints it, and its models. Gathered in ``tables``.
"""

from collections.abc import Iterator
from typing import Any

from lab.devices.arista_eos.answers import Model
from lab.devices.arista_eos.cli import Cli, Row, rows, show
from lab.devices.arista_eos.counters import switched
from lab.devices.arista_eos.names import dotted_mac, short_name, sort_key
from lab.devices.arista_eos.shows_ports import named
from lab.devices.rule import Words
from lab.model import NeighborLook

_TTL = 120
_CAPABILITIES = {"R": "router", "S": "bridge", "B": "bridge", "T": "wlanAccessPoint", "W": "wlanAccessPoint"}
_SPOKEN = {"router": "Router", "bridge": "Bridge", "wlanAccessPoint": "WLAN Access Point"}


def _told(cli: Cli, words: Words = ()) -> list[NeighborLook]:
    wanted = named(words, 3)
    found = sorted(cli.device.view.lldp(), key=lambda look: sort_key(look.local_port))
    return [look for look in found if wanted in (None, look.local_port)]


def _system(cli: Cli, name: str) -> str:
    """Return a neighbour's name as it tells it itself: with its domain."""
    domain = cli.device.running.root.value("dns", "domain")
    return f"{name}.{domain[0]}" if domain and "." not in name else name


def _neighbors(cli: Cli, words: Words) -> str:
    found = _told(cli, words)
    wide = max([26, *(len(_system(cli, look.name)) for look in found)])
    return rows(
        "Last table change time   : 0:05:00 ago",
        f"Number of table inserts  : {len(found)}",
        "Number of table deletes  : 0",
        "Number of table drops    : 0",
        "Number of table age-outs : 0",
        "",
        f"{'Port':<10} {'Neighbor Device ID':<{wide}} {'Neighbor Port ID':<20} TTL",
        f"{'-' * 10} {'-' * wide} {'-' * 20} ---",
        *(
            f"{short_name(look.local_port):<10} {_system(cli, look.name):<{wide}} {look.remote_port:<20} {_TTL}"
            for look in found
        ),
    )


def _neighbors_model(cli: Cli, words: Words) -> Model:
    found = _told(cli, words)
    return {
        "tablesLastChangeTime": cli.device.booted_at.timestamp(),
        "tablesAgeOuts": 0,
        "tablesInserts": len(found),
        "tablesDeletes": 0,
        "tablesDrops": 0,
        "lldpNeighbors": [
            {
                "port": look.local_port,
                "neighborDevice": _system(cli, look.name),
                "neighborPort": look.remote_port,
                "ttl": _TTL,
            }
            for look in found
        ],
    }


def _capabilities(look: NeighborLook) -> list[str]:
    return sorted({_CAPABILITIES[word] for word in look.capability.split() if word in _CAPABILITIES})


def _detail(cli: Cli, words: Words) -> str:
    found = _told(cli, words)
    wanted = named(words, 3)
    ports = [port.name for port in switched(cli) if wanted in (None, port.name)]
    return rows(*(_port(cli, port, [look for look in found if look.local_port == port]) for port in ports))


def _port(cli: Cli, port: str, found: list[NeighborLook]) -> Iterator[str]:
    yield f"Interface {port} detected {len(found)} LLDP neighbors:"
    yield ""
    for look in found:
        spoken = ", ".join(_SPOKEN[word] for word in _capabilities(look))
        age = max(0, _TTL - look.hold_seconds) % 30
        yield f'  Neighbor {dotted_mac(look.mac)}/"{look.remote_port}", age {age} seconds'
        yield "  Discovered 0:05:00 ago; Last changed 0:05:00 ago"
        yield "  - Chassis ID type: MAC address (4)"
        yield f"    Chassis ID     : {dotted_mac(look.mac)}"
        yield "  - Port ID type: Interface name (5)"
        yield f'    Port ID     : "{look.remote_port}"'
        yield f"  - Time To Live: {_TTL} seconds"
        yield f'  - System Name: "{_system(cli, look.name)}"'
        yield f'  - System Description: "{look.version or look.platform}"'
        yield f"  - System Capabilities : {spoken}"
        yield f"    Enabled Capabilities: {spoken}"
        yield "  - IEEE802.3 Maximum Frame Size: 1518 bytes"
        yield ""


def _detail_model(cli: Cli, words: Words) -> Model:
    found = _told(cli, words)
    wanted = named(words, 3)
    ports = [port.name for port in switched(cli) if wanted in (None, port.name)]
    return {
        "lldpNeighbors": {
            port: {"lldpNeighborInfo": [_row(cli, look) for look in found if look.local_port == port]} for port in ports
        }
    }


def _row(cli: Cli, look: NeighborLook) -> dict[str, Any]:
    since = cli.device.booted_at.timestamp()
    return {
        "chassisIdType": "macAddress",
        "chassisId": dotted_mac(look.mac),
        "systemName": _system(cli, look.name),
        "systemDescription": look.version or look.platform,
        "systemCapabilities": dict.fromkeys(_capabilities(look), True),
        "neighborDiscoveryTime": since,
        "lastChangeTime": since,
        "lastContactTime": cli.device.view.now().timestamp(),
        "ttl": _TTL,
        "managementAddresses": [],
        "neighborInterfaceInfo": {
            "interfaceIdType": "interfaceName",
            "interfaceId": f'"{look.remote_port}"',
            "interfaceId_v2": look.remote_port,
            "interfaceDescription": "",
            "maxFrameSize": 1518,
            "unknownTlvs": [],
            "unknownOrgDefinedTlvs": [],
        },
    }


TABLE: list[Row] = [
    ("show lldp neighbors [<iface>]", "any", show(_neighbors, _neighbors_model)),
    ("show lldp neighbors [<iface>] detail", "any", show(_detail, _detail_model)),
]
