"""What an IOS device answers on a channel: its command line, or a copy to or from flash.

In: the device and what was asked for. Out: a session, or None. Called by ``lab.devices.dialect``.
"""

from lab.devices.cisco_ios.device import IosDevice
from lab.devices.cisco_ios.shell import Shell
from lab.devices.cisco_ios.terminal import ENABLED
from lab.devices.dialect import Asked, Session, TextSession
from lab.devices.scp import ScpSession

DEVICE = IosDevice


def open_session(device: IosDevice, asked: Asked) -> Session | None:
    """Return the session that answers what was asked for, None when the device refuses it."""
    if asked.kind == "shell":
        shell = Shell(
            device,
            asked.line,
            asked.level,
            enable_secret=asked.enable_secret,
            send=asked.send_text,
            hang_up=asked.hang_up,
        )
        return TextSession(shell)
    allowed = device.running.root.has("ip", "scp", "server", "enable") and asked.level == ENABLED
    if asked.kind != "exec" or not asked.words.startswith("scp ") or not allowed:
        return None
    return ScpSession(device, asked.words, user=asked.line.user, send=asked.send, done=asked.finish)
