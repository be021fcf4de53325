"""A line to a lab that is attached for a rehearsal (``storenet run --lab DIR``).

In: the lab's directory. Out: what the lab says of itself, and orders to break and mend. Used by ``rehearsal`` alone:
the truth a lab tells is shown to people and reaches nothing that decides. The lab listens on a socket of its own;
``lab/control.json`` in its directory says where, and holds the word that opens it.
"""

import json
import socket
from pathlib import Path
from typing import Any

WAIT_SECONDS = 10.0
LONGEST_ANSWER = 16 * 1024 * 1024


class LabSilentError(Exception):
    """No lab answers, or it refused; the message is fit for people."""


class LabLine:
    """One short connection per question."""

    def __init__(self, directory: Path) -> None:
        self._address = directory / "lab" / "control.json"

    def ask(self, command: str, **fields: object) -> dict[str, Any]:
        """Return the lab's answer. Raises ``LabSilentError``."""
        try:
            where = json.loads(self._address.read_text(encoding="utf-8"))
            request = json.dumps({"command": command, "word": where["word"], **fields})
            with _dial(where) as line, line.makefile("rwb") as stream:
                stream.write(request.encode() + b"\n")
                stream.flush()
                answer = json.loads(stream.readline(LONGEST_ANSWER) or b"{}")
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise LabSilentError(f"no lab answers in {self._address.parent.parent}") from error
        if not isinstance(answer, dict) or not answer.pop("ok", False):
            said = answer.get("error") if isinstance(answer, dict) else None
            raise LabSilentError(str(said or "the lab hung up"))
        return answer


def _dial(where: dict[str, Any]) -> socket.socket:
    if "unix" not in where:
        return socket.create_connection(("127.0.0.1", int(where["port"])), timeout=WAIT_SECONDS)
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(WAIT_SECONDS)
    try:
        line.connect(str(where["unix"]))
    except OSError:
        line.close()
        raise
    return line
