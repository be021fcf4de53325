"""Traps of version 3 as bytes, written by the lab's side of the protocol: not by the code that reads them."""

from secrets import token_bytes

from lab.devices import usm
from lab.devices.usm import AUTHENTIC, PRIVATE, Engine, Envelope, User
from tests.controller.intake.trap_bytes import binding, integer, oid, tlv

WORD, PRIVACY_WORD = "a-long-word", "another-long-word"
JOE = User(name="joe", hash="sha256", word=WORD, privacy_word=PRIVACY_WORD)
ENGINE = Engine(identity=b"\x80\x00\x00\x09\x04edge", boots=3, seconds=1000)


def notice(trap, *bindings, tag=0xA7):
    bound = (
        binding("1.3.6.1.2.1.1.3.0", integer(4711, 0x43)),
        binding("1.3.6.1.6.3.1.1.4.1.0", oid(trap)),
        *bindings,
    )
    return tlv(tag, integer(1), integer(0), integer(0), tlv(0x30, *bound))


def trap_v3(pdu, user=JOE, engine=ENGINE, flags=AUTHENTIC | PRIVATE):
    scope = tlv(0x30, tlv(4, engine.identity), tlv(4), pdu)
    salt = token_bytes(8) if flags & PRIVATE else b""
    if flags & PRIVATE:
        words = usm.key(user.hash, user.privacy_word, engine.identity)[:16]
        scope = tlv(4, usm._cfb(words, usm._iv(engine.boots, engine.seconds, salt), scope, encrypts=True))
    return usm._message(_around(user, engine, flags), engine, flags, user, salt, scope)


def _around(user, engine, flags):
    return Envelope(
        number=7,
        flags=flags,
        engine=engine.identity,
        boots=engine.boots,
        seconds=engine.seconds,
        user=user.name.encode(),
        digest=b"",
        salt=b"",
        inner=b"",
        wire=b"",
    )
