"""Bring a device back to its intended configuration, by the fewest lines, under the device's own timer.

Ports that a person has shut are left shut: that is nobody's mistake. Witness: the configuration itself.
"""

from collections.abc import Iterable, Iterator, Mapping

from playbooks.model import CONFIG, Change, Reader, Target, text_of
from playbooks.push import push_change
from playbooks.witness import lines_in_effect
from templates.drift import drift

TITLE = "restore the intended configuration"
PARAMS = {"revert_seconds": (10.0, 7200.0)}
OPENS = "no shutdown"


def plan(target: Target, reader: Reader, params: Mapping[str, str]) -> tuple[Change, ...]:
    """Compare afresh; no difference: no change. Raises ``LookupError`` when nothing is left that may be restored."""
    device = target.chain.devices[target.device]
    intended = reader.intended(device.id)
    if intended is None or device.platform is None:
        raise LookupError(f"it is not known what {device.id} should say")
    found = drift(device.platform, text_of(reader.read(device.id, CONFIG)), intended)
    if found.clean:
        return ()
    remedy = tuple(_without_opening(found.remedy))
    if not remedy:
        raise LookupError(f"{device.id} differs only by ports that a person has shut")
    seconds = int(float(params.get("revert_seconds", "60")))
    return (push_change(device.store, device.id, device.platform, remedy, found.undo, seconds),)


ran = lines_in_effect


def _without_opening(lines: Iterable[str]) -> Iterator[str]:
    """Leave out what opens a port, and sections that hold nothing else."""
    section: str | None = None
    for line in lines:
        if line.strip() == OPENS:
            continue
        if line.startswith(" "):
            if section is not None:
                yield section
            section = None
            yield line
        else:
            if section is not None and not _opens_only(section):
                yield section
            section = line
    if section is not None and not _opens_only(section):
        yield section


def _opens_only(section: str) -> bool:
    """Whether a section's name without a line under it says nothing."""
    return section.startswith(("interface ", "port "))
