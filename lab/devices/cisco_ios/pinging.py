"""``ping``: echoes one after the other, of any size, with or without leave to be fragmented.

In: a shell and canonical words. Out: text as IOS prints it, mark by mark. Called by ``exec_commands``.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address

from lab.devices.cisco_ios.rule import Words
from lab.devices.cisco_ios.tables import Table
from lab.devices.cisco_ios.terminal import Terminal

_OPTIONS = "[size <36-18024>] [df-bit] [repeat <1-2147483647>] [timeout <0-3600>]"
_SPEC = f"ping [ip] <ip> [timeout <0-3600>] {_OPTIONS} [source (<iface>|<ip>)] {_OPTIONS}"
_DF = "Packet sent with the DF bit set\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What a ping command asks for."""

    destination: IPv4Address
    source: str | None
    count: int
    size: int
    patience: int
    whole: bool


async def _ping(shell: Terminal, words: Words) -> str:
    asked = _asked(words)
    told = _source_line(shell, asked.source)
    if told is None:
        return "% Invalid source interface - IP not enabled or interface is down\n"
    shell.write(
        f"Type escape sequence to abort.\nSending {asked.count}, {asked.size}-byte ICMP Echos to {asked.destination}, "
        f"timeout is {asked.patience} seconds:\n{told}{_DF if asked.whole else ''}"
    )
    times = await _echoes(shell, asked)
    return "\n" + _success(times, asked.count)


def _asked(words: Words) -> _Asked:
    destination = next((word for word in words[1:] if word != "ip"), "")
    rest = [word for word in words[words.index(destination) + 1 :] if word != "df-bit"]
    options: Mapping[str, str] = dict(zip(rest[::2], rest[1::2], strict=False))
    return _Asked(
        destination=IPv4Address(destination),
        source=options.get("source"),
        count=int(options.get("repeat", "5")),
        size=int(options.get("size", "100")),
        patience=int(options.get("timeout", "2")),
        whole="df-bit" in words,
    )


async def _echoes(shell: Terminal, asked: _Asked) -> list[float]:
    """Send echoes one after the other, print a mark for each; return the round trips in milliseconds."""
    times: list[float] = []
    fate = shell.device.view.fate(asked.destination, asked.size) if asked.whole else "passes"
    for _ in range(asked.count):
        rtt = shell.device.view.ping(asked.destination, asked.source) if fate == "passes" else None
        if rtt is not None and rtt > asked.patience * 1000:
            rtt = None
        await asyncio.sleep(asked.patience * shell.device.ping_second if rtt is None else 0)
        times += [] if rtt is None else [rtt]
        shell.write("M" if fate == "told" else "." if rtt is None else "!")
    return times


def _source_line(shell: Terminal, source: str | None) -> str | None:
    """Return the line that names the source, None when nothing can be sent from there."""
    if source is None:
        return ""
    if source[0].isdigit():
        return f"Packet sent with a source address of {source} \n"
    port = next((port for port in shell.device.view.ports() if port.name == source), None)
    if port is None or port.address is None or not port.oper_up:
        return None
    return f"Packet sent with a source address of {port.address.ip} \n"


def _success(times: list[float], count: int) -> str:
    text = f"Success rate is {100 * len(times) // count} percent ({len(times)}/{count})"
    if times:
        low, mean, high = (max(1, round(value)) for value in (min(times), sum(times) / len(times), max(times)))
        text += f", round-trip min/avg/max = {low}/{mean}/{high} ms"
    return text + "\n"


TABLE: Table = [(_SPEC, 1, _ping)]
