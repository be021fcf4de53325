"""A model's manifest is signed, so that nobody who can write files can teach the controller.

In: a manifest and a key. Out: the manifest with its signature, or ``TamperedError``. Called by ``registry``. The key is
a reference (``env:`` or ``file:``); without one it is made once beside the models, for its owner's eyes only. HMAC and
not a certificate: who signs and who checks are the same controller.
"""

import hashlib
import hmac
import json
import os
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from inventory.secrets import SecretMissingError, SecretRef

KEY_FILE = "signing.key"
LEAST_KEY = 16
_MINE_ALONE = 0o600


class KeyRefusedError(Exception):
    """There is no key to sign or check with, or others can read it; the message says which."""


class TamperedError(Exception):
    """A file is not what was signed; the message says which, and never a key."""


def key_of(folder: Path, reference: str | None) -> bytes:
    """Return the key. Raises ``KeyRefusedError``; makes ``folder``'s own key when there is none and none is named."""
    if reference is not None:
        try:
            key = SecretRef(reference).resolve()
        except (ValueError, SecretMissingError) as error:
            raise KeyRefusedError(f"the models' key: {error}") from None
        if len(key) < LEAST_KEY:
            raise KeyRefusedError(f"the models' key at {reference} is shorter than {LEAST_KEY} characters")
        return key.encode()
    path = folder / KEY_FILE
    try:
        return _own_key(path)
    except OSError as error:
        raise KeyRefusedError(f"the models' key {path}: {error.strerror or error}") from None


def sign(manifest: Mapping[str, Any], key: bytes) -> bytes:
    """Return the manifest's JSON with its signature."""
    return json.dumps({**manifest, "signature": _signature(manifest, key)}, indent=2, sort_keys=True).encode() + b"\n"


def verified(body: bytes, key: bytes) -> dict[str, Any]:
    """Return the manifest. Raises ``TamperedError`` unless its signature is ours."""
    try:
        told = json.loads(body)
        signature = str(told.pop("signature"))
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
        raise TamperedError("its manifest is no signed manifest") from None
    if not hmac.compare_digest(signature.encode("utf-8", "replace"), _signature(told, key).encode()):
        raise TamperedError("its manifest was not signed with our key, or changed since")
    return dict(told)


def sha256(body: bytes) -> str:
    """Return the hash of a file's content."""
    return hashlib.sha256(body).hexdigest()


def _signature(manifest: Mapping[str, Any], key: bytes) -> str:
    exact = json.dumps(manifest, sort_keys=True, separators=(",", ":")).encode()
    return hmac.new(key, b"storenet model 1\n" + exact, hashlib.sha256).hexdigest()


def _own_key(path: Path) -> bytes:
    """The key beside the models; made in one step, so that two processes agree on it."""
    if not path.exists():
        fresh = path.with_name(f".{KEY_FILE}.{secrets.token_hex(8)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MINE_ALONE)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise KeyRefusedError(f"the models' key {path} can be read by others (mode {mode:04o}); chmod 600 it")
    key = path.read_bytes().strip()
    if len(key) < LEAST_KEY:
        raise KeyRefusedError(f"the models' key {path} is shorter than {LEAST_KEY} characters")
    return key
