"""The IPsec tunnels of an edge: which are up, what they carry, how they come and go.

In: ``tunnels``, ``edge_log`` and ``clock``. Out, on the edge itself: ``tunnels_up`` (how many); of the one among them
that sends most ``tunnel_sent_total`` and ``tunnel_received_total``, with their rates; ``tunnels_down`` (names of those
that are down, and not just now) and ``tunnels_flapping`` (of those that fell again and again), empty for none;
``tunnel_stray`` and ``tunnel_refused`` - lately something came that fits no keys, or made no sense in a negotiation.
Why its clock: only the device knows what the times in its log mean. A tunnel that nobody has configured is no fault.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from anomaly.answers import Answers, rows, seen, table
from anomaly.device_clock import AHEAD, age_of
from anomaly.growing import with_rates
from anomaly.model import Observation, Value
from inventory.edge_rows import EdgeTaleRow, TunnelRow
from inventory.model import Chain, Device, Role
from inventory.port_rows import ClockRow

PACE = "slow"
GETTERS = frozenset({"tunnels", "edge_log", "clock"})
ROLES: frozenset[Role] = frozenset({"edge"})
OBSERVES = with_rates(
    {
        "tunnels_up",
        "tunnels_down",
        "tunnels_flapping",
        "tunnel_stray",
        "tunnel_refused",
        "tunnel_sent_total",
        "tunnel_received_total",
    }
)
LATELY = timedelta(minutes=10)
JUST_NOW = timedelta(seconds=60)
ONE_FALL = timedelta(seconds=3)
CALM = 2
FALLS = 3


def collect(device: Device, chain: Chain, answers: Answers, now: datetime) -> tuple[Observation, ...]:
    """Say how the tunnels stand; unknown what was not answered."""
    del chain
    facts = dict(_standing(rows(answers, "tunnels", TunnelRow))) | dict(_told(answers))
    return tuple(seen(device, name, value, now, on=device.id, subject=device.id) for name, value in facts.items())


def _standing(found: tuple[TunnelRow, ...] | None) -> Iterator[tuple[str, Value]]:
    up = [row for row in found or () if row.up]
    busiest = max(up, key=lambda row: row.sent, default=None)
    yield "tunnels_up", None if found is None else float(len(up))
    yield "tunnel_sent_total", None if busiest is None else float(busiest.sent)
    yield "tunnel_received_total", None if busiest is None else float(busiest.received)


def _told(answers: Answers) -> Iterator[tuple[str, Value]]:
    """What needs the log."""
    found, log = rows(answers, "tunnels", TunnelRow), rows(answers, "edge_log", EdgeTaleRow)
    clock = table(answers, "clock", ClockRow)
    if found is None or log is None or clock is None:
        yield from dict.fromkeys(("tunnels_down", "tunnels_flapping", "tunnel_stray", "tunnel_refused")).items()
        return
    aged = [(row, age) for row in log if (age := age_of(row.at, clock[0].at)) is not None and age <= LATELY]
    falls = {row.port: _falls(row, aged) for row in found}
    flapping = [port for port, ages in falls.items() if _flaps(ages)]
    down = [r for r in found if not r.up and r.port not in flapping and not any(a < JUST_NOW for a in falls[r.port])]
    yield "tunnels_flapping", ",".join(sorted(flapping))
    yield "tunnels_down", ",".join(sorted(f"{row.port} to {row.peer}" for row in down))
    yield "tunnel_stray", _lately("stray", aged)
    yield "tunnel_refused", _lately("refused", aged)


def _falls(tunnel: TunnelRow, aged: Iterable[tuple[EdgeTaleRow, timedelta]]) -> list[timedelta]:
    """How long ago it fell, newest first; that its line and its session are told of apart is one fall."""
    ages = sorted(age for row, age in aged if row.word == "fell" and row.about in (tunnel.port, tunnel.peer))
    return [age for number, age in enumerate(ages) if number == 0 or age - ages[number - 1] > ONE_FALL]


def _flaps(ages: Sequence[timedelta]) -> bool:
    """Whether it fell so often (ages: newest first), and has not been calm for twice as long as ever between."""
    longest = max((older - newer for newer, older in pairwise(ages)), default=timedelta(0))
    return len(ages) >= FALLS and ages[0] <= CALM * longest


def _lately(word: str, aged: Iterable[tuple[EdgeTaleRow, timedelta]]) -> bool:
    """Whether it was told of after the tunnels last came up."""
    risen = min((age for row, age in aged if row.word == "rose"), default=LATELY)
    return any(row.word == word and age <= max(risen, AHEAD) for row, age in aged)
