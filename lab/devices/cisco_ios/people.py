"""People at a device besides whoever dials in over the wire: logged in, in configuration mode, at work.

In: who sits down and what they type. Out: a vty line in use, configuration lines applied as they are typed, the lock of
an exclusive session. Called by ``device`` for the lab's world, and by the commands that want the configuration.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from lab.devices.cisco_ios.lines import Lines, VtyLine
from lab.model import DeviceView

ADDRESS = "192.0.2.77"
_PROCESS = 90


@dataclass(slots=True)
class People:
    """Who sits at one device, by name."""

    view: DeviceView
    lines: Lines
    on_reload: list[Callable[[], None]]
    seats: dict[str, tuple[VtyLine, Callable[[], None]]] = field(default_factory=dict)

    def sit_down(self, user: str, numbers: Sequence[int], *, exclusive: bool) -> None:
        """Log in and go to configuration mode: on the first free line, else at the console."""
        now = self.view.now()
        line = self.lines.take(numbers, ADDRESS, now) or VtyLine(0, "console", now)
        line.user, line.configuring, line.exclusive = user, now, exclusive

        def leave() -> None:
            self.lines.free(line)
            self.seats.pop(user, None)
            self.on_reload.remove(leave)

        line.hang_up = leave
        self.on_reload.append(leave)
        self.seats[user] = (line, leave)

    def stand_up(self, user: str) -> None:
        """Leave configuration mode and log out; harmless for who is not there."""
        if user in self.seats:
            line, leave = self.seats[user]
            self.view.say("SYS-5-CONFIG_I", f"Configured from console by {user} on vty{line.number} ({ADDRESS})")
            leave()


def locker(lines: Lines) -> VtyLine | None:
    """Return the line that holds the configuration alone, None when nobody does."""
    return next((line for line in lines.used.values() if line.exclusive and line.configuring is not None), None)


def locked_out(lines: Lines, line: VtyLine) -> str | None:
    """Return what a line is told that wants the configuration while somebody else holds it, None while nobody does."""
    holder = locker(lines)
    if holder is None or holder is line:
        return None
    return (
        f"Configuration mode locked exclusively by user '{holder.user}' process '{process(holder)}' "
        f"from terminal '{holder.number + 1}'. Please try later.\n"
    )


def process(line: VtyLine) -> int:
    """Return the number of the process that serves a line."""
    return _PROCESS + line.number
