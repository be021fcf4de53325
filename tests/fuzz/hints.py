"""What strangers may send as hints. Each target takes any bytes, raises nothing, and remembers a bounded amount."""

import contextlib
import os
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

from pydantic import ValidationError

from controller.api.hint_forms import AlertmanagerPost, Beats, WebhookHint
from controller.api.hints import HintRoutes
from controller.api.problems import RefusedFieldError
from controller.intake import syslog
from controller.intake.buckets import MOST_SENDERS
from controller.intake.desk import Intake
from controller.intake.framing import Frames
from controller.intake.heartbeats import MOST
from controller.intake.hints import REMEMBERED
from controller.intake.private_traps import opener
from controller.intake.sieve import SLOTS, Sieve
from controller.intake.signing import RefusedError
from controller.intake.words import MOST_REMEMBERED
from controller.settings import Settings
from inventory.snmp import usm
from tests.controller.reading.conftest import small_chain

NOW = datetime(2026, 11, 20, 3, 12, 0, tzinfo=UTC)
ENGINE = usm.Engine(identity=b"\x80\x00\x00\x09\x04edge", boots=3, seconds=1000)
WORDS = "a-long-word", "another-long-word"
KEYS = usm.keys_of("joe", "sha256", *WORDS, ENGINE.identity)
SECRET, WORD, PRIVACY_WORD = "FUZZ_HINT_WORD", "FUZZ_TRAP_WORD", "FUZZ_TRAP_PRIVACY"


class Stranger:
    """A whole intake, without its sockets, that lives through every input of a run."""

    def __init__(self):
        os.environ.update({SECRET: "a-secret", WORD: WORDS[0], PRIVACY_WORD: WORDS[1]})
        self.chain = small_chain()
        settings = Settings(hint_secret=f"env:{SECRET}")
        self.intake = Intake(settings, Path("/nonexistent"), self.chain, lambda _: True, lambda: NOW)
        self.routes = HintRoutes(self.intake, self.chain)
        wanted = self.intake.listening._wanted
        user = {"name": "joe", "auth": "sha256", "word": f"env:{WORD}", "privacy_word": f"env:{PRIVACY_WORD}"}
        self.sieve = Sieve(wanted.spoken, wanted.trapped, self.intake.hints.whereabouts, opener(user))
        self.turn = 0

    def pass_on(self):
        """What the sieve has becomes hints; then everything is as small as it must be."""
        self.turn += 1
        for told in self.sieve.ready(float(self.turn), 16):
            self.intake.hints.take(told)
        sizes = self.sieve.sizes()
        devices = len(self.chain.devices) + 1
        assert sizes["waiting"] <= SLOTS * devices
        assert sizes["given"] <= devices
        assert sizes["senders"] <= MOST_SENDERS
        assert sizes["words"] <= 2 * MOST_REMEMBERED
        assert len(self.intake.hints.recent(REMEMBERED + 9)) <= REMEMBERED
        assert len(self.intake.heartbeats) <= MOST


STRANGER = Stranger()
SENDER = SimpleNamespace(client=None)


def message(raw):
    """One syslog message."""
    told = syslog.parse(raw)
    assert syslog.mnemonic_of(raw).decode() == told.mnemonic
    assert len(told.host) <= 255
    sender = f"10.0.{raw[0] if raw else 0}.{raw[-1] if raw else 0}"
    STRANGER.sieve.take_syslog(raw, sender, float(STRANGER.turn))
    STRANGER.pass_on()


def stream(raw):
    """A TCP stream; the first byte says how it is cut."""
    frames, step = Frames(), 1 + (raw[0] if raw else 0)
    for at in range(1, len(raw), step):
        for told in frames.feed(raw[at : at + step]):
            assert 0 < len(told) <= syslog.LONGEST
            STRANGER.sieve.take_syslog(told, "10.0.0.1", float(STRANGER.turn))
        assert frames.held <= syslog.LONGEST + 9
    STRANGER.pass_on()


def trap(raw):
    """One datagram of any version."""
    STRANGER.sieve.take_trap(raw, "10.0.0.1", float(STRANGER.turn))
    STRANGER.pass_on()


def proven_trap(raw):
    """A trap of version 3 by somebody who knows the passwords; its inside is anything."""
    trap(usm.enclosed(KEYS, ENGINE, 7, raw))


def alerts(raw):
    """A body from Alertmanager."""
    _posted(lambda: STRANGER.routes.alerts(SENDER, AlertmanagerPost.model_validate_json(raw)))


def webhook(raw):
    """A body somebody signed."""
    _posted(lambda: STRANGER.routes.webhook(SENDER, WebhookHint.model_validate_json(raw)))


def heartbeats(raw):
    """Heartbeats; then it is looked which of them fell silent."""
    _posted(lambda: STRANGER.routes.beats(SENDER, Beats.model_validate_json(raw)))
    STRANGER.intake.tick()


def signature(raw):
    """A timestamp, a signature and a body, a line each."""
    stamp, _, rest = raw.partition(b"\n")
    shown, _, body = rest.partition(b"\n")
    signatures = STRANGER.intake.signatures
    with contextlib.suppress(RefusedError):
        signatures.check_signed(stamp.decode("latin-1"), shown.decode("latin-1"), body, NOW)
    with contextlib.suppress(RefusedError):
        signatures.check_bearer(rest.decode("latin-1"))


def _posted(post):
    with contextlib.suppress(ValidationError, RefusedFieldError):
        post()
    STRANGER.pass_on()


TARGETS = {f.__name__: f for f in (message, stream, trap, proven_trap, alerts, webhook, heartbeats, signature)}
