"""What an Arista switch answers on an SSH channel: its command line, or one command.

In: the device and what was asked for. Out: a session, or None. Called by ``lab.devices.dialect``.
"""

from lab.devices.arista_eos.device import EosDevice
from lab.devices.arista_eos.shell import EosShell
from lab.devices.dialect import Asked, Session, TextSession

DEVICE = EosDevice


def open_session(device: EosDevice, asked: Asked) -> Session | None:
    """Return the session that answers what was asked for, None when the device refuses it."""
    if asked.kind != "shell":
        return None
    shell = EosShell(
        device,
        asked.line,
        asked.level,
        send=asked.send_text,
        hang_up=asked.hang_up,
        enable_secret=asked.enable_secret,
    )
    return TextSession(shell)
