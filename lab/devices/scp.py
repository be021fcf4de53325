"""The device's side of the SCP protocol, over its flash held in memory.

In: bytes from an exec channel opened with ``scp -t PATH`` or ``scp -f PATH``. Out: bytes back; files in flash.
Called by ``lab.devices.cisco_ios.serving``. The protocol: text headers ``C<mode> <size> <name>``, a zero byte for
"go on".
"""

import re
from collections.abc import Callable

from lab.devices.cisco_ios.device import IosDevice
from lab.devices.cisco_ios.flash import file_key

_HEADER = re.compile(rb"C\d+ (\d+) (.+)")
_OK = b"\0"
_MAX_BYTES = 64 * 1024 * 1024


class ScpSession:
    """One copy to or from flash."""

    def __init__(
        self,
        device: IosDevice,
        command: str,
        *,
        user: str,
        send: Callable[[bytes], None],
        done: Callable[[int], None],
    ) -> None:
        self._device = device
        self._user = user
        self._send = send
        self._done = done
        self._buffer = bytearray()
        self._wanted: tuple[str, int] | None = None
        words = command.split()
        self._path = words[-1].strip("'\"")
        self._sink = "-t" in words
        self._answers = 0

    def start(self) -> None:
        """Say that we are ready, when we receive."""
        if self._sink:
            self._send(_OK)

    def received(self, chunk: bytes) -> None:
        """Take bytes from the client."""
        self._buffer += chunk
        if self._sink:
            while self._take():
                pass
        else:
            self._give()

    def eof(self) -> None:
        """The client sends no more: the copy is over."""
        self._done(0)

    def end(self) -> None:
        """Nothing is left to do."""

    def _take(self) -> bool:
        if self._wanted is None:
            return self._header()
        name, size = self._wanted
        if len(self._buffer) <= size:
            return False
        self._device.flash.store(name, bytes(self._buffer[:size]))
        self._device.view.record("write", user=self._user, line=f"scp {file_key(name)}", section="", changed=False)
        del self._buffer[: size + 1]
        self._wanted = None
        self._send(_OK)
        return bool(self._buffer)

    def _header(self) -> bool:
        end = self._buffer.find(b"\n")
        if end < 0:
            return False
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        found = _HEADER.fullmatch(line)
        if self._sink and self._device.modes.on("flash_full"):
            self._refuse(f"{self._path}: No space left on device")
        elif found is not None and int(found[1]) <= _MAX_BYTES:
            self._wanted = (self._target(found[2].decode(errors="replace")), int(found[1]))
            self._send(_OK)
        elif line[:1] in (b"T", b"E"):
            self._send(_OK)
        else:
            self._refuse("protocol error")
        return bool(self._buffer)

    def _target(self, name: str) -> str:
        path = file_key(self._path)
        return path if path and not path.endswith("/") else path + name

    def _give(self) -> None:
        """Send the file step by step: the client answers each step with a zero byte."""
        content = self._device.flash.get(file_key(self._path))
        while self._buffer:
            del self._buffer[:1]
            self._answers += 1
            if content is None:
                self._refuse(f"{self._path}: No such file or directory")
                return
            if self._answers == 1:
                self._send(b"C0644 %d %s\n" % (len(content), file_key(self._path).rsplit("/", 1)[-1].encode()))
            elif self._answers == 2:  # noqa: PLR2004
                self._send(content + _OK)
            else:
                self._done(0)

    def _refuse(self, reason: str) -> None:
        self._send(b"\x01scp: " + reason.encode() + b"\n")
        self._done(1)
