"""What ``track`` means to the lab's world.

In: a ``Config``. Out: ``lab.model.TrackSetting`` rows. Called by ``meaning``.
"""

from lab.devices.cisco_ios.config import Config, Section
from lab.devices.cisco_ios.rule import Words
from lab.setting import TrackSetting


def tracks(config: Config) -> tuple[TrackSetting, ...]:
    """Return every tracked object."""
    return tuple(_track(words, section) for words, section in config.sections("track"))


def _track(words: Words, section: Section) -> TrackSetting:
    told = " ".join(section.value("delay") or ()).split()
    delay = dict(zip(told[::2], told[1::2], strict=False))
    by_interface = words[2] == "interface"
    return TrackSetting(
        number=int(words[1]),
        probe=None if by_interface else int(words[4]),
        kind="reachability" if words[-1] == "reachability" else "state",
        interface=words[3] if by_interface else None,
        down_seconds=int(delay.get("down", "0")),
        up_seconds=int(delay.get("up", "0")),
    )
