"""The intake as a whole: what listens, what is known of heartbeats, who may post, and what became of it all.

In: settings, a chain, the words that matter, and somebody who can look. Out: started and stopped by
``controller.running``; read and fed by ``controller.api``.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path

from controller.intake.heartbeats import Heartbeats
from controller.intake.hints import Hasten, Hints
from controller.intake.listening import Listening, Wanted
from controller.intake.private_traps import opener
from controller.intake.signing import Signatures
from controller.intake.words_file import load_words
from controller.places import place_of
from controller.settings import Settings
from inventory.model import Chain
from inventory.secrets import SecretMissingError, SecretRef


class Intake:
    """Everything that takes hints. ``signatures`` is None while nobody may post any."""

    def __init__(
        self,
        settings: Settings,
        content: Path,
        chain: Chain,
        hasten: Hasten,
        now: Callable[[], datetime],
        ours: Collection[str] = (),
    ) -> None:
        """Wire it; ``ours``: names of our accounts. Raises ``ContentError`` when the chain's list of words is wrong."""
        spoken, trapped = load_words(content)
        self._user = _trap_user(settings)
        self.now = now
        self.hints = Hints(chain, hasten, now, ours)
        self.heartbeats = Heartbeats()
        self.signatures = Signatures(SecretRef(settings.hint_secret)) if settings.hint_secret else None
        wanted = Wanted(
            syslog=place_of(settings.syslog) if settings.syslog else None,
            traps=place_of(settings.traps) if settings.traps else None,
            spoken=spoken,
            trapped=trapped,
            user=self._user,
        )
        self.listening = Listening(wanted, self.hints)

    def start(self) -> None:
        """Listen, where that is wanted. Raises ``OSError``, also when a password for traps is not there."""
        if self._user is not None:
            try:
                opener(self._user)
            except SecretMissingError as error:
                raise OSError(f"cannot listen for SNMPv3 traps: {error}") from None
        self.listening.start()

    def stop(self) -> None:
        """Listen no more."""
        self.listening.stop()

    def tick(self) -> None:
        """Look whether a heartbeat has fallen silent."""
        for told in self.heartbeats.silent(self.now()):
            self.hints.take_over_http((told,), told.sender)


def _trap_user(settings: Settings) -> dict[str, str] | None:
    """Whose traps of version 3 count. References, not passwords: the listening process resolves them itself."""
    word, privacy_word = settings.trap_auth_password, settings.trap_privacy_password
    if not settings.trap_user or not word or not privacy_word:
        return None
    return {"name": settings.trap_user, "auth": settings.trap_auth, "word": word, "privacy_word": privacy_word}
