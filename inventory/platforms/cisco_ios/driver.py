"""The tuned Netmiko driver for IOS.

In: connection settings. Out: a session at its prompt, unpaged. Called by ``inventory.connection``.
"""

import re
import time

from netmiko.cisco.cisco_ios import CiscoIosSSH

from inventory.event_driven import EventDriven

LOG_LINE = re.compile(
    r"(?:(?:\d{6}: )?[*.]?(?:[A-Z][a-z]{2} +\d+ (?:\d{4} )?[\d:.]+(?: [A-Za-z]{3,5})?|[\dywdhms:.]+): )?"
    r"%[A-Z][A-Z0-9_]*(?:-[A-Z0-9_]+)?-[0-7]-[A-Z0-9_]+:[^\n]*"
)


class TunedCiscoIos(EventDriven, CiscoIosSSH):
    """IOS over SSH, event driven. Two commands after login (no paging, wide lines) instead of Netmiko's pauses."""

    log_line = LOG_LINE

    def session_preparation(self) -> None:
        """Wait for the first prompt, then turn paging and line wrapping off."""
        self.learn_prompt()
        for command in ("terminal length 0", "terminal width 511"):
            self.ask(command, max(self.deadline - time.monotonic(), 0.05))
