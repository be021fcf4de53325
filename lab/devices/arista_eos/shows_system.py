"""Shows about the switch itself: version, names, clock, who is logged in, log, configuration, services.

In: a place at the switch and canonical words. Out: text as EOS prints it, and its models. Gathered in ``tables``.
"""

import re
from collections.abc import Iterator
from datetime import datetime

from lab.devices.arista_eos.access import level_of, role_of
from lab.devices.arista_eos.answers import CommandError, Model
from lab.devices.arista_eos.cli import Cli, Row, rows, show
from lab.devices.arista_eos.log_lines import eos_lines
from lab.devices.arista_eos.names import copper, dotted_mac, long_name
from lab.devices.arista_eos.pipes import sections
from lab.devices.arista_eos.session_commands import head
from lab.devices.rule import Words

TOTAL_MEMORY = 3_952_328
_BUILD = "33569174"
_SECRETS = re.compile(r"(secret (?:\S+ )?|community |password (?:\S+ )?|key (?:\d )?)(\S+)")


def free_memory(cli: Cli) -> int:
    """Return how much memory is free, in kilobytes."""
    look = cli.device.view.services.memory()
    return TOTAL_MEMORY * (look.total - look.used) // look.total


def system_mac(cli: Cli) -> str:
    """Return the switch's own address."""
    return next((port.mac for port in cli.device.view.ports()), "02:53:00:00:00:00")


def _build(cli: Cli) -> str:
    number = cli.device.version.replace(".", "").rstrip("FM")
    return f"{cli.device.version}-{_BUILD}.{number}{cli.device.version[-1]}"


def _version(cli: Cli, _words: Words) -> str:
    device = cli.device
    mac = dotted_mac(system_mac(cli))
    return rows(
        f"Arista {device.view.model}",
        "Hardware version: 11.01",
        f"Serial number: {device.view.serial}",
        f"Hardware MAC address: {mac}",
        f"System MAC address: {mac}",
        "",
        f"Software image version: {device.version}",
        "Architecture: i686",
        f"Internal build version: {_build(cli)}",
        "Internal build ID: 6f1c0d1e-3ad5-4a52-9a1a-5a1d0c3f7b11",
        "Image format version: 3.0",
        "Image optimization: Strata-4GB",
        "",
        f"Uptime: {spoken(int(device.uptime))}",
        f"Total memory: {TOTAL_MEMORY} kB",
        f"Free memory: {free_memory(cli)} kB",
        "",
    )


def _version_model(cli: Cli, _words: Words) -> Model:
    device, mac = cli.device, system_mac(cli)
    return {
        "mfgName": "Arista",
        "modelName": device.view.model,
        "hardwareRevision": "11.01",
        "serialNumber": device.view.serial,
        "systemMacAddress": mac,
        "hwMacAddress": mac,
        "configMacAddress": "00:00:00:00:00:00",
        "version": device.version,
        "architecture": "i686",
        "internalVersion": _build(cli),
        "internalBuildId": "6f1c0d1e-3ad5-4a52-9a1a-5a1d0c3f7b11",
        "imageFormatVersion": "3.0",
        "imageOptimization": "Strata-4GB",
        "bootupTimestamp": device.booted_at.timestamp(),
        "uptime": device.uptime,
        "memTotal": TOTAL_MEMORY,
        "memFree": free_memory(cli),
        "isIntlVersion": False,
    }


def spoken(seconds: int) -> str:
    """Return a time as ``show version`` words it."""
    weeks, days = seconds // 604800, seconds // 86400 % 7
    hours, minutes = seconds // 3600 % 24, seconds // 60 % 60
    told = [(weeks, "week"), (days, "day"), (hours, "hour"), (minutes, "minute")]
    said = [f"{count} {name}{'' if count == 1 else 's'}" for count, name in told if count] or ["0 minutes"]
    return " and ".join(filter(None, (", ".join(said[:-1]), said[-1])))


def _hostname(cli: Cli, _words: Words) -> str:
    return f"Hostname: {cli.device.running.hostname()}\nFQDN:     {cli.device.running.fqdn()}\n"


def _hostname_model(cli: Cli, _words: Words) -> Model:
    return {"hostname": cli.device.running.hostname(), "fqdn": cli.device.running.fqdn()}


def _clock(cli: Cli, _words: Words) -> str:
    return f"{cli.device.view.now():%a %b %d %H:%M:%S %Y}\nTimezone: UTC\nClock source: NTP server\n"


def _clock_model(cli: Cli, _words: Words) -> Model:
    return {"utcTime": cli.device.view.now().timestamp(), "timezone": "UTC", "clockSource": {"local": False}}


def _users(cli: Cli, _words: Words) -> str:
    now = cli.device.view.now()
    lines = [f"{'    Line':<14} {'User':<14} {'Host(s)':<12} {'Idle':<12} Location"]
    for number, line in sorted(cli.device.lines.used.items()):
        mark = "*" if line.tty == cli.tty else " "
        place = f"{mark} {number + 3:>2} vty {number + 2}"
        lines.append(f"{place:<14} {line.user:<14} {'idle':<12} {_idle(now, line.last_input):<12} {line.address}")
    return rows(*lines)


def _idle(now: datetime, last: datetime | None) -> str:
    seconds = 0 if last is None else max(0, int((now - last).total_seconds()))
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _accounts(cli: Cli) -> Iterator[tuple[str, int, str]]:
    for words in cli.device.running.root.starting("username"):
        level = int(words[words.index("privilege") + 1]) if "privilege" in words else 1
        yield words[1], level, role_of(cli.device.running, words[1], level)


def _accounts_text(cli: Cli, _words: Words) -> str:
    return "".join(
        f"user: {user}\n       role: {role}\n       privilege level: {level}\n" for user, level, role in _accounts(cli)
    )


def _accounts_model(cli: Cli, _words: Words) -> Model:
    root = cli.device.running.root
    found = {}
    for user, level, role in _accounts(cli):
        words = (root.find("username", user) or next(iter(root.entries.values()))).words
        secret = words[-1] if "secret" in words else ""
        found[user] = {"username": user, "role": role, "privLevel": level, "secret": secret, "sshAuthorizedKey": ""}
    return {"users": found}


def _logging(cli: Cli, words: Words) -> str:
    lines = eos_lines(list(cli.device.view.syslog()), cli.device.setting)
    if words[-1].isdigit():
        return rows(*lines[-int(words[-1]) :])
    value = cli.device.running.root.value("logging", "buffered")
    size = value[0].split()[0] if value else "32"
    hosts = [
        f"    Trap logging: level informational, host {words[2]}"
        for words in cli.device.running.root.starting("logging", "host")
    ]
    return rows(
        "Syslog logging: enabled",
        f"    Buffer logging: level debugging, size {size}",
        "    Console logging: level errors",
        "    Persistent logging: disabled",
        "    Monitor logging: level errors",
        "    Synchronous logging: disabled",
        *hosts,
        "    Logging source-interface: None",
        "",
        "Log Buffer:",
        *lines,
    )


def _running(cli: Cli, words: Words) -> str:
    body = cli.device.running.render()
    if words[-1] == "sanitized":
        body = _SECRETS.sub(lambda found: f"{found[1]}<removed>", body)
    return f"! Command: {' '.join(words)}\n{head(cli)}{body}"


def _running_model(cli: Cli, _words: Words) -> Model:
    cmds: dict[str, dict[str, object] | None] = {}
    section: dict[str, object] = {}
    for line in cli.device.running.render().splitlines():
        if line.startswith("   "):
            section[line.strip()] = None
        elif line not in ("!", "end"):
            section = {}
            cmds[line] = {"comments": [], "cmds": section}
    return {"header": [head(cli).strip("! \n")], "comments": [], "cmds": cmds}


def _running_section(cli: Cli, words: Words) -> str:
    try:
        wanted = re.compile(words[3])
    except re.error:
        raise CommandError(f"Invalid input (at token 3: '{words[3]}')", "invalid") from None
    return rows(sections(wanted, cli.device.running.render().splitlines()))


def _running_ports(cli: Cli, words: Words) -> str:
    name = long_name(words[3]) or words[3]
    section = cli.device.running.interface(name)
    if section is None:
        raise CommandError(f"Interface {name} does not exist")
    return rows(f"interface {name}", section.render("   ", "   "))


def _startup(cli: Cli, words: Words) -> str:
    device = cli.device
    when, user = device.saved
    said = f"! Startup-config last modified at  {when:%a %b %d %H:%M:%S %Y} by {user}\n"
    return f"! Command: {' '.join(words)}\n{said}{head(cli)}{device.startup}"


def _snmp(kind: str) -> Row:
    def text(cli: Cli, _words: Words) -> str:
        return f"{kind.capitalize()}: {_snmp_value(cli, kind)}\n"

    def model(cli: Cli, _words: Words) -> Model:
        return {"chassisId" if kind == "chassis" else kind: _snmp_value(cli, kind)}

    return (f"show snmp v2-mib {kind}", "any", show(text, model))


def _snmp_value(cli: Cli, kind: str) -> str:
    value = cli.device.running.root.value("snmp-server", "chassis-id" if kind == "chassis" else kind)
    return " ".join(value) if value else cli.device.view.serial if kind == "chassis" else ""


def _privilege(cli: Cli, _words: Words) -> str:
    level = level_of(cli.device.running, cli.user, "") or cli.level
    return f"Current privilege level is {level if cli.enabled else 1}\n"


def _inventory(cli: Cli, _words: Words) -> str:
    view, ports = cli.device.view, len(cli.device.hardware) - 1
    power = copper(view.model)
    return rows(
        "System information",
        f"  {'Model':<24} Description",
        f"  {'-' * 24} {'-' * 52}",
        f"  {view.model:<24} {power} 1000BASE-T PoE & {ports - power} SFP28 switch",
        "",
        "  HW Version  Serial Number  Mfg Date   Epoch",
        "  ----------- -------------- ---------- -----",
        f"  11.01       {view.serial:<14} 2021-03-27 01.00",
        "",
    )


def _inventory_model(cli: Cli, _words: Words) -> Model:
    view = cli.device.view
    return {
        "systemInformation": {
            "name": view.model,
            "description": f"{copper(view.model)} 1000BASE-T PoE & 4 SFP28 switch",
            "hardwareRev": "11.01",
            "serialNum": view.serial,
            "mfgDate": "2021-03-27",
        }
    }


TABLE: list[Row] = [
    ("show version", "any", show(_version, _version_model)),
    ("show hostname", "any", show(_hostname, _hostname_model)),
    ("show clock", "any", show(_clock, _clock_model)),
    ("show users", "any", show(_users)),
    ("show users accounts", "any", show(_accounts_text, _accounts_model)),
    ("show privilege", "any", show(_privilege)),
    ("show logging [<1-9999>]", "any", show(_logging)),
    ("show logging last <1-9999>", "any", show(_logging)),
    ("show inventory", "any", show(_inventory, _inventory_model)),
    ("show running-config", "enabled", show(_running, _running_model)),
    ("show running-config (all|sanitized|all sanitized)", "enabled", show(_running)),
    ("show running-config section <rest>", "enabled", show(_running_section)),
    ("show running-config interfaces <iface>", "enabled", show(_running_ports)),
    ("show startup-config", "enabled", show(_startup)),
    *(_snmp(kind) for kind in ("chassis", "location", "contact")),
]
