"""The codec by itself: the standards' own examples, and bytes of anybody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.snmp import ber, messages, usm
from inventory.snmp.ber import MalformedError
from inventory.snmp.messages import Missing

ENGINE = bytes.fromhex("000000000000000000000002")
NAMES = st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=20).map(lambda arcs: (1, 3, *arcs))
KEYS = usm.keys_of("joe", "sha256", "a-long-word", "another-word", ENGINE)
CLOCK = usm.Engine(identity=ENGINE, boots=3, seconds=77)
# A response of version 2c: sysUpTime.0, sysName.0, and an object that is not there.
RESPONSE = bytes.fromhex(
    "3045020101040470756231a23a02020539020100020100302e"
    "300e06082b06010201010300430200c8"
    "300e06082b060102010105000402 6170"
    "300c06082b060102010163008000".replace(" ", "")
)


def test_the_standards_keys():
    """RFC 3414, A.3.2: the password maplesyrup at an engine."""
    keys = usm.keys_of("joe", "sha", "maplesyrup", "maplesyrup", ENGINE)
    assert keys.signs.hex() == "6695febc9288e36282235fc7151f128497b38f3f"
    assert keys.encrypts.hex() == "6695febc9288e36282235fc7151f1284"


def test_a_response_is_read():
    pdu = messages.disclosed(RESPONSE, b"pub1")
    assert (pdu.request, pdu.status, pdu.trouble) == (1337, 0, "")
    assert [value for _, value in pdu.rows] == [200, b"ap", Missing.NO_OBJECT]
    with pytest.raises(MalformedError):
        messages.disclosed(RESPONSE, b"pub2")


@given(NAMES, st.integers(-(2**63), 2**63 - 1))
def test_names_and_numbers_come_back(name, number):
    written, value = ber.written_name(name), ber.written(number)
    assert ber.name(written[2:]) == name or len(written) > 129
    assert ber.number(value, 2, len(value)) == number


@given(st.binary(max_size=300))
def test_bytes_of_anybody_are_a_message_or_malformed(wire):
    for read in (lambda: messages.disclosed(wire, b"pub1"), lambda: usm.disclosed(wire, KEYS)):
        with pytest.raises(MalformedError):
            read()


@given(st.data())
def test_a_message_with_some_bytes_turned_is_a_message_or_malformed(data):
    private = usm.enclosed(KEYS, CLOCK, 9, RESPONSE[11:])
    for whole, read in (
        (RESPONSE, lambda w: messages.disclosed(w, b"pub1")),
        (private, lambda w: usm.disclosed(w, KEYS)),
    ):
        wire = bytearray(whole)
        for _ in range(data.draw(st.integers(1, 4))):
            wire[data.draw(st.integers(0, len(wire) - 1))] = data.draw(st.integers(0, 255))
        try:
            read(bytes(wire))
        except MalformedError:
            continue


def test_a_private_message_comes_back_only_by_its_keys():
    pdu = RESPONSE[11:]
    wire = usm.enclosed(KEYS, CLOCK, 9, pdu)
    came = usm.disclosed(wire, KEYS)
    assert came.proven
    assert (came.number, came.engine, came.pdu.request) == (9, CLOCK, 1337)
    assert b"ap" not in wire
    for other in (("jim", "a-long-word"), ("joe", "wrong-word")):
        with pytest.raises(MalformedError):
            usm.disclosed(wire, usm.keys_of(other[0], "sha256", other[1], "another-word", ENGINE))
    for at in range(len(wire)):
        with pytest.raises(MalformedError):
            usm.disclosed(wire[:at] + bytes((wire[at] ^ 1,)) + wire[at + 1 :], KEYS)


def test_what_was_recorded_is_not_in_time_later():
    assert usm.in_time(CLOCK, CLOCK)
    assert not usm.in_time(usm.later(CLOCK, 151), CLOCK)
    assert not usm.in_time(usm.Engine(identity=ENGINE, boots=4, seconds=1), CLOCK)


def test_a_name_padded_without_end_is_none_and_is_not_remembered():
    before = ber.name.cache_info().currsize
    with pytest.raises(MalformedError):
        ber.name(b"\x2b" + b"\x80" * 60_000 + b"\x01")
    assert ber.name.cache_info().currsize == before
