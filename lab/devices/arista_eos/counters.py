"""What ports have counted, and the shows of counters.

In: a place at the switch. Out: lines and models. Called by ``shows_ports``; its own shows are gathered in ``tables``.
"""

from collections.abc import Iterator
from typing import Any

from lab.devices.arista_eos.answers import CommandError, Model
from lab.devices.arista_eos.cli import Cli, Row, rows, show
from lab.devices.arista_eos.names import kind_of, short_name, sort_key
from lab.devices.rule import Words
from lab.model import PortCounts, PortLook

PACKET_BYTES, BROADCAST_BYTES = 300, 64


def ports_of(cli: Cli, name: str | None = None) -> list[PortLook]:
    """Return every interface in EOS's order, or the one named. Raises ``CommandError`` when there is none."""
    found = sorted(cli.device.view.ports(), key=lambda port: sort_key(port.name))
    if name is None:
        return found
    chosen = [port for port in found if port.name == name]
    if not chosen:
        raise CommandError(f"Interface does not exist: {name}")
    return chosen


def switched(cli: Cli) -> list[PortLook]:
    """Return the switch ports."""
    return [port for port in ports_of(cli) if kind_of(port.name) == "switch"]


def octets(packets: int, broadcasts: int) -> int:
    """How much so many packets are, some of them the small ones of a storm."""
    return (packets - broadcasts) * PACKET_BYTES + broadcasts * BROADCAST_BYTES


def traffic_lines(port: PortLook) -> Iterator[str]:
    """Yield what ``show interfaces`` prints of a port's traffic."""
    counts = port.counts
    for side, rate, casts in (("input", counts.in_rate, counts.broadcast_rate), ("output", counts.out_rate, 0)):
        yield f"  5 minutes {side} rate {8 * octets(rate, casts)} bps (0.0% with framing overhead), {rate} packets/sec"
    yield f"     {port.in_packets} packets input, {octets(port.in_packets, counts.broadcasts)} bytes"
    yield f"     Received {counts.broadcasts} broadcasts, 0 multicast"
    yield f"     {counts.runts} runts, 0 giants"
    errors = f"{counts.input_errors} input errors, {counts.crc} CRC, {counts.frame} alignment"
    yield f"     {errors}, 0 symbol, 0 input discards"
    yield "     0 PAUSE input"
    yield f"     {port.out_packets} packets output, {octets(port.out_packets, 0)} bytes"
    yield "     Sent 0 broadcasts, 0 multicast"
    yield f"     {counts.output_errors} output errors, {counts.collisions} collisions"
    yield f"     {counts.late_collisions} late collision, 0 deferred, {counts.output_drops} output discards"
    yield "     0 PAUSE output"


def rates_model(counts: PortCounts) -> dict[str, float]:
    """Return how fast a port counts."""
    return {
        "inBitsRate": float(8 * octets(counts.in_rate, counts.broadcast_rate)),
        "inPktsRate": float(counts.in_rate),
        "outBitsRate": float(8 * octets(counts.out_rate, 0)),
        "outPktsRate": float(counts.out_rate),
        "updateInterval": 300.0,
    }


def counters_model(cli: Cli, port: PortLook) -> dict[str, Any]:
    """Return what a port has counted."""
    counts = port.counts
    return {
        "inOctets": octets(port.in_packets, counts.broadcasts),
        "inUcastPkts": max(0, port.in_packets - counts.broadcasts),
        "inMulticastPkts": 0,
        "inBroadcastPkts": counts.broadcasts,
        "inDiscards": 0,
        "totalInErrors": counts.input_errors,
        "inputErrorsDetail": {
            "runtFrames": counts.runts,
            "giantFrames": 0,
            "fcsErrors": counts.crc,
            "alignmentErrors": counts.frame,
            "symbolErrors": 0,
            "rxPause": 0,
        },
        "outOctets": octets(port.out_packets, 0),
        "outUcastPkts": port.out_packets,
        "outMulticastPkts": 0,
        "outBroadcastPkts": 0,
        "outDiscards": counts.output_drops,
        "totalOutErrors": counts.output_errors,
        "outputErrorsDetail": {
            "collisions": counts.collisions,
            "lateCollisions": counts.late_collisions,
            "deferredTransmissions": 0,
            "txPause": 0,
        },
        "linkStatusChanges": counts.resets,
        "counterRefreshTime": cli.device.view.now().timestamp(),
    }


def _counters_text(cli: Cli, _words: Words) -> str:
    ports = switched(cli)
    lines = [f"{'Port':<10} {'InOctets':>15} {'InUcastPkts':>15} {'InMcastPkts':>15} {'InBcastPkts':>15}"]
    lines += [_counter_row(p, p.in_packets, p.counts.broadcasts) for p in ports]
    lines += ["", f"{'Port':<10} {'OutOctets':>15} {'OutUcastPkts':>15} {'OutMcastPkts':>15} {'OutBcastPkts':>15}"]
    lines += [_counter_row(p, p.out_packets, 0) for p in ports]
    return rows(*lines)


def _counter_row(port: PortLook, packets: int, broadcasts: int) -> str:
    sums = octets(packets, broadcasts), max(0, packets - broadcasts), 0, broadcasts
    return f"{short_name(port.name):<10} " + " ".join(f"{number:>15}" for number in sums)


def _counters_model(cli: Cli, _words: Words) -> Model:
    kinds = ("Octets", "UcastPkts", "MulticastPkts", "BroadcastPkts", "Discards")
    wanted = [f"{side}{kind}" for side in ("in", "out") for kind in kinds]
    counted = {port.name: counters_model(cli, port) for port in switched(cli)}
    return {"interfaces": {name: {key: row[key] for key in wanted} for name, row in counted.items()}}


def _errors(cli: Cli, _words: Words) -> str:
    heads = ("FCS", "Align", "Symbol", "Rx", "Runts", "Giants", "Tx")
    lines = [f"{'Port':<10} " + " ".join(f"{head:>8}" for head in heads)]
    for port in switched(cli):
        counts = port.counts
        told = counts.crc, counts.frame, 0, counts.input_errors, counts.runts, 0, counts.output_errors
        lines.append(f"{short_name(port.name):<10} " + " ".join(f"{number:>8}" for number in told))
    return rows(*lines)


def _errors_model(cli: Cli, _words: Words) -> Model:
    return {
        "interfaceErrorCounters": {
            port.name: {
                "fcsErrors": port.counts.crc,
                "alignmentErrors": port.counts.frame,
                "symbolErrors": 0,
                "inErrors": port.counts.input_errors,
                "frameTooShorts": port.counts.runts,
                "frameTooLongs": 0,
                "outErrors": port.counts.output_errors,
            }
            for port in switched(cli)
        }
    }


TABLE: list[Row] = [
    ("show interfaces counters", "any", show(_counters_text, _counters_model)),
    ("show interfaces counters errors", "any", show(_errors, _errors_model)),
]
