import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from inventory import discover as discovering
from inventory.platforms import load_platforms


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    folder = tmp_path / "plugs_for_test"
    (folder / "two").mkdir(parents=True)
    for name in ("__init__.py", "one.py", "_shared.py", "two/__init__.py"):
        (folder / name).write_text("", encoding="utf-8")
    (tmp_path / "far_away_for_test.py").write_text("", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield "plugs_for_test"
    for name in [n for n in sys.modules if n.startswith(("plugs_for_test", "far_away_for_test"))]:
        del sys.modules[name]


def test_siblings_are_found_and_underscored_ones_left_out(package: str) -> None:
    assert list(discovering.discover(package)) == ["one", "two"]


def test_entry_points_join_in(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("three", "far_away_for_test", f"storenet.{package}")
    monkeypatch.setattr(discovering, "entry_points", lambda group: [point] if group == f"storenet.{package}" else [])
    assert list(discovering.discover(package)) == ["one", "three", "two"]


def test_a_name_used_twice_names_both_places(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("one", "far_away_for_test", f"storenet.{package}")
    monkeypatch.setattr(discovering, "entry_points", lambda group: [point])
    with pytest.raises(ValueError, match=r"'one': plugs_for_test\.one and far_away_for_test"):
        discovering.discover(package)


def test_platforms_are_found() -> None:
    assert load_platforms()["cisco_ios"].napalm == "ios"
