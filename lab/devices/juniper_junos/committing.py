"""The ``commit`` command of the prompt, in its forms.

In: a line such as ``commit confirmed 5 comment "a reason" and-quit``. Out: what a switch prints, and whether the
candidate passed. Called by ``configuring``.
"""

import shlex

from lab.devices.juniper_junos.database import DEFAULT_MINUTES, CommitRefusedError, Database
from lab.devices.juniper_junos.differences import edit_line
from lab.devices.juniper_junos.sessions import Session
from lab.devices.juniper_junos.shows import SyntaxRefusal


def commit(database: Database, session: Session, line: str) -> tuple[str, bool]:
    """Carry the command out. Raises ``SyntaxRefusal``, ``LockedError``."""
    try:
        words = [word for word in shlex.split(line)[1:] if word != "and-quit"]
    except ValueError:
        raise SyntaxRefusal("syntax error.", len(line), line.rsplit(maxsplit=1)[-1]) from None
    try:
        if words == ["check"]:
            database.check(session)
            return "configuration check succeeds\n", True
        minutes, comment = _asked(line, words)
        database.commit(session, minutes=minutes, comment=comment)
    except CommitRefusedError as error:
        return _not_committed(error), False
    told = f"commit confirmed will be automatically rolled back in {minutes} minutes unless confirmed\n"
    return ("" if minutes is None else told) + "commit complete\n", True


def _asked(line: str, words: list[str]) -> tuple[int | None, str]:
    """Return the minutes (None: for good) and the comment."""
    minutes, comment = None, ""
    if words[:1] == ["confirmed"]:
        given = words[1:2] if words[1:2] and words[1].isdigit() else []
        minutes, words = int(given[0]) if given else DEFAULT_MINUTES, words[1 + len(given) :]
    if words[:1] == ["comment"]:
        comment, words = " ".join(words[1:]), []
    if words:
        raise SyntaxRefusal("syntax error.", line.find(words[0]), words[0])
    return minutes, comment


def _not_committed(error: CommitRefusedError) -> str:
    told = "".join(f"{edit_line(one.path)}\n  '{one.element}'\n    {one.message}\n" for one in error.complaints)
    return f"{told}error: {error.complaints[-1].last}\n"
