"""Show commands about what goes wrong: error counters, broadcast storms, load, cable tests.

In: a shell and canonical words. Out: text, as IOS prints it (recorded answers of genieparser's
ShowInterfacesCountersErrors, ShowStormControl and ShowCableTdrInterface and of ntc-templates'
cisco_ios_show_processes_cpu, both Apache-2.0). Called by ``exec_commands``.
"""

from collections.abc import Iterator

from lab.devices.cisco_ios.names import kind_of, short_name
from lab.devices.cisco_ios.rule import Words
from lab.devices.cisco_ios.shows_ports import chosen_ports
from lab.devices.cisco_ios.tables import Table
from lab.devices.cisco_ios.terminal import ENABLED, Terminal
from lab.model import CableLook, PairLook, PortLook
from lab.setting import PortSetting

_SMALLEST_FRAME_BITS = 672
_NO_TEST = "% TDR test was never issued on {}\n"
_NOT_HERE = "% TDR test is not supported on {}\n"
_PROCESSES = (
    ("Chunk Manager", 0.0),
    ("Load Meter", 0.0),
    ("Check heaps", 0.1),
    ("ARP Input", 0.1),
    ("Hulc LED Process", 0.55),
    ("HLFM address lea", 0.05),
    ("hpm main process", 0.1),
    ("Spanning Tree", 0.1),
)
_LEARNING = "HLFM address lea"


def _physical(shell: Terminal, words: Words) -> list[PortLook]:
    wanted = next((word for word in words if kind_of(word) in {"switch", "routed"} and "/" in word), None)
    return [port for port in chosen_ports(shell, wanted) if kind_of(port.name) in {"switch", "routed"}]


def _errors(shell: Terminal, words: Words) -> str:
    ports = _physical(shell, words)
    rows = ["", "Port        Align-Err     FCS-Err    Xmit-Err     Rcv-Err  UnderSize  OutDiscards "]
    for port in ports:
        counts = port.counts
        rows.append(
            f"{short_name(port.name):<9} {counts.frame:>11} {counts.crc:>11} {counts.output_errors:>11} "
            f"{counts.input_errors:>11} {counts.runts:>10} {counts.output_drops:>12} "
        )
    rows += ["", "Port      Single-Col  Multi-Col   Late-Col  Excess-Col  Carri-Sen      Runts     Giants "]
    for port in ports:
        counts = port.counts
        rows.append(
            f"{short_name(port.name):<9} {counts.collisions:>10} {0:>10} {counts.late_collisions:>10} {0:>11} {0:>10} "
            f"{counts.runts:>10} {0:>10} "
        )
    return "\n".join(rows) + "\n"


def _storms(shell: Terminal, words: Words) -> str:
    settings = shell.device.setting.ports
    rows = [
        "Interface  Filter State   Upper        Lower        Current",
        "---------  -------------  -----------  -----------  ----------",
    ]
    for port in _physical(shell, words):
        setting = settings.get(port.name, PortSetting(name=port.name))
        if setting.storm_level is not None:
            rows.append(_storm_row(port, setting.storm_level))
    return "\n".join(rows) + "\n"


def _storm_row(port: PortLook, level: float) -> str:
    share = 100 * port.counts.broadcast_rate * _SMALLEST_FRAME_BITS / (port.speed * 1_000_000)
    state = "Link Down" if not port.oper_up else "Blocking" if share >= 0.99 * level else "Forwarding"
    limit = f"{level:.2f}%"
    return f"{short_name(port.name):<9}  {state:<13}  {limit:>11}  {limit:>11}  {share:>9.2f}%"


def _cpu(shell: Terminal, _words: Words) -> str:
    load = shell.device.view.load()
    minutes = f"one minute: {load.minute}%; five minutes: {load.five_minutes}%"
    rows = [
        f"CPU utilization for five seconds: {load.now}%/{load.interrupts}%; {minutes}",
        " PID Runtime(ms)     Invoked      uSecs   5Sec   1Min   5Min TTY Process ",
    ]
    idle = min(load.now, 6)
    spare = max(0, load.now - load.interrupts - idle)
    for number, (name, share) in enumerate(_PROCESSES):
        now = idle * share + (spare if name == _LEARNING else 0)
        minute = now * load.minute / max(load.now, 1)
        five = now * load.five_minutes / max(load.now, 1)
        rows.append(
            f"{7 * number + 1:>4} {7310 * (number + 1):>11} {45133 * (number + 1):>11} {161:>10} "
            f"{now:>5.2f}% {minute:>5.2f}% {five:>5.2f}%   0 {name:<16} "
        )
    return "\n".join(rows) + "\n"


def _test(shell: Terminal, words: Words) -> str:
    port = words[-1]
    if kind_of(port) != "switch" or port not in shell.device.setting.ports:
        return _NOT_HERE.format(short_name(port))
    shell.device.record_write(shell.user, " ".join(words), f"interface {port}", changed=False)
    shell.device.view.test_cable(port)
    return (
        f"TDR test started on interface {short_name(port)}\nA TDR test can take a few seconds to run on an interface\n"
        "Use 'show cable-diagnostics tdr' to read the TDR results.\n"
    )


def _tested(shell: Terminal, words: Words) -> str:
    port = words[-1]
    look = shell.device.view.cable(port) if kind_of(port) == "switch" else None
    if look is None:
        return _NO_TEST.format(short_name(port))
    head = f"TDR test last run on: {look.run:%B %d %H:%M:%S}\n\n"
    head += "Interface Speed Local pair Pair length        Remote pair Pair status\n"
    head += f"{'-' * 9} {'-' * 5} {'-' * 10} {'-' * 18} {'-' * 11} {'-' * 20}\n"
    return head + "".join(f"{row}\n" for row in _pairs(look))


def _pairs(look: CableLook) -> Iterator[str]:
    for number, pair in enumerate(look.pairs):
        name, speed = (short_name(look.port), f"{look.speed}M") if number == 0 else ("", "")
        remote = pair.remote or "N/A"
        yield f"{name:<9} {speed:<5} Pair {pair.pair:<5} {_length(pair):<18} {remote:<11} {pair.status:<20}"


def _length(pair: PairLook) -> str:
    return "N/A" if pair.status == "Not Completed" else f"{pair.metres:<4} +/- {pair.tolerance:<2} meters"


TABLE: Table = [
    ("show interfaces [<iface>] counters errors", 1, _errors),
    ("show storm-control [<iface>] [broadcast]", 1, _storms),
    ("show processes cpu [sorted [(5sec|1min|5min)]]", 1, _cpu),
    ("test cable-diagnostics tdr interface <iface>", ENABLED, _test),
    ("show cable-diagnostics tdr interface <iface>", ENABLED, _tested),
]
