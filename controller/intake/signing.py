"""Who may give hints over HTTP: a shared secret, shown as a bearer token or used to sign the request.

In: headers, the body and the time. Out: nothing, or ``RefusedError``. Called by ``controller.api.hints``.
A signature is HMAC-SHA256 over ``<timestamp>.<body>``; its time must be within ``WINDOW_SECONDS`` of ours and it is
good once. Only valid signatures are remembered, and no longer than the window: nobody else can fill the memory.
"""

import hashlib
import hmac
import threading
from collections import OrderedDict
from datetime import datetime

from inventory.secrets import SecretRef

WINDOW_SECONDS = 300
MOST_REMEMBERED = 20_000
PREFIX = "sha256="
_MOST_DIGITS = 12


class RefusedError(Exception):
    """The request is not from who it should be; the message is fit for its sender."""


class Signatures:
    """Checks requests against one secret. It is read anew each time, so that a changed file counts at once."""

    def __init__(self, secret: SecretRef) -> None:
        self._secret = secret
        self._lock = threading.Lock()
        self._used: OrderedDict[str, float] = OrderedDict()

    def check_bearer(self, authorization: str) -> None:
        """Check ``Bearer <secret>``. Raises ``RefusedError``."""
        kind, _, shown = authorization.partition(" ")
        if kind.lower() != "bearer" or not hmac.compare_digest(shown.strip().encode(), self._key()):
            raise RefusedError("Show the secret for hints as a bearer token.")

    def check_signed(self, timestamp: str, signature: str, body: bytes, now: datetime) -> None:
        """Check a signed request and use its signature up. Raises ``RefusedError``, ``SecretMissingError``."""
        if not timestamp.isascii() or not timestamp.isdecimal() or len(timestamp) > _MOST_DIGITS:
            raise RefusedError("The timestamp must be whole seconds since 1970.")
        good = PREFIX + sign(self._key(), timestamp, body)
        if not hmac.compare_digest(signature.encode(), good.encode()):
            raise RefusedError("The signature does not fit.")
        seconds = now.timestamp()
        if abs(seconds - int(timestamp)) > WINDOW_SECONDS:
            raise RefusedError(f"The timestamp is more than {WINDOW_SECONDS} seconds from the controller's clock.")
        with self._lock:
            self._use_up(signature, seconds)

    def _use_up(self, signature: str, now: float) -> None:
        while self._used and next(iter(self._used.values())) < now - 2 * WINDOW_SECONDS:
            self._used.popitem(last=False)
        if signature in self._used:
            raise RefusedError("This request was sent before.")
        if len(self._used) >= MOST_REMEMBERED:
            raise RefusedError("Too many signed requests within the window; send fewer.")
        self._used[signature] = now

    def _key(self) -> bytes:
        return self._secret.resolve().encode()


def sign(key: bytes, timestamp: str, body: bytes) -> str:
    """Return the signature as hexadecimal digits."""
    return hmac.new(key, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
