"""``storenet models`` as it is typed, and the same through the API."""

import json

import pytest
import typer
from typer.testing import CliRunner

from anomaly import frozen
from anomaly.frozen import Case, read_cases, read_examples, write_cases, write_examples
from anomaly.learn.features import Example
from anomaly.library import load_library
from anomaly.recordings.rounds import Round, Session
from anomaly.trial import examine, partly_seen, score
from controller.api.models import model_records
from controller.cli import exit_codes, models
from inventory.yaml_file import ContentError
from tests.anomaly.lab_bench import SECONDS, Bench
from tests.controller.learning.conftest import KINDS, taught


@pytest.fixture(scope="session")
def sets(tmp_path_factory):
    """A small training set, and a replay set of one fault and one that the rules leave unknown."""
    folder = tmp_path_factory.mktemp("cases")
    session = Session(id="7 wan_no_lease", seconds=SECONDS)
    bench, heard = Bench(seed=7, stores=1), []
    bench.watch._heard = lambda store, seen, now, hinted: heard.append(
        Round(store=store, at=now, observations=seen, session=session, hinted=hinted)
    )
    bench.breakages.put_in("wan_no_lease", bench.breakages.find("wan_no_lease", store="s001"))
    bench.play("s001", 16)
    case = Case(
        name="7 wan_no_lease", source="7", labels=("wan_no_lease",), sight="whole", store="s001",
        chain=bench.chain.chain, rounds=tuple(heard),
    )  # fmt: skip
    write_cases(folder / "replay.jsonl.gz", [case])
    assert list(read_cases(folder / "replay.jsonl.gz")) == [case]
    examples = [Example(label=k, words=frozenset(w), source=f"{k}-{n}") for k, w in KINDS.items() for n in range(6)]
    write_examples(folder / "training.jsonl.gz", examples)
    return folder


@pytest.fixture
def run(monkeypatch, ledger, tmp_path, sets):
    monkeypatch.setattr(frozen, "SHIPPED", sets)
    for name in ("STORENET_STATE", "STORENET_CONTENT", "STORENET_MODEL_KEY"):
        monkeypatch.delenv(name, raising=False)
    app = typer.Typer()
    models.register(app)

    def command(*words, code=exit_codes.OK):
        answer = CliRunner().invoke(app, ["models", *words, "--state", str(tmp_path)])
        assert answer.exit_code == code, answer.output
        return answer

    return command


def test_a_case_is_judged_by_the_rules_of_today(sets):
    (case,) = read_cases(sets / "replay.jsonl.gz")
    library = load_library()
    told = score(tuple(examine(library, [case])))
    assert (told.cases, told.right) == (1, 1)
    blind = partly_seen(case)
    assert partly_seen(case) == blind, "the same looks in vain every time"
    assert sum(o.value is None for o in blind.rounds[-1].observations) > sum(
        o.value is None for o in case.rounds[-1].observations
    )


@pytest.mark.parametrize("read", [lambda p: list(read_cases(p)), read_examples])
@pytest.mark.parametrize("body", [b"no gzip", b""])
def test_a_broken_set_is_told_with_its_file(tmp_path, read, body):
    path = tmp_path / "bad.jsonl.gz"
    path.write_bytes(body)
    if not body:
        assert list(read(path)) == []
        return
    with pytest.raises(ContentError, match=r"bad\.jsonl\.gz"):
        read(path)


def test_from_nothing_to_a_shadow(run, ledger):
    assert "There is no model" in run("list").stderr
    assert "Nothing was written" in run("train", "--dry-run").stderr
    assert ledger.models() == ()
    told = json.loads(run("train", "-o", "json").stdout)
    assert (told["name"], told["state"]) == ("naming-0001", "shadow")
    assert told["kinds"] == sorted(KINDS)
    assert told["replay"]["cases"] == 2, "whole and in part"
    line = run("list").stdout.splitlines()[1]
    assert line.startswith("naming-0001")
    assert "it does not beat them" in line
    assert "as signed" in run("verify").stdout
    refused = run("promote", "naming-0001", code=exit_codes.FAILED)
    assert "does not beat the hand rules" in refused.stderr
    assert "would not be promoted" in run("promote", "naming-0001", "--dry-run").stderr


def test_nothing_is_due_without_news(run, ledger):
    assert "Nothing is due" in run("train", "--if-due").stderr
    assert ledger.models() == ()


def test_show_retire_and_roll_back(run, ledger, registry, add, clock):
    for row in (add(), add()):
        fresh = row
        for _ in range(2):
            fresh = registry.promote(fresh.name, clock.now(), fresh.replay)
    assert "naming-0001 would be active instead of naming-0002" in run("rollback", "--dry-run").stderr
    assert "naming-0001 is active" in run("rollback").stderr
    told = json.loads(run("list", "-o", "json").stdout)
    assert (told["active"], told["before"]) == ("naming-0001", "naming-0002")
    assert told == model_records(ledger.models(), ledger.pointer()).model_dump(mode="json")
    shown = run("show", "naming-0001").stdout
    assert "since it is asked" in shown
    assert json.loads(run("show", "naming-0001", "-o", "json").stdout)["record"]["asked"] == 0
    assert "would be retired" in run("retire", "naming-0001", "--dry-run").stderr
    assert "is retired" in run("retire", "naming-0001", "--reason", "too old").stderr
    assert ledger.models()[0].note == "too old"


def test_one_in_use_that_no_longer_beats_the_rules_is_sent_back(run, ledger, registry, add, clock):
    row = add()
    for _ in range(2):
        row = registry.promote(row.name, clock.now(), row.replay)
    assert "no longer beats the hand rules" in run("train", "--if-due").stderr
    assert [r.state for r in ledger.models()] == ["shadow"]
    assert ledger.pointer().active == ""


def test_a_tampered_model_is_told(run, add, tmp_path):
    row = add()
    (tmp_path / "models" / row.name / "classifier.skops").write_bytes(b"something else")
    answer = run("verify", "-o", "json", code=exit_codes.FAILED)
    (told,) = json.loads(answer.stdout)["items"]
    assert "classifier.skops changed since it was signed" in told["trouble"]


@pytest.mark.parametrize("words", [("show", "naming-001"), ("retire", "naming-001"), ("promote", "x"), ("verify", "x")])
def test_a_model_that_is_not_there(run, add, words):
    add()
    assert "there is no model" in run(*words, code=exit_codes.NOT_FOUND).stderr


def test_errors_end_with_a_message(run, tmp_path):
    assert "no active model" in run("rollback", code=exit_codes.FAILED).stderr
    assert "printable" in run("retire", "x", "--reason", "\x1b[31m", code=exit_codes.USAGE).stderr
    refused = run("train", "--model-key", "env:NOT_THERE", code=exit_codes.FAILED)
    assert "env:NOT_THERE is not set" in refused.stderr
    assert "env:NAME or file:PATH" in run("train", "--model-key", "secret", code=exit_codes.FAILED).stderr


def test_own_incidents_are_learned_from_or_kept_for_judging(ledger, registry, open_incident, chain, clock):
    from controller.events import Closed, Healed  # noqa: PLC0415
    from controller.learning.follower import Follower  # noqa: PLC0415
    from controller.learning.teaching import is_kept_for_judging, own_lesson  # noqa: PLC0415

    follower = Follower(ledger, registry, chain, clock, frozenset())
    made = []
    for store in list(chain.stores)[:30]:
        incident = open_incident(store, "wan_no_lease", [("wan_no_address", f"{store}-edge", "GigabitEthernet0/0")])
        stamp = {"incident": incident, "store": store, "at": clock.now()}
        ledger.append(Healed(**stamp, by="renew"), Closed(**stamp, how="healed", reason="proven"))
        made.append(incident)
    open_incident("s001", "ap_hung", [("ap_silent", "s001-ap1", "")])
    follower.tick()
    lesson = own_lesson(ledger)
    assert set(lesson.incidents) == {i for i in made if not is_kept_for_judging(i)}
    assert 0 < sum(map(is_kept_for_judging, made)) < 15
    assert {e.label for e in lesson.examples} == {"wan_no_lease"}, "what is open proves nothing"
    assert taught().card.labels
