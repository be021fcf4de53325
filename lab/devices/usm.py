"""SNMP version 3 as agents speak it: the user-based security model with authentication and privacy.

In: datagrams, the users an agent knows and its engine's clock. Out: what was asked and how to answer it, or the report
an agent sends instead. Called by ``lab.devices.snmp``. Follows RFC 3412 and 3414, RFC 7860 for SHA-2, RFC 3826 for AES.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from secrets import token_bytes
from typing import Literal

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from lab.devices.ber import MalformedError, Message, Oid, Value, integer, parts, pdu_bytes, read_pdu, tlv

VERSION_3 = 3
SECURITY_MODEL = 3
REPORTABLE, PRIVATE, AUTHENTIC = 4, 2, 1
WINDOW_SECONDS = 150
MEGABYTE = 1 << 20
LARGEST_MESSAGE = 65507
BLOCK = 16
Hash = Literal["sha", "sha256"]
HASHES: Mapping[Hash, tuple[str, int]] = {"sha": ("sha1", 12), "sha256": ("sha256", 24)}
"""What it is called elsewhere, and how much of it a message carries."""
STATS: Oid = (1, 3, 6, 1, 6, 3, 15, 1, 1)
NO_LEVEL, NOT_IN_TIME, NO_USER, NO_ENGINE, WRONG_DIGEST, NOT_DECRYPTED = range(1, 7)


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody an agent knows; both words are passwords. ``writes``: may set objects."""

    name: str
    hash: Hash
    word: str
    privacy_word: str
    writes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """An agent's own: its identity, how often it has started, and for how many seconds it has run."""

    identity: bytes
    boots: int
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What is around a message. ``inner`` is the scoped PDU as it came, encrypted when ``flags`` say so."""

    number: int
    flags: int
    engine: bytes
    boots: int
    seconds: int
    user: bytes
    digest: bytes
    salt: bytes
    inner: bytes
    wire: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An authentic request of a user, and the context it asks in."""

    user: User
    message: Message
    context: bytes


class ReportError(Exception):
    """The agent answers with a report of this counter instead; ``user`` signs it where there is one."""

    def __init__(self, counter: int, user: User | None = None) -> None:
        super().__init__(str(counter))
        self.counter = counter
        self.user = user


@cache
def key(hash_: Hash, word: str, engine: bytes) -> bytes:
    """Return a password's key at an engine (RFC 3414, A.2)."""
    name = HASHES[hash_][0]
    once = _once(name, word)
    return hashlib.new(name, once + engine + once).digest()


@cache
def _once(name: str, word: str) -> bytes:
    spread = word.encode()
    return hashlib.new(name, (spread * (MEGABYTE // len(spread) + 1))[:MEGABYTE]).digest()


def opened(wire: bytes) -> Envelope:
    """Take a datagram apart as far as that needs no key. Raises ``MalformedError``."""
    try:
        ((_, whole),) = parts(wire)
        version, around, secured, inner = parts(whole)
        number, _, flags, model = (content for _, content in parts(around[1]))
        ((_, security),) = parts(secured[1])
        engine, boots, seconds, user, digest, salt = (content for _, content in parts(security))
    except (IndexError, ValueError) as problem:
        raise MalformedError(str(problem)) from problem
    if integer(version[1]) != VERSION_3 or integer(model) != SECURITY_MODEL or len(flags) != 1:
        raise MalformedError("another version or security model")
    return Envelope(
        number=integer(number),
        flags=flags[0],
        engine=engine,
        boots=integer(boots),
        seconds=integer(seconds),
        user=user,
        digest=digest,
        salt=salt,
        inner=inner[1] if flags[0] & PRIVATE else tlv(*inner),
        wire=wire,
    )


def understood(envelope: Envelope, engine: Engine, users: Mapping[bytes, User]) -> Asked:
    """Check and decrypt a request. Raises ``ReportError``, ``MalformedError``."""
    if envelope.engine != engine.identity:
        raise ReportError(NO_ENGINE)
    user = users.get(envelope.user)
    if user is None:
        raise ReportError(NO_USER)
    if envelope.flags & (AUTHENTIC | PRIVATE) != AUTHENTIC | PRIVATE:
        raise ReportError(NO_LEVEL)
    blank = envelope.wire.replace(envelope.digest, bytes(len(envelope.digest)), 1)
    if not hmac.compare_digest(_digest(user, blank, engine), envelope.digest):
        raise ReportError(WRONG_DIGEST)
    if envelope.boots != engine.boots or abs(envelope.seconds - engine.seconds) > WINDOW_SECONDS:
        raise ReportError(NOT_IN_TIME, user)
    iv = _iv(envelope.boots, envelope.seconds, envelope.salt)
    plain = _cfb(key(user.hash, user.privacy_word, engine.identity)[:BLOCK], iv, envelope.inner, encrypts=False)
    try:
        context, message = _scoped(plain)
    except (MalformedError, IndexError, ValueError):
        raise ReportError(NOT_DECRYPTED, user) from None
    return Asked(user=user, message=message, context=context)


def answer(envelope: Envelope, asked: Asked, engine: Engine, response: Message) -> bytes:
    """Write the response to a request, authentic and private."""
    scoped = _scope(engine, asked.context, response)
    salt = token_bytes(8)
    words = key(asked.user.hash, asked.user.privacy_word, engine.identity)[:BLOCK]
    inner = tlv(0x04, _cfb(words, _iv(engine.boots, engine.seconds, salt), scoped, encrypts=True))
    return _message(envelope, engine, AUTHENTIC | PRIVATE, asked.user, salt, inner)


def report(envelope: Envelope, engine: Engine, error: ReportError) -> bytes:
    """Write the report an agent sends instead; without a key nothing of the request can be read."""
    rows = (((*STATS, error.counter, 0), Value("counter", 1)),)
    request = 0
    if not envelope.flags & PRIVATE:
        try:
            request = _scoped(envelope.inner)[1].request
        except (MalformedError, IndexError, ValueError):
            request = 0
    scoped = _scope(engine, b"", Message(community=b"", pdu="report", request=request, rows=rows))
    return _message(envelope, engine, AUTHENTIC if error.user else 0, error.user, b"", scoped)


def _message(envelope: Envelope, engine: Engine, flags: int, user: User | None, salt: bytes, inner: bytes) -> bytes:
    blank = bytes(HASHES[user.hash][1]) if user and flags & AUTHENTIC else b""
    around = _sequence(
        tlv(2, _whole(envelope.number)), tlv(2, _whole(LARGEST_MESSAGE)), tlv(4, bytes((flags,))), tlv(2, b"\x03")
    )

    def secured(digest: bytes) -> bytes:
        security = _sequence(
            tlv(4, engine.identity),
            tlv(2, _whole(engine.boots)),
            tlv(2, _whole(engine.seconds)),
            tlv(4, envelope.user),
            tlv(4, digest),
            tlv(4, salt),
        )
        return _sequence(tlv(2, b"\x03"), around, tlv(4, security), inner)

    return secured(_digest(user, secured(blank), engine)) if user and blank else secured(blank)


def _scope(engine: Engine, context: bytes, message: Message) -> bytes:
    return _sequence(tlv(4, engine.identity), tlv(4, context), pdu_bytes(message))


def _scoped(plain: bytes) -> tuple[bytes, Message]:
    """Read a scoped PDU: after it there may be what fills up the last block."""
    _, scope = parts(plain, rest=True)[0]
    _, context, pdu = parts(scope)
    return context[1], read_pdu(b"", pdu)


def _digest(user: User, wire: bytes, engine: Engine) -> bytes:
    name, size = HASHES[user.hash]
    return hmac.new(key(user.hash, user.word, engine.identity), wire, name).digest()[:size]


def _iv(boots: int, seconds: int, salt: bytes) -> bytes:
    return boots.to_bytes(4) + seconds.to_bytes(4) + salt


def _cfb(words: bytes, iv: bytes, text: bytes, *, encrypts: bool) -> bytes:
    """AES in cipher feedback mode of whole blocks, which is all that is done with it here (RFC 3826)."""
    if len(iv) != BLOCK:
        raise ReportError(NOT_DECRYPTED)
    box = Cipher(algorithms.AES(words), modes.ECB()).encryptor()  # noqa: S305 - a block at a time, the mode is ours
    done, last = b"", iv
    for at in range(0, len(text), BLOCK):
        block = text[at : at + BLOCK]
        turned = bytes(a ^ b for a, b in zip(block, box.update(last), strict=False))
        done += turned
        last = turned if encrypts else block
    return done


def _sequence(*pieces: bytes) -> bytes:
    return tlv(0x30, b"".join(pieces))


def _whole(number: int) -> bytes:
    return number.to_bytes(number.bit_length() // 8 + 1, signed=True)
