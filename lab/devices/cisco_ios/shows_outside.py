"""Commands that ask services out there: ``telnet``, ``test aaa``, ``show aaa servers``.

In: a shell and canonical words. Out: text, as IOS prints it (``show aaa servers``: recorded answers of genieparser's
ShowAAServers, Apache-2.0). Called by ``exec_commands``.
"""

from collections.abc import Iterator
from ipaddress import IPv4Address

from lab.devices.cisco_ios.rule import Words
from lab.devices.cisco_ios.tables import Table
from lab.devices.cisco_ios.terminal import ENABLED, Terminal
from lab.service_model import AccountsLook

_TELNET_PORT = "23"
_ENDS = {
    "refused": "% Connection refused by remote host\n",
    "timeout": "% Connection timed out; remote host not responding\n",
}
_TOLD = {
    "accepted": "User was successfully authenticated.",
    "rejected": "User authentication request was rejected by server.",
    None: "No authoritative response from any server.",
}


def _telnet(shell: Terminal, words: Words) -> str:
    """Who telnets to a service learns whether it listens; it hangs up on what is no conversation of its own."""
    host = words[1]
    port = words[2] if len(words) > 2 and words[2].isdigit() else _TELNET_PORT  # noqa: PLR2004
    source = words[-1] if "/source-interface" in words else None
    end = shell.device.view.services.connect(IPv4Address(host), int(port), source)
    trying = f"Trying {host}{'' if port == _TELNET_PORT else f', {port}'} ... "
    if end == "open":
        return f"{trying}Open\n\n[Connection to {host} closed by foreign host]\n"
    return f"{trying}\n{_ENDS[end]}"


def _servers(shell: Terminal, group: str) -> Iterator[tuple[str, IPv4Address]]:
    """The RADIUS servers of a group by name; ``radius`` means all."""
    root = shell.device.running.root
    entry = root.find("aaa", "group", "server", "radius", group)
    rows = entry.section.starting("server", "name") if entry is not None and entry.section is not None else []
    members = {row[2] for row in rows}
    for words, section in shell.device.running.sections("radius", "server"):
        address = section.value("address", "ipv4")
        if address and (group == "radius" or words[2] in members):
            yield words[2], IPv4Address(address[0])


def _test(shell: Terminal, words: Words) -> str:
    group, user = words[3], words[4]
    servers = list(_servers(shell, group))
    if not servers:
        return f"% Server group {group} not found or has no servers\n"
    known = shell.device.running.root.find("username", user) is not None
    end = None
    for _, address in servers:
        end = end or shell.device.view.services.authenticate(address, known=known)
    return f"Attempting authentication test to server-group {group} using radius\n{_TOLD[end]}\n\n"


def _accounts(shell: Terminal, _words: Words) -> str:
    services = shell.device.view.services
    rows = enumerate(_servers(shell, "radius"), start=1)
    return "".join(f"\n{_server(at, name, host, services.accounts(host))}" for at, (name, host) in rows)


def _server(number: int, name: str, host: IPv4Address, look: AccountsLook) -> str:
    ports = "auth-port 1812, acct-port 1813"
    dead = int(look.since_seconds) if look.dead else 0
    again = look.timeouts - look.timeouts // 4
    done = look.accepted + look.rejected
    return (
        f"RADIUS: id {number}, priority {number}, host {host}, {ports}, hostname {name}\n"
        f"     State: current {'DEAD' if look.dead else 'UP'}, duration {int(look.since_seconds)}s, "
        "previous duration 0s\n"
        f"     Dead: total time {dead}s, count {look.deaths}\n"
        "     Quarantined: No\n"
        f"     Authen: request {look.requests}, timeouts {look.timeouts}, failover 0, retransmission {again}\n"
        f"             Response: accept {look.accepted}, reject {look.rejected}, challenge 0\n"
        "             Response: unexpected 0, server error 0, incorrect 0, time 0ms\n"
        f"             Transaction: success {done}, failure {look.requests - done}\n"
        "             Throttled: transaction 0, timeout 0, failure 0\n"
        "     Author: request 0, timeouts 0, failover 0, retransmission 0\n"
        "     Account: request 0, timeouts 0, failover 0, retransmission 0\n"
    )


TABLE: Table = [
    ("telnet <ip> [<1-65535>] [/source-interface <iface>]", 1, _telnet),
    ("test aaa group <word> <word> <word> (legacy|new-code)", ENABLED, _test),
    ("show aaa servers", 1, _accounts),
]
