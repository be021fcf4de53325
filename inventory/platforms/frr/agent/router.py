"""FRR on this machine: what it says, what it would change, and changing it.

In: configuration texts. Out: the running configuration, differences; or an ``EndedError``. Called by ``timer`` and
``main``.
"""

import re

from .ground import (
    APPLY_SECONDS,
    RELOAD,
    SHOW_SECONDS,
    STARTUP,
    VTYSH,
    Code,
    EndedError,
    Lock,
    at,
    read,
    run,
    write,
)
from .merging import applied_anew, signed, text_of, tree

MOST_CHARACTERS = 1 << 20
TOLD = 300
SAYS_NOTHING = ("", "!", "end")
_REFUSES = re.compile(r"(?m)^(?:line \d+: )?%|^Error (?:type|description):|is already running; AS is")
_MANY_FILES = re.compile(r"(?m)^no service integrated-vtysh-config")


def running() -> str:
    """The running configuration, without what FRR says before it."""
    code, said = run([VTYSH, "-c", "show running-config no-header"], SHOW_SECONDS)
    if code or "frr version" not in said or " is not running" in said:
        raise EndedError(Code.REFUSED, f"the running configuration cannot be read: {said[-TOLD:] or code}")
    return f"{said}\n"


def check(text: str) -> None:
    """Raise when vtysh does not understand every line."""
    if not text.strip() or len(text) > MOST_CHARACTERS or "\0" in text:
        raise EndedError(Code.REFUSED, "the candidate is empty, too long or holds a NUL")
    write(at("check.conf"), text)
    code, said = run([VTYSH, "-C", "-f", str(at("check.conf"))], SHOW_SECONDS)
    if code:
        raise EndedError(Code.REFUSED, said or f"vtysh does not take it (code {code})")


def merged(now: str, lines: str) -> str:
    """What the running configuration would be with the lines, as far as that can be told without typing them."""
    write(at("mark.conf"), f"{now}\n{lines}")
    code, said = run([VTYSH, "-m", "-f", str(at("mark.conf"))], SHOW_SECONDS)
    if code:
        raise EndedError(Code.REFUSED, said)
    return "\n".join(text_of(tree(said))) + "\n"


def difference(target: str, now: str) -> str:
    """FRR's own comparison of the running configuration with a whole one.

    Its exit code is what counts: a file that it cannot read is told as a difference that deletes everything.
    """
    write(at("compare.conf"), target)
    code, said = run([RELOAD, "--test", str(at("compare.conf"))], SHOW_SECONDS)
    if code:
        errors = [line for line in said.splitlines() if "ERROR" in line or line.startswith(("b'", "line "))]
        raise EndedError(Code.REFUSED, f"frr-reload.py cannot compare: {(' '.join(errors) or said)[-TOLD:]}")
    return "".join(f"{line}\n" for line in signed(said, {line.strip() for line in now.splitlines()}))


def become(target: str, lock: Lock, *, note: bool = True) -> str:
    """Make the running configuration this one; return what FRR did not take.

    Startup stays as it is: frr-reload.py writes it unless the file it is given is the startup file of its
    configuration directory, so it gets a directory of its own.
    """
    before, folder = running(), at("reload")
    folder.mkdir(mode=0o700, exist_ok=True)
    write(folder / STARTUP.name, target)
    command = [RELOAD, "--reload", "--confdir", str(folder), str(folder / STARTUP.name)]
    code, said = run(command, APPLY_SECONDS, lock=lock, note=note)
    if code:
        raise EndedError(Code.REFUSED, said[-TOLD:] or f"frr-reload.py ended with {code}")
    if lines := applied_anew(before, target):
        type_in(lines, lock, note=note)
    return " | ".join(difference(target, running()).split("\n"))[:TOLD]


def replace(target: str, lock: Lock) -> None:
    """Make the running configuration this one, whole."""
    if left := become(target, lock):
        raise EndedError(Code.REFUSED, f"FRR did not take all of it: {left}")


def type_in(lines: str, lock: Lock, *, note: bool = True) -> None:
    """Type lines one by one; the first one that is refused ends it.

    Not as a file: of a file FRR makes one transaction, in which a line taken away and typed again is no change at all.
    """
    typed = [line for line in lines.splitlines() if line.strip() not in SAYS_NOTHING and not line.startswith("!")]
    command = [VTYSH, *(word for line in ("configure terminal", *typed) for word in ("-c", line))]
    code, said = run(command, APPLY_SECONDS, lock=lock, note=note)
    if code or _REFUSES.search(said):
        raise EndedError(Code.REFUSED, said[:TOLD] or f"vtysh ended with {code}")


def save(text: str) -> None:
    """Write the startup configuration."""
    if _MANY_FILES.search(read(STARTUP.with_name("vtysh.conf"))):
        raise EndedError(Code.REFUSED, "FRR keeps its configuration in many files here")
    try:
        write(STARTUP, text, 0o640, "frr")
    except OSError as error:
        raise EndedError(Code.REFUSED, f"the startup configuration cannot be written: {error.strerror}") from None
