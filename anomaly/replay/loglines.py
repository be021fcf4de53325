"""Log lines as symptoms.

In: a line of a device's log. Out: a ``Symptom`` or None. Called by ``stream``. Why: a log line comes at the second of
the fault and names who did it: the router that *sent* the reset is the one that was cleared, the others only hear it.
So of all reasons for which a session goes down, those that the far end spoke of are left to the far end.
"""

import re

from anomaly.replay.records import LogLine, Symptom

_STATE = re.compile(r"Interface (\S+?),? changed state to (Up|Down|Administratively Down)", re.IGNORECASE)
_CLEAR = "user clear requested"
_SENT = re.compile(r"Down - (?!.*\b(received|peer|remote)\b)", re.IGNORECASE)
_BFD = re.compile(r"BFD session to neighbor \S+ on interface (\S+) (has gone down|is up)")
_STATE_WORDS = {"up": "oper_up", "down": "oper_down", "administratively down": "admin_down"}


def symptom_of(line: LogLine) -> Symptom | None:
    """Return what a line says, if it says something of a fault."""
    if line.mnemonic.endswith("ADJCHANGE"):
        if _CLEAR in line.message.lower():
            return Symptom(ts=line.ts, device=line.device, name="log_clear")
        if _SENT.search(line.message):
            return Symptom(ts=line.ts, device=line.device, name="log_session_lost")
        return None
    if line.mnemonic.endswith(("SESSION_STATE_DOWN", "SESSION_STATE_UP")):
        heard = _BFD.search(line.message)
        word = "bfd_up" if heard and heard[2] == "is up" else "bfd_down"
        return Symptom(ts=line.ts, device=line.device, interface=heard[1], name=word) if heard else None
    if line.mnemonic.endswith("LINK-3-UPDOWN"):
        stated = _STATE.search(line.message)
        if stated:
            word = _STATE_WORDS[stated[2].lower()]
            return Symptom(ts=line.ts, device=line.device, interface=stated[1], name=word)
    return None
