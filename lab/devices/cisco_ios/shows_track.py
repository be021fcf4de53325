"""``show track``: what the device tracks, and what hangs on it.

In: a shell and canonical words. Out: text, as IOS prints it. Called by ``exec_commands`` through ``shows_services``.
"""

from collections.abc import Iterator
from datetime import timedelta

from lab.devices.cisco_ios.rule import Words
from lab.devices.cisco_ios.tables import Table
from lab.devices.cisco_ios.terminal import Terminal
from lab.model import TrackLook


def _tracks(shell: Terminal, words: Words) -> str:
    wanted = int(words[2]) if words[2:] and words[2].isdigit() else None
    looks = [look for look in shell.device.view.tracks() if wanted in (None, look.number)]
    return "".join(f"{row}\n" for look in looks for row in _track(shell, look))


def _track(shell: Terminal, look: TrackLook) -> Iterator[str]:
    word = "Up" if look.up else "Down"
    yield f"Track {look.number}"
    if look.interface is not None:
        yield f"  Interface {look.interface} line-protocol"
        yield f"  Line protocol is {word}"
    else:
        yield f"  IP SLA {look.probe} {look.kind}"
        yield f"  {look.kind.capitalize()} is {word}"
    yield f"    {look.changes} change{'' if look.changes == 1 else 's'}, last change {_ago(shell, look)}"
    if look.up_seconds or look.down_seconds:
        yield f"  Delay up {look.up_seconds} secs, down {look.down_seconds} secs"
    if look.probe is not None:
        yield f"  Latest operation return code: {look.code}"
        if look.rtt_ms is not None:
            yield f"  Latest RTT (millisecs) {max(1, round(look.rtt_ms))}"
    if look.routes:
        yield "  Tracked by:"
        yield f"    Static IP Routing {look.routes}"


def _ago(shell: Terminal, look: TrackLook) -> str:
    seconds = int((shell.device.view.now() - look.since) / timedelta(seconds=1))
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _brief(shell: Terminal, _words: Words) -> str:
    rows = ["Track Type        Instance                   Parameter        State Last Change"]
    for look in shell.device.view.tracks():
        kind, what = ("interface", look.interface) if look.interface is not None else ("ip sla", str(look.probe))
        told = "line-protocol" if look.interface is not None else look.kind
        word = "Up" if look.up else "Down"
        rows.append(f"{look.number:<5} {kind:<11} {what:<26} {told:<16} {word:<5} {_ago(shell, look)}")
    return "\n".join(rows) + "\n"


TABLE: Table = [("show track [<1-1000>]", 1, _tracks), ("show track brief", 1, _brief)]
