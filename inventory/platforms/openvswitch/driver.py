"""The tuned Netmiko driver for a Linux box with our agent: the login shell is left for the agent's shell at once.

In: connection settings. Out: a session at the agent's prompt, ``name>`` or ``name#``. Called by
``inventory.connection``. Why: no prompt, colour, alias or quoting of a real shell stands between us and an answer. The
account decides what the session may: who may run ``storenet-ovs shell`` as root may write, who may run
``storenet-ovs look`` may look.
"""

import re
from typing import Any

import paramiko
from netmiko.exceptions import NetmikoAuthenticationException
from netmiko.linux.linux_ssh import LinuxSSH

from inventory.event_driven import ChannelLostError, EventDriven

ENTER = 'exec sudo -n storenet-ovs "$(sudo -n -l storenet-ovs shell >/dev/null 2>&1 && echo shell || echo look)"'
_READY = re.compile(r"(?:\A|\n)storenet-ovs \d+[ \t]*\n(?P<name>[A-Za-z0-9][\w\-]*)[>#][ \t]*\Z")
_REFUSED = re.compile(r"\nsudo: (?:a password is required|a terminal is required|[^\n]* not allowed)[^\n]*\n")
_MISSING = re.compile(r"\nsudo: storenet-ovs: command not found|\n[^\n]*sudo: (?:command )?not found")
_SHELL = re.compile(r"[$#>%][ \t]*(?:\x1b\[[?\d;]*[a-z])?\Z")


class TunedOpenvswitch(EventDriven, LinuxSSH):
    """A Linux box over SSH, event driven; netmiko's own ways with Linux (10 s to log out as root) are not used."""

    def session_preparation(self) -> None:
        """Wait for the login shell, leave it for the agent's, take its prompt."""
        self._until(_SHELL, self.deadline)
        self.send(f"{ENTER}\n")
        text = ""
        while (found := _READY.search(text)) is None:
            try:
                text += self._receive(self.deadline)
            except ChannelLostError:
                self._why(text)
                raise
        self.set_prompt(found["name"])

    def _why(self, text: str) -> None:
        if _REFUSED.search(text):
            raise NetmikoAuthenticationException("sudo does not let this account run storenet-ovs")
        if _MISSING.search(text):
            raise paramiko.SSHException("storenet-ovs is not installed on it")

    def _build_ssh_client(self) -> paramiko.SSHClient:
        client = super()._build_ssh_client()
        client.__class__ = _PlainClient  # in place: keys and policy stay
        return client


class _PlainClient(paramiko.SSHClient):  # type: ignore[misc,unused-ignore]
    """Asks for a terminal without abilities: the login shell then sends no escape sequences."""

    def invoke_shell(self, *_term: Any, **size: Any) -> paramiko.Channel:
        return super().invoke_shell(**{**size, "term": "dumb"})
