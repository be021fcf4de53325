import random

import pytest

from controller.intake.words import MOST_REMEMBERED
from controller.intake.words_file import load_words
from controller.settings import SettingsError, load_settings
from inventory.yaml_file import ContentError


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("LINK-3-UPDOWN", "link"),
        ("ILPOWER-3-CONTROLLER_PORT_ERR", "power"),
        ("PM-4-ERR_DISABLE", "port_shut"),
        ("SYS-6-LOGGINGHOST_STARTSTOP", None),
        ("", None),
    ],
)
def test_words_are_known_whole_or_by_their_beginning(word, kind):
    assert load_words(None)[0].kind(word.encode()) == kind


def test_traps_are_known_by_their_identifiers():
    _, trapped = load_words(None)
    assert trapped.kind(b"1.3.6.1.6.3.1.1.5.3") == "link"
    assert trapped.kind(b"1.3.6.1.4.1.9.9.548.0.1.1") == "port_shut"
    assert trapped.kind(b"1.3.6.1.6.3.1.1.5.33") is None


def test_a_chain_adds_words_and_takes_words_out(tmp_path):
    (tmp_path / "controller").mkdir()
    (tmp_path / "controller" / "hints.yaml").write_text("syslog:\n  LINK-3-UPDOWN: none\n  OURS-*: hardware\n")
    spoken, _ = load_words(tmp_path)
    assert spoken.kind(b"LINK-3-UPDOWN") is None
    assert spoken.kind(b"OURS-1-BROKE") == "hardware"
    assert spoken.kind(b"PM-4-ERR_DISABLE") == "port_shut"


def test_a_wrong_list_is_refused_with_its_line_and_the_allowed_words(tmp_path):
    (tmp_path / "controller").mkdir()
    (tmp_path / "controller" / "hints.yaml").write_text("syslog:\n  LINK-3-UPDOWN: lnk\n  A*B: link\nsyslogs: {}\n")
    with pytest.raises(ContentError) as refused:
        load_words(tmp_path)
    told = str(refused.value)
    assert "hints.yaml:2: syslog.LINK-3-UPDOWN: 'lnk' is not one of the allowed words; did you mean 'link'?" in told
    assert "hints.yaml:3" in told
    assert "unknown key 'syslogs'; did you mean 'syslog'?" in told


def test_invented_words_are_not_remembered_without_end():
    spoken, _ = load_words(None)
    for number in random.Random(1).sample(range(10**9), 3 * MOST_REMEMBERED):
        spoken.kind(b"W%d" % number)
    assert spoken.remembered() <= MOST_REMEMBERED


@pytest.mark.parametrize("text", ["5514", "host:", ":5514", "h:99999", "h:x", "::1:514", "[::1:514", "h:-1"])
def test_a_place_that_is_none_is_refused(text, monkeypatch):
    monkeypatch.setenv("STORENET_SYSLOG", text)
    with pytest.raises(SettingsError, match="STORENET_SYSLOG: give host:port, such as"):
        load_settings()


def test_places_and_references_are_taken(monkeypatch):
    monkeypatch.setenv("STORENET_SYSLOG", "[::1]:5514")
    monkeypatch.setenv("STORENET_TRAPS", "127.0.0.1:0")
    monkeypatch.setenv("STORENET_HINT_SECRET", "file:secret")
    settings = load_settings()
    assert (settings.syslog, settings.traps, settings.hint_secret) == ("[::1]:5514", "127.0.0.1:0", "file:secret")


def test_a_secret_given_instead_of_its_place_is_refused_and_not_repeated(monkeypatch):
    monkeypatch.setenv("STORENET_HINT_SECRET", "hunter2")
    with pytest.raises(SettingsError, match="STORENET_HINT_SECRET") as refused:
        load_settings()
    assert "hunter2" not in str(refused.value)
