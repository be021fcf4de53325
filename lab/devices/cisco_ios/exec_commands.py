"""Exec mode: finds the command of a line and runs it; session, configuration and action commands.

In: a shell and a line. Out: text to print, or a coroutine for commands that wait or ask.
The tables of the other command families are gathered here; called by ``shell``.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache

from lab.devices.cisco_ios.archive_commands import TABLE as ARCHIVE
from lab.devices.cisco_ios.files import TABLE as FILES
from lab.devices.cisco_ios.grammar import Reading, Tree
from lab.devices.cisco_ios.pinging import TABLE as PING
from lab.devices.cisco_ios.rule import Words
from lab.devices.cisco_ios.shows import TABLE as SHOWS
from lab.devices.cisco_ios.shows_bgp import TABLE as SHOWS_BGP
from lab.devices.cisco_ios.shows_health import TABLE as SHOWS_HEALTH
from lab.devices.cisco_ios.shows_ip import TABLE as SHOWS_IP
from lab.devices.cisco_ios.shows_layer2 import TABLE as SHOWS_LAYER2
from lab.devices.cisco_ios.shows_lldp import TABLE as SHOWS_LLDP
from lab.devices.cisco_ios.shows_ports import TABLE as SHOWS_PORTS
from lab.devices.cisco_ios.shows_power import TABLE as SHOWS_POWER
from lab.devices.cisco_ios.shows_services import TABLE as SHOWS_SERVICES
from lab.devices.cisco_ios.shows_switchport import TABLE as SHOWS_SWITCHPORT
from lab.devices.cisco_ios.shows_tree import TABLE as SHOWS_TREE
from lab.devices.cisco_ios.tables import Command, Table
from lab.devices.cisco_ios.terminal import ENABLED, Answer, Terminal, refused

_PASSWORD_TRIES = 3
_FILTERS = ("include", "exclude", "begin", "section", "count")
_LOG_SEVERITIES = (
    "emergencies",
    "alerts",
    "critical",
    "errors",
    "warnings",
    "notifications",
    "informational",
    "debugging",
)
_LOG_NAMES = ("EMERG", "ALERT", "CRIT", "ERR", "WARNING", "NOTICE", "INFO", "DEBUG")


def execute(shell: Terminal, line: str, start: int = 0) -> Answer:
    """Run an exec line from column ``start``; return what it prints."""
    command, bar, pipe = line.partition("|") if "|" in line else (line, "", "")
    reading = _tree(shell.privilege == ENABLED or shell.editor is not None).read(command, start=start)
    if not isinstance(reading, Reading):
        return refused(reading, line, len(shell.prompt))
    result = reading.payload.run(shell, reading.words)
    if not bar or not isinstance(result, str):
        return result
    chosen = _filter(pipe.strip())
    if chosen is None:
        return refused_pipe(line, len(shell.prompt))
    return chosen(result)


def refused_pipe(line: str, shown: int) -> str:
    """Return IOS's complaint about what follows a ``|``."""
    return " " * (shown + line.index("|") + 1) + "^\n% Invalid input detected at '^' marker.\n\n"


@cache
def _tree(enabled: bool) -> Tree[Command]:  # noqa: FBT001 - a cache key
    shows = (SHOWS, SHOWS_IP, SHOWS_BGP, SHOWS_LAYER2, SHOWS_PORTS, SHOWS_POWER)
    tables = (EXEC, *shows, SHOWS_HEALTH, SHOWS_TREE, SHOWS_LLDP, SHOWS_SWITCHPORT, SHOWS_SERVICES, FILES, ARCHIVE)
    return Tree(
        (spec, Command(level, run)) for table in tables for spec, level, run in table if enabled or level < ENABLED
    )


def _filter(pipe: str) -> Callable[[str], str] | None:
    name, _, pattern = pipe.partition(" ")
    found = [word for word in _FILTERS if name and word.startswith(name.lower())]
    if len(found) != 1 or not pattern.strip():
        return None
    try:
        wanted = re.compile(pattern.strip())
    except re.error:
        return None
    return lambda text: "".join(f"{row}\n" for row in _kept(found[0], wanted, text.splitlines()))


def _kept(kind: str, wanted: re.Pattern[str], rows: list[str]) -> Iterator[str]:
    if kind == "count":
        yield f"Number of lines which match regexp = {sum(1 for row in rows if wanted.search(row))}"
    elif kind == "begin":
        first = next((at for at, row in enumerate(rows) if wanted.search(row)), len(rows))
        yield from rows[first:]
    elif kind == "section":
        yield from _sections(wanted, rows)
    else:
        yield from (row for row in rows if (wanted.search(row) is not None) == (kind == "include"))


def _sections(wanted: re.Pattern[str], rows: list[str]) -> Iterator[str]:
    """Yield matching lines with the more indented lines below them, and their headers' children."""
    depth: int | None = None
    for row in rows:
        indent = len(row) - len(row.lstrip())
        if depth is not None and indent > depth:
            yield row
        elif wanted.search(row):
            depth = indent
            yield row
        else:
            depth = None


def _terminal(shell: Terminal, words: Words) -> str:
    if words[1] == "length":
        shell.length = int(words[2])
    elif words[1:] == ("no", "length"):
        shell.length = 0
    return ""


async def _enable(shell: Terminal, _words: Words) -> str:
    if shell.privilege == ENABLED:
        return ""
    if shell.enable_secret is None or shell.device.modes.on("read_only"):
        return "% No password set\n"
    for _ in range(_PASSWORD_TRIES):
        if await shell.ask("Password: ", secret=True) == shell.enable_secret:
            shell.privilege = ENABLED
            shell.device.view.record("login", user=shell.user, privilege=ENABLED)
            return ""
    return "% Bad secrets\n\n"


def _disable(shell: Terminal, _words: Words) -> str:
    shell.privilege = 1
    return ""


def _exit(shell: Terminal, _words: Words) -> str:
    shell.log_out()
    return ""


async def _reload(shell: Terminal, _words: Words) -> str:
    device = shell.device
    if device.running.render() != device.startup:
        answer = await shell.ask("\nSystem configuration has been modified. Save? [yes/no]: ")
        if answer.strip().lower().startswith("y"):
            device.write_memory()
            shell.write("Building configuration...\n[OK]\n")
    if (await shell.ask("Proceed with reload? [confirm]")).strip().lower().startswith("n"):
        return ""
    device.reload(shell.user)
    return ""


def _tclsh(shell: Terminal, _words: Words) -> str:
    shell.enter_tcl()
    return ""


def _send_log(shell: Terminal, words: Words) -> str:
    rest = words[2].split(" ", 1)
    severity = _severity(rest[0]) if len(rest) > 1 else None
    text = words[2] if severity is None else rest[1]
    level = 7 if severity is None else severity
    sender = f"Message from tty{shell.line.number + 1}(user id: {shell.user})"
    shell.device.view.say(f"SYS-{level}-USERLOG_{_LOG_NAMES[level]}", f"{sender}: {text}")
    shell.device.record_write(shell.user, " ".join(words), changed=False)
    return ""


def _severity(word: str) -> int | None:
    if word.isdigit() and int(word) < len(_LOG_NAMES):
        return int(word)
    return _LOG_SEVERITIES.index(word) if word in _LOG_SEVERITIES else None


def _renew(shell: Terminal, words: Words) -> str:
    port = words[2]
    section = shell.device.running.interface(port)
    if section is None or section.value("ip", "address") != ("dhcp",):
        return "Interface does not have a DHCP originated address\n"
    shell.device.record_write(shell.user, " ".join(words), f"interface {port}", changed=words[0] == "renew")
    if words[0] == "renew":
        shell.device.view.renew(port)
    return ""


def _nothing(_shell: Terminal, _words: Words) -> str:
    return ""


EXEC: Table = [
    ("terminal (length|width) <0-512>", 1, _terminal),
    ("terminal no (length|monitor)", 1, _terminal),
    ("terminal monitor", 1, _nothing),
    ("enable [<0-15>]", 0, _enable),
    ("disable", 0, _disable),
    ("(exit|logout|quit)", 0, _exit),
    ("end", ENABLED, _nothing),
    ("reload", ENABLED, _reload),
    ("tclsh", ENABLED, _tclsh),
    ("send log <rest>", ENABLED, _send_log),
    ("(renew|release) dhcp <iface>", ENABLED, _renew),
    *PING,
    ("clear (logging|arp-cache)", ENABLED, _nothing),
    ("debug <rest>", ENABLED, _nothing),
    ("undebug all", ENABLED, _nothing),
]
