"""Commands about IPsec: ``show crypto ...`` and ``clear crypto ...``.

In: a shell and canonical words. Out: text, as IOS prints it (ntc-templates' recorded answers of
cisco_ios_show_crypto_session_detail and cisco_ios_show_crypto_ipsec_sa_detail, Apache-2.0). Called by
``exec_commands``.
"""

from collections.abc import Iterator
from datetime import timedelta
from ipaddress import IPv4Address

from lab.devices.cisco_ios.rule import Words
from lab.devices.cisco_ios.shows_bgp import span
from lab.devices.cisco_ios.tables import Table
from lab.devices.cisco_ios.terminal import ENABLED, Terminal
from lab.service_model import TunnelLook

_NOWHERE = IPv4Address(0)
_LIFE, _KILOBYTES = 3600, 4_608_000
_CODES = (
    "\nCode: C - IKE Configuration mode, D - Dead Peer Detection     \nK - Keepalives, N - NAT-traversal, "
    "T - cTCP encapsulation     \nX - IKE Extended Authentication, F - IKE Fragmentation\nR - IKE Auto Reconnect\n"
)
_MORE = (
    "    #pkts no sa (send) 0, #pkts invalid sa (rcv) 0\n"
    "    #pkts encaps failed (send) 0, #pkts decaps failed (rcv) 0\n"
    "    #pkts invalid prot (recv) 0, #pkts verify failed: 0\n"
    "    #pkts invalid identity (recv) 0, #pkts invalid len (rcv) 0\n"
    "    #pkts replay rollover (send): 0, #pkts replay rollover (rcv) 0\n"
    "    ##pkts replay failed (rcv): 0\n"
    "    #pkts tagged (send): 0, #pkts untagged (rcv): 0\n"
    "    #pkts not tagged (send): 0, #pkts not untagged (rcv): 0\n"
    "    #pkts internal err (send): 0, #pkts internal err (recv) 0\n"
)


def _chosen(shell: Terminal, words: Words) -> list[TunnelLook]:
    wanted = words[words.index("peer") + 1] if "peer" in words else None
    return [look for look in shell.device.view.services.tunnels() if wanted in (None, str(look.peer))]


def _isakmp(shell: Terminal, _words: Words) -> str:
    rows = ["IPv4 Crypto ISAKMP SA", "dst             src             state          conn-id status"]
    for look in shell.device.view.services.tunnels():
        ends = f"{look.peer!s:<15} {look.local or _NOWHERE!s:<15}"
        if look.up:
            rows.append(f"{ends} {'QM_IDLE':<14} {1000 + look.number:>7} ACTIVE")
        elif look.local is not None:
            state, number = ("MM_KEY_EXCH", 1001 + look.number) if look.wrong_key else ("MM_NO_STATE", 0)
            rows += [f"{ends} {state:<14} {number:>7} ACTIVE", f"{ends} {'MM_NO_STATE':<14} {0:>7} ACTIVE (deleted)"]
    return "\n".join(rows) + "\n\nIPv6 Crypto ISAKMP SA\n\n"


def _session(shell: Terminal, words: Words) -> str:
    detail = words[-1] == "detail"
    blocks = (_one(shell, look, detail=detail) for look in _chosen(shell, words))
    return (
        "Crypto session current status\n" + (_CODES if detail else "") + "".join(f"\n{text}" for text in blocks) + "\n"
    )


def _one(shell: Terminal, look: TunnelLook, *, detail: bool) -> str:
    now = shell.device.view.now()
    status = "UP-ACTIVE     " if look.up else "DOWN-NEGOTIATING"
    ends = f"local {look.local or _NOWHERE}/500 remote {look.peer}/500 {'Active' if look.up else 'Inactive'}"
    rows = [f"Interface: {look.port}"]
    if look.up and detail:
        rows.append(f"Uptime: {span(now, now - timedelta(seconds=look.seconds))}")
    rows += [
        f"Session status: {status}",
        f"Peer: {look.peer} port 500{' fvrf: (none) ivrf: (none)' if detail else ' '}",
    ]
    if detail:
        rows += [f"      Phase1_id: {look.peer if look.up else '(none)'}", "      Desc: (none)"]
    rows += ["  Session ID: 0  ", f"  IKEv1 SA: {ends} "]
    if detail:
        life = f"connid:{1000 + look.number} lifetime:23:59:59" if look.up else "connid:0 lifetime:0"
        rows.append(f"          Capabilities:(none) {life}")
    rows.append("  IPSEC FLOW: permit ip 0.0.0.0/0.0.0.0 0.0.0.0/0.0.0.0 ")
    rows.append(f"        Active SAs: {2 if look.up else 0}, origin: crypto map")
    if detail:
        left = f"{_KILOBYTES - look.sent // 8}/{_left(look)}" if look.up else "0/0"
        rows.append(f"        Inbound:  #pkts dec'ed {look.received} drop 0 life (KB/Sec) {left}")
        rows.append(f"        Outbound: #pkts enc'ed {look.sent} drop 0 life (KB/Sec) {left}")
    return "\n".join(rows) + "\n"


def _left(look: TunnelLook) -> int:
    """Seconds until the keys are renewed."""
    return _LIFE - int(look.seconds) % _LIFE


def _associations(shell: Terminal, words: Words) -> str:
    looks = _chosen(shell, words)
    return "".join(_association(look, detail=words[-1] == "detail") for look in looks)


def _association(look: TunnelLook, *, detail: bool) -> str:
    local, outbound = look.local or _NOWHERE, 0x2518B928 + 0x1F3 * look.number if look.up else 0
    return (
        f"\ninterface: {look.port}\n    Crypto map tag: {look.port}-head-0, local addr {local}\n\n"
        "   protected vrf: (none)\n"
        "   local  ident (addr/mask/prot/port): (0.0.0.0/0.0.0.0/0/0)\n"
        "   remote ident (addr/mask/prot/port): (0.0.0.0/0.0.0.0/0/0)\n"
        f"   current_peer {look.peer} port 500\n     PERMIT, flags={{origin_is_acl,}}\n"
        f"    #pkts encaps: {look.sent}, #pkts encrypt: {look.sent}, #pkts digest: {look.sent}\n"
        f"    #pkts decaps: {look.received}, #pkts decrypt: {look.received}, #pkts verify: {look.received}\n"
        "    #pkts compressed: 0, #pkts decompressed: 0\n"
        "    #pkts not compressed: 0, #pkts compr. failed: 0\n"
        "    #pkts not decompressed: 0, #pkts decompress failed: 0\n"
        f"{_MORE if detail else '    #send errors 0, #recv errors 0' + chr(10)}\n"
        f"     local crypto endpt.: {local}, remote crypto endpt.: {look.peer}\n"
        f"     plaintext mtu 1438, path mtu 1500, ip mtu 1500, ip mtu idb {look.source}\n"
        f"     current outbound spi: 0x{outbound:X}({outbound})\n     PFS (Y/N): N, DH group: none\n\n"
        + "\n".join(_directions(look, outbound))
    )


def _directions(look: TunnelLook, outbound: int) -> Iterator[str]:
    for number, (way, spi) in enumerate((("inbound", outbound ^ 0x4B4B1235), ("outbound", outbound))):
        yield f"     {way} esp sas:"
        if look.up:
            yield f"      spi: 0x{spi:X}({spi})"
            yield "        transform: esp-256-aes esp-sha256-hmac ,"
            yield "        in use settings ={Tunnel, }"
            conn = 2 * look.number - 1 + number
            flags = "sibling_flags 80004040"
            yield f"        conn id: {conn}, flow_id: SW:{conn}, {flags}, crypto map: {look.port}-head-0"
            yield f"        sa timing: remaining key lifetime (k/sec): ({_KILOBYTES - look.sent // 8}/{_left(look)})"
            yield "        IV size: 16 bytes"
            yield "        replay detection support: Y  replay window size: 64"
            yield "        Status: ACTIVE(ACTIVE)"
        yield f"\n     {way} ah sas:\n\n     {way} pcp sas:\n"


def _clear(shell: Terminal, words: Words) -> str:
    peer = IPv4Address(words[-1]) if words[-1][0].isdigit() and "." in words[-1] else None
    if shell.device.view.services.clear_tunnel(peer):
        shell.device.record_write(shell.user, " ".join(words))
    return ""


TABLE: Table = [
    ("show crypto isakmp sa", 1, _isakmp),
    ("show crypto session [detail]", 1, _session),
    ("show crypto ipsec sa [peer <ip>] [detail]", 1, _associations),
    ("clear crypto sa [peer <ip>]", ENABLED, _clear),
    ("clear crypto session [remote <ip>]", ENABLED, _clear),
    ("clear crypto isakmp [<1-99999>]", ENABLED, _clear),
]
