"""The SNMP reader against the lab's agent, over UDP on loopback, with everything that can go wrong on the way."""

import os
import random
import socket

import pytest

from inventory.errors import AuthRefusedError, CommandRefusedError, DoubtfulOutputError, UnreachableError
from inventory.looks import Look, Reading
from inventory.model import Device
from inventory.redact import redact
from inventory.snmp import asking
from inventory.snmp.agent_session import AgentSession
from inventory.snmp.polling import Patience
from inventory.snmp.reading import look_at
from inventory.snmp_agents import SnmpAgent
from lab.devices.ber import Value, decode, encode
from tests.inventory.snmp.agent_door import BRIEF, NOW, QUICK, UP_TIME, Door, Plate, plain, private, set_words

RADIOS, SOFTWARE, STATIONS = (Look(getter=name) for name in ("radios", "software", "stations"))
BOTH = pytest.mark.parametrize("asks_as", [plain(), private(), private("old", "sha")], ids=["2c", "3", "3-sha1"])


@pytest.fixture(autouse=True)
def _environment(monkeypatch):
    set_words(monkeypatch)


def read(door, asks_as, *looks, patience=QUICK):
    return AgentSession(door.device(asks_as), lambda: NOW, patience).read_many(looks or (RADIOS,))


@BOTH
def test_what_the_agent_has_is_read(asks_as):
    with Door(Plate(interfaces=40)) as door:
        radios, software, stations, other = read(door, asks_as, RADIOS, SOFTWARE, STATIONS, Look(getter="arp"))
    assert [row.name for row in radios.rows] == [f"Dot11Radio{n}" for n in range(1, 41)]
    assert (radios.taken_at, radios.rows[0].state, radios.rows[0].channel) == (NOW, "up", None)
    assert (software.rows[0].version, software.rows[0].up_seconds) == ("1.2", 1000.0)
    assert stations.rows == ()
    assert isinstance(other, CommandRefusedError)


@BOTH
def test_lost_packets_are_asked_for_again(asks_as):
    with Door(Plate(), lambda asked, answer: [] if asked % 3 == 1 else [answer]) as door:
        assert len(read(door, asks_as)[0].rows) == 3


@BOTH
def test_answers_that_come_late_or_twice_count_once(asks_as):
    kept = []

    def late(_asked, answer):
        kept.append(answer)
        return [] if len(kept) == 1 else [kept[-2], kept[-1], kept[-1]]

    with Door(Plate(), late) as door:
        assert len(read(door, asks_as)[0].rows) == 3


@BOTH
def test_garbage_in_between_is_ignored(asks_as):
    noise = random.Random(7)

    def dirty(_asked, answer):
        return [b"\x30\x02", noise.randbytes(40), answer[:-3], answer[: len(answer) // 2], answer + b"x", answer]

    with Door(Plate(), dirty) as door:
        assert len(read(door, asks_as)[0].rows) == 3


@BOTH
@pytest.mark.parametrize("spoil", [lambda a: a[:-1], lambda a: b"\x30\x84\xff\xff\xff\xff", lambda a: b"hello"])
def test_nothing_but_garbage_is_an_answer_not_to_be_trusted(asks_as, spoil):
    with Door(Plate(), lambda asked, answer: [spoil(answer)]) as door:
        assert isinstance(read(door, asks_as, patience=BRIEF)[0], DoubtfulOutputError)


@BOTH
def test_silence_is_unreachable(asks_as):
    plate = Plate()
    plate.alive = False
    with Door(plate) as door:
        (answer,) = read(door, asks_as, patience=BRIEF)
    assert isinstance(answer, UnreachableError)
    assert door.asked == len(BRIEF.tries)


def test_nobody_there_is_unreachable():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    agent = SnmpAgent(address="127.0.0.1", port=port, dialect="aironet", asks_as=plain())
    device = Device(id="ap1", store="s001", role="access_point", address="10.1.99.21", snmp=agent)
    assert isinstance(AgentSession(device, lambda: NOW, BRIEF).read_many((RADIOS,))[0], UnreachableError)


@pytest.mark.parametrize(
    ("asks_as", "kind", "words"),
    [
        (plain("env:T_WRONG"), UnreachableError, "wrong community"),
        (private("jim"), AuthRefusedError, "does not know the user"),
        (private(word="env:T_WRONG"), AuthRefusedError, "refuses the user's password"),
        (private(auth="sha"), AuthRefusedError, "refuses the user's password"),
        (private(privacy_word="env:T_WRONG"), AuthRefusedError, "privacy password differs"),
        (private(word="env:T_NOT_SET"), AuthRefusedError, "env:T_NOT_SET is not set"),
    ],
)
def test_whoever_is_not_known_is_told_so_and_no_secret(asks_as, kind, words):
    with Door(Plate()) as door:
        (answer,) = read(door, asks_as, patience=BRIEF if kind is UnreachableError else QUICK)
    assert isinstance(answer, kind)
    assert words in answer.reason
    assert not any(os.environ[name] in str(answer) for name in ("T_COMMUNITY", "T_WORD", "T_PRIVACY", "T_WRONG"))


def test_secrets_are_masked_once_they_were_used():
    with Door(Plate()) as door:
        read(door, private())
    assert os.environ["T_PRIVACY"] not in redact(f"it said {os.environ['T_PRIVACY']} and {os.environ['T_WORD']}!")


def test_an_agent_that_restarts_in_between_is_asked_by_its_new_clock():
    plate = Plate(interfaces=40)

    def restart(asked, answer):
        if asked == 4:
            plate.boots, plate.seconds = plate.boots + 1, 2
        return [answer]

    with Door(plate, restart) as door:
        assert len(read(door, private())[0].rows) == 40


def test_a_clock_that_never_stands_still_is_not_followed_for_ever():
    plate = Plate()

    def spin(_asked, answer):
        plate.boots += 1
        return [answer]

    with Door(plate, spin) as door:
        (answer,) = read(door, private())
        assert isinstance(answer, DoubtfulOutputError)
        assert door.asked < 10


@BOTH
def test_a_huge_table_is_read_whole_or_not_at_all(asks_as, monkeypatch):
    with Door(Plate(interfaces=250)) as door:
        assert len(read(door, asks_as, patience=Patience(whole=30))[0].rows) == 250
        monkeypatch.setattr(asking, "MOST_VALUES", 300)
        (answer,) = read(door, asks_as, patience=Patience(whole=30))
    assert isinstance(answer, DoubtfulOutputError)
    assert "more than" in answer.reason


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda m: {"status": 5, "index": 1}, "genErr"),
        (lambda m: {"rows": ()}, "without rows"),
        (lambda m: {"rows": m.rows[:1] * 8}, "circles"),
    ],
    ids=["breaks off", "empty", "circles"],
)
def test_a_table_that_breaks_off_is_no_table(change, words):
    def turn(asked, answer):
        message = decode(answer)
        return [answer if asked < 3 else encode(type(message)(**{**fields(message), **change(message)}))]

    def fields(message):
        return {name: getattr(message, name) for name in message.__slots__}

    with Door(Plate(interfaces=40), turn) as door:
        (answer,) = read(door, plain())
    assert isinstance(answer, DoubtfulOutputError)
    assert words in answer.reason


def test_an_agent_for_which_everything_is_too_big_is_asked_in_small_pieces():
    plate = Plate(interfaces=5)

    def small(_asked, answer):
        message = decode(answer)
        if len(message.rows) <= 4 or message.rows[0][0] == UP_TIME:
            return [answer]
        return [encode(type(message)(community=message.community, pdu="response", request=message.request, status=1))]

    with Door(plate, small) as door:
        assert len(read(door, plain(), patience=Patience(whole=20))[0].rows) == 5


def test_an_agent_with_too_narrow_a_view_is_not_taken_for_an_empty_one():
    plate = Plate()
    del plate.told[UP_TIME]
    with Door(plate) as door:
        (answer,) = read(door, plain())
    assert isinstance(answer, DoubtfulOutputError)


def test_rows_that_are_not_what_they_should_be_are_no_rows():
    plate = Plate()
    plate.told[(1, 3, 6, 1, 2, 1, 2, 2, 1, 2, 2)] = Value("integer", 5)
    with Door(plate) as door:
        (answer,) = read(door, plain())
    assert isinstance(answer, DoubtfulOutputError)


def test_each_of_many_is_answered_once_beside_those_that_are_silent():
    dead = Plate()
    dead.alive = False
    told, order = {}, []
    patience = Patience(tries=(0.5, 0.5, 0.5), whole=20.0, at_once=100)
    with Door(Plate()) as door, Door(dead) as silent:
        alive = {f"ap{n}": door.device(private() if n % 2 else plain(), f"ap{n}") for n in range(120)}
        gone = {f"off{n}": silent.device(plain(), f"off{n}") for n in range(40)}
        plans = {name: (device, (RADIOS,)) for name, device in {**gone, **alive}.items()}
        look_at(plans, lambda: NOW, lambda name, answers: (order.append(name), told.update({name: answers})), patience)
    assert len(told) == len(order) == 160
    assert all(isinstance(told[name][0], Reading) for name in alive)
    assert all(isinstance(told[name][0], UnreachableError) for name in gone)


def test_an_agent_takes_no_writes(monkeypatch):
    with Door(Plate()) as door:
        session = AgentSession(door.device(plain()), lambda: NOW)
        for refused in (lambda: session.apply(None, None), session.confirm, session.undo, lambda: session.deep("x")):
            with pytest.raises(CommandRefusedError):
                refused()
        assert door.asked == 0
        assert session.pending() is False


def test_without_a_socket_left_it_is_told_and_nothing_hangs(monkeypatch):
    def none_left(*_):
        raise OSError(24, "Too many open files")

    with Door(Plate()) as door:
        session = AgentSession(door.device(plain()), lambda: NOW, QUICK)
        monkeypatch.setattr("inventory.snmp.polling.socket.socket", none_left)
        (answer,) = session.read_many((RADIOS,))
        monkeypatch.undo()
    assert isinstance(answer, UnreachableError)
    assert "Too many open files" in answer.reason
