"""The registry: states, the pointer, and files that are ours or are refused."""

import json
import shutil
import stat
from datetime import UTC, datetime

import pytest

from anomaly.learn.errors import BadModelError
from controller.learning import registry as registry_module
from controller.learning.registry import NoSuchModelError, NotPromotedError, Registry
from controller.learning.signing import KeyRefusedError, TamperedError
from controller.model_rows import Pointer

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
WORDS = frozenset({"wan_no_address@edge:wan/top", "default_route_gone@edge:wan/top", "function_down@edge:function/top"})


def promote(registry, row, times=2):
    for _ in range(times):
        row = registry.promote(row.name, NOW, row.replay)
    return row


def test_a_new_model_is_a_shadow_and_is_read_back(registry, ledger, add, model):
    row = add()
    assert (row.name, row.state, row.incidents) == ("naming-0001", "shadow", ("s001-0001",))
    assert ledger.models() == (row,)
    assert registry.load(row).suggest(WORDS) == model.suggest(WORDS)
    assert ledger.pointer() == Pointer()


def test_shadow_canary_active_retired_and_back(registry, ledger, add):
    first, second = add(), add()
    assert second.name == "naming-0002"
    assert registry.promote(first.name, NOW, first.replay).state == "canary"
    assert registry.promote(first.name, NOW, first.replay).state == "active"
    promote(registry, second)
    assert [row.state for row in ledger.models()] == ["retired", "active"]
    assert ledger.pointer() == Pointer(active="naming-0002", before="naming-0001")
    assert registry.rollback(NOW).name == "naming-0001"
    assert [row.state for row in ledger.models()] == ["active", "retired"]
    assert registry.rollback(NOW).name == "naming-0002", "twice is where it was"
    registry.retire("naming-0002", NOW, "enough")
    assert ledger.pointer() == Pointer(before="naming-0002")
    with pytest.raises(NotPromotedError, match="retired already"):
        registry.retire("naming-0002", NOW)
    with pytest.raises(NotPromotedError, match="only shadow and canary"):
        registry.promote("naming-0002", NOW, second.replay)


def test_there_is_one_canary(registry, ledger, add):
    first, second = add(), add()
    registry.promote(first.name, NOW, first.replay)
    registry.promote(second.name, NOW, second.replay)
    assert [row.state for row in ledger.models()] == ["shadow", "canary"]


@pytest.mark.parametrize(("right", "wrong"), [(4, 0), (0, 0), (18, 3)])
def test_what_does_not_beat_the_rules_stays_a_shadow(registry, ledger, add, right, wrong):
    row = add(right=right, wrong=wrong)
    with pytest.raises(NotPromotedError, match="does not beat the hand rules"):
        registry.promote(row.name, NOW, row.replay)
    assert ledger.models() == (row,)


def test_one_that_no_longer_beats_them_goes_back(registry, ledger, add):
    active = promote(registry, add())
    registry.demote(active, NOW, active.replay)
    assert [row.state for row in ledger.models()] == ["shadow"]
    assert ledger.pointer() == Pointer()


def test_nothing_to_roll_back_to(registry, add):
    promote(registry, add())
    with pytest.raises(NotPromotedError, match="no active model before"):
        registry.rollback(NOW)


def test_a_name_that_is_not_there_names_the_nearest(registry, add):
    with pytest.raises(NoSuchModelError, match="there is none yet"):
        registry.find("naming-0001")
    add()
    with pytest.raises(NoSuchModelError, match="did you mean 'naming-0001'"):
        registry.find("naming-001")


@pytest.mark.parametrize("file", ["card.json", "classifier.skops", "manifest.json"])
def test_a_changed_file_is_refused(registry, add, tmp_path, file):
    row = add()
    path = tmp_path / "models" / row.name / file
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(TamperedError, match=row.name):
        registry.load(row)
    with pytest.raises(TamperedError):
        registry.promote(row.name, NOW, row.replay)


@pytest.mark.parametrize("file", ["card.json", "classifier.skops", "manifest.json"])
def test_a_missing_file_is_refused(registry, add, tmp_path, file):
    row = add()
    (tmp_path / "models" / row.name / file).unlink()
    with pytest.raises(TamperedError, match=file):
        registry.load(row)


def test_a_model_under_another_ones_name_is_refused(registry, add, tmp_path):
    first, second = add(), add()
    shutil.copytree(tmp_path / "models" / first.name, tmp_path / "models" / second.name, dirs_exist_ok=True)
    with pytest.raises(TamperedError, match="not the one the ledger knows"):
        registry.load(second)


def test_a_manifest_signed_anew_with_another_key_is_refused(registry, ledger, add, tmp_path, monkeypatch):
    row = add()
    monkeypatch.setenv("OTHER_KEY", "an entirely different key")
    with pytest.raises(TamperedError, match="not signed with our key"):
        Registry(tmp_path, ledger, "env:OTHER_KEY").load(row)


def test_a_model_of_other_libraries_is_refused(registry, add, monkeypatch):
    row = add()
    monkeypatch.setattr(registry_module, "_versions", lambda: {"scikit-learn": "9.9", "skops": "9.9"})
    with pytest.raises(BadModelError, match="train anew"):
        registry.load(row)


def test_the_key_is_made_once_for_its_owner_alone(registry, add, tmp_path):
    add()
    path = tmp_path / "models" / "signing.key"
    made = path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    row = add()
    assert path.read_bytes() == made
    path.chmod(0o640)
    with pytest.raises(KeyRefusedError, match="can be read by others"):
        registry.load(row)


@pytest.mark.parametrize("reference", ["env:NOT_THERE", "file:/nowhere/at/all", "the key itself"])
def test_a_key_that_is_not_there_is_refused(ledger, tmp_path, model, add, reference):
    replay = add().replay
    with pytest.raises(KeyRefusedError):
        Registry(tmp_path, ledger, reference).add(model, now=NOW, data="", incidents=(), replay=replay)
    assert len(ledger.models()) == 1


def test_the_manifest_says_what_it_was_made_of_and_holds_no_key(registry, add, tmp_path):
    row = add()
    told = json.loads((tmp_path / "models" / row.name / "manifest.json").read_text())
    assert (told["name"], told["data"], told["incidents"]) == (row.name, row.data, ["s001-0001"])
    assert told["replay"]["named_right"] == 20
    key = (tmp_path / "models" / "signing.key").read_text()
    assert key not in json.dumps(told)
