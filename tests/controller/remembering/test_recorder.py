"""Recording never keeps a lane waiting: what it cannot take is dropped, counted and told."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from anomaly.model import Observation
from anomaly.recordings.reading import read_rounds
from anomaly.recordings.rounds import Session
from anomaly.recordings.writing import Writer
from controller.content import load_content
from controller.parts import Parts
from controller.recorder import Recorder
from controller.settings import Settings
from lab.chain import make_chain
from lab.content import write_content

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
SESSION = Session(id="host:1:1")


def seen(number):
    at = NOON + timedelta(seconds=number)
    return (Observation(store="s001", device="s001-edge", subject="x", name="rtt", value=float(number), at=at),), at


def note(recorder, number):
    observations, at = seen(number)
    recorder.note("s001", observations, at, {})


def writer_in(folder):
    return Writer(folder, SESSION, keep=timedelta(days=1), most_bytes=1 << 20)


class Stuck(Writer):
    """A disk that takes its time."""

    def __init__(self, folder):
        super().__init__(folder, SESSION, keep=timedelta(days=1), most_bytes=1 << 20)
        self.began, self.free = threading.Event(), threading.Event()

    def write(self, rounds, dropped=0):
        self.began.set()
        assert self.free.wait(20)
        super().write(rounds, dropped)


def test_what_is_noted_is_on_disk_after_the_end(tmp_path):
    recorder = Recorder(writer_in(tmp_path), SESSION, flush_seconds=0.01)
    recorder.start()
    for number in range(50):
        note(recorder, number)
    recorder.stop()
    assert [r.observations[0].value for r in read_rounds(tmp_path)] == [float(n) for n in range(50)]
    assert (recorder.recorded, recorder.dropped) == (50, 0)
    note(recorder, 51)
    assert len(list(read_rounds(tmp_path))) == 50


def test_a_slow_disk_costs_rounds_that_are_counted_and_told(tmp_path):
    writer = Stuck(tmp_path)
    recorder = Recorder(writer, SESSION, queued=3, flush_seconds=0.01)
    recorder.start()
    with capture_logs() as told:
        note(recorder, 0)
        assert writer.began.wait(20)
        for number in range(1, 9):
            note(recorder, number)
        assert recorder.dropped == 5
        writer.free.set()
        recorder.stop()
    assert recorder.recorded == 4
    troubles = []
    kept = [r.observations[0].value for r in read_rounds(tmp_path, troubles=troubles)]
    assert kept == [0.0, 1.0, 2.0, 3.0]
    assert "5 rounds were not recorded" in troubles[0]
    assert [t["event"] for t in told] in ([], ["recording.dropped"])


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), ValueError("odd")])
def test_a_disk_that_refuses_costs_a_batch_and_recording_goes_on(tmp_path, error):
    writer = writer_in(tmp_path)
    recorder = Recorder(writer, SESSION, flush_seconds=0.01)
    real, failed = writer.write, threading.Event()

    def refuse_once(rounds, dropped=0):
        if failed.is_set():
            real(rounds, dropped)
            return
        real(rounds, dropped)
        failed.set()
        raise error

    writer.write = refuse_once
    with capture_logs() as told:
        recorder.start()
        note(recorder, 0)
        assert failed.wait(20)
        note(recorder, 1)
        recorder.stop()
    assert (recorder.recorded, recorder.dropped) == (1, 1)
    assert "recording.failed" in [t["event"] for t in told]
    assert [r.observations[0].value for r in read_rounds(tmp_path)][-1] == 1.0


def test_one_that_never_began_ends_at_once(tmp_path):
    recorder = Recorder(writer_in(tmp_path / "none"), SESSION)
    note(recorder, 1)
    recorder.stop()
    assert not (tmp_path / "none").exists()


def test_a_controller_records_what_its_watch_is_given(tmp_path, monkeypatch):
    for name in ("STORENET_READ_PASSWORD", "STORENET_WRITE_PASSWORD", "STORENET_ENABLE_SECRET"):
        monkeypatch.setenv(name, "s3cr3t-s3cr3t")
    write_content(make_chain(7, 1), tmp_path / "content")
    content = load_content(tmp_path / "content", "short")
    parts = Parts(Settings(state=tmp_path / "on"), content)
    parts.recorder.start()
    sight = parts.watch.observe("s001", {}, NOON)
    parts.close()
    (told,) = read_rounds(tmp_path / "on" / "recordings")
    assert (told.at, told.session.profile) == (NOON, "short")
    assert told.session.seconds == dict(content.timing.seconds)
    assert set(told.observations) <= set(sight.observations)
    silent = Parts(Settings(state=tmp_path / "off", record=False), content)
    silent.watch.observe("s001", {}, NOON)
    silent.close()
    assert not (tmp_path / "off" / "recordings").exists()
