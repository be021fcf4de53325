"""The terminal of one session at the prompt, as Junos has it: its words, and taking lines until ^D.

In: characters from one SSH channel. Out: the characters a switch would send back. The base of ``shell.Shell``, which
knows the commands.
"""

import re

from lab.devices.dialect import Asked
from lab.devices.juniper_junos.device import JunosDevice
from lab.devices.juniper_junos.sessions import Session
from lab.devices.terminal import Answer, LineTerminal

__all__ = ["MEMBER", "Answer", "Terminal", "masked"]

MEMBER = "{master:0}"
_BANNER = (
    "*** authorized use only ***\nuser@old> show\nPassword:\n# not a prompt %\n[edit]\nold# " + "-=#=- " * 400 + "\n"
)
_END_OF_INPUT = "\x04"
_SECRET = re.compile(r"(encrypted-password|plain-text-password-value|authentication-key|ssh-rsa|community) \S+")


class Terminal(LineTerminal):
    """One session at the prompt."""

    more = "---(more)---"
    erase = "\r" + " " * len(more) + "\r"
    break_keys = "\x03"
    fault_words = "error: internal error\n"
    records_answers = False

    def __init__(self, device: JunosDevice, asked: Asked) -> None:
        super().__init__(send=asked.send_text, hang_up=asked.hang_up)
        self.device: JunosDevice = device
        self.session: Session = asked.line
        self.line: Session = asked.line
        self.session.terminal = f"pts/{self.session.number}"
        self._gathering: list[str] | None = None

    def greeting(self) -> str:
        """Return what is printed first, with the first prompt."""
        noise = _BANNER if self.device.modes.on("banner") else ""
        return f"{noise}--- JUNOS 20.4R3.8 Kernel 32-bit  JNPR-12.1\n{self.prompt}"

    def leave(self) -> bool:
        """^Z is no key here."""
        return False

    def end(self) -> None:
        """The channel is gone."""
        super().end()
        self.device.database.leave(self.session)
        self.session.editing = False

    async def gather(self, invitation: str) -> str:
        """Take lines until ^D stands at the beginning of one."""
        self._gathering = []
        try:
            while True:
                line = await self.ask(invitation)
                invitation = ""
                if line == _END_OF_INPUT:
                    return "\n".join(self._gathering)
                self._gathering.append(line)
        finally:
            self._gathering = None

    def rename(self) -> None:
        """Let the prompt show another host name."""
        self.device.rename()

    def log_message(self) -> str:
        """Return a message as it is printed into a terminal."""
        when = self.device.view.now()
        return (
            f"\nMessage from syslogd@{self.device.hostname} at {when:%b %d %H:%M:%S}  ...\n{self.device.hostname} "
            "fpc0 PFEX: link 30 changed state to up\n"
        )

    def masked(self, line: str) -> str:
        """Return a line with its secrets replaced."""
        return masked(line)

    def _control(self, key: str) -> None:
        if key == _END_OF_INPUT and self._gathering is not None and not self._typed and self._asking is not None:
            self._asking.set_result(key)
        else:
            super()._control(key)

    def _run(self, line: str) -> None:
        if line.strip():
            super()._run(line)
        else:
            self._answered("")


def masked(line: str) -> str:
    """Return a line without its secrets."""
    return _SECRET.sub(r"\1 <removed>", line)
