"""Secrets by reference: what files may hold is where a secret is, never the secret.

In: ``env:NAME`` or ``file:PATH`` from content files. Out: the value, asked for only by ``inventory.connection``.
Why: a record that is printed, logged or compared can never leak what it points to.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

_FORM = re.compile(r"(?:env:[A-Za-z_][A-Za-z0-9_]*|file:\S.*)\Z")


class SecretMissingError(Exception):
    """The reference leads nowhere; the message names the reference, never a value."""


@dataclass(frozen=True, slots=True)
class SecretRef:
    """Where a secret is: ``env:NAME`` or ``file:PATH``."""

    reference: str

    def __post_init__(self) -> None:
        """Refuse anything that could be the secret itself (``ValueError``, without repeating it)."""
        if not _FORM.match(self.reference):
            raise ValueError("a secret is written as env:NAME or file:PATH, never as the secret itself")

    def resolve(self) -> str:
        """Return the secret. Raises ``SecretMissingError`` when it is not there or empty."""
        kind, _, where = self.reference.partition(":")
        if kind == "env":
            value = os.environ.get(where, "")
        else:
            try:
                value = Path(where).read_text(encoding="utf-8").rstrip("\r\n")
            except (OSError, UnicodeDecodeError):
                value = ""
        if not value:
            raise SecretMissingError(f"the secret {self.reference} is not set or empty")
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One login. ``enable`` is asked for when the login does not give privilege 15 by itself."""

    username: str
    password: SecretRef
    enable: SecretRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """The two logins, apart: looks never use the one that can write."""

    read: Account
    write: Account

    @property
    def names(self) -> frozenset[str]:
        """What the devices know us by."""
        return frozenset((self.read.username, self.write.username))
