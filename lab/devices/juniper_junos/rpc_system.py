"""The RPCs about the switch itself: software, hardware, time, load, environment, log.

In: requests. Out: XML as an EX2300 answers, a virtual chassis of one member. Called by ``netconf``.
"""

from collections.abc import Mapping
from datetime import datetime

from lab.devices.juniper_junos.faults import RpcFaultError, denied, fault
from lab.devices.juniper_junos.loglines import log_lines
from lab.devices.juniper_junos.rpc import VERSION, Answer, Request, space
from lab.devices.juniper_junos.times import length, stamp
from lab.devices.juniper_junos.xml import leaf, node

HOSTS = "128.0.0.1               master node fwdd member pfem backup\n128.0.0.16              fpc0\n"
MEMORY_MB = 2048
_FANS = 2
_CELSIUS = 41
_YELLOW, _RED = 70, 85
_NOT_HERE = ("get-chassis-cluster-status", "get-jnu-satellites-information", "get-system-nodes-information")


def _software(request: Request) -> str:
    request.need("view")
    return software(request)


def software(request: Request) -> str:
    """Return what ``show version`` tells."""
    device = request.device
    model = device.view.model.lower()
    return node(
        "software-information",
        leaf("host-name", device.hostname),
        leaf("product-model", model),
        leaf("product-name", model),
        leaf("junos-version", VERSION),
        node("package-information", leaf("name", "os-kernel"), leaf("comment", f"JUNOS OS Kernel 32-bit [{VERSION}]")),
        node("package-information", leaf("name", "junos-ex"), leaf("comment", f"JUNOS EX Software Suite [{VERSION}]")),
    )


def members(request: Request) -> str:
    """Return what ``show version all-members`` tells: the same, from the one member."""
    item = node("multi-routing-engine-item", leaf("re-name", "fpc0"), software(request))
    return node("multi-routing-engine-results", item)


def _system(request: Request) -> str:
    request.need("view")
    device = request.device
    return node(
        "system-information",
        leaf("hardware-model", device.view.model.lower()),
        leaf("os-name", "junos"),
        leaf("os-version", VERSION),
        leaf("serial-number", device.view.serial),
        leaf("host-name", device.hostname),
    )


def _inventory(request: Request) -> str:
    request.need("view")
    view = request.device.view
    chassis = node(
        "chassis",
        leaf("name", "Chassis"),
        leaf("serial-number", view.serial),
        leaf("description", view.model.upper()),
        node("chassis-module", leaf("name", "Routing Engine 0"), leaf("description", view.model.upper())),
        node("chassis-module", leaf("name", "FPC 0"), leaf("serial-number", view.serial)),
    )
    return node("chassis-inventory", chassis, xmlns=space("chassis"))


def _virtual_chassis(request: Request) -> str:
    request.need("view")
    member = node(
        "member",
        leaf("member-status", "Prsnt"),
        leaf("member-id", 0),
        leaf("fpc-slot", "(FPC 0)"),
        leaf("member-serial-number", request.device.view.serial),
        leaf("member-model", request.device.view.model.lower()),
        leaf("member-priority", 128),
        leaf("member-role", "Master*"),
    )
    identity = node("virtual-chassis-id-information", leaf("virtual-chassis-id", "a1b2.c3d4.e5f6"))
    mode = leaf("virtual-chassis-mode", "Enabled")
    return node("virtual-chassis-information", identity, mode, node("member-list", member), xmlns=space("vchassis"))


def _engine(request: Request) -> str:
    request.need("view")
    device = request.device
    load = device.view.load()
    engine = node(
        "route-engine",
        leaf("slot", 0),
        leaf("mastership-state", "master"),
        leaf("status", "OK"),
        leaf("temperature", f"{_CELSIUS} degrees C / 106 degrees F", junos_celsius=_CELSIUS),
        leaf("memory-dram-size", f"{MEMORY_MB} MB"),
        leaf("memory-buffer-utilization", 42),
        leaf("cpu-user", load.now - load.interrupts),
        leaf("cpu-background", 0),
        leaf("cpu-system", 0),
        leaf("cpu-interrupt", load.interrupts),
        leaf("cpu-idle", 100 - load.now),
        leaf("model", f"RE-{device.view.model.upper()}"),
        leaf("serial-number", device.view.serial),
        leaf("start-time", stamp(device.booted_at), junos_seconds=int(device.booted_at.timestamp())),
        leaf("up-time", length(device.uptime()), junos_seconds=device.uptime()),
        leaf("last-reboot-reason", "Router rebooted after a normal shutdown."),
        leaf("load-average-one", f"{load.minute / 100:.2f}"),
        leaf("load-average-five", f"{load.five_minutes / 100:.2f}"),
    )
    return node("route-engine-information", engine, xmlns=space("chassis"))


def _uptime(request: Request) -> str:
    request.need("view")
    device = request.device
    last = device.database.history[0]
    told = node(
        "system-uptime-information",
        _when("current-time", device.view.now()),
        _when("system-booted-time", device.booted_at, device.uptime()),
        _when("protocols-started-time", device.booted_at, device.uptime()),
        node("last-configured-time", _date(last.when), leaf("user", last.user)),
        xmlns=space(""),
    )
    item = node("multi-routing-engine-item", leaf("re-name", "fpc0"), told)
    return node("multi-routing-engine-results", item)


def _when(tag: str, when: datetime, ago: int | None = None) -> str:
    return node(tag, _date(when), leaf("time-length", length(ago), junos_seconds=ago) if ago is not None else "")


def _date(when: datetime) -> str:
    return leaf("date-time", stamp(when), junos_seconds=int(when.timestamp()))


def _environment(request: Request) -> str:
    request.need("view")
    items = [_item("FPC 0 Power Supply 0", "OK", "Power")]
    items += [_item(f"FPC 0 Fan {n}", "OK", "Fans" if n == 1 else "") for n in range(1, _FANS + 1)]
    degrees = leaf("temperature", f"{_CELSIUS} degrees C / 106 degrees F", junos_celsius=_CELSIUS)
    items.append(_item("FPC 0 CPU", "OK", "Temp", degrees))
    return node("environment-information", *items, xmlns=space("chassis"))


def _item(name: str, status: str, kind: str, *more: str) -> str:
    return node(
        "environment-item", leaf("name", name), leaf("class", kind) if kind else "", leaf("status", status), *more
    )


def _thresholds(request: Request) -> str:
    request.need("view")
    row = node(
        "temperature-threshold",
        leaf("name", "FPC 0 CPU"),
        leaf("fan-normal-speed", 60),
        leaf("fan-high-speed", _YELLOW),
        leaf("yellow-alarm", _YELLOW),
        leaf("red-alarm", _RED),
    )
    return node("temperature-threshold-information", row, xmlns=space("chassis"))


def _file(request: Request) -> str:
    request.need("view")
    name = request.word("filename") or ""
    if name == "/etc/hosts.junos":
        return leaf("file-content", f"\n{HOSTS}", filename=name)
    raise RpcFaultError(fault(f"could not resolve file: {name}" if not name else f"{name}: No such file or directory"))


def _files(request: Request) -> str:
    request.need("view")
    home = f"/var/home/{request.session.user}/"
    return node("directory-list", node("directory", leaf("directory-name", home)), root_path=home)


def _users(request: Request) -> str:
    request.need("view")
    now = request.device.view.now()
    rows = [
        node(
            "user-entry",
            leaf("user", session.user),
            leaf("tty", session.terminal or "-"),
            leaf("from", session.address),
            leaf("login-time", f"{session.since:%-I:%M%p}", junos_seconds=int(session.since.timestamp())),
            leaf("idle-time", int((now - (session.last_input or session.since)).total_seconds())),
        )
        for session in request.device.lines.used.values()
    ]
    return node("system-users-information", node("uptime-information", *rows))


def _log(request: Request) -> str:
    request.need("view")
    return leaf("file-content", "\n" + "".join(f"{line}\n" for line in log_lines(request.device)))


def _reboot(request: Request) -> str:
    request.need("maintenance")
    request.device.reload(request.session.user)
    return leaf("request-reboot-status", "Shutdown NOW!")


def _shell(request: Request) -> str:
    raise denied(request.asked.tag)


def _not_here(request: Request) -> str:
    raise RpcFaultError(fault("syntax error", request.asked.tag))


SYSTEM: Mapping[str, Answer] = {
    "get-software-information": _software,
    "get-system-information": _system,
    "get-chassis-inventory": _inventory,
    "get-virtual-chassis-information": _virtual_chassis,
    "get-route-engine-information": _engine,
    "get-system-uptime-information": _uptime,
    "get-environment-information": _environment,
    "get-temperature-threshold-information": _thresholds,
    "get-system-users-information": _users,
    "get-log": _log,
    "file-show": _file,
    "file-list": _files,
    "request-reboot": _reboot,
    "request-shell-execute": _shell,
    **dict.fromkeys(_NOT_HERE, _not_here),
}
