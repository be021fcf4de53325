"""Readers of what an IOS switch prints. Pure: text in, rows out.

Called through ``platform.PLATFORM.getters``. Formats after ntc-templates 9.3 (cisco_ios_show_interfaces_status,
show_interfaces_status_err-disabled, show_power_inline, show_cdp_neighbors, show_mac-address-table) and Cisco's command
references (``show interfaces trunk``).
"""

import re
from collections.abc import Mapping
from typing import Literal, cast

from inventory.looks import ErrDisabledRow, MacRow, NeighborRow, PoeRow, PortRow, TrunkRow
from inventory.platforms import ParseDoubt
from inventory.platforms.cisco_ios.names import full_mac, full_port, vlan_set
from inventory.platforms.cisco_ios.tables import below, check_total, read_each

Args = Mapping[str, str]
Status = Literal["connected", "notconnect", "disabled", "err-disabled", "inactive", "other"]
STATUSES = ("connected", "notconnect", "disabled", "err-disabled", "inactive")
_RARE = ("monitoring", "suspended", "sfpAbsent", "faulty", "linkFlapE", "udldError")
_VLAN = r"(?P<vlan>\d+(?:,\d+)*|trunk|routed|unassigned|pvlan\s+prom)"
_PORT = re.compile(
    rf"(?P<name>[A-Za-z]\S*?\d)\s+(?:.*?\s)?(?P<status>{'|'.join((*STATUSES, *_RARE))})\s+{_VLAN}"
    r"\s+(?:a-)?\S+\s+\S+(?:\s.*)?\Z"
)
_CAUSE = r"(?P<cause>[A-Za-z][\w-]*(?: \([A-Za-z]+\))?)(?:\s+\d[\d,-]*)?"
_ERR_DISABLED = re.compile(rf"(?P<name>[A-Za-z]\S*?\d)\s+(?:.*?\s)?err-disabled\s+{_CAUSE}\Z")
_TRUNK_NAME = re.compile(r"(?P<name>[A-Z][A-Za-z-]*\d\S*)\s+(?P<rest>\S.*)\Z")
_POE = re.compile(
    r"(?P<name>[A-Z][A-Za-z-]*\d\S*)\s+(?P<admin>auto|off|static|never|consumption)\s+(?P<oper>\S+)\s+"
    r"(?P<watts>\d+(?:\.\d+)?)\b(?:.*\s(?P<grade>\d)\s+\d+(?:\.\d+)?\s*\Z)?"
)
_NEIGHBOR = re.compile(
    r"(?P<name>[A-Za-z0-9][A-Za-z0-9_.:()/-]*)\s+(?P<port>[A-Z][A-Za-z]{1,3} ?\d[\d/.:]*)\s+\d+\s+\S.*\Z"
)
_MAC = re.compile(
    r"\*?\s*(?P<vlan>\d+|All|N/A)\s+(?P<mac>[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4})\s+(?P<type>[A-Za-z]\S*)\s+"
    r"(?:.*\s)?(?P<port>\S+)\Z",
    re.IGNORECASE,
)


def ports(output: str, _args: Args) -> tuple[PortRow, ...]:
    """Read ``show interfaces status``."""
    header, lines = below(output, r"^Port\s+Name\s+Status\s+Vlan\s+Duplex", "show interfaces status")
    column = header.index("Status")
    rows = read_each(lines, lambda line: _port(line, column), "show interfaces status")
    if not rows:
        raise ParseDoubt("show interfaces status: no port at all")
    return rows


def _port(line: str, column: int) -> PortRow | None:
    """Read by the header's column, so that a description cannot pass for a status; else by form."""
    name, state = line[:column].split(None, 1)[0] if line[:column].split() else "", line[column:]
    found = _PORT.match(f"{name} {state}") if line[column - 1 : column] == " " else None
    found = found or _PORT.match(line)
    if not found:
        return None
    status = cast("Status", found["status"] if found["status"] in STATUSES else "other")
    return PortRow(name=full_port(found["name"]), status=status, vlan=found["vlan"])


def errdisabled(output: str, _args: Args) -> tuple[ErrDisabledRow, ...]:
    """Read ``show interfaces status err-disabled``. With no such port IOS prints the header alone, or nothing."""
    command = "show interfaces status err-disabled"
    if not output.strip():
        return ()
    header, lines = below(output, r"^Port\s+Name\s+Status\s+Reason", command)
    column = header.index("Status")
    return read_each(lines, lambda line: _err_disabled(line, column), command)


def _err_disabled(line: str, column: int) -> ErrDisabledRow | None:
    """Read by the header's column where the status stands there, so that a description cannot pass for it."""
    name = line.split(None, 1)[0]
    by_column = line.startswith("err-disabled", column)
    found = _ERR_DISABLED.match(f"{name} {line[column:]}" if by_column else line)
    return ErrDisabledRow(port=full_port(found["name"]), cause=found["cause"]) if found else None


def trunks(output: str, _args: Args) -> tuple[TrunkRow, ...]:
    """Read ``show interfaces trunk``: the allowed list of every trunk in its first table."""
    _, lines = below(output, r"^Port\s+Mode\s+Encapsulation\s+Status", "show interfaces trunk")
    heads = [i for i, line in enumerate(lines) if line.startswith("Port ")]
    if not heads or not re.match(r"Port\s+Vlans allowed on trunk", lines[heads[0]]):
        raise ParseDoubt("show interfaces trunk: no list of allowed VLANs")
    due = {full_port(line.split()[0]) for line in lines[: heads[0]]}
    lists = _joined(lines[heads[0] + 1 : heads[1] if len(heads) > 1 else len(lines)])
    rows = read_each(lists, _trunk, "show interfaces trunk")
    if {row.port for row in rows} != due:
        raise ParseDoubt(f"show interfaces trunk: {len(due)} trunks, {len(rows)} lists of VLANs", len(due))
    return rows


def _joined(lines: list[str]) -> list[str]:
    """Join a list of VLANs that runs over several lines."""
    joined: list[str] = []
    for line in lines:
        if line[0] == " " and joined:
            joined[-1] += "," + line.strip()
        else:
            joined.append(line)
    return joined


def _trunk(line: str) -> TrunkRow | None:
    found = _TRUNK_NAME.match(line)
    if not found:
        return None
    try:
        return TrunkRow(port=full_port(found["name"]), allowed=vlan_set(re.sub(r",+", ",", found["rest"])))
    except ValueError:
        return None


def poe(output: str, _args: Args) -> tuple[PoeRow, ...]:
    """Read ``show power inline``; IOS prints the setting ``never`` as ``off``."""
    _, lines = below(output, r"^Interface\s+Admin\s+(Priority\s+)?Oper\s+Power", "show power inline")
    due = [line for line in lines if re.match(r"\s*[A-Z][A-Za-z-]*\d+(/\d+)+\s", line)]
    return read_each(due, _poe, "show power inline")


def _poe(line: str) -> PoeRow | None:
    found = _POE.match(line.strip())
    if not found:
        return None
    admin = "never" if found["admin"] == "off" else found["admin"]
    return PoeRow(
        port=full_port(found["name"]),
        admin=admin,
        oper=found["oper"],
        watts=float(found["watts"]),
        grade=int(found["grade"]) if found["grade"] else None,
    )


def neighbors(output: str, _args: Args) -> tuple[NeighborRow, ...]:
    """Read ``show cdp neighbors``: a long device id stands on a line of its own; the domain is cut off."""
    _, lines = below(output, r"^Device.?ID\s+Local Intrf", "show cdp neighbors")
    total = re.search(r"Total cdp entries displayed\s*:\s*(\d+)", output)
    joined: list[str] = []
    for line in lines:
        if line.startswith("Total cdp entries"):
            break
        if line[0] == " " and joined:
            joined[-1] += line
        else:
            joined.append(line)
    rows = read_each(joined, _neighbor, "show cdp neighbors")
    check_total(rows, total, "show cdp neighbors")
    return rows


def _neighbor(line: str) -> NeighborRow | None:
    found = _NEIGHBOR.match(line.strip())
    if not found:
        return None
    return NeighborRow(local_port=full_port(found["port"]), neighbor=bare_name(found["name"]))


def bare_name(name: str) -> str:
    """Return a CDP device id without its serial number and domain; an address stays whole."""
    name = re.sub(r"\(.*\)$", "", name)
    return name if re.fullmatch(r"[\d.]+", name) else name.split(".")[0]


def macs(output: str, _args: Args) -> tuple[MacRow, ...]:
    """Read ``show mac address-table``: what was learned on a port, not the switch's own addresses."""
    _, lines = below(output, r"^\*?\s*Vlan\s+Mac Address\s+Type", "show mac address-table")
    due = [line for line in lines if not re.match(r"\s*[-+ ]+\Z|Total Mac Addr|Multicast Entries|-{3}", line)]
    rows = read_each(due, _mac, "show mac address-table")
    check_total(rows, re.search(r"Total Mac Addresses[^:]*:\s*(\d+)", output), "show mac address-table")
    return tuple(row for row in rows if row.vlan and row.port != "CPU")


def _mac(line: str) -> MacRow | None:
    found = _MAC.match(line.strip())
    mac = full_mac(found["mac"]) if found else None
    if not found or mac is None:
        return None
    return MacRow(vlan=int(found["vlan"]) if found["vlan"].isdigit() else 0, mac=mac, port=full_port(found["port"]))
