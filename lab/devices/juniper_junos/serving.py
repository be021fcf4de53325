"""What a client gets on a channel of a Junos device: NETCONF as subsystem or command, else the prompt.

In: what was asked for. Out: a session, or None. Called by ``lab.devices.dialect``.
"""

from lab.devices.dialect import Asked, Session, TextSession
from lab.devices.juniper_junos.device import JunosDevice
from lab.devices.juniper_junos.netconf import Netconf
from lab.devices.juniper_junos.shell import Shell

_NETCONF = ("netconf", "xml-mode netconf need-trailer", "netconf need-trailer")

DEVICE = JunosDevice


def open_session(device: JunosDevice, asked: Asked) -> Session | None:
    """Return the session that answers what was asked for, None when it is refused."""
    if asked.kind == "shell":
        return TextSession(Shell(device, asked))
    allowed = device.config.at("system", "services", "netconf", "ssh") is not None
    if asked.words in _NETCONF and allowed:
        return Netconf(device, asked.line, asked)
    return None
