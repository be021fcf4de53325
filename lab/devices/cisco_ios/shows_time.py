"""``show ntp associations`` and ``show ntp status``.

In: a shell and canonical words. Out: text, as IOS prints it (recorded answers of genieparser's ShowNtpAssociations and
ShowNtpStatus, Apache-2.0). Called by ``exec_commands``.
"""

from datetime import UTC, datetime, timedelta

from lab.devices.cisco_ios.rule import Words
from lab.devices.cisco_ios.shows import clock_text
from lab.devices.cisco_ios.tables import Table
from lab.devices.cisco_ios.terminal import Terminal
from lab.service_model import TimeLook

_NOT_ON = "%NTP is not enabled.\n"
_CENTURY = datetime(1900, 1, 1, tzinfo=UTC)
_TOLD_IN_SECONDS = 2048


def _peer(shell: Terminal, looks: list[TimeLook]) -> TimeLook | None:
    """The server the clock follows: the preferred one among those heard, else the first."""
    heard = [look for look in looks if look.reach]
    root = shell.device.running.root
    preferred = [look for look in heard if root.value("ntp", "server", str(look.server)) == ("prefer",)]
    return next(iter(preferred or heard), None)


def _associations(shell: Terminal, _words: Words) -> str:
    looks = list(shell.device.view.services.times())
    if not looks:
        return _NOT_ON
    followed = _peer(shell, looks)
    rows = ["", "  address         ref clock       st   when   poll reach  delay  offset   disp"]
    for look in looks:
        mark = "*" if look is followed else "+" if look.reach else " "
        met = look.answered_seconds is not None
        clock, stratum = (".GPS.", 1) if met else (".INIT.", 16)
        spread = 0.95 if look.reach == 0xFF else 15937.0 if not look.reach else 1.9  # noqa: PLR2004 - all eight polls
        rows.append(
            f"{mark}~{look.server!s:<15} {clock:<15} {stratum:>2} {_when(look):>6} {64:>6} {look.reach:>5o} "
            f"{look.delay_ms:>6.3f} {look.offset_ms:>7.3f} {spread:>6.3f}"
        )
    return "\n".join(rows) + "\n * sys.peer, # selected, + candidate, - outlyer, x falseticker, ~ configured\n"


def _when(look: TimeLook) -> str:
    if look.answered_seconds is None:
        return "-"
    seconds = int(look.answered_seconds)
    return str(seconds) if seconds < _TOLD_IN_SECONDS else f"{seconds // 60}m"


def _status(shell: Terminal, _words: Words) -> str:
    looks = list(shell.device.view.services.times())
    if not looks:
        return _NOT_ON
    followed = _peer(shell, looks)
    last = followed or max(
        looks, key=lambda look: -(look.answered_seconds if look.answered_seconds is not None else 1e9)
    )
    now = shell.device.view.now()
    met = None if last.answered_seconds is None else now - timedelta(seconds=last.answered_seconds)
    state = f"synchronized, stratum 2, reference is {followed.server}" if followed is not None else ""
    loop = "'CTRL' (Normal Controlled Loop)" if followed is not None else "'SPIK' (Spike)"
    uptime = int((now - shell.device.booted_at).total_seconds() * 100)
    update = "never updated" if met is None else f"last update was {int(last.answered_seconds or 0)} sec ago"
    return (
        f"Clock is {state or 'unsynchronized, stratum 16, no reference clock'}\n"
        "nominal freq is 250.0000 Hz, actual freq is 250.0000 Hz, precision is 2**10\n"
        f"ntp uptime is {uptime} (1/100 of seconds), resolution is 4000\n"
        f"reference time is {_stamp(met)} ({clock_text(met or _CENTURY)})\n"
        f"clock offset is {last.offset_ms:.4f} msec, root delay is {last.delay_ms:.2f} msec\n"
        f"root dispersion is {last.offset_ms + 7.2:.2f} msec, peer dispersion is 3.40 msec\n"
        f"loopfilter state is {loop}, drift is 0.000000000 s/s\n"
        f"system poll interval is 64, {update}.\n"
    )


def _stamp(met: datetime | None) -> str:
    """The time as NTP counts it: seconds since 1900, and their fraction, in hexadecimal."""
    if met is None:
        return "00000000.00000000"
    seconds = (met - _CENTURY).total_seconds()
    return f"{int(seconds):08X}.{int(seconds % 1 * 2**32):08X}"


TABLE: Table = [
    ("show ntp associations", 1, _associations),
    ("show ntp status", 1, _status),
]
