"""Shows about the switch itself.

In: a device. Out: text. Called through ``shows``.
"""

from collections.abc import Callable, Mapping

from lab.devices.juniper_junos.device import JunosDevice
from lab.devices.juniper_junos.loglines import log_lines
from lab.devices.juniper_junos.rpc import VERSION
from lab.devices.juniper_junos.rpc_system import MEMORY_MB
from lab.devices.juniper_junos.times import ago, length, stamp

MEMBER = "fpc0:\n" + "-" * 74 + "\n"
_PACKAGES = (
    "JUNOS OS Kernel 32-bit",
    "JUNOS OS libs",
    "JUNOS OS runtime",
    "JUNOS py extensions",
    "JUNOS OS crypto",
    "JUNOS Web Management Platform Package",
    "JUNOS EX Software Suite",
)


def _version(device: JunosDevice, _: str) -> str:
    packages = "".join(f"{name} [{VERSION}]\n" for name in _PACKAGES)
    model = device.view.model.lower()
    return f"{MEMBER}Hostname: {device.hostname}\nModel: {model}\nJunos: {VERSION}\n{packages}\n"


def _uptime(device: JunosDevice, _: str) -> str:
    now, last = device.view.now(), device.database.history[0]
    up = ago(device.uptime())
    changed = ago(int((now - last.when).total_seconds()))
    return (
        f"{MEMBER}Current time: {stamp(now)}\nTime Source:  LOCAL CLOCK\n"
        f"System booted: {stamp(device.booted_at)} ({up} ago)\n"
        f"Protocols started: {stamp(device.booted_at)} ({up} ago)\n"
        f"Last configured: {stamp(last.when)} ({changed} ago) by {last.user}\n{_load(device)}\n"
    )


def _load(device: JunosDevice) -> str:
    now, load = device.view.now(), device.view.load()
    days, rest = divmod(device.uptime(), 86400)
    up = f"{days} day{'s' * (days != 1)}, {rest // 3600:2d}:{rest // 60 % 60:02d}"
    loads = ", ".join(f"{value / 100:.2f}" for value in (load.now, load.minute, load.five_minutes))
    users = len(device.lines.used)
    return f"{now:%-I:%M%p}  up {up}, {users} user{'s' * (users != 1)}, load averages: {loads}\n"


def _users(device: JunosDevice, _: str) -> str:
    now, rows = device.view.now(), ["USER     TTY      FROM                              LOGIN@  IDLE WHAT"]
    for session in device.lines.used.values():
        idle = int((now - (session.last_input or session.since)).total_seconds()) // 60
        what = "-cli (cli)" if session.client == "cli" else "mgd (mgd)"
        rows.append(
            f"{session.user:8} {session.terminal or '-':8} {session.address:32} {session.since:%-I:%M%p} "
            f"{idle or '-':>5} {what}"
        )
    return MEMBER + _load(device) + "".join(f"{row}\n" for row in rows)


def _log(device: JunosDevice, _: str) -> str:
    return "".join(f"{line}\n" for line in log_lines(device))


def _commits(device: JunosDevice, _: str) -> str:
    rows = []
    for number, entry in enumerate(device.database.history):
        rows.append(f"{number:<3} {stamp(entry.when)} by {entry.user} via {entry.client} {entry.confirmed}".rstrip())
        rows += [f"    {entry.comment}"] if entry.comment else []
        rows += ["    rollback pending"] if not number and device.database.pending is not None else []
    return "".join(f"{row}\n" for row in rows)


def _engine(device: JunosDevice, _: str) -> str:
    load = device.view.load()
    average = f"{load.minute / 100:.2f}       {load.five_minutes / 100:.2f}       0.00"
    rows = (
        "Routing Engine status:",
        "  Slot 0:",
        "    Current state                  Master",
        "    Temperature                 41 degrees C / 106 degrees F",
        f"    DRAM                      {MEMORY_MB} MB",
        "    Memory utilization          42 percent",
        "    CPU utilization:",
        f"      User                      {load.now - load.interrupts:>2} percent",
        "      Background                 0 percent",
        "      Kernel                     0 percent",
        f"      Interrupt                 {load.interrupts:>2} percent",
        f"      Idle                      {100 - load.now:>2} percent",
        f"    Model                          RE-{device.view.model.upper()}",
        f"    Serial ID                      {device.view.serial}",
        f"    Start time                     {stamp(device.booted_at)}",
        f"    Uptime                         {length(device.uptime())}",
        "    Last reboot reason             Router rebooted after a normal shutdown.",
        "    Load averages:                 1 minute   5 minute  15 minute",
        f"                                       {average}",
    )
    return "".join(f"{row}\n" for row in rows)


def _environment(device: JunosDevice, _: str) -> str:
    del device
    return (
        "Class Item                           Status     Measurement\n"
        "Power FPC 0 Power Supply 0           OK\n"
        "Temp  FPC 0 CPU                      OK         41 degrees C / 106 degrees F\n"
        "Fans  FPC 0 Fan 1                    OK         Spinning at normal speed\n"
        "      FPC 0 Fan 2                    OK         Spinning at normal speed\n"
    )


def _hardware(device: JunosDevice, _: str) -> str:
    serial, model = device.view.serial, device.view.model.upper()
    return (
        "Hardware inventory:\n"
        "Item             Version  Part number  Serial number     Description\n"
        f"Chassis                                {serial:17} {model}\n"
        "Pseudo CB 0\n"
        f"Routing Engine 0          BUILTIN      BUILTIN           RE-{model}\n"
        f"FPC 0            REV 12   650-059888   {serial:17} {model}\n"
        "  CPU                     BUILTIN      BUILTIN           FPC CPU\n"
        "  PIC 0          REV 12   BUILTIN      BUILTIN           24x10/100/1000 Base-T\n"
    )


def _alarms(device: JunosDevice, _: str) -> str:
    del device
    return "No alarms currently active\n"


SYSTEM_SHOWS: Mapping[str, Callable[[JunosDevice, str], str]] = {
    "show version": _version,
    "show system uptime": _uptime,
    "show system users": _users,
    "show system commit": _commits,
    "show system alarms": _alarms,
    "show log messages": _log,
    "show chassis routing-engine": _engine,
    "show chassis environment": _environment,
    "show chassis hardware": _hardware,
    "show chassis alarms": _alarms,
}
