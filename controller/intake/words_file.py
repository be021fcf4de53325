"""The list of words as people write it.

In: ``words.yaml`` beside this module and ``<content>/controller/hints.yaml``. Out: ``Words``, or every problem.
Called by ``controller.running``. A chain's own list wins word by word; ``none`` takes a shipped word out.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from controller.intake.words import Words, merged
from inventory.yaml_file import ContentError, Problem, read_yaml

SHIPPED = Path(__file__).parent / "words.yaml"
Kind = Literal[
    "link", "bgp", "power", "port_shut", "storm", "loop", "dhcp", "gateway", "wan", "tunnel", "probe", "cellular",
    "authentication", "hardware", "restart", "configured", "none",
]  # fmt: skip
Mnemonic = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_-]{1,63}\*?$")]
TrapName = Annotated[str, StringConstraints(pattern=r"^\d(\.\d{1,10}){3,31}(\.\*)?$")]


class WordsFile(BaseModel):
    """Words by what they stand for; ``*`` is allowed at the end only."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    syslog: dict[Mnemonic, Kind] = {}
    traps: dict[TrapName, Kind] = {}


def load_words(content: Path | None) -> tuple[Words, Words]:
    """Return the words of syslog and those of traps. Raises ``ContentError``."""
    own = content / "controller" / "hints.yaml" if content is not None else None
    files = [SHIPPED, *([own] if own is not None and own.exists() else [])]
    problems: list[Problem] = []
    read = [read_yaml(file, WordsFile, problems) for file in files]
    if problems:
        raise ContentError(problems)
    told = [one for one in read if one is not None]
    return Words(merged([t.syslog for t in told])), Words(merged([t.traps for t in told]))
