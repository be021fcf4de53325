"""Readers of what an IOS device tells of services: DHCP, time, accounts, changes, power. Pure: text in, rows out.

Called through ``GETTERS``, which ``platform`` adds to its own. Formats after Cisco's command references, ntc-templates
9.3 (cisco_ios_show_ip_dhcp_snooping_binding) and genieparser's recorded answers (show ntp associations, show aaa
servers). Older images leave out columns; what is not told is None.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Literal

from inventory.looks import Row
from inventory.platforms import Getter, ParseDoubt
from inventory.platforms.cisco_ios.names import full_mac, full_port
from inventory.platforms.cisco_ios.tables import below, check_total, lines_of, read_each
from inventory.service_rows import (
    AccountServerRow,
    ChangeRow,
    ConflictRow,
    DhcpPoolRow,
    PoeBudgetRow,
    SnoopedRow,
    TimeServerRow,
    TrustRow,
)

Args = Mapping[str, str]
What = Literal["configured", "armed", "taken_back", "confirmed"]
_IP = r"\d+\.\d+\.\d+\.\d+"
_POOL = re.compile(r"Pool (\S.*?)\s*:\s*\Z")
_COUNT = re.compile(r"(Total|Leased|Excluded) addresses\s*:\s*(\d+)")
_RANGE = re.compile(rf"(?P<next>{_IP})\s+(?P<first>{_IP})\s+-\s+(?P<last>{_IP})\s+\d+")
_NOTHING_LEFT = "0.0.0.0"  # noqa: S104 - what IOS prints when it has no next address
_CONFLICT = re.compile(rf"(?P<ip>{_IP})\s+(?:Ping|Gratuitous ARP)\b.*\Z", re.IGNORECASE)
_SNOOPED = re.compile(
    rf"(?P<mac>[0-9A-Fa-f]{{2}}(?:[:-][0-9A-Fa-f]{{2}}){{5}}|[0-9a-fA-F]{{4}}\.[0-9a-fA-F]{{4}}\.[0-9a-fA-F]{{4}})\s+"
    rf"(?P<ip>{_IP})\s+(?:\d+|infinite)\s+[a-z-]+\s+(?P<vlan>\d+)\s+(?P<port>[A-Z]\S+)\Z"
)
_TRUST = re.compile(
    r"(?P<port>[A-Z][A-Za-z-]*\d[\d/.]*)\s+(?P<trusted>yes|no)\s+(?:(?:yes|no)\s+)?(?:unlimited|\d+)\s*\Z"
)
_TIME = re.compile(
    r"(?P<mark>[*#+x.-]?)\s*~?\s*(?P<server>[0-9A-Za-z][\w.:-]*)\s+\S+\s+\d+\s+(?P<when>-|\d+[smhd]?)\s+\d+\s+"
    r"(?P<reach>[0-7]{1,3})\s+-?[\d.]+\s+-?[\d.]+\s+-?[\d.]+\Z"
)
_ACCOUNTS = re.compile(r"RADIUS: id \d+, priority \d+, host (\S+?),")
_STATE = re.compile(r"State: current (\w+)")
_AUTHEN = re.compile(r"Authen: request (\d+), timeouts (\d+)")
_STAMP = re.compile(r"(?:\d+: )?[*.]?([A-Z][a-z]{2} +\d+)(?: \d{4})? (\d\d:\d\d:\d\d)")
_USER = re.compile(r"\b(?:User: ?|by )([A-Za-z0-9_.@-]+)")
_MINUTES = re.compile(r"\bin (\d+) minutes?\b")
_BUDGET = re.compile(r"(?:\d+|n/a)?\s*(\d+\.\d+)(?:\(w\))?\s+(\d+\.\d+)(?:\(w\))?\s+(\d+\.\d+)(?:\(w\))?\s*\Z")


def dhcp_pools(output: str, _args: Args) -> tuple[DhcpPoolRow, ...]:
    """Read ``show ip dhcp pool``; a device without pools prints nothing, a pool without a network counts for none."""
    lines = [line.strip() for line in lines_of(output)]
    heads = [i for i, line in enumerate(lines) if _POOL.match(line)]
    if lines and (not heads or heads[0] != 0):
        raise ParseDoubt(f"show ip dhcp pool: not understood: {lines[0][:80]!r}")
    return tuple(row for block in _blocks(lines, heads) if (row := _pool(block)) is not None)


def _blocks(lines: list[str], heads: list[int]) -> Iterator[list[str]]:
    return (lines[head:end] for head, end in pairwise([*heads, len(lines)]))


def _pool(lines: list[str]) -> DhcpPoolRow | None:
    head = _POOL.match(lines[0])
    counts = {m[1]: int(m[2]) for line in lines if (m := _COUNT.match(line))}
    spans = [m for line in lines if (m := _RANGE.match(line))]
    if head is None or not spans:
        return None
    if "Total" not in counts or "Leased" not in counts:
        raise ParseDoubt(f"show ip dhcp pool: {head[1]} has no counts")
    return DhcpPoolRow(
        name=head[1],
        first=spans[0]["first"],
        last=spans[-1]["last"],
        total=counts["Total"],
        leased=counts["Leased"],
        excluded=counts.get("Excluded"),
        spent=all(span["next"] == _NOTHING_LEFT for span in spans),
    )


def dhcp_conflicts(output: str, _args: Args) -> tuple[ConflictRow, ...]:
    """Read ``show ip dhcp conflict``; without any IOS prints the header alone."""
    _, lines = below(output, r"^IP address\s+Detection method", "show ip dhcp conflict")
    return read_each(lines, _conflict, "show ip dhcp conflict")


def _conflict(line: str) -> ConflictRow | None:
    found = _CONFLICT.match(line.strip())
    return ConflictRow(address=found["ip"]) if found else None


def snooped(output: str, _args: Args) -> tuple[SnoopedRow, ...]:
    """Read ``show ip dhcp snooping binding``."""
    command = "show ip dhcp snooping binding"
    _, lines = below(output, r"^MacAddress\s+IpAddress\s+Lease", command)
    due = [line for line in lines if not re.match(r"\s*-{5,}|Total number of bindings", line)]
    rows = read_each(due, _snooped, command)
    check_total(rows, re.search(r"Total number of bindings:\s*(\d+)", output), command)
    return rows


def _snooped(line: str) -> SnoopedRow | None:
    found = _SNOOPED.match(line.strip())
    mac = full_mac(found["mac"]) if found else None
    if not found or mac is None:
        return None
    return SnoopedRow(mac=mac, address=found["ip"], vlan=int(found["vlan"]), port=full_port(found["port"]))


def snooping_trust(output: str, _args: Args) -> tuple[TrustRow, ...]:
    """Read ``show ip dhcp snooping``; no row where it is switched off: then nobody is kept from speaking."""
    if re.search(r"(?m)^\s*Switch DHCP snooping is disabled", output):
        return ()
    _, lines = below(output, r"^\s*Interface\s+Trusted\b", "show ip dhcp snooping")
    return tuple(
        TrustRow(port=full_port(found["port"]), trusted=found["trusted"] == "yes")
        for line in lines
        if (found := _TRUST.match(line.strip()))
    )


def time_servers(output: str, _args: Args) -> tuple[TimeServerRow, ...]:
    """Read ``show ntp associations``; no row when no server is configured."""
    command = "show ntp associations"
    if not output.strip() or re.search(r"(?m)^\s*%\s*NTP is not enabled", output):
        return ()
    _, lines = below(output, r"^\s*address\s+ref clock\s+st\s+when", command)
    due = [line for line in lines if not re.match(r"\s*\* ?(?:master|sys\.peer)", line)]
    return read_each(due, _time_server, command)


def _time_server(line: str) -> TimeServerRow | None:
    found = _TIME.match(line.strip())
    if not found:
        return None
    return TimeServerRow(
        server=found["server"],
        reach=int(found["reach"], 8),
        met=found["when"] != "-",
        followed=found["mark"] in ("*", "#"),
    )


def account_servers(output: str, _args: Args) -> tuple[AccountServerRow, ...]:
    """Read ``show aaa servers``; no row without servers."""
    lines = [line.strip() for line in lines_of(output)]
    heads = [i for i, line in enumerate(lines) if _ACCOUNTS.match(line)]
    if lines and not heads:
        raise ParseDoubt(f"show aaa servers: not understood: {lines[0][:80]!r}")
    return tuple(_account_server(block) for block in _blocks(lines, heads))


def _account_server(lines: list[str]) -> AccountServerRow:
    text = "\n".join(lines)
    head, state, asked = _ACCOUNTS.match(lines[0]), _STATE.search(text), _AUTHEN.search(text)
    if head is None or state is None or asked is None:
        raise ParseDoubt(f"show aaa servers: not understood: {lines[0][:80]!r}")
    return AccountServerRow(
        server=head[1], dead=state[1].upper() == "DEAD", requests=int(asked[1]), timeouts=int(asked[2])
    )


def changes(output: str, _args: Args) -> tuple[ChangeRow, ...]:
    """Read the log lines about changes, oldest first; lines that tell of something else are left out."""
    return tuple(_changes(line.strip() for line in output.replace("\r", "").split("\n")))


_WHAT: Mapping[str, What] = {
    "SYS-5-CONFIG_I:": "configured",
    "ROLLBK_CNFMD_CHG_START_ABSTIMER:": "armed",
    "ROLLBK_CNFMD_CHG_START_IDLETIMER:": "armed",
    "ROLLBK_CNFMD_CHG_ROLLBACK_START:": "taken_back",
    "ROLLBK_CNFMD_CHG_CONFIRM:": "confirmed",
}


def _changes(lines: Iterable[str]) -> Iterator[ChangeRow]:
    for line in lines:
        mark = next((mark for mark in _WHAT if f"-5-{mark}" in line or f"%{mark}" in line), None)
        if mark is not None:
            user, stamp = _USER.search(line.partition(mark)[2]), _STAMP.match(line)
            at = f"{' '.join(stamp[1].split())} {stamp[2]}" if stamp else None
            timer = _MINUTES.search(line) if _WHAT[mark] == "armed" else None
            minutes = int(timer[1]) if timer else None
            yield ChangeRow(what=_WHAT[mark], user=user[1] if user else "", at=at, minutes=minutes)


def poe_budget(output: str, _args: Args) -> tuple[PoeBudgetRow, ...]:
    """Read the head of ``show power inline``: what each module has to give."""
    head, _, rest = output.partition("Interface")
    found = [m for line in lines_of(head) if (m := _BUDGET.search(line))] if rest else []
    if not found:
        raise ParseDoubt("show power inline: no budget in it")
    return tuple(PoeBudgetRow(available=float(m[1]), used=float(m[2]), remaining=float(m[3])) for m in found)


Reads = Callable[[str, Args], tuple[Row, ...]]


def _getter(command: str, parse: Reads) -> Getter:
    return Getter(command=command, parse=parse)


GETTERS: Mapping[str, Getter] = {
    "dhcp_pools": _getter("show ip dhcp pool", dhcp_pools),
    "dhcp_conflicts": _getter("show ip dhcp conflict", dhcp_conflicts),
    "snooped": _getter("show ip dhcp snooping binding", snooped),
    "snooping_trust": _getter("show ip dhcp snooping", snooping_trust),
    "time_servers": _getter("show ntp associations", time_servers),
    "account_servers": _getter("show aaa servers", account_servers),
    "changes": _getter("show logging | include CONFIG_I|ROLLBK_CNFMD", changes),
    "poe_budget": _getter("show power inline", poe_budget),
}
