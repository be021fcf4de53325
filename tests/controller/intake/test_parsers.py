import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.intake import syslog, traps
from controller.intake.ber import UnreadableError
from controller.intake.framing import Frames
from tests.controller.intake.trap_bytes import LINK_DOWN, binding, octets, oid, tlv, trap_v1, trap_v2

DOWN = "%LINK-3-UPDOWN: Interface Gi0/0, changed state to down"
MESSAGES = [
    (f"<189>Nov 21 08:00:00 s001-edge 45: {DOWN}", "3164", "s001-edge", "LINK-3-UPDOWN"),
    (f"<189>Nov  1 08:00:00.123 s001-edge: {DOWN}", "3164", "s001-edge", "LINK-3-UPDOWN"),
    (
        "<28>Nov 21 08:00:00 s001-sw1 mib2d[12]: SNMP_TRAP_LINK_DOWN: ifIndex 5",
        "3164",
        "s001-sw1",
        "SNMP_TRAP_LINK_DOWN",
    ),
    ("<29>Nov 21 08:00:00 r1 bgpd[9]: [M5-X] %ADJCHANGE: neighbor 10.0.0.1 Down", "3164", "r1", "ADJCHANGE"),
    (f"<189>45: s001-edge: 46: *Nov 21 08:00:00.123: {DOWN}", "gear", "s001-edge", "LINK-3-UPDOWN"),
    (f"<189>s001-edge: Nov 21 08:00:00.123: {DOWN}", "gear", "s001-edge", "LINK-3-UPDOWN"),
    (f"<189>45: *Nov 21 08:00:00.123: {DOWN}", "bare", "", "LINK-3-UPDOWN"),
    (f"<165>1 2026-11-21T08:00:00.003Z s001-edge ios - - - {DOWN}", "5424", "s001-edge", "LINK-3-UPDOWN"),
    (f"<165>1 - - - - - - {DOWN}", "5424", "", "LINK-3-UPDOWN"),
    (
        '<29>1 2026-11-21T08:00:00Z s001-sw1 mgd 3 UI_COMMIT_COMPLETED [junos@2636.1.1 user="a\\"]b"][x y="z"] commit',
        "5424",
        "s001-sw1",
        "UI_COMMIT_COMPLETED",
    ),
    ("<13>Nov 21 08:00:00 till7 sshd[5]: session opened", "3164", "till7", ""),
    ("nonsense", "bare", "", ""),
    ("", "bare", "", ""),
]


@pytest.mark.parametrize(("raw", "form", "host", "mnemonic"), MESSAGES)
def test_syslog_is_read(raw, form, host, mnemonic):
    message = syslog.parse(raw.encode())
    assert (message.form, message.host, message.mnemonic) == (form, host, mnemonic)


def test_syslog_gives_the_text_without_what_stands_before_it():
    texts = [syslog.parse(raw.encode()).text for raw, *_ in MESSAGES]
    assert texts[7] == DOWN
    assert texts[9] == "commit"
    assert texts[10] == "sshd[5]: session opened"


@pytest.mark.parametrize(("raw", "priority"), [("<191>x", 191), ("<192>x", None), ("<>x", None), ("<0001>x", None)])
def test_a_priority_is_one_to_three_digits_and_not_too_large(raw, priority):
    assert syslog.parse(raw.encode()).priority == priority


@given(st.binary(max_size=4096))
@settings(max_examples=300, deadline=None)
def test_no_bytes_upset_the_syslog_parser(raw):
    message = syslog.parse(raw)
    assert len(message.host) <= 255
    assert syslog.mnemonic_of(raw).decode() == message.mnemonic


PIECES = [
    "<189>",
    "1 ",
    "Nov 21 08:00:00 ",
    "s001-edge ",
    "45: ",
    "%LINK-3-UPDOWN: ",
    '[a b="',
    "]",
    "\\",
    "- ",
    "\0",
    "é",
]


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
@settings(max_examples=300, deadline=None)
def test_no_pieces_upset_the_syslog_parser(text):
    assert len(syslog.parse(text.encode()).text) <= len(text)


def test_v1_traps_are_read_in_v2_form():
    told = traps.parse(
        trap_v1("1.3.6.1.4.1.9.1.1", "10.1.0.1", 2, 0, binding("1.3.6.1.2.1.2.2.1.2.3", octets("Gi0/1")))
    )
    assert (told.trap, told.address, told.text) == (LINK_DOWN, "10.1.0.1", "Gi0/1")
    assert traps.parse(trap_v1("1.3.6.1.4.1.9.9.43.2", "0.0.0.0", 6, 1)).trap == "1.3.6.1.4.1.9.9.43.2.0.1"


@pytest.mark.parametrize("tag", [0xA6, 0xA7])
def test_v2c_traps_and_informs_are_read(tag):
    name = binding("1.3.6.1.2.1.1.5.0", octets("s001-edge"))
    address = binding("1.3.6.1.6.3.18.1.3.0", tlv(0x40, bytes([10, 1, 0, 1])))
    told = traps.parse(trap_v2(LINK_DOWN, name, address, tag=tag))
    assert (told.trap, told.name, told.address) == (LINK_DOWN, "s001-edge", "10.1.0.1")


GOOD = trap_v2(LINK_DOWN, binding("1.3.6.1.2.1.1.5.0", octets("s001-edge")))
BAD = {
    "nothing": b"",
    "cut": GOOD[:-3],
    "version 3": trap_v2(LINK_DOWN, version=3),
    "a get request": trap_v2(LINK_DOWN, tag=0xA0),
    "endless length": b"\x30\x80" + GOOD[2:],
    "long length": b"\x30\x84\xff\xff\xff\xff",
    "no trap named": tlv(0x30, tlv(2, b"\1"), octets("p"), tlv(0xA7, *[tlv(2, b"\0")] * 3, tlv(0x30))),
    "many bindings": trap_v2(LINK_DOWN, *[binding("1.3.6.1.2.1.1.5.0", octets("x"))] * 80),
    "too long": b"\x30\x82\xff\xff" + b"\0" * 9000,
    "an empty identifier": trap_v2(LINK_DOWN).replace(oid(LINK_DOWN), tlv(6, b"")),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_trap_is_refused(name):
    with pytest.raises(UnreadableError):
        traps.parse(BAD[name])


@given(st.binary(max_size=400) | st.tuples(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=3)))
@settings(max_examples=500, deadline=None)
def test_no_bytes_upset_the_trap_parser(given_):
    raw = given_ if isinstance(given_, bytes) else GOOD[: given_[0]] + given_[1] + GOOD[given_[0] + 1 :]
    try:
        told = traps.parse(raw)
    except UnreadableError:
        return
    assert len(told.trap) < 2000


def counted(message):
    return b"%d %s" % (len(message), message)


def test_a_stream_holds_both_framings():
    stream = counted(b"<13>a\nb") + b"<13>one\n\n<13>two\r\n" + counted(b"<13>c")
    assert Frames().feed(stream) == [b"<13>a\nb", b"<13>one", b"<13>two", b"<13>c"]


@given(
    st.lists(st.binary(min_size=1, max_size=50).map(lambda b: b"<13>" + b.replace(b"\n", b"")), max_size=8), st.data()
)
@settings(max_examples=200, deadline=None)
def test_a_stream_cut_anywhere_gives_the_same_messages(messages, data):
    messages = [m.rstrip(b"\r\0") for m in messages]
    stream = b"".join(m + b"\n" if data.draw(st.booleans()) else counted(m) for m in messages)
    frames, found, at = Frames(), [], 0
    while at < len(stream):
        step = data.draw(st.integers(1, 40))
        found += frames.feed(stream[at : at + step])
        at += step
    assert found == messages
    assert frames.held == 0


@given(st.lists(st.binary(max_size=9000) | st.sampled_from([b"9999999 x", b"8000 y", b"1", b"\n"]), max_size=8))
@settings(max_examples=200, deadline=None)
def test_no_stream_makes_a_connection_hold_more_than_one_message(chunks):
    frames = Frames()
    for chunk in chunks:
        for message in frames.feed(chunk):
            assert 0 < len(message) <= syslog.LONGEST
        assert frames.held <= syslog.LONGEST + 9


def test_a_message_too_long_is_cut_and_the_next_is_whole():
    frames = Frames()
    long = b"9" * 20_000
    found = frames.feed(counted(b"<13>" + long) + counted(b"<13>next") + b"<13>" + long + b"\n<13>last\n")
    assert [len(m) for m in found] == [syslog.LONGEST, 8, syslog.LONGEST, 8]
