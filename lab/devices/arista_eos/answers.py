"""What a command of EOS gives: text for people, a model for programs, or a complaint.

Made by the commands; printed by the command line, sent by eAPI.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Model = Mapping[str, Any]
Kind = Literal["invalid", "incomplete", "ambiguous", "failed", "denied", "unconverted"]


@dataclass(frozen=True, slots=True)
class Told:
    """An answer. ``model`` None: there is no model of it for programs; of an action it is empty."""

    text: str = ""
    model: Model | None = None


class CommandError(Exception):
    """A command was not understood, not allowed, or did not work. ``told``: what was printed before."""

    def __init__(self, text: str, kind: Kind = "failed", told: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.kind: Kind = kind
        self.told = told

    def printed(self) -> str:
        """Return what the command line prints: it does not name the token."""
        return f"{self.told}% {self.text.partition(' (at token')[0]}\n"
