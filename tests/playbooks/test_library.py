import pytest

from anomaly.library import load_library as load_signatures
from inventory.yaml_file import ContentError
from playbooks.library import load_library

KNOWN = load_signatures().signature_names


def test_the_shipped_recipes_load():
    library = load_library(None, KNOWN)
    assert set(library.playbooks) == KNOWN
    assert not library.playbooks["wan_carrier_down"].rungs


def test_an_overlay_wins_by_name(tmp_path):
    folder = tmp_path / "playbooks" / "recipes"
    folder.mkdir(parents=True)
    (folder / "ap_hung.yaml").write_text(
        "name: ap_hung\nsignature: ap_hung\ntitle: Leave it\nrungs: []\nadvice: Call us.\n"
    )
    assert not load_library(tmp_path, KNOWN).playbooks["ap_hung"].rungs


def test_every_mistake_is_told_at_once_with_its_place(tmp_path):
    folder = tmp_path / "playbooks" / "recipes"
    folder.mkdir(parents=True)
    (folder / "one.yaml").write_text("name: one\nsignature: nope\ntitle: t\nrungs:\n- action: dance\nadvice: a\n")
    (folder / "two.yaml").write_text("name: two\nsignatur: ap_hung\ntitle: t\nrungs: []\nadvice: a\n")
    with pytest.raises(ContentError) as told:
        load_library(tmp_path, KNOWN)
    text = str(told.value)
    assert "one.yaml:2" in text
    assert "one.yaml:5" in text
    assert "power_cycle" in text
    assert "two.yaml:2" in text


def test_parameters_and_windows_are_checked_at_load(tmp_path):
    folder = tmp_path / "playbooks" / "recipes"
    folder.mkdir(parents=True)
    (folder / "ap_hung.yaml").write_text(
        "name: ap_hung\nsignature: ap_hung\ntitle: t\nadvice: a\nrungs:\n"
        "- action: power_cycle\n  params: {off_seconds: soon, of_seconds: 3}\n"
    )
    (folder / "wan_no_lease.yaml").write_text(
        "name: wan_no_lease\nsignature: wan_no_lease\ntitle: t\nadvice: a\nrungs:\n"
        "- {action: bounce_port, window: never}\n"
    )
    with pytest.raises(ContentError) as told:
        load_library(tmp_path, KNOWN)
    text = str(told.value)
    for part in ("ap_hung.yaml:7", "'soon' is not a number from 1 to 120", "off_seconds", "proof_short"):
        assert part in text


def test_a_number_is_a_number(tmp_path):
    folder = tmp_path / "playbooks" / "recipes"
    folder.mkdir(parents=True)
    (folder / "ap_hung.yaml").write_text(
        "name: ap_hung\nsignature: ap_hung\ntitle: t\nadvice: a\nrungs:\n"
        "- action: power_cycle\n  params: {off_seconds: 4}\n"
    )
    (rung,) = load_library(tmp_path, KNOWN).playbooks["ap_hung"].rungs
    assert float(rung.params["off_seconds"]) == 4
