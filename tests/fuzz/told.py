"""What devices, agents and files may tell us: any bytes are an answer, a named doubt, or a trouble that is said."""

import contextlib
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from anomaly.recordings.frames import MAGIC, NOTES, SUFFIX, frame, shard_of
from anomaly.recordings.reading import read_rounds
from inventory.errors import DeviceError
from inventory.looks import Look
from inventory.model import Device, DeviceId, StoreId
from inventory.platforms import load_platforms
from inventory.reading import reading_of
from inventory.snmp import ber, messages, usm
from inventory.snmp.asking import MOST_VALUES, Plain, Wish, converse
from inventory.snmp.ber import MalformedError
from inventory.snmp.dialects import DIALECTS

NOW = datetime(2026, 11, 20, 3, 12, 0, tzinfo=UTC)
ENGINE = usm.Engine(identity=b"\x80\x00\x00\x09\x04edge", boots=3, seconds=1000)
KEYS = usm.keys_of("joe", "sha256", "a-long-word", "another-long-word", ENGINE.identity)
COMMUNITY = "look-only"
MOST_ANSWERS = 40
ARGS = {"port": "Gi0/0", "slot": "0/2/0", "count": "5", "destination": "10.0.0.1", "size": "1472", "source": "Vlan10"}
PLATFORMS = load_platforms()
GETTERS = [(platform, name) for platform in PLATFORMS.values() for name in sorted(platform.getters)]


def datagram(raw):
    """A datagram from whoever is where the agent should be; then the same as the inside of one that is signed."""
    for read in (lambda: messages.disclosed(raw, COMMUNITY.encode()), lambda: usm.disclosed(raw, KEYS)):
        with contextlib.suppress(MalformedError):
            read()
    with contextlib.suppress(MalformedError):
        usm.disclosed(raw, None)
    with contextlib.suppress(MalformedError):
        usm.disclosed(usm.enclosed(KEYS, ENGINE, 7, raw), KEYS)


def agent(raw):
    """An agent that answers every question under the right community, with rows that are anything."""
    for dialect in DIALECTS.values():
        for getter in dialect.values():
            wish = Wish(scalars=getter.scalars, columns=getter.columns)
            told = _conversation(wish, raw)
            if told is None:
                continue
            assert len(told) <= MOST_VALUES + 1
            with contextlib.suppress(ValueError):
                getter.parse(told)


def _conversation(wish, raw):
    talk, at, came = converse(DeviceId("ap"), Plain(COMMUNITY), wish), 0, None
    for _ in range(MOST_ANSWERS):
        try:
            asked = talk.send(came)
        except StopIteration as end:
            return end.value
        except DeviceError:
            return None
        size = int.from_bytes(raw[at : at + 2])
        try:
            came = asked.accept(_answer(asked.wire, raw[at + 2 : at + 2 + size]))
        except MalformedError:
            return None
        if came is None:
            return None
        at += 2 + size
    return None


def _answer(question, rows):
    """An answer to a question, whose rows are these bytes."""
    ((begin, end),) = ber.parts(question, 0, len(question), ber.SEQUENCE)
    tag, at, stop = list(ber.each(question, begin, end))[2]
    assert tag in (messages.GET, messages.GET_BULK)
    request = next(ber.each(question, at, stop))
    number = ber.tlv(ber.INTEGER, question[request[1] : request[2]])
    body = number + ber.written(0) * 2 + ber.tlv(ber.SEQUENCE, rows)
    return messages.enclosed(COMMUNITY.encode(), ber.tlv(messages.RESPONSE, body))


def answer(raw):
    """An answer to any look at any platform; the first two bytes say which."""
    platform, name = GETTERS[int.from_bytes(raw[:2]) % len(GETTERS)]
    device = Device(
        id=DeviceId("s001-edge"), store=StoreId("s001"), role="edge", address="127.0.0.1", platform=platform.name
    )
    with contextlib.suppress(DeviceError):
        reading_of(platform, device, Look(getter=name, args=ARGS), raw[2:].decode("utf-8", "replace"), NOW)


def recording(raw):
    """A file that calls itself a recording."""
    _read(raw)
    _read(MAGIC + raw)


def recorded_lines(raw):
    """A recording whose frames are whole and whose lines are anything."""
    lines = raw.decode("utf-8", "replace").splitlines()
    _read(MAGIC + frame(NOTES, lines[:1]) + frame(shard_of("s001"), lines[1:]))


def _read(whole):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, f"20261120T031200000000Z{SUFFIX}").write_bytes(whole)
        troubles = []
        for told in read_rounds(Path(folder), troubles=troubles):
            assert len(told.observations) <= 1_000_000
        assert all(isinstance(trouble, str) for trouble in troubles)


TARGETS = {f.__name__: f for f in (datagram, agent, answer, recording, recorded_lines)}
