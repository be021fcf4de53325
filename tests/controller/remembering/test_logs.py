"""Logs: every sink masks secrets, whoever writes them and however."""

import io
import json
import logging
import sys
import threading
import warnings

import pytest
import structlog

from controller import logs
from inventory import redact

SECRET = "correct-horse-battery"


@pytest.fixture
def sinks(tmp_path, monkeypatch):
    """Logs on a fake stderr and in a file; returns what both hold so far."""
    stream = io.StringIO()
    before = (sys.excepthook, threading.excepthook, logging.raiseExceptions, logging.root.level)
    old_handlers = list(logging.root.handlers)
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(redact, "_remembered", redact._Remembered())
    redact.remember(SECRET)
    logs.configure_logs("info", "console", tmp_path / "logs" / "storenet.log")
    yield lambda: (stream.getvalue(), (tmp_path / "logs" / "storenet.log").read_text())
    for handler in logging.root.handlers:
        handler.close()
    logging.root.handlers = old_handlers
    sys.excepthook, threading.excepthook, logging.raiseExceptions, level = before
    logging.root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


def test_a_line_is_on_both_sinks_with_its_words(sinks):
    structlog.get_logger("controller.test").info("incident.opened", incident="s001-0001", token=7)
    console, file = sinks()
    assert "incident.opened" in console
    assert "s001-0001" in console
    told = json.loads(file)
    assert (told["event"], told["incident"], told["token"]) == ("incident.opened", "s001-0001", 7)
    assert told["level"] == "info"
    assert told["logger"] == "controller.test"
    assert told["timestamp"].endswith("Z")


@pytest.mark.parametrize(
    "say",
    [
        lambda log: log.info("a", password=SECRET),
        lambda log: log.info("a", nested={"list": [{"x": f"pw {SECRET}"}]}),
        lambda log: log.info(f"login with {SECRET}"),  # noqa: G004
        lambda log: log.info("a", text=f"username ro privilege 1 secret 0 {SECRET}"),
        lambda log: log.info("a", error=ValueError(f"bad {SECRET}")),
        lambda log: log.info("a", raw=SECRET.encode()),
        lambda log: logging.getLogger("netmiko").warning("sent %r to %s", SECRET, "s001-edge"),
        lambda log: logging.getLogger("paramiko.transport").error("Authorization: Basic %s", SECRET),
        lambda log: warnings.warn(f"deprecated {SECRET}", stacklevel=1),
    ],
)
def test_a_secret_is_on_no_sink(sinks, say):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        say(structlog.get_logger("controller.test"))
    for text in sinks():
        assert SECRET not in text
        assert "***" in text


def test_a_traceback_is_masked(sinks):
    try:
        raise ValueError(f"no login with {SECRET}")  # noqa: TRY301
    except ValueError:
        structlog.get_logger("controller.test").exception("lane.failed")
        logging.getLogger("somebody.else").exception("theirs")
    for text in sinks():
        assert text.count("Traceback") == 2
        assert "no login with ***" in text
        assert SECRET not in text


def test_what_nobody_caught_is_masked_in_every_thread(sinks):
    def fail():
        raise ValueError(f"thread {SECRET}")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    try:
        raise ValueError(f"main {SECRET}")  # noqa: TRY301
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)
    for text in sinks():
        assert "thread ***" in text
        assert "main ***" in text


def test_a_sink_that_fails_prints_nothing_unmasked(sinks, capsys):
    class Awkward:
        def __str__(self):
            raise ValueError(SECRET)

        __repr__ = __str__

    logging.getLogger("somebody.else").warning("%s", Awkward())
    assert all(SECRET not in text for text in (*sinks(), *capsys.readouterr()))


def test_libraries_speak_at_warning_and_we_at_our_level(sinks):
    logging.getLogger("netmiko").info("chatter")
    structlog.get_logger("inventory.session").info("ours")
    structlog.get_logger("inventory.session").debug("too fine")
    console, _ = sinks()
    assert "chatter" not in console
    assert "too fine" not in console
    assert "ours" in console


def test_setting_up_again_replaces_the_sinks(sinks, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "stderr", logging.root.handlers[0].stream)
    logs.configure_logs("info", "json")
    structlog.get_logger("controller.test").info("once")
    console, file = sinks()
    assert console.count("once") == 1
    assert json.loads(console.splitlines()[-1])["event"] == "once"
    assert "once" not in file
    assert (tmp_path / "logs" / "storenet.log").stat().st_mode & 0o777 == 0o600
