"""The tuned Netmiko driver for FRR.

In: connection settings. Out: a session at vtysh's prompt, unpaged, whatever the login gives: looks log in to vtysh
itself, the write account to a Linux shell, from which vtysh is entered as root. Called by ``inventory.connection``.
Why one kind of prompt: everything typed into a session is then FRR's language; what needs Linux goes over a channel of
its own (``shell``).
"""

import re
import time
from typing import Any

import paramiko
from netmiko.cisco.cisco_ios import CiscoIosSSH
from netmiko.exceptions import NetmikoAuthenticationException

from inventory.event_driven import EventDriven

ENTER_VTYSH = "exec sudo -n vtysh"
UNPAGED = "terminal length 0"
_NO_COMMAND = re.compile(r"not found")
_SUDO_REFUSES = re.compile(r"\nsudo: (?!unable to resolve)[^\n]+\n")


class _PlainClient(paramiko.SSHClient):  # type: ignore[misc,unused-ignore]
    """Asks for a terminal without abilities: readline then sends no escape sequences."""

    def invoke_shell(self, *_term: Any, **size: Any) -> paramiko.Channel:
        return super().invoke_shell(**{**size, "term": "dumb"})


class TunedFrr(EventDriven, CiscoIosSSH):
    """FRR over SSH, event driven; vtysh behaves like IOS at its prompt."""

    login_prompt = re.compile(
        r"(?:\A|\n)[ \t]*(?:[A-Za-z0-9][\w.\-]*@[^\n]*[$#]|(?:[\w.\-]*)\$|(?P<host>[A-Za-z0-9][\w.\-]*)[>#])[ \t]*\Z"
    )

    def session_preparation(self) -> None:
        """Wait for the first prompt; leave a Linux shell for vtysh; turn paging off."""
        if not self._at_vtysh() or _NO_COMMAND.search(self._asked(UNPAGED)):
            self._enter_vtysh()
            self._asked(UNPAGED)

    def _at_vtysh(self) -> bool:
        """Read what the login prints; whether a router's prompt stands at its end."""
        found = self.login_prompt.search(self._until(self.login_prompt, self.deadline))
        host = found["host"] if found else None
        self.set_prompt(host or "")
        return bool(host)

    def _enter_vtysh(self) -> None:
        """Leave the shell for vtysh, as root: when vtysh ends, so does the session."""
        self.send(f"{ENTER_VTYSH}\n")
        entered = re.compile(rf"{_SUDO_REFUSES.pattern}|(?:\A|\n)(?P<host>[A-Za-z0-9][\w.\-]*)# \Z")
        found = entered.search(self._until(entered, self.deadline))
        if found is None or not found["host"]:
            raise NetmikoAuthenticationException("sudo does not let this account run vtysh")
        self.set_prompt(found["host"])

    def _asked(self, command: str) -> str:
        return self.ask(command, max(self.deadline - time.monotonic(), 0.05))

    def _build_ssh_client(self) -> paramiko.SSHClient:
        client = super()._build_ssh_client()
        client.__class__ = _PlainClient  # in place: keys and policy stay
        return client
