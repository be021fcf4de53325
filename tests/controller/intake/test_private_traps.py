"""Traps of SNMPv3: the one user's are taken, everybody else's are counted; over real UDP on loopback, too."""

import socket
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from controller.intake import traps
from controller.intake.ber import UnreadableError
from controller.intake.desk import Intake
from controller.intake.hints import Hints
from controller.intake.listening import Listening, Wanted
from controller.intake.private_traps import opener
from controller.intake.sieve import Sieve
from controller.intake.whereabouts import whereabouts_of
from controller.intake.words_file import load_words
from controller.places import Place
from controller.settings import Settings, SettingsError, load_settings
from inventory.secrets import SecretMissingError, SecretRef
from inventory.snmp.notices import MOST_ENGINES, Notices, UnprovenError
from inventory.snmp_agents import UsmUser
from tests.controller.intake.private_trap_bytes import ENGINE, JOE, PRIVACY_WORD, WORD, notice, trap_v3
from tests.controller.intake.trap_bytes import LINK_DOWN, binding, octets, tlv

NAME = binding("1.3.6.1.2.1.1.5.0", octets("s001-edge"))
DOWN = notice(LINK_DOWN, NAME)
USER = {"name": "joe", "auth": "sha256", "word": "env:TRAP_WORD", "privacy_word": "env:TRAP_PRIVACY"}
AUTHENTIC, PRIVATE = 1, 2
NOT_BELIEVED = {
    "another user": trap_v3(DOWN, replace(JOE, name="jim")),
    "another password": trap_v3(DOWN, replace(JOE, word="some-other-word")),
    "another privacy password": trap_v3(DOWN, replace(JOE, privacy_word="some-other-word")),
    "another hash": trap_v3(DOWN, replace(JOE, hash="sha")),
    "signed only": trap_v3(DOWN, flags=AUTHENTIC),
    "neither": trap_v3(DOWN, flags=0),
    "turned on the way": trap_v3(DOWN)[:-1] + b"\0",
    "the last boot there can be": trap_v3(DOWN, engine=replace(ENGINE, boots=2**31 - 1)),
}
NOT_READ = {
    "cut": trap_v3(DOWN)[:-3],
    "another kind of message": trap_v3(notice(LINK_DOWN, NAME, tag=0xA0)),
    "no bindings": trap_v3(tlv(0xA7)),
    "a nameless engine": trap_v3(DOWN, engine=replace(ENGINE, identity=b"")),
    "an endless engine": trap_v3(DOWN, engine=replace(ENGINE, identity=b"x" * 33)),
}


@pytest.fixture(autouse=True)
def words(monkeypatch):
    monkeypatch.setenv("TRAP_WORD", WORD)
    monkeypatch.setenv("TRAP_PRIVACY", PRIVACY_WORD)


@pytest.fixture
def opens():
    return opener(USER)


@pytest.mark.parametrize("hash_name", ["sha", "sha256"])
@pytest.mark.parametrize("tag", [0xA6, 0xA7])
def test_the_users_traps_are_read(hash_name, tag):
    wire = trap_v3(notice(LINK_DOWN, NAME, tag=tag), replace(JOE, hash=hash_name))
    told = traps.parse(wire, 0.0, opener({**USER, "auth": hash_name}))
    assert (told.trap, told.name) == (LINK_DOWN, "s001-edge")
    assert b"s001-edge" not in wire


@pytest.mark.parametrize("name", NOT_BELIEVED)
def test_what_the_user_has_not_signed_and_encrypted_is_refused(name, opens):
    with pytest.raises(traps.RefusedTrapError):
        traps.parse(NOT_BELIEVED[name], 0.0, opens)


@pytest.mark.parametrize("name", NOT_READ)
def test_what_is_no_trap_is_unreadable(name, opens):
    with pytest.raises(UnreadableError):
        traps.parse(NOT_READ[name], 0.0, opens)


def test_without_a_user_version_3_is_refused():
    with pytest.raises(traps.RefusedTrapError):
        traps.parse(trap_v3(DOWN))


def at(seconds, boots=3):
    return trap_v3(DOWN, engine=replace(ENGINE, seconds=seconds, boots=boots))


def test_an_old_message_is_not_taken_again(opens):
    first = at(1000)
    assert traps.parse(first, 0.0, opens).trap == LINK_DOWN
    assert traps.parse(at(1200), 200.0, opens).trap == LINK_DOWN
    for old, now in ((first, 200.0), (at(1100), 310.0), (at(5000, boots=2), 310.0)):
        with pytest.raises(traps.RefusedTrapError):
            traps.parse(old, now, opens)
    assert traps.parse(at(5, boots=4), 320.0, opens).trap == LINK_DOWN, "it has started anew"
    with pytest.raises(traps.RefusedTrapError):
        traps.parse(at(1300), 320.0, opens)


def test_only_who_knows_the_passwords_is_remembered():
    counted = _notices()
    for number in range(300):
        engine = replace(ENGINE, identity=b"\x80\0\0\x09\x05" + number.to_bytes(4))
        user = JOE if number % 3 == 0 else replace(JOE, word="wrong-for-sure")
        try:
            counted.opened(trap_v3(DOWN, user, engine), 0.0)
        except UnprovenError:
            assert user is not JOE
    assert len(counted) == 100 < MOST_ENGINES


def _notices():
    word, privacy_word = SecretRef("env:TRAP_WORD"), SecretRef("env:TRAP_PRIVACY")
    return Notices(UsmUser(name="joe", auth="sha256", word=word, privacy="aes128", privacy_word=privacy_word))


def test_the_counts_tell_refused_from_unreadable(chain, opens):
    sieve = Sieve(*load_words(None), whereabouts_of(chain), opens)
    for raw in (trap_v3(DOWN), *NOT_BELIEVED.values(), *NOT_READ.values()):
        sieve.take_trap(raw, "10.0.0.1", 0.0)
    assert [told.device for told in sieve.ready(0.0, 9)] == ["s001-edge"]
    told = {fate: number for (_, fate), number in sieve.counts.items()}
    assert told == {"received": 14, "refused": len(NOT_BELIEVED), "unreadable": len(NOT_READ), "kept": 1}


def until(true):
    for _ in range(2000):
        if true():
            return
        time.sleep(0.01)
    pytest.fail("it did not come to pass")


def test_over_real_udp(chain, asked):
    hints = Hints(chain, lambda store: asked.append(store) or True, lambda: datetime.now(UTC))
    spoken, trapped = load_words(None)
    here = Place(host="127.0.0.1", port=0)
    ear = Listening(Wanted(syslog=None, traps=here, spoken=spoken, trapped=trapped, user=USER), hints)
    ear.start()
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for raw in (*NOT_BELIEVED.values(), trap_v3(DOWN)):
                sender.sendto(raw, ("127.0.0.1", ear.port("traps_udp")))
        until(lambda: asked == ["s001"])
        until(lambda: hints.counts()["trap", "refused"] == len(NOT_BELIEVED))
    finally:
        ear.stop()
    (hint,) = hints.recent(9)
    assert (hint.source, hint.device, hint.kind) == ("trap", "s001-edge", "link")


def test_a_password_that_is_not_there_is_said_at_the_start(chain, clock, tmp_path, monkeypatch):
    settings = Settings(
        traps="127.0.0.1:0",
        trap_user="joe",
        trap_auth_password="env:TRAP_WORD",
        trap_privacy_password="env:TRAP_PRIVACY",
    )
    monkeypatch.delenv("TRAP_PRIVACY")
    intake = Intake(settings, tmp_path, chain, lambda _: True, clock.now)
    with pytest.raises(OSError, match="SNMPv3 traps: the secret env:TRAP_PRIVACY is not set"):
        intake.start()
    with pytest.raises(SecretMissingError):
        opener(USER)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"trap_user": "joe"}, "needs STORENET_TRAP_AUTH_PASSWORD and STORENET_TRAP_PRIVACY_PASSWORD"),
        ({"trap_auth_password": "env:A"}, "whose are the passwords"),
        ({"trap_user": "joe", "trap_auth_password": "hunter22"}, "never as the secret itself"),
    ],
)
def test_half_a_user_is_refused(given, says):
    with pytest.raises(SettingsError, match=says) as caught:
        load_settings(**given)
    assert "hunter22" not in str(caught.value)
