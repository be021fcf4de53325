"""The tuned Netmiko driver for Junos.

In: connection settings. Out: a session at its prompt, unpaged. Called by ``inventory.connection``. A prompt of Junos is
``user@host>`` or ``user@host#``; above it stand the member of the chassis (``{master:0}``), the level being edited
(``[edit]``) and what waits for its confirmation: lines that belong to no answer.
"""

import re
import time

from netmiko.juniper.juniper import JuniperSSH

from inventory.event_driven import PROMPT_NAME, EventDriven

LOG_LINE = re.compile(r"(?:Broadcast )?Message from \S+@\S+[^\n]*(?:\n(?![\w.\-]+@)[^\n]+)?")
"""As Junos prints messages into a session: one line tells of it, the next is the message."""
_ABOVE = re.compile(
    r"\s*(?:# commit confirmed will be rolled back.*|\{\w+:[\w-]+\}\s*(?:\[edit[^\]]*\])?|\[edit[^\]]*\])?\s*\Z"
)
_NAME = r"[A-Za-z0-9][\w.\-]*@[A-Za-z0-9][\w.\-]*"
AFTER_LOGIN = ("set cli complete-on-space off", "set cli screen-length 0", "set cli screen-width 511")


class TunedJuniperJunos(EventDriven, JuniperSSH):
    """Junos over SSH, event driven. Three commands after login instead of Netmiko's pauses."""

    log_line = LOG_LINE
    login_prompt = re.compile(rf"(?:\A|\n)[ \t]*({_NAME})[>#][ \t]*\Z")
    any_prompt = re.compile(rf"(?:\A|\n){_NAME}[>#][ \t]*\Z")

    def session_preparation(self) -> None:
        """Wait for the first prompt; then words are not completed behind our back, and nothing is paged or wrapped."""
        self.learn_prompt()
        for command in AFTER_LOGIN:
            self.ask(command, max(self.deadline - time.monotonic(), 0.05))

    def set_prompt(self, name: str) -> None:
        """Take ``user@host`` as the prompt; messages printed after it are tolerated."""
        self.base_prompt = name[:PROMPT_NAME]
        tail = rf"(?:[ \t]*\n(?:{LOG_LINE.pattern})?)*"
        self.prompt = re.compile(rf"(?:\A|\n)(?P<prompt>{re.escape(self.base_prompt)}[^\s#>]*[>#])[ \t]*{tail}\Z")

    def set_base_prompt(self, *_args: object, **_kwargs: object) -> str:
        """Look at the prompt again (a configuration may have changed the host name)."""
        self.set_prompt(self.find_prompt().rstrip("#>"))
        return str(self.base_prompt)

    def ask(self, command: str, timeout: float, *, until: re.Pattern[str] | None = None, echo: bool = True) -> str:
        """Send one line and return what the device says to it, without what stands above the prompt."""
        return bare(super().ask(command, timeout, until=until, echo=echo))

    def said_at_end(self, text: str, start: int) -> str | None:
        """As ``ask``, for a series of questions."""
        said = super().said_at_end(text, start)
        return None if said is None else bare(said)


def bare(said: str) -> str:
    """Return an answer without what stands above the next prompt."""
    lines = said.split("\n")
    while lines and _ABOVE.match(lines[-1]):
        lines.pop()
    return "\n".join(lines)
