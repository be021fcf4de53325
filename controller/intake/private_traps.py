"""Traps of version 3 opened for the one user who is set. Kept apart: who sets none does not load the cryptography.

In: the user as the controller was told, references instead of passwords. Out: something that opens datagrams, for
``traps``. Called by ``desk`` (is it there?) and, in the listening process, by ``ear``.
"""

from typing import Any

from controller.intake.ber import UnreadableError
from controller.intake.traps import Opens, RefusedTrapError
from inventory.secrets import SecretRef
from inventory.snmp.notices import Notices, UnprovenError
from inventory.snmp_agents import UsmUser


def opener(orders: dict[str, Any]) -> Opens:
    """Return what opens this user's messages. Raises ``SecretMissingError``."""
    notices = Notices(
        UsmUser(
            name=orders["name"],
            auth=orders["auth"],
            word=SecretRef(orders["word"]),
            privacy="aes128",
            privacy_word=SecretRef(orders["privacy_word"]),
        )
    )

    def opens(raw: bytes, now: float) -> tuple[int, bytes]:
        try:
            return notices.opened(raw, now)
        except ValueError as error:
            raise UnreadableError(str(error)) from None
        except UnprovenError as error:
            raise RefusedTrapError(str(error)) from None

    return opens
