"""Show commands about the device itself: version, configuration, log, sessions, clock.

In: a shell and canonical words. Out: text, as IOS prints it. Called by ``exec_commands``.
"""

from datetime import datetime, timedelta

from lab.devices.cisco_ios.config import Config, Section
from lab.devices.cisco_ios.device import IosDevice
from lab.devices.cisco_ios.lines import line_count
from lab.devices.cisco_ios.rule import Words
from lab.devices.cisco_ios.tables import Table
from lab.devices.cisco_ios.terminal import ENABLED, Terminal

_VERSION = "15.7(3)M3"


def is_switch(device: IosDevice) -> bool:
    """Whether the device has switch ports."""
    return any(section.mode == "interface-switch" for _, section in device.running.interfaces())


def clock_text(now: datetime) -> str:
    """Return a time as ``show clock`` prints it."""
    return f"{now:%H:%M:%S}.{now.microsecond // 1000:03d} UTC {now:%a %b} {now.day} {now.year}"


def date_text(when: datetime) -> str:
    """Return a time as the headers of configurations print it."""
    return f"{when:%H:%M:%S} UTC {when:%a %b} {when.day} {when.year}"


def uptime_text(uptime: timedelta) -> str:
    """Return an uptime as ``show version`` words it."""
    minutes = max(0, int(uptime.total_seconds()) // 60)
    parts = (
        ("week", minutes // 10080),
        ("day", minutes // 1440 % 7),
        ("hour", minutes // 60 % 24),
        ("minute", minutes % 60),
    )
    told = [f"{count} {unit}{'' if count == 1 else 's'}" for unit, count in parts if count]
    return ", ".join(told) or "0 minutes"


def _version(shell: Terminal, _words: Words) -> str:
    device, view = shell.device, shell.device.view
    family, image = ("C2960X", "C2960X-UNIVERSALK9-M") if is_switch(device) else ("ISR", "ISR-UNIVERSALK9-M")
    return (
        f"Cisco IOS Software, {family} Software ({image}), Version {_VERSION}, RELEASE SOFTWARE (fc2)\n"
        "Technical Support: http://www.cisco.com/techsupport\nCopyright (c) 1986-2018 by Cisco Systems, Inc.\n\n"
        f"ROM: System Bootstrap, Version 15.7(3r)M1, RELEASE SOFTWARE (fc1)\n\n"
        f"{device.running.hostname()} uptime is {uptime_text(view.now() - device.booted_at)}\n"
        "System returned to ROM by power-on\n"
        f"System restarted at {date_text(device.booted_at)}\n"
        f'System image file is "flash:{image.lower()}.bin"\nLast reload reason: Reload Command\n\n'
        f"Cisco {view.model} (revision 1.0) with 491520K/32768K bytes of memory.\n"
        f"Processor board ID {view.serial}\n{len(device.hardware)} interfaces\n\nConfiguration register is 0x2102\n\n"
    )


def _hosts(shell: Terminal, _words: Words) -> str:
    root = shell.device.running.root
    domain = root.value("ip", "domain", "name") or root.value("ip", "domain-name")
    told = f"Default domain is {domain[0]}" if domain else "Default domain is not set"
    return f"{told}\nName/address lookup uses static mappings\n\n"


def _clock(shell: Terminal, _words: Words) -> str:
    return clock_text(shell.device.view.now()) + "\n"


def _privilege(shell: Terminal, _words: Words) -> str:
    return f"Current privilege level is {shell.privilege}\n"


def _idle(now: datetime, last: datetime | None) -> str:
    seconds = 0 if last is None else max(0, int((now - last).total_seconds()))
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _users(shell: Terminal, words: Words) -> str:
    device, now = shell.device, shell.device.view.now()
    rows = ["    Line       User       Host(s)              Idle       Location"]
    if words[-1] == "all":
        rows.append(f"{'   0 con 0':<46} 00:00:00   ")
    for number in range(line_count(device.running)):
        line = device.lines.used.get(number)
        if line is not None:
            mark = "*" if line is shell.line else " "
            head = f"{mark} {number + 1:>2} vty {number}"
            rows.append(f"{head:<14} {line.user:<10} {'idle':<20} {_idle(now, line.last_input)} {line.address}")
        elif words[-1] == "all":
            rows.append(f"{f'  {number + 1:>2} vty {number}':<46} 00:00:00   ")
    return "\n".join(rows) + "\n\n  Interface    User               Mode         Idle     Peer Address\n\n"


def _logging(shell: Terminal, _words: Words) -> str:
    lines = shell.device.view.syslog()
    value = shell.device.running.root.value("logging", "buffered")
    size = value[0] if value else "4096"
    head = (
        "Syslog logging: enabled (0 messages dropped, 0 messages rate-limited, 0 flushes, 0 overruns, xml disabled, "
        "filtering disabled)\n\nNo Active Message Discriminator.\n\n\n    Console logging: level debugging, "
        f"{len(lines)} messages logged, xml disabled,\n                     filtering disabled\n"
        f"    Buffer logging:  level debugging, {len(lines)} messages logged, xml disabled,\n"
        f"                    filtering disabled\n\nLog Buffer ({size} bytes):\n\n"
    )
    return head + "".join(f"{line}\n" for line in lines)


def _running(shell: Terminal, words: Words) -> str:
    device = shell.device
    body = _with_defaults(device.running) if words[-1] == "all" else device.running.render()
    changed = ""
    if device.last_change is not None:
        when, user = device.last_change
        changed = f"!\n! Last configuration change at {date_text(when)} by {user}\n"
    return f"Building configuration...\n\nCurrent configuration : {len(body)} bytes\n{changed}{body}\n"


def _with_defaults(config: Config) -> str:
    copy = config.copy()
    lines = copy.render().splitlines()
    shut = {f"interface {name}" for name, section in copy.interfaces() if section.has("shutdown")}
    shown: list[str] = []
    for line in lines:
        shown.append(line)
        if line.startswith("interface ") and line not in shut:
            shown.append(" no shutdown")
    return "\n".join(shown) + "\n"


def _running_interface(shell: Terminal, words: Words) -> str:
    section = shell.device.running.interface(words[3])
    if section is None:
        return "\n% Invalid input detected at '^' marker.\n\n"
    return _partition(words[3], section)


def _partition(name: str, section: Section) -> str:
    lines = [f"interface {name}", *section.render(" ")]
    body = "".join(f"{line}\n" for line in lines)
    return f"Building configuration...\n\nCurrent configuration : {len(body)} bytes\n!\n{body}end\n\n"


def _startup(shell: Terminal, _words: Words) -> str:
    text = shell.device.startup
    return f"Using {len(text)} out of 262136 bytes\n{text}\n"


def _inventory(shell: Terminal, _words: Words) -> str:
    view = shell.device.view
    return f'NAME: "Chassis", DESCR: "{view.model} Chassis"\nPID: {view.model:<18}, VID: V01, SN: {view.serial}\n\n'


TABLE: Table = [
    ("show version", 1, _version),
    ("show hosts", 1, _hosts),
    ("show clock [detail]", 1, _clock),
    ("show privilege", 1, _privilege),
    ("show users [all]", 1, _users),
    ("show logging", 1, _logging),
    ("show inventory", 1, _inventory),
    ("show running-config [all]", ENABLED, _running),
    ("show running-config interface <iface>", ENABLED, _running_interface),
    ("show startup-config", ENABLED, _startup),
]
