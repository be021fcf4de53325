"""The Tcl shell of a session, as far as files are written with it.

In: lines typed after ``tclsh``. Out: text, files in flash once the shell is left. Called by ``terminal``.
Why: a file can be carried over the session itself - ``puts [open "flash:x" w+] {...}`` - where there is no SCP.
Whatever is no Tcl goes to exec mode, as on the device.
"""

import re
from collections.abc import Callable, Coroutine
from typing import Any

from lab.devices.cisco_ios.device import IosDevice
from lab.devices.cisco_ios.flash import file_key

Answer = str | Coroutine[Any, Any, str]
_PUTS = re.compile(r'\s*puts\s+\[open\s+"?(?P<name>[^"\]\s]+)"?\s+w\+?\]\s+\{(?P<body>.*)\}\s*', re.DOTALL)
_LEAVE = frozenset({"tclquit", "exit"})


class TclShell:
    """One Tcl shell. ``left`` is called when it is over."""

    def __init__(self, device: IosDevice, user: str, left: Callable[[], None]) -> None:
        self._device = device
        self._user = user
        self._left = left
        self._open: list[str] = []
        self._files: dict[str, str] = {}

    def prompt(self, hostname: str) -> str:
        """Return the prompt; a statement whose braces are still open goes on."""
        return "+>" if self._open else f"{hostname}(tcl)#"

    def feed(self, line: str, execute: Callable[[str], Answer]) -> Answer:
        """Take one line and return what is printed; ``execute`` runs what is no Tcl."""
        self._open.append(line)
        statement = "\n".join(self._open)
        if statement.count("{") > statement.count("}"):
            return ""
        self._open.clear()
        found = _PUTS.fullmatch(statement)
        if found is not None:
            self._files[found["name"]] = found["body"] + "\n"
            return ""
        if statement.strip() in _LEAVE:
            self._leave()
            return ""
        return execute(line) if statement.strip() else ""

    def _leave(self) -> None:
        """Close the files: only now their content stands in flash."""
        for name, content in self._files.items():
            self._device.flash.store(name, content.encode())
            self._device.record_write(self._user, f"tclsh {file_key(name)}", changed=False)
        self._left()
