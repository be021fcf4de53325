"""The command line of one session: a terminal that knows the exec commands.

In: characters from one SSH channel. Out: the characters a real device would send back. Called by ``lab.devices.ssh``.
"""

from collections.abc import Callable

from lab.devices.cisco_ios.device import IosDevice
from lab.devices.cisco_ios.exec_commands import execute
from lab.devices.cisco_ios.lines import VtyLine
from lab.devices.cisco_ios.terminal import Terminal


class Shell(Terminal):
    """One session on one vty line. ``enable_secret`` None: nobody is let in."""

    def __init__(
        self,
        device: IosDevice,
        line: VtyLine,
        privilege: int,
        *,
        send: Callable[[str], None],
        hang_up: Callable[[], None],
        enable_secret: str | None,
    ) -> None:
        super().__init__(
            device,
            line,
            privilege,
            execute=execute,
            send=send,
            hang_up=hang_up,
            enable_secret=enable_secret,
        )
