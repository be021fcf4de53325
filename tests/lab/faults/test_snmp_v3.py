"""Version 3 as the lab's agents speak it: another client's bytes, and everything they refuse."""

from dataclasses import replace

import pytest

from lab.devices import usm
from lab.devices.ber import MalformedError, Value
from lab.devices.snmp import Agents
from lab.devices.usm import Engine, User

ENGINE = Engine(identity=b"\x80\x00\x00\x09\x04plate", boots=3, seconds=1000)
USERS = (
    User(name="joe", hash="sha256", word="a-long-word", privacy_word="another-long-word"),
    User(name="old", hash="sha", word="a-long-word", privacy_word="another-long-word"),
)
# What gufo-snmp 0.13 puts on the wire: who are you; and get (sysDescr.0, sysUpTime.0) by SHA-256 and by SHA-1, in AES.
DISCOVERY = bytes.fromhex(
    "303d0201033010020451713008020208000401040201030410300e0400020100020100040004000400301404000400a00e02044dc946e4"
    "0201000201003000"
)
SHA256 = bytes.fromhex(
    "3081970201033010020475a83aaf02020800040107020103043e303c040a8000000904706c617465020103020203e804036a6f6504180"
    "9a49f8a6e184138b164f91afe2851933dfeaf1f86503e0004088415f75a1637eb54044092b86b446e7afce9feaa1bed354175bfda363e"
    "10b3c77c943f5e173379f4bda8c02f32219633e11631526f043ff6b1767a8a9ed11fad8a24ee8f378954769e75"
)
SHA1 = bytes.fromhex(
    "30818b0201033010020445f60c3d0202080004010702010304323030040a8000000904706c617465020103020203e804036f6c64040c"
    "7451a00cbdca1bbf9f91d8b80408b5417d71db96bc85044095dbf4bbe39c63239c2ef8d385f0eefcfe94119eb15bc8eab59360c89269"
    "209c1e49f80429b8d7f8ca4222984bec25a5d770f914abf500a050730119e011cccd"
)
NAMES = ((1, 3, 6, 1, 2, 1, 1, 1, 0), (1, 3, 6, 1, 2, 1, 1, 3, 0))


class Plate:
    def __init__(self, engine=ENGINE):
        self.clock = engine

    def answers(self):
        return True

    def objects(self):
        return {NAMES[0]: Value("text", b"hello"), NAMES[1]: Value("ticks", 7)}

    def engine(self):
        return self.clock


def known(users=USERS):
    return {user.name.encode(): user for user in users}


def counter(answer):
    """The number of the security counter a report shows."""
    return next(n for n in range(1, 7) if bytes((6, 3, 15, 1, 1, n, 0)) in answer)


@pytest.mark.parametrize("wire", [SHA256, SHA1])
def test_the_bytes_of_another_client_are_understood(wire):
    asked = usm.understood(usm.opened(wire), ENGINE, known())
    assert (asked.message.pdu, tuple(oid for oid, _ in asked.message.rows)) == ("get", NAMES)
    answer = Agents({}, "", "", USERS).answer(Plate(), wire)
    assert answer is not None
    assert b"hello" not in answer
    assert usm.opened(answer).flags == 3


def test_who_it_is_is_told_to_anybody():
    answer = Agents({}, "", "", USERS).answer(Plate(), DISCOVERY)
    envelope = usm.opened(answer)
    assert (envelope.engine, envelope.boots, envelope.seconds) == (ENGINE.identity, 3, 1000)
    assert counter(answer) == usm.NO_ENGINE


@pytest.mark.parametrize(
    ("engine", "users", "told"),
    [
        (replace(ENGINE, identity=b"\x80other"), USERS, usm.NO_ENGINE),
        (ENGINE, USERS[1:], usm.NO_USER),
        (ENGINE, (replace(USERS[0], word="another-word"),), usm.WRONG_DIGEST),
        (ENGINE, (replace(USERS[0], privacy_word="another-word"),), usm.NOT_DECRYPTED),
        (replace(ENGINE, boots=4), USERS, usm.NOT_IN_TIME),
        (replace(ENGINE, seconds=1151), USERS, usm.NOT_IN_TIME),
    ],
)
def test_what_is_refused_is_counted_and_reported(engine, users, told):
    assert counter(Agents({}, "", "", users).answer(Plate(engine), SHA256)) == told


def test_without_users_there_is_no_version_3():
    assert Agents({}, "look", "").answer(Plate(), SHA256) is None


@pytest.mark.parametrize("wire", [b"", b"hello", SHA256[:-1], SHA256[:40], b"\x30\x00"])
def test_nonsense_is_met_by_silence(wire):
    assert Agents({}, "look", "", USERS).answer(Plate(), wire) is None
    with pytest.raises(MalformedError):
        usm.opened(wire)
