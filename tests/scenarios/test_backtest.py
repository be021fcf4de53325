"""A chain's story is recorded; changed rules are tried on it from the command line, against what the ledger knows."""

import json
from datetime import timedelta

import pytest
import typer
from typer.testing import CliRunner

import controller.main
from controller.cli import exit_codes
from controller.events import Reviewed, SeenWord
from controller.ledgers.sqlite import SqliteLedger
from lab.content import write_content
from tests.scenarios.stage import Controller, World
from tests.scenarios.test_recorded import recorded

GREEDY = """\
name: line_without_address
title: A line has no address
fault_class: E
root: wan_port
threshold: 0.8
symptoms:
  - {symptom: wan_no_address, weight: 8, required: true}
"""


@pytest.fixture(scope="module")
def state(tmp_path_factory):
    """Two stores: in one an access point hung and was healed; then a lease was lost, and came back by itself."""
    folder = tmp_path_factory.mktemp("state")
    world = World(seed=7, stores=2)
    write_content(world.bench.chain, folder / "content")
    controller = Controller(world, folder / "ledger.sqlite")
    with recorded(controller, folder / "recordings"):
        controller.play(14)
        world.put_in("ap_hung")
        controller.play(50)
        lost = world.put_in("wan_no_lease")
        controller.file.throw("kill", "watch only")
        controller.play(24)
        world.bench.breakages.take_out(lost)
        controller.play(40)
    return folder


@pytest.fixture
def run(state, monkeypatch):
    for name in ("STORENET_STATE", "STORENET_CONTENT"):
        monkeypatch.delenv(name, raising=False)

    def command(*words):
        given = ["backtest", *map(str, words), "--state", str(state), "--content", str(state / "content")]
        return CliRunner().invoke(controller.main._wire(typer.Typer()), given)

    def asked(*words):
        told = command(*words, "-o", "json")
        assert told.exit_code == exit_codes.OK, told.stderr
        return json.loads(told.stdout)

    command.json = asked
    return command


def standings(told):
    return {name: number for name, number in told["counts"].items() if number}


def test_a_healed_fault_is_true_and_seen_when_it_was(run):
    told = run.json("ap_hung")
    assert standings(told) == {"true": 1}
    (item,) = told["items"]
    assert (item["store"], item["incident"], item["ruling"]) == ("s001", "s001-0001", "right")
    assert item["later_seconds"] == 0
    assert told["troubles"] == []
    assert told["stores"] == 2
    shown = run("ap_hung")
    assert "s001-0001: healed and proven" in shown.stdout


def test_a_new_signature_of_a_file_is_new_and_says_beside_what(run, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(GREEDY)
    told = run.json(path)
    assert standings(told) == {"new": 1}
    assert "s001-0002 (wan_no_lease)" in told["items"][0]["beside"]
    assert told["items"][0]["seen_today"] is False


def test_a_signature_that_asks_too_much_misses(run, tmp_path):
    path = tmp_path / "ap_hung.yaml"
    path.write_text(
        "name: ap_hung\ntitle: x\nfault_class: A\nroot: access_point\nthreshold: 0.9\nsymptoms:\n"
        "  - {symptom: ap_silent, weight: 8, required: true}\n  - {symptom: port_disabled, weight: 8, required: true}\n"
    )
    told = run.json(path)
    assert standings(told) == {"missed": 1}


def test_stores_and_times_can_be_named(run):
    assert standings(run.json("ap_hung", "-F", "store=s002")) == {}
    early = run.json("ap_hung", "--since", "2026-01-01")
    assert standings(early) == {"true": 1}
    late = run.json("ap_hung", "--since", "0.5m")
    assert standings(late) == {}


def test_many_processes_say_the_same(run, monkeypatch):
    alone = run.json("wan_no_lease", "--jobs", "1")
    monkeypatch.setattr("controller.backtest.playing.SMALL", 0)
    assert run.json("wan_no_lease", "--jobs", "2") == alone


def test_a_figure_makes_findings_more_fewer_earlier_later(run):
    told = run.json("wan_no_address.hold=patient")
    assert (told["before"], told["after"]) == ("steady", "patient")
    assert "wan_no_lease" in told["touches"]
    (item,) = (i for i in told["items"] if i["signature"] == "wan_no_lease")
    assert item["change"] == "later"
    assert item["later_seconds"] == 6
    (item,) = (i for i in told["items"] if i["signature"] == "ap_hung")
    assert item["change"] == "same"
    never = run.json("wan_no_address.when.is=nothing")
    assert {i["signature"]: i["change"] for i in never["items"]}["wan_no_lease"] == "fewer"


def test_a_playbook_tells_its_rungs_and_what_is_not_known(run):
    told = run.json("playbook:ap_hung")
    (item,) = told["items"]
    (rung,) = item["rungs"]
    assert (rung["action"], rung["would"]) == ("power_cycle", "act")
    assert {v["rule"] for v in rung["verdicts"]} >= {"trading_hours", "last_path", "attempt_budget", "one_per_store"}
    assert rung["then"].startswith("s001-0001: act")
    assert any("who was logged in" in one for one in rung["unknown"])
    held = run.json("playbook:wan_no_lease")
    assert held["items"][0]["rungs"][0]["then"].startswith("s001-0002: hold, kill_switch")
    shown = run("playbook:wan_no_lease")
    assert "whether all writes were stopped then (kill_switch)" in shown.stdout


def test_what_people_said_counts_more(run, state):
    ledger = SqliteLedger.open(state / "ledger.sqlite")
    (incident,) = (i for i in ledger.incidents() if i.signature == "ap_hung")
    try:
        said = {"by": "jane", "fixed_by": "", "playbook": "", "device": incident.device, "subject": incident.subject}
        asked = {"root_kind": "access_point", "signature": "ap_hung", "names": "ap_hung", "learned": "", "words": ()}
        at = incident.closed_at + timedelta(hours=1)
        ledger.append(Reviewed(incident=incident.id, store="s001", at=at, code="wrong", **said, **asked))
        told = run.json("ap_hung")
        assert standings(told) == {"false": 1}
        assert "jane" in told["items"][0]["why"]
        ledger.append(Reviewed(incident=incident.id, store="s001", at=at, code="suggested", **said, **asked))
        assert standings(run.json("ap_hung")) == {"true": 1}
        (lost,) = (i for i in ledger.incidents() if i.signature == "wan_no_lease")
        words = tuple(SeenWord(symptom=s, relation="self") for s in ("wan_no_address", "wan_link_up"))
        where = {"device": lost.device, "subject": lost.subject, "root_kind": "wan_port"}
        what = {"signature": "unknown", "names": "", "learned": "seen_s001_0002", "words": words}
        ledger.append(
            Reviewed(incident=lost.id, store="s001", at=at, code="another", **{**said, **asked, **where, **what})
        )
        assert standings(run.json("seen_s001_0002")) == {"true": 1}
    finally:
        ledger.close()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("ap_hong",), exit_codes.NOT_FOUND, "did you mean 'ap_hung'"),
        (("playbook:ap_hong",), exit_codes.NOT_FOUND, "did you mean 'ap_hung'"),
        (("ap_hung.threshold=2",), exit_codes.USAGE, "less than 1"),
        (("nowhere.yaml",), exit_codes.NOT_FOUND, "there is no file"),
        (("ap_hung", "--since", "yesterday"), exit_codes.USAGE, "neither a time such as 30d"),
        (("ap_hung", "-F", "store=s009"), exit_codes.USAGE, "store=s009"),
        (("ap_hung", "--recordings", "nowhere"), exit_codes.NOT_FOUND, "nothing is recorded"),
    ],
)
def test_what_cannot_be_is_said(run, words, code, said):
    told = run(*words)
    assert told.exit_code == code
    assert said in told.stderr
    assert not told.stdout


def test_a_broken_file_of_a_signature_is_told_by_line(run, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(GREEDY.replace("wan_no_address", "wan_no_adress"))
    told = run(path)
    assert told.exit_code == exit_codes.BAD_CONTENT
    assert "mine.yaml:7: symptoms[0].symptom" in told.stderr


def test_without_a_ledger_everything_is_new_and_damage_is_told(run, state, tmp_path):
    (file,) = (state / "recordings").glob("*.rec")
    copy = tmp_path / "state" / "recordings"
    copy.mkdir(parents=True)
    whole = file.read_bytes()
    (copy / file.name).write_bytes(whole[:-20] + b"x" * 20)
    told = CliRunner().invoke(
        controller.main._wire(typer.Typer()),
        ["backtest", "ap_hung", "--state", str(copy.parent), "--content", str(state / "content"), "-o", "json"],
    )
    assert told.exit_code == exit_codes.OK
    assert standings(json.loads(told.stdout)) == {"new": 1}
    assert "there is no ledger" in told.stderr
    assert "is damaged" in told.stderr
