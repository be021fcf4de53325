"""Whole frames with lines in them that no encoder wrote: told, and never guessed at."""

import json
from datetime import UTC, datetime

import pytest

from anomaly.recordings.encoding import MOST_SHAPES, opening_line
from anomaly.recordings.frames import MAGIC, NOTES, frame, shard_of
from anomaly.recordings.reading import read_rounds
from anomaly.recordings.rounds import Session

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
OPENING = opening_line(Session(id="a", profile="short", seconds={"hold": 6.0}), NOON)
KEYS = {"s": "s001", "keys": [["s001-edge", "p1", "up"], ["s001-edge", "p2", "up"]]}
SHAPE = {"s": "s001", "shape": [[0, 1]]}
FIRST = {"s": "s001", "t": 0, "n": 0, "v": {"0": True, "1": "x"}}
BAD = {
    "a list": [],
    "a word": "s001",
    "a store that is a number": {**FIRST, "s": 5},
    "beyond every calendar": {**FIRST, "t": 10**40},
    "beyond every date": {**FIRST, "t": 10**18},
    "a shape that is not there": {**FIRST, "n": 1},
    "a shape from the end": {**FIRST, "n": -1},
    "a shape that would fill the memory": {"s": "s001", "shape": [[0, 10**12]]},
    "a shape of keys that are not there": {"s": "s001", "shape": [[1, 2]]},
    "a shape with more than there is": {"s": "s001", "shape": [[0, 1], [0, 1]]},
    "a shape backwards": {"s": "s001", "shape": [[1, 0]]},
    "keys of numbers": {"s": "s001", "keys": [[1, 2, 3]]},
    "a value that is a list": {**FIRST, "v": {"0": [1]}},
    "values that are a list": {**FIRST, "v": [1]},
    "another opening": {"session": "a", "profile": "b", "seconds": 5, "began": 0},
}


def read(folder, *lines):
    text = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    whole = MAGIC + frame(NOTES, [OPENING]) + frame(shard_of("s001"), text)
    (folder / "20260303T120000000000Z.rec").write_bytes(whole)
    troubles = []
    return list(read_rounds(folder, troubles=troubles)), troubles


def test_the_good_ones_alone(tmp_path):
    (told,), troubles = read(tmp_path, KEYS, SHAPE, FIRST)
    assert [o.value for o in told.observations] == [True, "x"]
    assert troubles == []


@pytest.mark.parametrize("name", BAD)
def test_a_line_that_is_not_understood_ends_the_file(tmp_path, name):
    rounds, (trouble,) = read(tmp_path, KEYS, SHAPE, FIRST, BAD[name], FIRST)
    assert len(rounds) == 1, "what came before it is good"
    assert "not understood" in trouble


@pytest.mark.parametrize("line", ["[" * 100_000, "{", '{"s":"s001","t":' + "9" * 5000 + ',"n":0}'])
def test_a_line_that_is_hardly_json(tmp_path, line):
    rounds, (trouble,) = read(tmp_path, KEYS, SHAPE, FIRST, line)
    assert len(rounds) == 1
    assert "not understood" in trouble


def test_shapes_without_end(tmp_path):
    _, (trouble,) = read(tmp_path, KEYS, *[SHAPE] * (MOST_SHAPES + 1))
    assert "shapes" in trouble
