"""What a person types at a switch of this vendor: the lab's people know what they want, this knows its words.

In: lines in the words that the lab's faults and people use, which are those of most access switches. Out: the lines one
types into EOS for the same. Called by ``hands``. What EOS has no word for is left out, as nobody could type it.
"""

import re
from collections.abc import Iterator, Sequence

from lab.devices.arista_eos.config import Config

_SPEED = re.compile(r"speed (10|100|1000)")
_DUPLEX = re.compile(r"duplex (auto|full|half)")
_SAME = {
    "power inline never": "poe disabled",
    "power inline auto": "no poe disabled",
    "no power inline": "no poe disabled",
}
_NOT_THERE = re.compile(r"(?:no )?(?:switchport nonegotiate|ip dhcp snooping trust|configuration mode exclusive.*)")
_DEFAULT = "0.0.0.0/0"


def worded(lines: Sequence[str], running: Config) -> list[str]:
    """Return the lines as they are typed into EOS."""
    duplex = next((found[1] for line in lines if (found := _DUPLEX.fullmatch(line.strip()))), "full")
    return [said for line in lines for said in _one(line.strip(), duplex, running)]


def _one(line: str, duplex: str, running: Config) -> Iterator[str]:
    speed = _SPEED.fullmatch(line)
    if speed is not None:
        yield f"speed forced {speed[1]}{'full' if duplex == 'auto' else duplex}"
    elif line in ("speed auto", "no speed"):
        yield from ("no speed forced", "no speed")
    elif line == "no ip default-gateway":
        yield from (f"no ip route {_DEFAULT} {words[3]}" for words in running.root.starting("ip", "route", _DEFAULT))
    elif line.startswith("ip default-gateway "):
        yield f"ip route {_DEFAULT} {line.rsplit(maxsplit=1)[-1]}"
    elif not _NOT_THERE.fullmatch(line) and not _DUPLEX.fullmatch(line):
        yield _SAME.get(line, line)
