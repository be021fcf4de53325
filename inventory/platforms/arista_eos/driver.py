"""The tuned Netmiko driver for EOS.

In: connection settings. Out: a session at its prompt, unpaged. Called by ``inventory.connection``. A prompt of EOS may
hold more than one pair of brackets: ``sw1(s1)(config-s-storen)#``.
"""

import re
import time

from netmiko.arista.arista import AristaSSH

from inventory.event_driven import PROMPT_NAME, EventDriven

BRACKETS = r"(?:\([^)\n]*\))*"
_TIME = r"(?:[A-Z][a-z]{2} +\d+ (?:\d{4} )?[\d:.]+|\d{4}-\d\d-\d\dT[\d:.]+\S*)"
LOG_LINE = re.compile(
    rf"(?:{_TIME} (?:[\w.\-]+ )?)?(?:[A-Z]\w*(?:-\w+)?(?:\[\d+\])?: )?%[A-Z][A-Z0-9_]*-[0-7]-[A-Z0-9_]+:[^\n]*"
)
"""As EOS prints log messages into a session: time, name, agent; each may be missing."""


class TunedAristaEos(EventDriven, AristaSSH):
    """EOS over SSH, event driven. Two commands after login (no paging, wide lines) instead of Netmiko's pauses."""

    log_line = LOG_LINE
    login_prompt = re.compile(rf"(?:\A|\n)[ \t]*([A-Za-z0-9][\w.\-]*){BRACKETS}[>#][ \t]*\Z")
    any_prompt = re.compile(rf"(?:\A|\n)[A-Za-z0-9][\w.\-]*{BRACKETS}[>#][ \t]*\Z")

    def session_preparation(self) -> None:
        """Wait for the first prompt, then turn paging and line wrapping off."""
        self.learn_prompt()
        for command in ("terminal length 0", "terminal width 511"):
            self.ask(command, max(self.deadline - time.monotonic(), 0.05))

    def set_prompt(self, name: str) -> None:
        """Take ``name`` as the prompt, whatever stands in brackets behind it; log lines after it are tolerated."""
        self.base_prompt = name[:PROMPT_NAME]
        tail = rf"(?:[ \t]*\n(?:{LOG_LINE.pattern})?)*"
        self.prompt = re.compile(
            rf"(?:\A|\n)(?P<prompt>{re.escape(self.base_prompt)}[^\s#>()]*{BRACKETS}[>#])[ \t]*{tail}\Z"
        )

    def set_base_prompt(self, *_args: object, **_kwargs: object) -> str:
        """Look at the prompt again (a configuration may have changed the host name)."""
        self.set_prompt(re.sub(rf"{BRACKETS}[>#]$", "", self.find_prompt()))
        return str(self.base_prompt)
