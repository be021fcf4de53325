"""Asking Open vSwitch over its own sockets: the database, and the commands of its daemon.

In: a method and its parameters. Out: what was answered, or ``CannotTellError`` in a given time. Called by ``switch``.
Why no ``ovs-vsctl``: a process per question costs twenty times as much, and one transaction changes all ports at once.
"""

import json
import socket
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .ground import CannotTellError

FOLDER = Path("/run/openvswitch")
SECONDS = 1.5
PIECE = 65536
CHANGED_SECONDS = 5.0


def transact(operations: Sequence[object]) -> list[Any]:
    """Carry out operations on the database, all or none; return one answer for each."""
    answers = _call(FOLDER / "db.sock", "transact", ["Open_vSwitch", *operations], "the switch's database")
    for answer in answers if isinstance(answers, list) else [{"error": "no list"}]:
        if isinstance(answer, dict) and answer.get("error"):
            raise CannotTellError(f"the switch's database says: {answer['error']} {answer.get('details', '')}".strip())
    return list(answers)


def command(name: str, *arguments: str) -> str:
    """Return what the daemon says to a command of ``ovs-appctl``."""
    try:
        number = int((FOLDER / "ovs-vswitchd.pid").read_text())
    except (OSError, ValueError):
        raise CannotTellError("ovs-vswitchd does not run") from None
    return str(_call(FOLDER / f"ovs-vswitchd.{number}.ctl", name, list(arguments), "ovs-vswitchd"))


def _call(path: Path, method: str, parameters: list[Any], who: str) -> Any:
    deadline = time.monotonic() + SECONDS
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(SECONDS)
            line.connect(str(path))
            line.sendall(json.dumps({"id": 0, "method": method, "params": parameters}).encode())
            answer = _answer(line, deadline)
    except (OSError, ValueError) as error:
        raise CannotTellError(f"{who} does not answer ({type(error).__name__})") from None
    if answer.get("error"):
        raise CannotTellError(f"{who} says: {answer['error']}")
    return answer.get("result")


def _answer(line: socket.socket, deadline: float) -> dict[str, Any]:
    """Read until one whole answer is there."""
    text = b""
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        line.settimeout(left)
        piece = line.recv(PIECE)
        if not piece:
            raise ConnectionResetError
        text += piece
        if not piece.rstrip().endswith(b"}"):
            continue
        try:
            found, _ = json.JSONDecoder().raw_decode(text.decode())
        except ValueError:
            continue
        if isinstance(found, dict):
            return found


def wait_for_change(number: int) -> None:
    """Wait until the daemon works by the configuration of this number."""
    deadline = time.monotonic() + CHANGED_SECONDS
    select = {"op": "select", "table": "Open_vSwitch", "where": [], "columns": ["cur_cfg"]}
    while transact([select])[0]["rows"][0]["cur_cfg"] < number:
        if time.monotonic() > deadline:
            raise CannotTellError(f"ovs-vswitchd has not taken the change within {CHANGED_SECONDS:g} s")
        time.sleep(0.005)
