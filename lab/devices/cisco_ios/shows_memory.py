"""``show processes memory`` and ``show memory statistics``.

In: a shell and canonical words. Out: text, as IOS prints it (ntc-templates' recorded answers of
cisco_ios_show_processes_memory_sorted; genieparser's ShowMemoryStatistics; both Apache-2.0). Called by
``exec_commands``.
"""

from lab.devices.cisco_ios.rule import Words
from lab.devices.cisco_ios.shows import is_switch
from lab.devices.cisco_ios.tables import Table
from lab.devices.cisco_ios.terminal import Terminal

_SMALL = (("I/O", 33_554_432, 19_301_904), ("lsmpi_io", 6_295_128, 6_294_296))
_PROCESSES = ((1, "Chunk Manager", 0.001), (54, "ARP Input", 0.004), (121, "IP Input", 0.01), (0, "*Init*", 0.8))
_TAKER = (193, 0.05)


def _small(shell: Terminal) -> tuple[str, int, int]:
    """The second pool: a switch's is for buffers, a router's for its forwarding engine."""
    return _SMALL[0 if is_switch(shell.device) else 1]


def _processes(shell: Terminal, words: Words) -> str:
    look = shell.device.view.services.memory()
    name, total, used = _small(shell)
    rows = [
        f"Processor Pool Total: {look.total:>10} Used: {look.used:>10} Free: {look.total - look.used:>10}",
        f"{name:>9} Pool Total: {total:>10} Used: {used:>10} Free: {total - used:>10}",
        "",
        " PID TTY  Allocated      Freed    Holding    Getbufs    Retbufs Process",
    ]
    base = look.used - look.lost
    held = [(number, process, int(base * share)) for number, process, share in _PROCESSES]
    held.append((_TAKER[0], look.taker, int(base * _TAKER[1]) + look.lost))
    if "sorted" in words:
        held.sort(key=lambda row: -row[2])
    else:
        held.sort()
    for number, process, holding in held:
        freed = holding // 3
        rows.append(f"{number:>4} {0:>3} {holding + freed:>10} {freed:>10} {holding:>10} {0:>10} {0:>10} {process:<16}")
    rows.append(f"{'':>30}{sum(row[2] for row in held):>10} Total")
    return "\n".join(rows) + "\n"


def _statistics(shell: Terminal, _words: Words) -> str:
    look = shell.device.view.services.memory()
    free = look.total - look.used
    name, total, used = _small(shell)
    rows = [
        "                Head    Total(b)     Used(b)     Free(b)   Lowest(b)  Largest(b)",
        f"Processor  {'30E9E6C':>9} {look.total:>11} {look.used:>11} {free:>11} {free * 99 // 100:>11} {free // 2:>11}",
        f"{name:>9}  {'E000000':>9} {total:>11} {used:>11} {total - used:>11} {total - used:>11} {total - used:>11}",
    ]
    return "\n".join(rows) + "\n"


TABLE: Table = [
    ("show processes memory [sorted [(allocated|freed|holding)]]", 1, _processes),
    ("show memory statistics", 1, _statistics),
]
