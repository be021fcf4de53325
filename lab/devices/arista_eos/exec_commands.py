"""Commands that do something: the terminal, rights, files, saving, restarting, pinging, clearing.

In: a place at the switch and canonical words. Out: what EOS says. Gathered in ``tables``.
"""

import asyncio
import statistics
from ipaddress import AddressValueError, IPv4Address

from lab.devices.arista_eos.answers import CommandError, Told
from lab.devices.arista_eos.cli import Cli, Row, rows, show
from lab.devices.arista_eos.editor import Editor, feed_all
from lab.devices.arista_eos.names import long_name
from lab.devices.arista_eos.session_commands import DONE
from lab.devices.rule import Words

_COPIED = "Copy completed successfully.\n"
_TRIES = 3
_HEADERS = 28


def _terminal(cli: Cli, words: Words) -> Told:
    if words[1] == "length":
        cli.length = int(words[2])
        return Told("Pagination disabled.\n" if words[2] == "0" else f"Length set to {words[2]} lines.\n", {})
    return Told(f"Width set to {words[2]} columns.\n", {})


def _nothing(_cli: Cli, _words: Words) -> Told:
    return DONE


async def _enable(cli: Cli, _words: Words) -> Told:
    root = cli.device.running.root
    guarded = any(root.value("enable", kind) is not None for kind in ("secret", "password"))
    if cli.enabled or not guarded:
        cli.enabled = True
        return DONE
    for _ in range(_TRIES):
        if cli.ask is None:
            break
        if await cli.ask("Password: ", True) == cli.enable_secret:  # noqa: FBT003
            cli.enabled = True
            cli.device.view.record("login", user=cli.user, privilege=15)
            return DONE
    raise CommandError("Bad secret", "denied")


def _disable(cli: Cli, _words: Words) -> Told:
    cli.enabled = False
    return DONE


def _exit(cli: Cli, _words: Words) -> Told:
    cli.log_out()
    return DONE


def _write(cli: Cli, words: Words) -> Told:
    device = cli.device
    if device.modes.on("flash_full"):
        raise CommandError("Error copying system:/running-config to flash:/startup-config (No space left on device)")
    device.save(cli.user)
    device.record_write(cli.user, " ".join(words), changed=False)
    device.view.say(
        "SYS-5-CONFIG_STARTUP", f"Startup config saved from system:/running-config by {cli.user} on {cli.place}."
    )
    return Told(_COPIED, {})


def _copy(cli: Cli, words: Words) -> Told:
    source, target = words[1], words[2]
    device = cli.device
    text = device.files.read(device, source)
    if target == "startup-config" and source == "running-config":
        return _write(cli, words)
    if target == "startup-config":
        device.startup = text
    elif target == "running-config":
        editor = Editor(device.running, device.hardware)
        device.written([effect for _, effect in feed_all(editor, text.splitlines())], cli.user)
    else:
        device.files.write(device, target, text)
    device.record_write(cli.user, " ".join(words), changed=False)
    return Told(_COPIED, {})


def _delete(cli: Cli, words: Words) -> Told:
    cli.device.files.remove(words[1])
    return DONE


def _dir(cli: Cli, _words: Words) -> str:
    return cli.device.files.listed(cli.device)


def _more(cli: Cli, words: Words) -> str:
    return cli.device.files.read(cli.device, words[1])


async def _reload(cli: Cli, words: Words) -> Told:
    device = cli.device
    if words[-1] not in ("now", "force") and cli.ask is not None:
        if device.running.render() != device.startup:
            said = await cli.ask("System configuration has been modified. Save? [yes/no/cancel/diff]:", False)  # noqa: FBT003
            if said.strip().lower().startswith("c"):
                return DONE
            if said.strip().lower().startswith("y"):
                device.save(cli.user)
        if (await cli.ask("Proceed with reload? [confirm]", False)).strip().lower().startswith("n"):  # noqa: FBT003
            return DONE
    cli.write(
        "\nBroadcast message from root@" + device.running.hostname() + "\n\nThe system is going down for reboot NOW!\n"
    )
    device.reload(cli.user)
    return DONE


async def _ping(cli: Cli, words: Words) -> Told:
    options = dict(zip(words[2::2], words[3::2], strict=False))
    count, size = int(options.get("repeat", "5")), int(options.get("size", "100"))
    patience = int(options.get("timeout", "1"))
    try:
        destination = IPv4Address(words[1])
    except AddressValueError:
        return Told(f"ping: {words[1]}: Name or service not known\n", _ping_model(""))
    source = _source(cli, options.get("source") or options.get("interface"))
    if not cli.device.view.routes():
        return Told("connect: Network is unreachable\n")
    times: list[float] = []
    lines = []
    for number in range(1, count + 1):
        rtt = cli.device.view.ping(destination, source)
        rtt = None if rtt is None or rtt > patience * 1000 else rtt
        await asyncio.sleep(patience * cli.device.ping_second if rtt is None else 0)
        if rtt is not None:
            times.append(rtt)
            lines.append(f"{size - 20} bytes from {destination}: icmp_seq={number} ttl=64 time={rtt:.3g} ms")
    start = f"PING {destination} ({destination}){_from(cli, source)} {size - _HEADERS}({size}) bytes of data."
    lost = 100 * (count - len(times)) // count
    whole = f"{count} packets transmitted, {len(times)} received, {lost}% packet loss, time {int(sum(times))}ms"
    text = rows(start, *lines, "", f"--- {destination} ping statistics ---", whole, _spread(times))
    return Told(text, _ping_model(text))


def _ping_model(text: str) -> dict[str, object]:
    return {"messages": [text]}


def _source(cli: Cli, named: str | None) -> str | None:
    if named is None or named[0].isdigit():
        return named
    name = long_name(named)
    port = next((port for port in cli.device.view.ports() if port.name == name), None)
    if port is None or port.address is None or not port.oper_up:
        raise CommandError(f"Invalid source interface {named}: no IP address, or down")
    return name


def _from(cli: Cli, source: str | None) -> str:
    if source is None or source[0].isdigit():
        return f" from {source} :" if source else ""
    port = next(port for port in cli.device.view.ports() if port.name == source)
    return f" from {port.address.ip} :" if port.address is not None else ""


def _spread(times: list[float]) -> str:
    if not times:
        return ""
    low, mean, high, mdev = min(times), statistics.fmean(times), max(times), statistics.pstdev(times)
    return f"rtt min/avg/max/mdev = {low:.3f}/{mean:.3f}/{high:.3f}/{mdev:.3f} ms, ipg/ewma {mean:.3f}/{mean:.3f} ms"


def _clear_counters(cli: Cli, words: Words) -> Told:
    cli.device.view.clear_counters(words[2] if len(words) > 2 else None)  # noqa: PLR2004
    return DONE


def _send(cli: Cli, words: Words) -> Told:
    level = {"errors": 3, "warnings": 4, "notifications": 5, "informational": 6}.get(words[2], 6)
    name = {3: "ERR", 4: "WARNING", 5: "NOTICE", 6: "INFO"}[level]
    cli.device.view.say(f"SYS-{level}-LOGMSG_{name}", f"Message from {cli.user} on {cli.place}: {words[-1]}")
    cli.device.record_write(cli.user, " ".join(words), changed=False)
    return DONE


_PING = (
    "ping <word> [timeout <1-3600>] [size <36-18024>] [repeat <1-10000>] [timeout <1-3600>] [size <36-18024>]"
    " [source <word>] [interface <iface>] [repeat <1-10000>] [timeout <1-3600>]"
)
TABLE: list[Row] = [
    ("terminal (length|width) <0-32767>", "any", _terminal),
    ("terminal monitor", "any", _nothing),
    ("terminal no monitor", "any", _nothing),
    ("enable [<0-15>]", "any", _enable),
    ("disable", "any", _disable),
    ("(exit|logout|quit)", "any", _exit),
    ("end", "any", _nothing),
    ("write [memory]", "admin", _write),
    ("copy (running-config|startup-config|<file>) (running-config|startup-config|<file>)", "admin", _copy),
    ("delete <file>", "admin", _delete),
    ("dir [<file>]", "enabled", show(_dir)),
    ("more <file>", "enabled", show(_more)),
    ("reload [(now|force)]", "admin", _reload),
    (_PING, "any", _ping),
    ("clear counters [<iface>]", "admin", _clear_counters),
    ("clear (logging|arp-cache)", "admin", _nothing),
    ("clear mac address-table dynamic", "admin", _nothing),
    ("send log message <rest>", "admin", _send),
    ("send log level (errors|warnings|notifications|informational) message <rest>", "admin", _send),
]
