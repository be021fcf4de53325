"""What the matrix must know of Junos: one record, and the phases that mean nothing there."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from inventory.looks import Look
from lab.devices.juniper_junos.device import JunosDevice
from lab.devices.juniper_junos.sets import display_set
from tests.conformance.junos_lab import SWITCH, SwitchView
from tests.matrix.dialects import MARK, Dialect, InRealTime, Truth, served

PORT = "ge-0/0/6"
LINE = f"set interfaces {PORT} description {MARK}"
OMITTED = {
    "deep": "no deep look: NAPALM's driver for Junos cannot be lent a session of a prompt",
    "exec": "no command of the prompt writes into the log",
}


@dataclass
class _View(InRealTime, SwitchView):
    """Of a Juniper switch."""

    on_line: Callable[[str], None] = lambda _line: None


def _make(name: str, address: str, port: int, on_line: Callable[[str], None], minute: float) -> tuple[Any, Any]:
    device = JunosDevice(_View(name=name, on_line=on_line), SWITCH, revert_minute_seconds=minute, boot_seconds=0.5)
    return served(device, name, address, port)


def _truth(device: JunosDevice) -> Truth:
    pending, config = device.database.pending, "\n".join(display_set(device.config))
    return Truth(
        running=LINE in config,
        startup=LINE in config and pending is None,
        logged=False,
        ours=pending is not None and pending.user == "storenet-rw",
        others=pending is not None and pending.user != "storenet-rw",
        config=config,
    )


JUNOS = Dialect(
    name="juniper_junos",
    make=_make,
    truth=_truth,
    look=Look(getter="ports"),
    exec_lines=(),
    config_lines=(LINE,),
    intended=lambda running: f"{running}\n{LINE}",
    lines={
        "login": re.compile(r"^set cli complete-on-space"),
        "look": re.compile(r"^show interfaces"),
        "config": re.compile(r"^commit and-quit"),
        "apply": re.compile(r"^commit confirmed"),
        "commit": re.compile(r"^commit confirmed"),
        "confirm": re.compile(r"^commit comment"),
        "undo": re.compile(r"^commit$"),
        "pending": re.compile(r"^show system commit"),
    },
    refusals={
        "incomplete": "     ^\nmissing argument.\n",
        "ambiguous": "     ^\n'sh' is ambiguous.\n",
        "rejected": "     ^\nsyntax error.\n",
        "overlaps": "[edit interfaces ge-0/0/6]\n  'unit 0'\n    no\nerror: configuration check-out failed\n",
        "opening": "error: could not open configuration database\n",
        "aborted": "error: commit failed: (statements constraint check failed)\n",
        "unauthorised": "     ^\nunknown command.\n",
    },
    unauthorised=r"^(?:configure|commit|request|clear)\b",
    omitted=OMITTED,
)
