"""Turning something off and on again, as two changes that can be read back one by one.

In: what to call the stages and their words. Out: an off and an on change; whether either is in effect.
Called by the actions that cycle something. After a crash between the two the line for "off" is found in the
configuration, and only the second change is still sent.
"""

from dataclasses import dataclass

from inventory.looks import Look, Reading
from inventory.model import Device
from inventory.writes import Write
from playbooks.model import Change, config_lines
from templates.render import render

OF_A_PORT = ("interface", "set interfaces ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """``off`` and ``on`` are template names; the last line of ``off`` is what the configuration says while off."""

    action: str
    off: str
    on: str

    def look(self, port: str) -> Look:
        """The witness of both stages: the port's running configuration."""
        return Look(getter="port_config", args={"port": port})

    def changes(self, device: Device, port: str, summaries: tuple[str, str], pause: float) -> tuple[Change, Change]:
        """Off, a pause in seconds, on; the undo of either is on."""
        platform = device.platform or ""
        off = Write(kind="config", lines=render(platform, self.off, port=port))
        on = Write(kind="config", lines=render(platform, self.on, port=port))
        first, second = (
            Change(
                action=self.action,
                store=device.store,
                device=device.id,
                port=port,
                summary=summary,
                write=write,
                undo=on,
                witness=self.look(port),
                touches=(off.lines[-1].strip(), on.lines[-1].strip()),
                interrupts=True,
                pause_seconds=wait,
            )
            for summary, write, wait in zip(summaries, (off, on), (pause, 0.0), strict=True)
        )
        return first, second

    def is_off(self, device: Device, port: str, witness: Reading) -> bool:
        """Whether the port's configuration says off."""
        return render(device.platform or "", self.off, port=port)[-1].strip() in config_lines(witness)

    def ran(self, change: Change, witness: Reading) -> bool | None:
        """Whether the port is as the change wanted it; output without an interface line is no evidence."""
        if not any(line.startswith(OF_A_PORT) for line in config_lines(witness)):
            return None
        off_line = change.touches[0]
        wants_off = any(line.strip() == off_line for line in change.write.lines)
        return (off_line in config_lines(witness)) == wants_off
