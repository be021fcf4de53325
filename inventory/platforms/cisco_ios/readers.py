"""Readers of what an IOS router (and any IOS device) prints. Pure: text in, rows out.

Called through ``platform.PLATFORM.getters``. Formats after ntc-templates 9.3 (cisco_ios_show_ip_interface_brief,
show_ip_arp, show_ip_route, show_ip_dhcp_binding, ping, show_users), NAPALM 5.2's ios driver and Cisco's command
references (``show ip sla summary``). Switch tables are read in ``switch_readers``.
"""

import re
from collections.abc import Mapping

from inventory import vty_table
from inventory.looks import (
    ArpRow,
    DefaultRouteRow,
    InterfaceRow,
    LeaseRow,
    PersonRow,
    PingRow,
    ProbeRow,
    TextRow,
)
from inventory.platforms import ParseDoubt
from inventory.platforms.cisco_ios.names import age_seconds, full_mac, full_port
from inventory.platforms.cisco_ios.tables import below, lines_of, read_each

Args = Mapping[str, str]
_IP = r"\d+\.\d+\.\d+\.\d+"
_INTERFACE = re.compile(
    rf"(?P<name>[A-Za-z]\S*?)(?:\s+(?P<ip>{_IP})|\s*unassigned)\s+(?:YES|NO)\s+(?P<method>\S+)\s+"
    r"(?P<status>\S.*?)\s+(?P<protocol>up|down)(?:\s*\(\w+\))?\Z"
)
_ARP = re.compile(
    rf"Internet\s+(?P<ip>{_IP})\s+(?:-|\d+)\s+(?P<mac>[0-9a-f]{{4}}\.[0-9a-f]{{4}}\.[0-9a-f]{{4}}|Incomplete)\s+"
    r"(?P<type>[A-Z]\S*)(?:\s+(?P<port>\S+))?\Z",
    re.IGNORECASE,
)
_PROBE = re.compile(
    r"[*^~]?\s*(?P<number>\d+)\s+(?P<kind>[a-z]\S*)\s+(?P<target>\S+)\s+"
    r"(?:RTT=(?P<rtt>[\d.]+)(?P<unit>u|ms)?|(?P<none>\S+))\s+"
    r"(?P<code>[A-Z][A-Za-z]*(?: [A-Za-z]+)*)\s+(?P<age>\d.*|-|\*|[Nn]ever\b.*)\Z"
)
_ROUTE_HOP = re.compile(
    rf"\*?\s*(?:(?P<hop>{_IP})|directly connected)(?:\s*\([^)]*\))?(?:,.*?\bvia (?P<via>[A-Z]\S+))?"
)
_LEASE = re.compile(rf"(?P<ip>{_IP})\s+(?P<client>[0-9a-fA-F][0-9a-fA-F.:]*|\S+)(?:\s+(?P<rest>\S.*))?\Z")
_CHUNK = re.compile(r"\s+([0-9a-fA-F.]+)\Z")
_SENDING = re.compile(r"Sending (\d+), \d+-byte ICMP Echos? to (\S+?),")
_SUCCESS = re.compile(r"Success rate is \d+ percent \((\d+)/(\d+)\)(?:,.*?=\s*([\d.]+)/([\d.]+)/([\d.]+))?")


def interfaces(output: str, _args: Args) -> tuple[InterfaceRow, ...]:
    """Read ``show ip interface brief``."""
    _, lines = below(output, r"^Interface\s+IP-Address\s+OK\?\s+Method\s+Status\s+Prot", "show ip interface brief")
    rows = read_each(lines, _interface, "show ip interface brief")
    if not rows:
        raise ParseDoubt("show ip interface brief: no interface at all")
    return rows


def _interface(line: str) -> InterfaceRow | None:
    found = _INTERFACE.match(line.strip())
    if not found:
        return None
    status = found["status"]
    return InterfaceRow(
        name=full_port(found["name"]),
        address=found["ip"],
        method=found["method"],
        admin_up="administratively" not in status and status != "deleted",
        oper_up=found["protocol"] == "up",
    )


def arp(output: str, _args: Args) -> tuple[ArpRow, ...]:
    """Read ``show ip arp``."""
    _, lines = below(output, r"^Protocol\s+Address\s+Age", "show ip arp")
    return read_each(lines, _arp, "show ip arp")


def _arp(line: str) -> ArpRow | None:
    found = _ARP.match(line.strip())
    if not found:
        return None
    return ArpRow(address=found["ip"], mac=full_mac(found["mac"]), interface=full_port(found["port"] or ""))


def probes(output: str, _args: Args) -> tuple[ProbeRow, ...]:
    """Read ``show ip sla summary``."""
    _, lines = below(output, r"^ID\s+Type\s+Destination\s+Stats", "show ip sla summary")
    due = [line for line in lines if re.match(r"\s*[*^~]?\s*\d", line)]
    odd = [line for line in lines if line not in due and not re.match(r"\s*(-{5,}|\(ms\)|\s{20,})", line)]
    return read_each([*due, *odd], _probe, "show ip sla summary")


def _probe(line: str) -> ProbeRow | None:
    found = _PROBE.match(line.strip())
    if not found:
        return None
    rtt = None if found["rtt"] is None else float(found["rtt"]) / (1000 if found["unit"] == "u" else 1)
    ok = found["code"] in ("OK", "Over threshold", "OverThreshold") and rtt is not None
    age = age_seconds(found["age"])
    return ProbeRow(number=int(found["number"]), ok=ok, rtt_ms=rtt if ok else None, age_seconds=age)


def default_route(output: str, _args: Args) -> tuple[DefaultRouteRow, ...]:
    """Read ``show ip route 0.0.0.0``; no row when the device says there is none."""
    lines = [line.strip() for line in lines_of(output)]
    if any(re.match(r"% (Network|Subnet) not in table", line) for line in lines):
        return ()
    distance = next((m for line in lines if (m := re.search(r"\bdistance (\d+)", line))), None)
    if not any(line.startswith("Routing entry for 0.0.0.0/0") for line in lines) or distance is None:
        raise ParseDoubt("show ip route 0.0.0.0: neither a route nor 'not in table'")
    start = next((i for i, line in enumerate(lines) if line.startswith("Routing Descriptor Blocks")), len(lines))
    hops = [m for line in lines[start + 1 :] if (m := _ROUTE_HOP.match(line))]
    if not hops:
        raise ParseDoubt("show ip route 0.0.0.0: a route without a next hop")
    return tuple(
        DefaultRouteRow(
            next_hop=hop["hop"], interface=full_port(hop["via"]) if hop["via"] else None, distance=int(distance[1])
        )
        for hop in hops
    )


def leases(output: str, _args: Args) -> tuple[LeaseRow, ...]:
    """Read ``show ip dhcp binding``; a client identifier may run over several lines."""
    _, lines = below(output, r"^IP address\s+Client-ID/", "show ip dhcp binding")
    joined: list[str] = []
    for line in lines:
        chunk = _CHUNK.match(line)
        if chunk and joined:
            head, sep, tail = joined[-1].partition("  ")
            ip, _, client = head.partition(" ")
            joined[-1] = f"{ip} {client.strip()}{chunk[1]}{sep}{tail}"
        elif line[0] != " ":
            joined.append(_one_space(line))
        elif not re.match(r"\s+(Hardware address/|User name)", line):
            raise ParseDoubt(f"show ip dhcp binding: not understood: {line.strip()[:80]!r}", len(joined) + 1)
    return read_each(joined, _lease, "show ip dhcp binding")


def _one_space(line: str) -> str:
    """Put one space between address and client, two before the rest."""
    parts = line.split(None, 2)
    return " ".join(parts[:2]) + ("  " + parts[2] if len(parts) > 2 else "")  # noqa: PLR2004 - address, client, rest


def _lease(line: str) -> LeaseRow | None:
    found = _LEASE.match(line)
    return LeaseRow(address=found["ip"], mac=client_mac(found["client"])) if found else None


def client_mac(client: str) -> str:
    """Return the MAC in a client identifier: bare, after type 01, or spelled in ``cisco-aabb.ccdd.eeff-Gi0/0``."""
    digits = re.sub(r"[^0-9a-fA-F]", "", client)
    if len(digits) == 14 and digits.startswith("01"):  # noqa: PLR2004 - type and 12 digits
        digits = digits[2:]
    if (mac := full_mac(digits)) is not None:
        return mac
    if digits.startswith("00") and len(digits) % 2 == 0:
        spelled = re.search(r"[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}", bytes.fromhex(digits[2:]).decode("latin-1"))
        return full_mac(spelled[0]) or "" if spelled else ""
    return ""


def ping(output: str, args: Args) -> tuple[PingRow, ...]:
    """Read ``ping``; a source that cannot send has sent nothing."""
    text = "\n".join(lines_of(output))
    if re.search(r"^% Invalid source", text, re.MULTILINE):
        return (PingRow(destination=args.get("destination", ""), sent=0, received=0, average_ms=None),)
    sending, success = _SENDING.search(text), _SUCCESS.search(text)
    if not sending or not success or sending[1] != success[2]:
        raise ParseDoubt("ping: no success rate, or not of the echoes sent")
    return (
        PingRow(
            destination=sending[2],
            sent=int(success[2]),
            received=int(success[1]),
            average_ms=float(success[4]) if success[4] else None,
        ),
    )


def running_config(output: str, _args: Args) -> tuple[TextRow, ...]:
    """Read ``show running-config``: whole only when it ends in ``end``."""
    text = "\n".join(lines_of(output))
    if not re.search(r"^end\Z", text, re.MULTILINE) or not re.search(r"^version \S|^hostname \S", text, re.MULTILINE):
        raise ParseDoubt("show running-config: incomplete (no 'end', or no beginning)")
    return (TextRow(text=text),)


def port_config(output: str, args: Args) -> tuple[TextRow, ...]:
    """Read ``show running-config interface``."""
    text = "\n".join(lines_of(output))
    named = re.search(r"^interface (\S+)", text, re.MULTILINE)
    whole = re.search(r"^end\Z", text, re.MULTILINE)
    if not named or not whole or full_port(named[1]) != full_port(args.get("port", "")):
        raise ParseDoubt("show running-config interface: not the whole configuration of the port asked for")
    return (TextRow(text=text),)


def text(output: str, _args: Args) -> tuple[TextRow, ...]:
    """Keep the text as it is; nothing found is a valid answer."""
    return (TextRow(text=output.replace("\r", "").strip("\n")),)


def people(output: str, _args: Args) -> tuple[PersonRow, ...]:
    """Read who else is logged in, of ``show users``."""
    found = vty_table.people(output)
    if found is None:
        raise ParseDoubt("show users: not understood")
    return found


def free_lines(output: str) -> int:
    """Return how many vty lines of ``show users all`` nobody uses.

    Raises ``ParseDoubt`` when ours is not among the lines, or a line is not understood.
    """
    _, lines = below(output, r"^\s*Line\s+User\s+Host\(s\)\s+Idle", "show users all")
    found = [m for line in lines if (m := re.match(r"(\*?)\s*\d+ vty +\d+\s*(.*)\Z", line.strip()))]
    if not any(m[1] for m in found):
        raise ParseDoubt("show users all: our own line is not marked")
    return sum(1 for m in found if not m[1] and re.fullmatch(r"(never|\d[\d:ywdh]*)?", m[2].strip()))
