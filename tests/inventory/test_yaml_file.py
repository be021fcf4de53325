import time
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict

from inventory.yaml_file import ContentError, Problem, read_located, read_yaml


class Item(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    colour: Literal["red", "green"]
    weight: int = 1


class Shelf(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    items: dict[str, Item] = {}
    tags: tuple[str, ...] = ()
    spare: Item | None = None


def read(tmp_path: Path, text: str | bytes, **options: int) -> tuple[Shelf | None, list[str]]:
    path = tmp_path / "shelf.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    problems: list[Problem] = []
    shelf = read_yaml(path, Shelf, problems, **options)
    return shelf, [str(p).replace(str(path), "shelf.yaml") for p in problems]


def test_a_good_file_is_read(tmp_path: Path) -> None:
    shelf, problems = read(tmp_path, "title: yes\nitems:\n  a: {colour: red, weight: 2}\ntags: [on, 'off', 08:00]\n")
    assert problems == []
    assert shelf is not None
    assert shelf.title == "yes"
    assert shelf.items["a"].weight == 2
    assert shelf.tags == ("on", "off", "08:00")


def test_everything_wrong_is_told_at_once_with_lines(tmp_path: Path) -> None:
    text = "title: t\nitems:\n  a:\n    colour: gren\n    wieght: 2\n  b: {weight: x}\ntags: [a, [b]]\n"
    shelf, problems = read(tmp_path, text)
    assert shelf is None
    assert problems == [
        "shelf.yaml:4: items.a.colour: 'gren' is not one of the allowed words; did you mean 'green'? (allowed: red, green)",  # noqa: E501
        "shelf.yaml:5: items.a.wieght: unknown key 'wieght'; did you mean 'weight'? (allowed: colour, weight)",
        "shelf.yaml:6: items.b.colour: is missing",
        "shelf.yaml:6: items.b.weight: input should be a valid integer, unable to parse string as an integer",
        "shelf.yaml:7: tags[1]: input should be a valid string",
    ]


def test_an_unknown_key_inside_an_optional_record_names_that_record_s_keys(tmp_path: Path) -> None:
    _, problems = read(tmp_path, "title: t\nspare:\n  colour: red\n  color: red\n")
    assert problems == [
        "shelf.yaml:4: spare.color: unknown key 'color'; did you mean 'colour'? (allowed: colour, weight)"
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("title: a\ntags: []\ntitle: b\n", "shelf.yaml:3: the key 'title' is given twice (first on line 1)"),
        ("title: a\nitems:\n\ta: {}\n", "shelf.yaml:3: a tab is used to indent; YAML takes spaces only"),
        ("title: a\ntags: [a\n", "shelf.yaml:3: not readable as YAML"),
        ("title: a\n---\ntitle: b\n", "shelf.yaml:2: a second document (---); one per file"),
        ("title: !!python/object:os.system a\n", "shelf.yaml:1: the tag"),
        ("title: *there\n", "shelf.yaml:1: "),
        ("title: a\n? [x]\n: y\n", "shelf.yaml:2: a key must be a plain word"),
        (b"title: a\ntags: [\xff]\n", "shelf.yaml:2: not UTF-8 text"),
        ("title: a\x01\n", "shelf.yaml:1: a control character"),
    ],
)
def test_text_that_is_not_our_yaml(tmp_path: Path, text: str, told: str) -> None:
    shelf, problems = read(tmp_path, text)
    assert shelf is None
    assert len(problems) == 1
    assert problems[0].startswith(told)


def test_size_depth_and_aliases_are_capped(tmp_path: Path) -> None:
    _, problems = read(tmp_path, "title: " + "x" * 200, max_bytes=100)
    assert problems == ["shelf.yaml: larger than 100 bytes"]
    _, problems = read(tmp_path, "title: " + "[" * 5000)
    assert problems == ["shelf.yaml:1: nested deeper than 30 levels"]
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 25)]
    started = time.monotonic()
    _, problems = read(tmp_path, "\n".join(lines))
    assert "aliases repeat more than" in problems[0]
    assert time.monotonic() - started < 10


def test_a_missing_file_is_a_problem(tmp_path: Path) -> None:
    problems: list[Problem] = []
    assert read_yaml(tmp_path / "none.yaml", Shelf, problems) is None
    assert "cannot be read: No such file" in str(problems[0])


def test_an_empty_file_misses_its_keys(tmp_path: Path) -> None:
    _, problems = read(tmp_path, "")
    assert problems == ["shelf.yaml:1: title: is missing"]


def test_located_tells_lines(tmp_path: Path) -> None:
    path = tmp_path / "shelf.yaml"
    path.write_text("title: t\ntags:\n  - a\n  - b\n", encoding="utf-8")
    located = read_located(path, Shelf, [])
    assert located is not None
    assert located.line("tags", 1) == 4
    assert located.line("items", "gone") == 1
    assert str(located.problem(("tags", 1), "odd", ("c",))) == f"{path}:4: tags[1]: odd (allowed: c)"


def test_a_content_error_reads_as_its_problems() -> None:
    error = ContentError([Problem("a.yaml", 1, "x", "is missing"), Problem("b.yaml", 0, "", "too large")])
    assert str(error) == "a.yaml:1: x: is missing\nb.yaml: too large"
    assert len(error.problems) == 2
