"""What fuzzing begins with: a few good inputs of every target, taken from the tests beside."""

import json
from datetime import timedelta

from anomaly.model import Observation
from anomaly.recordings.encoding import Encoder, opening_line
from anomaly.recordings.frames import NOTES, frame, shard_of
from anomaly.recordings.rounds import Round, Session
from inventory.model import DeviceId, StoreId
from inventory.platforms import ParseDoubt
from inventory.snmp import ber, messages
from inventory.snmp.dialects import DIALECTS
from tests.controller.intake.private_trap_bytes import notice, trap_v3
from tests.controller.intake.test_parsers import MESSAGES
from tests.controller.intake.trap_bytes import LINK_DOWN, binding, octets, tlv, trap_v1, trap_v2
from tests.fuzz.hints import NOW
from tests.fuzz.told import ARGS, GETTERS
from tests.inventory import test_ios_edge_readers, test_line_reader, test_port_reader, test_service_reader
from tests.inventory.ios_samples import SAMPLES

NAME = binding("1.3.6.1.2.1.1.5.0", octets("s001-edge"))
PORT = binding("1.3.6.1.2.1.2.2.1.2.3", octets("Gi0/1"))
INFORM = notice(LINK_DOWN, NAME, tag=0xA6)
ALERT = {"status": "firing", "labels": {"store": "s001", "instance": "s001-edge:9100"}, "annotations": {"summary": "x"}}
BEAT = {"kind": "till", "name": "t3", "store": "s001", "last_seen": NOW.isoformat(), "every_seconds": 60}
MANY = {"status": "firing", "labels": {"device": "s002-edge", "alertname": "Down", "site": "s002"}}

EACH = 3


def seeds(name):
    """Return the beginning of a target."""
    return _SEEDS[name]()


def _messages():
    return [raw.encode() for raw, *_ in MESSAGES]


def _streams():
    whole = _messages()
    return [b"\x05" + b"\n".join(whole), b"\x20" + b"".join(b"%d %s" % (len(m), m) for m in whole)]


def _traps():
    second = [trap_v2(LINK_DOWN, NAME, PORT, tag=tag) for tag in (0xA6, 0xA7)]
    return [*second, trap_v1("1.3.6.1.4.1.9.1.1", "10.1.0.1", 2, 0, PORT), trap_v3(notice(LINK_DOWN, NAME))]


def _datagrams():
    rows = tlv(0x30, binding("1.3.6.1.2.1.1.3.0", tlv(0x43, b"\1\2")), NAME)
    pdu = tlv(0xA2, tlv(2, b"\7"), tlv(2, b"\0"), tlv(2, b"\0"), rows)
    return [messages.enclosed(b"look-only", pdu), pdu, *_traps()]


def _agents():
    """Answers that an agent of every dialect gives: one row of each object, then the end of every table."""
    made = []
    for getter in (g for dialect in DIALECTS.values() for g in dialect.values()):
        scalars = b"".join(ber.sequence(ber.written_name(oid), ber.tlv(0x43, b"\1\2")) for oid in getter.scalars)
        rows = b"".join(ber.sequence(ber.written_name((*oid, 1)), ber.written(71)) for oid in getter.columns)
        ends = b"".join(ber.sequence(ber.written_name((*oid, 1)), ber.tlv(0x82, b"")) for oid in getter.columns)
        parts = ([scalars] if getter.scalars else []) + [rows, ends, ends]
        made.append(b"".join(len(part).to_bytes(2) + part for part in parts))
    return made


def _answers():
    """For every look some samples of the readers' tests that it reads something from; where none is, the first."""
    modules = (test_ios_edge_readers, test_line_reader, test_port_reader, test_service_reader)
    texts = [*SAMPLES.values(), *(v for m in modules for v in vars(m).values() if isinstance(v, str) and "\n" in v)]
    made = []
    for look, (platform, name) in enumerate(GETTERS):
        fitting = [text for text in texts if _is_read(platform.getters[name], text)]
        made += [look.to_bytes(2) + text.encode() for text in (fitting[:EACH] or texts[:1])]
    return made


def _is_read(getter, text):
    try:
        return bool(getter.parse(text, ARGS))
    except (ParseDoubt, ValueError):
        return False


def _rounds():
    encoder = Encoder(NOW)
    session = Session(id="a", profile="short", seconds={"hold": 6.0})
    lines = [opening_line(session, NOW)]
    for number in range(3):
        at = NOW + timedelta(seconds=5 * number)
        seen = Observation(
            store=StoreId("s001"),
            device=DeviceId("s001-edge"),
            subject="Gi0/0",
            name="up",
            value=number % 2 == 0,
            at=at,
        )
        told = Round(store=StoreId("s001"), at=at, observations=(seen,), session=session, hinted={("a", "link"): at})
        lines += encoder.lines(told)
    return lines


def _recordings():
    first, *rest = _rounds()
    return [frame(NOTES, [first]) + frame(shard_of("s001"), rest)]


_SEEDS = {
    "message": _messages,
    "stream": _streams,
    "trap": _traps,
    "proven_trap": lambda: [notice(LINK_DOWN, NAME), INFORM],
    "alerts": lambda: [json.dumps({"version": "4", "status": "firing", "alerts": [ALERT, MANY]}).encode()],
    "webhook": lambda: [json.dumps({"kind": "odd", "store": "s001", "device": "s001-edge", "text": "x"}).encode()],
    "heartbeats": lambda: [json.dumps({"items": [BEAT, {**BEAT, "kind": "web_shop"}]}).encode()],
    "signature": lambda: [b"1795144320\nsha256=00\n{}", b"1\nBearer a-secret\nx"],
    "datagram": _datagrams,
    "agent": _agents,
    "answer": _answers,
    "recording": _recordings,
    "recorded_lines": lambda: ["\n".join(_rounds()).encode()],
}
