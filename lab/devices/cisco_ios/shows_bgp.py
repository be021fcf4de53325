"""Commands about BGP: ``show ip bgp summary``, ``show ip bgp neighbors``, ``clear ip bgp``.

In: a shell and canonical words. Out: text, as IOS prints it (ntc-templates' recorded answers of
cisco_ios_show_ip_bgp_summary and cisco_ios_show_ip_bgp_neighbors). Called by ``exec_commands``.
"""

from datetime import datetime
from ipaddress import IPv4Address

from lab.devices.cisco_ios.rule import Words
from lab.devices.cisco_ios.tables import Table
from lab.devices.cisco_ios.terminal import ENABLED, Terminal
from lab.model import PeerLook
from lab.setting import BgpSetting

_NOT_ACTIVE = "% BGP not active\n"
_HEADER = "Neighbor        V           AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd"
_KEEPALIVE = 60
_DAY, _WEEK, _YEAR = 86400, 604800, 31536000


def span(now: datetime, since: datetime | None) -> str:
    """Return how long ago something was, as the Up/Down column words it."""
    if since is None:
        return "never"
    seconds = max(0, int((now - since).total_seconds()))
    if seconds < _DAY:
        return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    if seconds < _WEEK:
        return f"{seconds // _DAY}d{seconds // 3600 % 24:02d}h"
    if seconds < _YEAR:
        return f"{seconds // _WEEK}w{seconds // _DAY % 7}d"
    return f"{seconds // _YEAR}y{seconds // _WEEK % 52}w"


def _summary(shell: Terminal, _words: Words) -> str:
    bgp = shell.device.setting.bgp
    if bgp is None:
        return _NOT_ACTIVE
    looks = shell.device.view.peers()
    count = len(bgp.networks) + (1 if any(look.state == "Established" for look in looks) else 0)
    head = (
        f"BGP router identifier {_router_id(bgp)}, local AS number {bgp.asn}\n"
        f"BGP table version is {count + 1}, main routing table version {count + 1}\n"
    )
    if count:
        head += (
            f"{count} network entries using {count * 144} bytes of memory\n"
            f"{count} path entries using {count * 80} bytes of memory\n"
            "1/1 BGP path/bestpath attribute entries using 152 bytes of memory\n"
            "0 BGP route-map cache entries using 0 bytes of memory\n"
            "0 BGP filter-list cache entries using 0 bytes of memory\n"
            f"BGP using {count * 224 + 152} total bytes of memory\n"
            f"BGP activity {count}/0 prefixes, {count}/0 paths, scan interval 60 secs\n"
        )
    if not looks:
        return head
    rows = "".join(f"{_row(shell, look, count + 1)}\n" for look in sorted(looks, key=lambda look: look.address))
    return f"{head}\n{_HEADER}\n{rows}"


def _router_id(bgp: BgpSetting) -> IPv4Address:
    return bgp.router_id or IPv4Address(0)


def _row(shell: Terminal, look: PeerLook, version: int) -> str:
    now, up = shell.device.view.now(), look.state == "Established"
    messages = _messages(now, look)
    table = version if up else 1
    state = str(look.prefixes) if up else look.state
    return (
        f"{look.address!s:<15} 4 {look.remote_as:>12} {messages:>7} {messages:>7} {table:>8}    0    0 "
        f"{span(now, look.since):<8} {state:>8}"
    )


def _messages(now: datetime, look: PeerLook) -> int:
    if look.since is None or look.state != "Established":
        return 0
    return 2 + int((now - look.since).total_seconds()) // _KEEPALIVE


def _neighbors(shell: Terminal, words: Words) -> str:
    if shell.device.setting.bgp is None:
        return _NOT_ACTIVE
    wanted = words[4] if len(words) > 4 else None  # noqa: PLR2004
    looks = [look for look in shell.device.view.peers() if wanted in (None, str(look.address))]
    if wanted is not None and not looks:
        return "% No such neighbor or address family\n"
    return "\n".join(_neighbor(shell, look) for look in looks)


def _neighbor(shell: Terminal, look: PeerLook) -> str:
    now = shell.device.view.now()
    up = look.state == "Established"
    state = f"Established, up for {span(now, look.since)}" if up else look.state.partition(" (")[0]
    rows = [f"BGP neighbor is {look.address},  remote AS {look.remote_as}, external link"]
    rows += [f" Description: {look.description}"] if look.description else []
    rows += [" Administratively shut down"] if look.state == "Idle (Admin)" else []
    rows += [
        f"  BGP version 4, remote router ID {look.address if up else IPv4Address(0)}",
        f"  BGP state = {state}",
        "  Neighbor sessions:",
        f"    {int(up)} active, is not multisession capable (disabled)",
        " For address family: IPv4 Unicast",
        f"    Prefixes Current:               {0:>10} {look.prefixes:>10}",
    ]
    if look.state == "Idle (PfxCt)":
        rows += _over_limit(shell, look)
    return "\n".join(rows) + "\n"


def _over_limit(shell: Terminal, look: PeerLook) -> list[str]:
    bgp = shell.device.setting.bgp
    peer = next(peer for peer in bgp.peers if peer.address == look.address) if bgp is not None else None
    return [
        "  Peer had exceeded the max. no. of prefixes configured.",
        f"  Maximum prefixes allowed {peer.most if peer is not None else 0}",
        f"  Threshold for warning message {peer.warn_percent if peer is not None else 0}%",
        f"  Reduce the no. of prefix and clear ip bgp {look.address} to restore peering",
    ]


def _clear(shell: Terminal, words: Words) -> str:
    if shell.device.setting.bgp is None:
        return _NOT_ACTIVE
    address = None if words[3] == "*" else IPv4Address(words[3])
    if address is not None and all(look.address != address for look in shell.device.view.peers()):
        return "% BGP: Unknown neighbor\n"
    soft = "soft" in words
    shell.device.record_write(shell.user, " ".join(words), changed=not soft)
    if not soft:
        shell.device.view.clear_peer(address)
    return ""


TABLE: Table = [
    ("show ip bgp summary", 1, _summary),
    ("show ip bgp neighbors [<ip>]", 1, _neighbors),
    ("clear ip bgp (*|<ip>) [soft [(in|out)]]", ENABLED, _clear),
]
