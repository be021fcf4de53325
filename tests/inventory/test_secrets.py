from pathlib import Path

import pytest

from inventory.secrets import SecretMissingError, SecretRef


def test_a_reference_is_resolved_only_when_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret"
    path.write_text("s3cret value\n", encoding="utf-8")
    monkeypatch.setenv("A_SECRET", "other")
    assert SecretRef(f"file:{path}").resolve() == "s3cret value"
    assert SecretRef("env:A_SECRET").resolve() == "other"
    assert "other" not in f"{SecretRef('env:A_SECRET')!r}"


@pytest.mark.parametrize("written", ["hunter2", "env:", "env:1A", "file:", "env:A B", "ENV:A"])
def test_a_secret_itself_is_refused_without_repeating_it(written: str) -> None:
    with pytest.raises(ValueError, match="env:NAME or file:PATH") as caught:
        SecretRef(written)
    assert "hunter2" not in str(caught.value)


def test_a_missing_secret_names_its_reference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOT_THERE", raising=False)
    monkeypatch.setenv("EMPTY", "")
    for reference in ("env:NOT_THERE", "env:EMPTY", f"file:{tmp_path}/none"):
        with pytest.raises(SecretMissingError, match=reference):
            SecretRef(reference).resolve()
