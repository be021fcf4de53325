"""The change that brings a device's configuration to the intended one, and its witness: the configuration itself.

In: the remedy and undo lines that ``templates.drift`` worked out. Out: a ``Change`` under the device's own revert
timer, and actions to read it back by, one per platform. Called by ``controller.push``. No recipe names these actions.
"""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from inventory.looks import Reading
from inventory.model import DeviceId, StoreId
from inventory.writes import Write
from playbooks.model import CONFIG, Action, Change, Reader, Target, text_of
from templates.drift import in_effect

PREFIX = "push_"
NO_PARAMS: Mapping[str, tuple[float, float]] = MappingProxyType({})


class Push:
    """``playbooks.model.Action`` for one platform; it is never planned from a recipe."""

    TITLE = "bring the configuration to the intended one"
    PARAMS = NO_PARAMS

    def __init__(self, platform: str) -> None:
        self._platform = platform

    def plan(self, target: Target, reader: Reader, params: Mapping[str, str]) -> tuple[Change, ...]:  # noqa: ARG002
        """Raise ``LookupError``: the lines come from a rollout, not from a recipe."""
        raise LookupError(f"{target.device}: configuration is pushed with 'storenet push', not by a recipe")

    def ran(self, change: Change, witness: Reading) -> bool | None:
        """Whether every line is in effect; None when no configuration was read."""
        running = text_of(witness)
        return in_effect(self._platform, running, change.write.lines) if running.strip() else None


def push_actions(platforms: Iterable[str]) -> Mapping[str, Action]:
    """Return the actions by the names that ``push_change`` gives."""
    return {f"{PREFIX}{name}": Push(name) for name in platforms}


def push_change(
    store: StoreId, device: DeviceId, platform: str, remedy: tuple[str, ...], undo: tuple[str, ...], revert_in: int
) -> Change:
    """Return the change that sends ``remedy``; the device takes it back after ``revert_in`` seconds by itself."""
    ports = interrupted_ports(remedy)
    return Change(
        action=f"{PREFIX}{platform}",
        store=store,
        device=device,
        port=ports[0] if ports else "",
        summary=f"{len(remedy)} configuration line{'s' if len(remedy) > 1 else ''}",
        write=Write(kind="commit_confirm", lines=remedy, revert_in_seconds=revert_in),
        undo=Write(kind="commit_confirm", lines=undo, revert_in_seconds=revert_in) if undo else None,
        witness=CONFIG,
        touches=tuple(dict.fromkeys(_bare(line) for line in (*remedy, *undo))),
        interrupts=bool(ports),
    )


INTERRUPTING = (
    "shutdown",
    "ip address",
    "encapsulation",
    "switchport mode",
    "switchport access vlan",
    "switchport trunk native",
    "speed",
    "duplex",
    "power inline",
    "poe",
)


HARMLESS = ("description", "unit 0 description", "unit 0 family ethernet-switching storm-control")
GROWING = ("unit 0 family ethernet-switching vlan members",)
_OF_A_PORT = re.compile(r"(set|delete|activate|deactivate) (?:poe interface|interfaces) (\S+) ?(.*)")
"""A line of a configuration without sections."""


def interrupted_ports(lines: Iterable[str]) -> tuple[str, ...]:
    """Return the interfaces whose traffic the lines may stop for a moment, in order.

    Only what restarts a port or moves its hosts counts; a description or an access list does not. A sub-interface
    counts as its port.
    """
    section, found = "", []
    for line in lines:
        if told := _OF_A_PORT.match(line):
            if not told[3].startswith(HARMLESS) and (told[1] == "delete" or not told[3].startswith(GROWING)):
                found.append(told[2].partition(".")[0])
        elif not line.startswith(" "):
            section = line
        elif section.startswith("interface ") and _bare(line).startswith(INTERRUPTING):
            found.append(section.removeprefix("interface ").partition(".")[0])
    return tuple(dict.fromkeys(found))


def _bare(line: str) -> str:
    return line.strip().removeprefix("no ")
