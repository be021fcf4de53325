"""Talks to a running lab.

In: the lab's directory. Out: answers of ``lab.control``. Called by ``lab.cli`` and tests.
"""

import json
import socket
from pathlib import Path
from typing import Any

from lab.control import ADDRESS_FILE

TIMEOUT_SECONDS = 10.0


class LabError(Exception):
    """The lab is not there, or refused; the message is fit for people."""


class LabClient:
    """One short connection per request. ``directory`` is the content directory the lab was started with."""

    def __init__(self, directory: Path) -> None:
        self._address = directory / "lab" / ADDRESS_FILE

    def up(self) -> bool:
        """Whether a lab answers."""
        try:
            self.ask("status")
        except LabError:
            return False
        return True

    def ask(self, command: str, **fields: object) -> dict[str, Any]:
        """Send one command. Raises ``LabError``."""
        try:
            where = json.loads(self._address.read_text(encoding="utf-8"))
            with self._dial(where) as line, line.makefile("rwb") as stream:
                stream.write(json.dumps({"command": command, "word": where["word"], **fields}).encode() + b"\n")
                stream.flush()
                answer = json.loads(stream.readline() or b"{}")
        except (OSError, ValueError, KeyError) as error:
            raise LabError(f"no lab answers in {self._address.parent.parent}") from error
        if not answer.pop("ok", False):
            raise LabError(str(answer.get("error", "the lab hung up")))
        return dict(answer)

    def _dial(self, where: dict[str, Any]) -> socket.socket:
        if "unix" in where:
            line = socket.socket(socket.AF_UNIX)
            line.settimeout(TIMEOUT_SECONDS)
            line.connect(where["unix"])
            return line
        return socket.create_connection(("127.0.0.1", where["port"]), timeout=TIMEOUT_SECONDS)
