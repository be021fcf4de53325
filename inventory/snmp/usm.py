"""Version 3's envelope: every message signed and encrypted for one user at one engine.

In: a user's keys, what is known of the agent's engine, datagrams. Out: bytes to send; what came, once it is proven to
come from there and now. Called by ``asking`` and ``notices``. Follows RFC 3412 and RFC 3414, RFC 7860 for SHA-2,
RFC 3826 for AES.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from secrets import token_bytes

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from inventory.snmp import ber, messages
from inventory.snmp.ber import MalformedError, Oid
from inventory.snmp_agents import Auth

VERSION_3, SECURITY_MODEL = 3, 3
AUTHENTIC, PRIVATE, REPORTABLE = 1, 2, 4
LARGEST = 1472  # what fits one Ethernet frame: larger answers would come in pieces, if at all
WINDOW_SECONDS = 150
BLOCK, SALT = 16, 8
MEGABYTE = 1 << 20
HASHES: Mapping[Auth, tuple[str, int]] = {
    "sha": ("sha1", 12),
    "sha224": ("sha224", 16),
    "sha256": ("sha256", 24),
    "sha384": ("sha384", 32),
    "sha512": ("sha512", 48),
}
"""Each hash by its own name, and how many bytes of it a message carries."""
STATS: Oid = (1, 3, 6, 1, 6, 3, 15, 1, 1)
NO_LEVEL, NOT_IN_TIME, NO_USER, NO_ENGINE, WRONG_DIGEST, NOT_DECRYPTED = range(1, 7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """A user at one engine."""

    user: bytes
    auth: Auth
    signs: bytes
    encrypts: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """An agent's engine: who it is, how often it has started, and its clock in seconds."""

    identity: bytes = b""
    boots: int = 0
    seconds: int = 0


NOBODY = Engine()


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """A message that came: the engine it names, and what it says. ``proven``: it is signed by the user's key."""

    number: int
    engine: Engine
    pdu: messages.Pdu
    proven: bool

    @property
    def counter(self) -> int:
        """For a report: which of the security counters it shows; 0 for none of them."""
        if self.pdu.kind != messages.REPORT or not self.pdu.rows:
            return 0
        oid = self.pdu.rows[0][0]
        return oid[len(STATS)] if oid[:-2] == STATS else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What is around a message, as it came: nothing of it is proven. ``digest`` and ``inner`` say where those are."""

    number: int
    flags: int
    engine: Engine
    user: bytes
    digest: tuple[int, int]
    salt: bytes
    inner: tuple[int, int, int]


def keys_of(user: str, auth: Auth, word: str, privacy_word: str, engine: bytes) -> Keys:
    """Return a user's keys at an engine (RFC 3414, A.2)."""
    signs, hidden = (_localised(HASHES[auth][0], one, engine) for one in (word, privacy_word))
    return Keys(user=user.encode(), auth=auth, signs=signs, encrypts=hidden[:BLOCK])


@lru_cache(maxsize=256)
def _spread(hash_name: str, word: str) -> bytes:
    """A password as a key, before it is bound to an engine; costs some 2 ms, hence kept."""
    text = word.encode()
    return hashlib.new(hash_name, (text * (MEGABYTE // len(text) + 1))[:MEGABYTE]).digest()


def _localised(hash_name: str, word: str, engine: bytes) -> bytes:
    once = _spread(hash_name, word)
    return hashlib.new(hash_name, once + engine + once).digest()


def discovery(number: int, request: int) -> bytes:
    """Write the question that any engine answers with who it is (RFC 3414, 4)."""
    scoped = _scoped(NOBODY, messages.question(messages.GET, request, ()))
    return _message(number, REPORTABLE, NOBODY, (b"", b"", b""), scoped)


def enclosed(keys: Keys, engine: Engine, number: int, pdu: bytes) -> bytes:
    """Write a signed and encrypted request."""
    salt = token_bytes(SALT)
    hidden = ber.tlv(ber.OCTETS, _crypt(keys, engine, salt, _scoped(engine, pdu), encrypts=True))
    blank = bytes(HASHES[keys.auth][1])
    flags = AUTHENTIC | PRIVATE | REPORTABLE
    unsigned = _message(number, flags, engine, (keys.user, blank, salt), hidden)
    return _message(number, flags, engine, (keys.user, _digest(keys, unsigned), salt), hidden)


def disclosed(wire: bytes, keys: Keys | None) -> Came:
    """Read what came. Raises ``MalformedError`` for what cannot be read, or is signed and not by this user's key."""
    envelope = opened(wire)
    proven = bool(envelope.flags & AUTHENTIC)
    if proven:
        prove(wire, envelope, keys)
    plain, at, end = wire, *envelope.inner[1:]
    if envelope.flags & PRIVATE:
        if keys is None or not proven or envelope.inner[0] != ber.OCTETS:
            raise MalformedError("encrypted for somebody else")
        plain, at, end = decrypted(wire, envelope, keys)
    _engine, _context, pdu = _three(plain, at, end)
    if pdu[0] == messages.RESPONSE and not envelope.flags & PRIVATE:
        raise MalformedError("an answer for everybody to read")
    return Came(number=envelope.number, engine=envelope.engine, pdu=messages.read(plain, *pdu), proven=proven)


def decrypted(wire: bytes, envelope: Envelope, keys: Keys) -> tuple[bytes, int, int]:
    """Return a proven message in the clear, and where its parts begin and end in it. Raises ``MalformedError``."""
    _, at, end = envelope.inner
    plain = _crypt(keys, envelope.engine, envelope.salt, wire[at:end], encrypts=False)
    tag, at, end = ber.take(plain, 0, len(plain))
    if tag != ber.SEQUENCE:
        raise MalformedError("not decrypted")
    return plain, at, end


def in_time(engine: Engine, came: Engine) -> bool:
    """Whether a message belongs to the engine's present run, and is no old one sent again."""
    return came.boots == engine.boots and came.seconds >= engine.seconds - WINDOW_SECONDS


def later(engine: Engine, seconds: float) -> Engine:
    """The same engine, so much later."""
    return replace(engine, seconds=engine.seconds + int(seconds))


def _three(plain: bytes, at: int, end: int) -> list[tuple[int, int, int]]:
    found = list(ber.each(plain, at, end))
    tags = [tag for tag, _, _ in found]
    if tags[:2] != [ber.OCTETS, ber.OCTETS] or tags[2:] not in ([messages.RESPONSE], [messages.REPORT]):
        raise MalformedError("neither a response nor a report")
    return found


def opened(wire: bytes) -> Envelope:
    """Take a message apart as far as that needs no key. Raises ``MalformedError``."""
    ((begin, end),) = ber.parts(wire, 0, len(wire), ber.SEQUENCE)
    found = list(ber.each(wire, begin, end))
    if [tag for tag, _, _ in found[:3]] != [ber.INTEGER, ber.SEQUENCE, ber.OCTETS] or len(found) != 4:  # noqa: PLR2004
        raise MalformedError("no message of version 3")
    (_, *version), (_, *around), (_, *secured), inner = found
    number, _, flags, model = ber.parts(wire, *around, ber.INTEGER, ber.INTEGER, ber.OCTETS, ber.INTEGER)
    if ber.number(wire, *version) != VERSION_3 or ber.number(wire, *model) != SECURITY_MODEL:
        raise MalformedError("another version or security model")
    ((begin, end),) = ber.parts(wire, *secured, ber.SEQUENCE)
    words = ber.parts(wire, begin, end, ber.OCTETS, ber.INTEGER, ber.INTEGER, *(ber.OCTETS,) * 3)
    identity, boots, seconds, user, digest, salt = words
    if flags[1] - flags[0] != 1:
        raise MalformedError("no flags")
    return Envelope(
        number=ber.number(wire, *number),
        flags=wire[flags[0]],
        engine=Engine(
            identity=wire[slice(*identity)], boots=ber.number(wire, *boots), seconds=ber.number(wire, *seconds)
        ),
        user=wire[slice(*user)],
        digest=digest,
        salt=wire[slice(*salt)],
        inner=inner,
    )


def prove(wire: bytes, envelope: Envelope, keys: Keys | None) -> None:
    """Check that these keys have signed a message. Raises ``MalformedError``."""
    begin, end = envelope.digest
    if keys is None or envelope.user != keys.user or end - begin != HASHES[keys.auth][1]:
        raise MalformedError("signed by somebody else")
    blank = wire[:begin] + bytes(end - begin) + wire[end:]
    if not hmac.compare_digest(_digest(keys, blank), wire[begin:end]):
        raise MalformedError("not signed by this key")


def _digest(keys: Keys, wire: bytes) -> bytes:
    hash_name, size = HASHES[keys.auth]
    return hmac.digest(keys.signs, wire, hash_name)[:size]


def _crypt(keys: Keys, engine: Engine, salt: bytes, text: bytes, *, encrypts: bool) -> bytes:
    """AES-128 in cipher feedback mode; the mode is a few lines, and no longer among the library's current ones."""
    if len(salt) != SALT or not (0 <= engine.boots < 1 << 31 and 0 <= engine.seconds < 1 << 31):
        raise MalformedError("nothing to decrypt with")
    box = Cipher(algorithms.AES(keys.encrypts), modes.ECB()).encryptor()  # noqa: S305 - one block at a time
    last, done = engine.boots.to_bytes(4) + engine.seconds.to_bytes(4) + salt, bytearray()
    for at in range(0, len(text), BLOCK):
        block = text[at : at + BLOCK]
        mask = box.update(last)[: len(block)]
        turned = (int.from_bytes(block) ^ int.from_bytes(mask)).to_bytes(len(block))
        done += turned
        last = turned if encrypts else block
    return bytes(done)


def _scoped(engine: Engine, pdu: bytes) -> bytes:
    return ber.sequence(ber.tlv(ber.OCTETS, engine.identity), ber.tlv(ber.OCTETS, b""), pdu)


def _message(number: int, flags: int, engine: Engine, words: tuple[bytes, bytes, bytes], inner: bytes) -> bytes:
    around = ber.sequence(
        ber.written(number),
        ber.written(LARGEST),
        ber.tlv(ber.OCTETS, bytes((flags,))),
        ber.written(SECURITY_MODEL),
    )
    secured = ber.sequence(
        ber.tlv(ber.OCTETS, engine.identity),
        ber.written(engine.boots),
        ber.written(engine.seconds),
        *(ber.tlv(ber.OCTETS, word) for word in words),
    )
    return ber.sequence(ber.written(VERSION_3), around, ber.tlv(ber.OCTETS, secured), inner)
