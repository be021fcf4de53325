"""What is recorded is read back exactly, whatever becomes of the process and the disk."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anomaly.model import Observation
from anomaly.recordings.encoding import MOST_SHAPES, Decoder, Encoder, opening_line
from anomaly.recordings.frames import SHARDS, shard_of
from anomaly.recordings.reading import read_rounds, recording_files
from anomaly.recordings.rounds import Round, Session
from anomaly.recordings.writing import Writer
from inventory.redact import remember

NOON = datetime(2026, 11, 18, 12, 0, 0, 123457, tzinfo=UTC)
SESSION = Session(id="host:1:1", profile="short", seconds={"hold_brief": 3.0})
PLENTY = {"keep": timedelta(days=30), "most_bytes": 1 << 30}


def seen(name, value, at=NOON, *, store="s001", subject="p1"):
    return Observation(store=store, device=f"{store}-edge", subject=subject, name=name, value=value, at=at)


def a_round(at=NOON, store="s001", hinted=None, **values):
    told = tuple(seen(name, value, at, store=store) for name, value in values.items())
    return Round(store=store, at=at, observations=told, session=SESSION, hinted=hinted or {})


def through(rounds):
    encoder, decoder = Encoder(NOON), Decoder()
    decoder.feed(opening_line(SESSION, NOON))
    return [back for told in rounds for line in encoder.lines(told) if (back := decoder.feed(line)) is not None]


def types(rounds):
    return [[(type(o.value), o.value) for o in told.observations] for told in rounds]


def after(seconds):
    return NOON + timedelta(seconds=seconds)


def test_rounds_come_back_exactly():
    late = replace(seen("rtt", 3.5), at=NOON - timedelta(microseconds=1))
    rounds = [
        a_round(NOON, up=True, rtt=0.1 + 0.2, text="Gi0/0 ~ ü\n", gone=None),
        a_round(after(2), up=1.0, rtt=1, gone=None),
        a_round(after(4), rtt=True, up=False, hinted={("s001-edge", "bgp"): after(3.000001)}),
        a_round(after(6)),
        Round(store="s001", at=after(8), observations=(late, seen("rtt", 4.0), late), session=SESSION),
        a_round(after(-3600), up=None, rtt=2.0, text="", gone=False),
    ]
    back = through(rounds)
    assert back == rounds
    assert types(back) == types(rounds)


VALUES = st.one_of(st.none(), st.booleans(), st.floats(allow_nan=False), st.text(max_size=5), st.integers(-5, 5))
SEEN = st.builds(
    seen,
    st.sampled_from("abcd"),
    VALUES,
    st.datetimes(timezones=st.just(UTC)),
    store=st.sampled_from(["s001", "s002"]),
    subject=st.sampled_from("xy"),
)
ROUNDS = st.lists(
    st.builds(
        lambda at, observations, store: Round(
            store=store,
            at=at,
            observations=tuple(replace(o, store=store) for o in observations),
            session=SESSION,
        ),
        st.datetimes(timezones=st.just(UTC)),
        st.lists(SEEN, max_size=6),
        st.sampled_from(["s001", "s002"]),
    ),
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(ROUNDS)
def test_any_rounds_come_back_exactly(rounds):
    back = through(rounds)
    assert back == rounds
    assert types(back) == types(rounds)


def test_only_what_changed_is_written():
    encoder = Encoder(NOON)
    many = {f"n{i}": 1.0 for i in range(300)}
    first = encoder.lines(a_round(NOON, **many))
    again = encoder.lines(a_round(after(2), **(many | {"n7": 2.0})))
    assert len("".join(first)) > 3000
    assert len("".join(again)) < 60


def test_tables_begin_anew_before_they_grow_without_end():
    rounds = [a_round(after(i), **{f"n{i}": 1.0}) for i in range(2 * MOST_SHAPES + 3)]
    assert through(rounds) == rounds


def test_secrets_are_masked():
    remember("hunter2-hunter2")
    told = a_round(text="snmp-server community s3cr3tw0rd RO", note="x hunter2-hunter2")
    text = "".join(Encoder(NOON).lines(told))
    assert "s3cr3tw0rd" not in text
    assert "hunter2" not in text


def write(folder, rounds, **limits):
    writer = Writer(folder, SESSION, **(PLENTY | limits))
    for told in rounds:
        writer.write([told])
    writer.close()


def test_every_hour_has_its_file_and_each_can_be_read_alone(tmp_path):
    rounds = [a_round(after(60 * i), rtt=float(i // 50), up=True) for i in range(150)]
    write(tmp_path, rounds)
    files = recording_files(tmp_path)
    assert len(files) == 3
    assert list(read_rounds(tmp_path)) == rounds
    files[0].unlink()
    assert list(read_rounds(tmp_path)) == rounds[60:]
    since = after(121 * 60)
    late = [r for r in read_rounds(tmp_path, since=since) if r.at >= since]
    assert late == rounds[121:]
    assert len(list(read_rounds(tmp_path, since=since))) < 90


def test_stores_are_read_apart(tmp_path):
    stores = [f"s{n:03d}" for n in range(1, 40)]
    writer = Writer(tmp_path, SESSION, **PLENTY)
    rounds = [a_round(after(i), store, up=True) for i in range(3) for store in stores]
    writer.write(rounds)
    writer.close()
    assert [r.at for r in read_rounds(tmp_path, stores=["s007"])] == [NOON, after(1), after(2)]
    parts = [list(read_rounds(tmp_path, shards=[shard])) for shard in range(SHARDS)]
    assert sum(map(len, parts)) == len(rounds)
    assert all({shard_of(r.store) for r in part} <= {shard} for shard, part in enumerate(parts))


def test_old_and_too_large_recordings_go(tmp_path):
    write(tmp_path, [a_round(after(3600 * i), rtt=float(i)) for i in range(10)], keep=timedelta(hours=3))
    kept = list(read_rounds(tmp_path))
    assert kept[-1].at == after(9 * 3600)
    assert kept[0].at >= after(5 * 3600)
    folder = tmp_path / "small"
    noise = [a_round(after(i), text=os.urandom(3000).hex()) for i in range(200)]
    write(folder, noise, most_bytes=160_000)
    assert sum(path.stat().st_size for path in folder.iterdir()) < 190_000
    assert list(read_rounds(folder))[-1] == noise[-1]


def test_a_torn_end_costs_the_last_frame_alone(tmp_path):
    rounds = [a_round(after(i), rtt=float(i)) for i in range(20)]
    write(tmp_path, rounds)
    (path,) = recording_files(tmp_path)
    whole = path.read_bytes()
    for cut in range(0, len(whole), 7):
        path.write_bytes(whole[:cut])
        troubles = []
        back = list(read_rounds(tmp_path, troubles=troubles))
        assert back == rounds[: len(back)]
        assert not troubles
    path.write_bytes(whole[:-1])
    assert list(read_rounds(tmp_path)) == rounds[:-1]


def test_damage_is_told_and_never_read(tmp_path):
    rounds = [a_round(after(i), rtt=float(i)) for i in range(20)]
    write(tmp_path, rounds)
    (path,) = recording_files(tmp_path)
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        troubles = []
        back = list(read_rounds(tmp_path, troubles=troubles))
        assert back == rounds[: len(back)]
        assert troubles or len(back) < len(rounds)
    path.write_bytes(b"something else altogether")
    assert list(read_rounds(tmp_path, troubles=troubles)) == []
    assert "no recording" in troubles[-1]


def test_lost_rounds_are_told_in_the_recording(tmp_path):
    writer = Writer(tmp_path, SESSION, **PLENTY)
    writer.write([a_round(NOON, rtt=1.0)])
    writer.write([a_round(after(9), rtt=2.0)], dropped=7)
    writer.close()
    troubles = []
    assert len(list(read_rounds(tmp_path, troubles=troubles))) == 2
    assert "7 rounds were not recorded" in troubles[0]


WRITES_ON = """
import sys
from datetime import timedelta
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_recordings import PLENTY, SESSION, NOON, Writer, a_round, after
writer = Writer(Path(sys.argv[1]), SESSION, **PLENTY)
for i in range(100_000_000):
    writer.write([a_round(after(i), rtt=float(i), text="x" * (i % 100))])
    if i == 200:
        print("on", flush=True)
"""


def test_kill_nine_leaves_a_folder_that_can_be_read_and_written_on(tmp_path):
    here = os.path.dirname(__file__)  # noqa: PTH120
    asked = [sys.executable, "-c", WRITES_ON, str(tmp_path), here]
    writing = subprocess.Popen(asked, stdout=subprocess.PIPE)
    try:
        assert writing.stdout.readline() == b"on\n"
    finally:
        os.kill(writing.pid, signal.SIGKILL)
        writing.wait()
        writing.stdout.close()
    troubles = []
    back = list(read_rounds(tmp_path, troubles=troubles))
    assert len(back) > 200
    assert not troubles
    assert [r.observations[0].value for r in back] == [float(i) for i in range(len(back))]
    write(tmp_path, [a_round(NOON, rtt=-1.0)])
    assert len(list(read_rounds(tmp_path))) == len(back) + 1


@pytest.mark.parametrize("name", ["notes.txt", "x.rec", "20261118T120000.rec"])
def test_other_files_are_left_alone(tmp_path, name):
    (tmp_path / name).write_text("mine")
    write(tmp_path, [a_round()], most_bytes=16)
    assert (tmp_path / name).read_text() == "mine"
    assert len(list(read_rounds(tmp_path))) == 1
