"""Settings, timing profiles and the clock."""

import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from controller.clock import SystemClock
from controller.ports import StoppingError
from controller.settings import SettingsError, load_settings
from controller.timing import load_timing
from inventory.yaml_file import ContentError

NAMES = {
    "poll_interval",
    "slow_look",
    "device_deadline",
    "hold_brief",
    "hold_steady",
    "hold_patient",
    "clear_after",
    "settle",
    "proof_short",
    "proof",
    "proof_retry",
    "held_retry",
    "quiet",
    "lease_ttl",
    "held_call",
    "together",
    "revert",
}


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch):
    for name in [name for name in os.environ if name.startswith("STORENET_")]:
        monkeypatch.delenv(name)


def test_settings_have_safe_defaults():
    settings = load_settings()
    assert (settings.host, settings.port, settings.profile) == ("127.0.0.1", 8080, "standard")
    assert settings.ledger_path == Path(".storenet/ledger.sqlite")
    assert (settings.clock_offset_seconds, settings.log_level, settings.log_format) == (0, "info", "console")


def test_the_command_line_wins_over_the_environment(monkeypatch):
    monkeypatch.setenv("STORENET_PORT", "9000")
    monkeypatch.setenv("STORENET_CONTENT", "my-chain")
    monkeypatch.setenv("STORENET_LOG_FILE", "")
    settings = load_settings(port=9001, host=None)
    assert (settings.port, settings.host) == (9001, "127.0.0.1")
    assert (settings.content, settings.log_file) == (Path("my-chain"), None)


def test_everything_that_is_wrong_is_told_at_once_without_its_value(monkeypatch):
    monkeypatch.setenv("STORENET_PORT", "hunter22")
    monkeypatch.setenv("STORENET_LOG_LEVEL", "loud")
    with pytest.raises(SettingsError) as told:
        load_settings(workers=0, colour="red")
    lines = str(told.value).splitlines()
    assert any(line.startswith("STORENET_PORT: ") for line in lines)
    assert any(line.startswith("STORENET_LOG_LEVEL: ") and "'debug'" in line for line in lines)
    assert any(line.startswith("--workers: ") for line in lines)
    assert any(line.startswith("--colour: there is no such setting; there are content, ") for line in lines)
    assert "hunter22" not in str(told.value)


@pytest.mark.parametrize("offset", ["nan", "inf", "1e300"])
def test_a_clock_cannot_be_moved_out_of_time(monkeypatch, offset):
    monkeypatch.setenv("STORENET_CLOCK_OFFSET_SECONDS", offset)
    with pytest.raises(SettingsError, match="STORENET_CLOCK_OFFSET_SECONDS"):
        load_settings()


@pytest.mark.parametrize("profile", ["standard", "short"])
def test_the_shipped_profiles_name_every_duration(profile):
    timing = load_timing(None, profile)
    assert timing.name == profile
    assert set(timing.seconds) == NAMES
    s = timing.seconds
    assert s["hold_brief"] <= s["hold_steady"] <= s["hold_patient"]
    assert s["proof_retry"] < s["proof_short"] <= s["proof"]
    assert s["lease_ttl"] > 2 * s["poll_interval"]


def test_content_wins_by_name_and_may_give_less(tmp_path):
    folder = tmp_path / "controller" / "timing"
    folder.mkdir(parents=True)
    (folder / "short.yaml").write_text("poll_interval: 3\n")
    (folder / "night.yaml").write_text("poll_interval: 60\nlease_ttl: 200\n")
    shipped, standard = load_timing(None, "short").seconds, load_timing(None, "standard").seconds
    assert dict(load_timing(tmp_path, "short").seconds) == {**shipped, "poll_interval": 3}
    assert dict(load_timing(tmp_path, "night").seconds) == {**standard, "poll_interval": 60, "lease_ttl": 200}
    assert load_timing(tmp_path, "standard").seconds == standard


def test_an_unknown_profile_names_the_allowed(tmp_path):
    with pytest.raises(ContentError, match=r"no timing profile 'shrt'.*short.*allowed: short, standard"):
        load_timing(tmp_path, "shrt")
    with pytest.raises(ContentError):
        load_timing(tmp_path, "../short")


@pytest.mark.parametrize("line", ["poll_intervall: 3", "proof: 0", "proof: -1", "proof: .nan", "proof: soon", "- 1"])
def test_bad_content_is_told_with_file_and_line(tmp_path, line):
    folder = tmp_path / "controller" / "timing"
    folder.mkdir(parents=True)
    (folder / "short.yaml").write_text(f"# ours\n{line}\n")
    with pytest.raises(ContentError, match=r"short\.yaml"):
        load_timing(tmp_path, "short")


def test_the_clock_tells_utc_moved_by_its_offset():
    clock = SystemClock(offset_seconds=-86400)
    before = datetime.now(UTC)
    told = clock.now() + timedelta(days=1)
    assert told.tzinfo is UTC
    assert before <= told <= datetime.now(UTC)


def test_stopping_the_clock_ends_every_wait():
    clock, ended = SystemClock(), []
    clock.sleep(0)
    clock.sleep(-1)

    def sleep():
        try:
            clock.sleep(3600)
        except StoppingError:
            ended.append("stopped")

    sleeper = threading.Thread(target=sleep)
    sleeper.start()
    assert not clock.stopped
    clock.stop()
    sleeper.join(30)
    assert ended == ["stopped"]
    with pytest.raises(StoppingError):
        clock.sleep(3600)
    assert clock.stopped
