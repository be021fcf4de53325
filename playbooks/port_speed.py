"""What a port's configuration says of speed and duplex, in sections of an interface or in lines of ``set``.

In: lines of a configuration. Out: those that set either, and how they are typed again. Called by the actions that
change it. Why here: each vendor has words of its own, and whether a port is set by hand must be judged by all alike.
"""

from collections.abc import Iterable, Iterator

WORDS = ("speed", "duplex", "link-mode", "no-auto-negotiation")
NEGOTIATED = (["auto"], ["automatic"])


def said(lines: Iterable[str], port: str) -> tuple[str, ...]:
    """The lines that say anything of a port's speed or duplex; those of sections stand under no other port."""
    return tuple(line for line, _ in _said(lines, port))


def by_hand(lines: Iterable[str], port: str) -> tuple[str, ...]:
    """The lines that set either to something that is not negotiated."""
    return tuple(line for line, words in _said(lines, port) if words.split(" ")[1:2] not in NEGOTIATED)


def typed(lines: tuple[str, ...], port: str) -> tuple[str, ...]:
    """How such lines are typed."""
    return lines if lines[0].startswith("set ") else (f"interface {port}", *(f" {line}" for line in lines))


def touched(port: str) -> tuple[str, ...]:
    """How all such lines of a port begin in a configuration."""
    ours = f"set interfaces {port} "
    return ("speed ", "duplex ", f"{ours}speed", f"{ours}link-mode", f"{ours}ether-options")


def of_port(config: str, port: str) -> tuple[str, ...]:
    """The stripped lines of a whole configuration that are about a port's interface."""
    inside, found = False, []
    for line in config.splitlines():
        if not line.startswith(" "):
            inside = line.strip() == f"interface {port}"
        if line.startswith(f"set interfaces {port} ") or (inside and line.startswith(" ")):
            found.append(line.strip())
    return tuple(found)


def _said(lines: Iterable[str], port: str) -> Iterator[tuple[str, str]]:
    for line in map(str.strip, lines):
        words = line.removeprefix(f"set interfaces {port} ").removeprefix("ether-options ")
        if words.split(" ")[0] in WORDS:
            yield line, words
