"""Where a device answers SNMP, and as whom we ask: what the inventory says of it.

In: made by ``inventory.files`` from ``data: snmp:``. Out: read by ``inventory.snmp``; part of ``model.Device``.
Secrets are references; nothing here can leak one.
"""

from dataclasses import dataclass
from typing import Literal

from inventory.secrets import SecretRef

Auth = Literal["sha", "sha224", "sha256", "sha384", "sha512"]
Privacy = Literal["aes128"]
Dialect = Literal["aironet"]
SNMP_PORT = 161


@dataclass(frozen=True, slots=True, kw_only=True)
class Community:
    """Version 2c: one word, sent in the clear."""

    word: SecretRef


@dataclass(frozen=True, slots=True, kw_only=True)
class UsmUser:
    """Version 3: a user who signs (``auth``) and encrypts (``privacy``) everything; both words are passwords."""

    name: str
    auth: Auth
    word: SecretRef
    privacy: Privacy
    privacy_word: SecretRef


@dataclass(frozen=True, slots=True, kw_only=True)
class SnmpAgent:
    """One agent. ``dialect``: whose objects it has beside the standard ones."""

    address: str
    port: int
    dialect: Dialect
    asks_as: Community | UsmUser
