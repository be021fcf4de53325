"""The RPC that carries a command of the prompt.

In: ``<command>`` with or without ``format="text"``. Out: what the prompt would print, or the XML of the RPC that stands
for the command. Called by ``netconf``.
"""

import asyncio
from collections.abc import Mapping
from ipaddress import IPv4Address

from lab.devices.juniper_junos.faults import RpcFaultError, fault
from lab.devices.juniper_junos.rpc import Answer, Request
from lab.devices.juniper_junos.rpc_system import members
from lab.devices.juniper_junos.shows import SyntaxRefusal, show
from lab.devices.juniper_junos.xml import leaf, node

_EVERY = ("show version all-members",)
MAX_ECHOES = 20


async def _command(request: Request) -> str:
    line = " ".join((request.asked.text or "").split())
    if line.startswith("ping "):
        return await _ping(request, line.split()[1:])
    request.need("view")
    if line in _EVERY:
        return members(request)
    if request.asked.get("format") != "text":
        raise RpcFaultError(fault("syntax error", line.rpartition(" ")[2]))
    try:
        return leaf("output", "\n" + show(request.device, request.session, line))
    except SyntaxRefusal as refusal:
        raise RpcFaultError(fault(refusal.message, refusal.element)) from None


async def _ping(request: Request, words: list[str]) -> str:
    """``ping ADDRESS [source S] [ttl N] [wait N] [size N] [count N] [interface I]``."""
    request.need("network")
    target, options = words[0], dict(zip(words[1::2], words[2::2], strict=False))
    try:
        address = IPv4Address(target)
    except ValueError:
        raise RpcFaultError(fault(f"cannot resolve {target}: Host name lookup failure", target)) from None
    count = min(int(options.get("count", "5")), MAX_ECHOES)
    echoes = [await echo(request, address, options.get("source")) for _ in range(count)]
    return node(
        "ping-results",
        leaf("target-host", target),
        leaf("target-ip", target),
        leaf("packet-size", options.get("size", "56")),
        *(_echo(number, target, rtt) for number, rtt in enumerate(echoes)),
        _summary(echoes),
        leaf("ping-success" if any(rtt is not None for rtt in echoes) else "ping-failure", ""),
    )


async def echo(request: Request, address: IPv4Address, source: str | None) -> float | None:
    """Send one echo; a lost one takes its time."""
    rtt = request.device.view.ping(address, source)
    if rtt is None:
        await asyncio.sleep(request.device.ping_second)
    return rtt


def _echo(number: int, target: str, rtt: float | None) -> str:
    if rtt is None:
        missing = leaf("probe-failure", "no response")
        return node("probe-result", leaf("probe-index", number + 1), missing)
    return node(
        "probe-result",
        leaf("probe-index", number + 1),
        leaf("probe-success", ""),
        leaf("sequence-number", number),
        leaf("ip-address", target),
        leaf("time-to-live", 63),
        leaf("response-size", 64),
        leaf("rtt", round(rtt * 1000)),
    )


def _summary(echoes: list[float | None]) -> str:
    answered = [rtt * 1000 for rtt in echoes if rtt is not None]
    lost = round(100 * (len(echoes) - len(answered)) / len(echoes)) if echoes else 100
    mean = sum(answered) / len(answered) if answered else 0.0
    spread = (sum((rtt - mean) ** 2 for rtt in answered) / len(answered)) ** 0.5 if answered else 0.0
    times = (
        (
            leaf("rtt-minimum", round(min(answered))),
            leaf("rtt-maximum", round(max(answered))),
            leaf("rtt-average", round(mean)),
            leaf("rtt-stddev", round(spread)),
        )
        if answered
        else ()
    )
    return node(
        "probe-results-summary",
        leaf("probes-sent", len(echoes)),
        leaf("responses-received", len(answered)),
        leaf("packet-loss", lost),
        *times,
    )


COMMANDS: Mapping[str, Answer] = {"command": _command}
