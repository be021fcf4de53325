"""What FRR and Linux print, in NAPALM's dictionaries. Pure: decoded JSON or text in, dictionaries out.

Called by ``napalm_frr``. A number that neither FRR nor Linux tells is -1, an unknown word is empty, as NAPALM wants it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Json = Mapping[str, Any]
UNKNOWN = -1
_SECRETS = re.compile(
    r"(?m)^(\s*(?:neighbor \S+ password|key-string|password(?: 8)?|enable password(?: 8)?|"
    r"ip ospf (?:authentication|message-digest)-key(?: \d+ md5)?|area \S+ authentication-key)) \S+.*$"
)
_REPLY = re.compile(r"bytes from (?:\S+ \()?(?P<address>[\d.]+)\)?:.*time=(?P<rtt>[\d.]+) ms")
_SENT = re.compile(r"(\d+) packets transmitted, (\d+) received")
_RTT = re.compile(r"rtt min/avg/max/mdev = ([\d.]+)/([\d.]+)/([\d.]+)/([\d.]+)")
_VERSION = re.compile(r"FRRouting (?P<version>\S+) \((?P<host>[^)]+)\)")


def facts(version: str, interfaces: Json, uptime: str) -> dict[str, Any]:
    """``show version``, ``show interface json`` and ``/proc/uptime`` (empty when it cannot be read)."""
    found = _VERSION.search(version)
    host = found["host"] if found else ""
    return {
        "os_version": found["version"] if found else "",
        "uptime": float(uptime.split(maxsplit=1)[0]) if uptime.strip() else float(UNKNOWN),
        "interface_list": sorted(interfaces),
        "vendor": "FRRouting",
        "serial_number": "",
        "model": "FRRouting",
        "hostname": host.partition(".")[0],
        "fqdn": host,
    }


def interfaces(found: Json) -> dict[str, dict[str, Any]]:
    """``show interface json``."""
    return {
        name: {
            "is_up": one.get("operationalStatus") == "up",
            "is_enabled": one.get("administrativeStatus") == "up",
            "description": str(one.get("description", "")),
            "last_flapped": float(UNKNOWN),
            "mtu": int(one.get("mtu", UNKNOWN)),
            "speed": float(one.get("speed") or UNKNOWN),
            "mac_address": str(one.get("hardwareAddress", "")).upper(),
        }
        for name, one in found.items()
    }


def addresses(found: Json) -> dict[str, dict[str, dict[str, dict[str, int]]]]:
    """``show interface json``, its addresses."""
    rows: dict[str, dict[str, dict[str, dict[str, int]]]] = {}
    for name, one in found.items():
        for entry in one.get("ipAddresses", ()):
            address, _, length = str(entry["address"]).partition("/")
            family = rows.setdefault(name, {}).setdefault("ipv6" if ":" in address else "ipv4", {})
            family[address] = {"prefix_length": int(length)}
    return rows


def counters(links: Sequence[Json]) -> dict[str, dict[str, int]]:
    """``ip -j -s link``. Linux counts multicast apart only where it receives, and broadcast nowhere."""
    return {str(link["ifname"]): _counters(link["stats64"]["rx"], link["stats64"]["tx"]) for link in links}


def _counters(received: Json, sent: Json) -> dict[str, int]:
    return {
        "tx_errors": sent["errors"],
        "rx_errors": received["errors"],
        "tx_discards": sent["dropped"],
        "rx_discards": received["dropped"],
        "tx_octets": sent["bytes"],
        "rx_octets": received["bytes"],
        "tx_unicast_packets": sent["packets"],
        "rx_unicast_packets": received["packets"] - received["multicast"],
        "tx_multicast_packets": UNKNOWN,
        "rx_multicast_packets": received["multicast"],
        "tx_broadcast_packets": UNKNOWN,
        "rx_broadcast_packets": UNKNOWN,
    }


def arp(entries: Sequence[Json]) -> list[dict[str, Any]]:
    """``ip -j -4 neigh``: the entries that have an address of the link."""
    return [
        {"interface": one["dev"], "mac": str(one["lladdr"]).upper(), "ip": one["dst"], "age": float(UNKNOWN)}
        for one in entries
        if "lladdr" in one
    ]


def bgp(summary: Json, neighbors: Json) -> dict[str, dict[str, Any]]:
    """``show ip bgp summary json`` and ``show ip bgp neighbors json``."""
    table = summary.get("ipv4Unicast") or {}
    if not table:
        return {}
    peers = {name: _peer(peer, neighbors.get(name, {})) for name, peer in table["peers"].items()}
    return {"global": {"router_id": str(table["routerId"]), "peers": peers}}


def _peer(peer: Json, more: Json) -> dict[str, Any]:
    up = peer["state"] == "Established"
    taken = more.get("addressFamilyInfo", {}).get("ipv4Unicast", {}).get("acceptedPrefixCounter", UNKNOWN)
    return {
        "local_as": int(peer["localAs"]),
        "remote_as": int(peer["remoteAs"]),
        "remote_id": str(more.get("remoteRouterId", "")),
        "is_up": up,
        "is_enabled": "(Admin)" not in peer["state"],
        "description": str(more.get("nbrDesc", "")),
        "uptime": int(peer["peerUptimeMsec"] // 1000) if up else UNKNOWN,
        "address_family": {
            "ipv4": {
                "received_prefixes": int(peer["pfxRcd"]) if up else UNKNOWN,
                "accepted_prefixes": int(taken) if up else UNKNOWN,
                "sent_prefixes": int(peer["pfxSnt"]) if up else UNKNOWN,
            }
        },
    }


def bgp_detail(neighbors: Json) -> dict[str, dict[int, list[dict[str, Any]]]]:
    """``show ip bgp neighbors json``, by remote AS."""
    found: dict[int, list[dict[str, Any]]] = {}
    for name, one in neighbors.items():
        found.setdefault(int(one["remoteAs"]), []).append({**_session(name, one), **_messages(one)})
    return {"global": found} if found else {}


def _session(name: str, one: Json) -> dict[str, Any]:
    family = one.get("addressFamilyInfo", {}).get("ipv4Unicast", {})
    return {
        "up": one["bgpState"] == "Established",
        "local_as": int(one["localAs"]),
        "remote_as": int(one["remoteAs"]),
        "router_id": str(one.get("localRouterId", "")),
        "local_address": str(one.get("hostLocal", "")),
        "routing_table": "global",
        "local_address_configured": "updateSource" in one,
        "local_port": int(one.get("portLocal", UNKNOWN)),
        "remote_address": name,
        "remote_port": int(one.get("portForeign", UNKNOWN)),
        "multihop": int(one.get("externalBgpNbrMaxHopsAway", 1)) > 1,
        "multipath": False,
        "remove_private_as": "privateAsNumsRemovedInUpdatesToNbr" in family,
        "import_policy": str(family.get("routeMapForIncomingAdvertisements", "")),
        "export_policy": str(family.get("routeMapForOutgoingAdvertisements", "")),
        "connection_state": str(one["bgpState"]).lower(),
        "previous_connection_state": "",
        "last_event": str(one.get("lastResetDueTo", "")),
        "suppress_4byte_as": False,
        "local_as_prepend": False,
        "holdtime": int(one.get("bgpTimerHoldTimeMsecs", 0)) // 1000,
        "configured_holdtime": int(one.get("bgpTimerConfiguredHoldTimeMsecs", 0)) // 1000,
        "keepalive": int(one.get("bgpTimerKeepAliveIntervalMsecs", 0)) // 1000,
        "configured_keepalive": int(one.get("bgpTimerConfiguredKeepAliveIntervalMsecs", 0)) // 1000,
    }


def _messages(one: Json) -> dict[str, Any]:
    count = one.get("messageStats", {})
    family = one.get("addressFamilyInfo", {}).get("ipv4Unicast", {})
    return {
        "input_messages": int(count.get("totalRecv", UNKNOWN)),
        "output_messages": int(count.get("totalSent", UNKNOWN)),
        "input_updates": int(count.get("updatesRecv", UNKNOWN)),
        "output_updates": int(count.get("updatesSent", UNKNOWN)),
        "messages_queued_out": int(count.get("depthOutq", UNKNOWN)),
        "active_prefix_count": UNKNOWN,
        "received_prefix_count": UNKNOWN,
        "accepted_prefix_count": int(family.get("acceptedPrefixCounter", UNKNOWN)),
        "suppressed_prefix_count": UNKNOWN,
        "advertised_prefix_count": int(family.get("sentPrefixCounter", UNKNOWN)),
        "flap_count": int(one.get("connectionsDropped", UNKNOWN)),
    }


def without_secrets(config: str) -> str:
    """The configuration with passwords starred out."""
    return _SECRETS.sub(r"\1 <removed>", config)


def ping(output: str) -> dict[str, Any]:
    """What Linux' ``ping`` says."""
    sent = _SENT.search(output)
    if sent is None:
        return {"error": (output.strip().splitlines() or ["ping said nothing"])[-1]}
    least, average, most, deviation = _times(output)
    return {
        "success": {
            "probes_sent": int(sent[1]),
            "packet_loss": int(sent[1]) - int(sent[2]),
            "rtt_min": least,
            "rtt_max": most,
            "rtt_avg": average,
            "rtt_stddev": deviation,
            "results": list(_replies(output)),
        }
    }


def _times(output: str) -> tuple[float, float, float, float]:
    found = _RTT.search(output)
    return (float(found[1]), float(found[2]), float(found[3]), float(found[4])) if found else (0.0, 0.0, 0.0, 0.0)


def _replies(output: str) -> Iterator[dict[str, Any]]:
    for found in _REPLY.finditer(output):
        yield {"ip_address": found["address"], "rtt": float(found["rtt"])}
