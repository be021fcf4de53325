import json

import pytest
from typer.testing import CliRunner

from anomaly.learn.prototypes import Prototype, Prototypes
from anomaly.replay import learned
from anomaly.replay.folder import read_folder
from anomaly.replay.replaying import replay
from controller.main import _wire, app
from inventory.yaml_file import ContentError
from tests.anomaly.replay.fabric import Fabric, at, write


def noisy_optics(run, device, slot):
    """A kind no rule knows: errors on one port while a session is lost."""
    fabric = Fabric(run=run, seed=len(run))
    fabric.sessions(device, slot, 1)
    for name, states in fabric.state.items():
        states["crc_errors_total"] = [max(0, n - slot) * (5000 if name == (device, "host0") else 0) for n in range(90)]
    return fabric


@pytest.fixture
def first_day(tmp_path):
    directory = write(tmp_path / "first", noisy_optics("one", "leaf1", 40))
    (directory / "labels.csv").write_text(
        f"run,ts,device,kind,phase\none,{at(40) - 4},leaf1,dirty_optics,fault\none,{at(70)},leaf2,other,setup\n"
    )
    return directory


def kinds(directory, naming):
    return {d.kind for d in replay(read_folder(directory), naming)}


def test_what_was_confirmed_once_is_named_the_next_time(tmp_path, first_day):
    known = learned.learn(read_folder(first_day), learned.read_events(first_day / "labels.csv"))
    assert [p.kind for p in known] == ["dirty_optics"]
    next_day = write(tmp_path / "next", noisy_optics("two", "leaf3", 55))
    assert kinds(next_day, learned.naming_of([])) == {"unknown"}
    assert kinds(next_day, learned.naming_of(known)) == {"dirty_optics"}


def test_learned_names_leave_the_rules_kinds_alone(tmp_path, first_day):
    known = learned.learn(read_folder(first_day), learned.read_events(first_day / "labels.csv"))
    fabric = Fabric(run="two")
    fabric.down("leaf2", "up0", 40)
    assert kinds(write(tmp_path / "next", fabric), learned.naming_of(known)) == {"admin_shut"}


def test_prototypes_alone_name_what_they_know_and_nothing_else(tmp_path):
    taught, asked = Fabric(run="one"), Fabric(run="two", seed=9)
    taught.down("leaf2", "up0", 40)
    asked.down("spine1", "down3", 40)
    asked.clear("leaf1", 70)
    day = write(tmp_path / "one", taught)
    (day / "labels.csv").write_text(f"run,ts,device,kind\none,{at(40)},leaf2,somebody_shut_it\n")
    known = learned.learn(read_folder(day), learned.read_events(day / "labels.csv"))
    assert kinds(write(tmp_path / "two", asked), learned.naming_of(known, alone=True)) == {
        "somebody_shut_it",
        "unknown",
    }


def test_the_gate_comes_before_the_name():
    words = frozenset({"self:oper_down", "self:carrier"})
    known = Prototypes([Prototype(kind="flap", words=words, run="r", device="d", ts=0.0)])
    assert known.nearest(words) == ("flap", 1.0)
    assert known.nearest(words | {"self:a", "self:b", "self:c"})[0] == ""
    assert known.nearest(frozenset({"self:bfd_down"})) == ("", 0.0)
    assert Prototypes([]).nearest(words) == ("", 0.0)


def test_the_registry_keeps_what_it_was_made_from(tmp_path, first_day):
    events = first_day / "labels.csv"
    known = learned.learn(read_folder(first_day), learned.read_events(events))
    path = tmp_path / "registry.json"
    registry = learned.write_registry(path, known, events=events, data=first_day)
    assert learned.read_registry(path) == known
    assert len(registry.data_sha256) == 64
    assert registry.runs_of() == {"dirty_optics": 1}


@pytest.mark.parametrize(
    ("content", "said"),
    [("{", "JSON"), (json.dumps({"version": 2}), "version"), (json.dumps({"version": 1, "extra": 1}), "extra")],
)
def test_a_strange_registry_is_refused(tmp_path, content, said):
    path = tmp_path / "registry.json"
    path.write_text(content)
    with pytest.raises(ContentError, match=said):
        learned.read_registry(path)


def test_labels_name_line_and_column(tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text("run,ts,device,kind\none,soon,leaf1,x\n")
    with pytest.raises(ContentError, match=r"labels\.csv:2: ts"):
        learned.read_events(path)
    path.write_text("run,ts,device\n")
    with pytest.raises(ContentError, match="kind"):
        learned.read_events(path)


def ask(*words):
    return CliRunner().invoke(_wire(app), ["anomaly", *map(str, words)])


def test_the_commands_learn_and_replay(tmp_path, first_day):
    models, out = tmp_path / "m.json", tmp_path / "out.csv"
    answer = ask("learn", first_day, "--events", first_day / "labels.csv", "--models", models)
    assert answer.exit_code == 0
    assert "dirty_optics from 1 run(s)" in answer.stdout
    answer = ask("replay", first_day, "--detections", out, "--models", models)
    assert answer.exit_code == 0
    assert "dirty_optics" in out.read_text()


def test_the_commands_say_what_is_wrong(tmp_path, first_day):
    out = tmp_path / "out.csv"
    assert ask("replay", tmp_path / "none", "--detections", out).exit_code == 3
    assert ask("replay", first_day, "--detections", out, "--names", "learned").exit_code == 2
    assert ask("learn", first_day, "--events", tmp_path / "none.csv").exit_code == 3
    assert not out.exists()
