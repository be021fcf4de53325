"""What devices log, sent as they send it: RFC 3164 over UDP, with the device's name in it.

In: lines as they go into a device's log buffer. Out: datagrams to an address on loopback. Called by ``lab.gear`` for
every line; made by ``lab.server`` when it is given ``--syslog``. A receiver that is not there or slow is never waited
for, as on a real device.
"""

import contextlib
import socket
from collections.abc import Callable
from datetime import datetime
from ipaddress import ip_address

LOCAL7, NOTICE = 23, 5
Tell = Callable[[datetime, str, str], None]


class Sender:
    """Sends to one address. Raises ``ValueError`` when that is not ``HOST:PORT`` on loopback."""

    def __init__(self, where: str) -> None:
        host, _, port = where.rpartition(":")
        if not port.isdecimal() or not ip_address(host.strip("[]")).is_loopback:
            raise ValueError(f"--syslog {where}: give HOST:PORT with a loopback address, such as 127.0.0.1:5514")
        self._where = (host.strip("[]"), int(port))
        self._socket = socket.socket(socket.AF_INET6 if ":" in self._where[0] else socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.settimeout(0)

    def of(self, device: str) -> Tell:
        """Return what a device calls for every line: when, mnemonic, text."""
        numbers = iter(range(1, 1 << 62))

        def tell(at: datetime, mnemonic: str, text: str) -> None:
            head = f"<{_priority(mnemonic)}>{at:%b} {at.day:2d} {at:%H:%M:%S} {device} {next(numbers)}"
            line = f"{head}: %{mnemonic}: {text}"
            with contextlib.suppress(OSError):  # nobody listens there: a device does not know, either
                self._socket.sendto(line.encode(), self._where)

        return tell

    def close(self) -> None:
        """Send no more."""
        self._socket.close()


def _priority(mnemonic: str) -> int:
    """Facility local7 and the severity that stands in the mnemonic, as IOS sends it."""
    severity = next((int(part) for part in mnemonic.split("-") if part.isdigit()), NOTICE)
    return LOCAL7 * 8 + min(severity, 7)
