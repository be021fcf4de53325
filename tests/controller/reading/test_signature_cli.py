"""``storenet signature``: what a signature is, whether its cases hold, and whether it takes somebody else's."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import controller.main
from controller.cli import exit_codes
from controller.schemas import KINDS

SHIPPED = Path(controller.main.__file__).parents[1] / "anomaly" / "signatures"
THIEF = """\
name: thief
title: A line has no address
fault_class: E
root: wan_port
threshold: 0.8
symptoms:
  - {symptom: wan_no_address, weight: 8, required: true}
  - {symptom: wan_link_up, weight: 1}
"""
CASES = """\
signature: thief
cases:
  - title: no address
    seen:
      - {symptom: wan_no_address, at: self}
    unknown:
      - {symptom: wan_link_up, at: self}
    expect: {holds: true, confidence: [0.97, 1], beside: [wan_no_lease]}
"""


@pytest.fixture
def run(monkeypatch):
    for name in ("STORENET_STATE", "STORENET_CONTENT"):
        monkeypatch.delenv(name, raising=False)

    def command(*words):
        return CliRunner().invoke(controller.main._wire(typer.Typer()), ["signature", *map(str, words)])

    return command


def test_all_are_listed_and_one_is_shown_with_its_sum(run):
    names = {path.stem for path in SHIPPED.glob("*.yaml")}
    items = json.loads(run("list", "-o", "json").stdout)["items"]
    assert {item["name"] for item in items} == names
    assert "ap_hung" in run("list").stdout
    told = run("show", "wan_no_lease")
    assert told.exit_code == exit_codes.OK
    assert "-3.89  2.0% beforehand" in told.stdout
    assert "wan_no_address there, required" in told.stdout
    (one,) = (item for item in items if item["name"] == "wan_no_lease")
    assert json.loads(run("show", "wan_no_lease", "-o", "json").stdout) == one


def test_a_shipped_one_passes_with_its_sum_printed(run):
    told = run("test", "ap_hung")
    assert told.exit_code == exit_codes.OK, told.stdout
    assert "-3.89  2.0% beforehand" in told.stdout
    assert "ap_silent: seen at ap1" in told.stdout
    assert "looked for in vain" in told.stdout
    assert "0 stolen" in told.stdout


def test_a_file_that_steals_is_caught_and_what_nobody_saw_is_skipped(run, tmp_path):
    signature, cases = tmp_path / "thief.yaml", tmp_path / "cases.yaml"
    signature.write_text(THIEF)
    cases.write_text(CASES)
    told = run("test", signature, "--case", cases)
    assert told.exit_code == exit_codes.FAILED
    assert "wan_link_up: nobody could look, skipped" in told.stdout
    assert "wan_no_lease (everything shows): STEALS it" in told.stdout
    record = json.loads(run("test", signature, "--case", cases, "-o", "json").stdout)
    assert record["ok"] is False
    assert "wan_no_lease" in {one["case_of"] for one in record["others"] if one["stolen"]}
    assert [clue["state"] for clue in record["cases"][0]["clues"]] == ["seen", "unknown"]


def test_a_case_that_goes_wrong_says_what(run, tmp_path):
    cases = tmp_path / "cases.yaml"
    cases.write_text("signature: ap_hung\ncases:\n  - {title: nothing, expect: {holds: true, confidence: [0.9, 1]}}\n")
    told = run("test", "ap_hung", "--case", cases)
    assert told.exit_code == exit_codes.FAILED
    assert "wrong: nothing" in told.stdout
    assert "wrong: it does not hold" in told.stdout
    assert "0 of 1 cases right" in told.stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("test", "ap_hong"), exit_codes.NOT_FOUND, "did you mean 'ap_hung'"),
        (("show", "ap_hong"), exit_codes.NOT_FOUND, "did you mean 'ap_hung'"),
        (("test", "nowhere.yaml"), exit_codes.NOT_FOUND, "there is no file"),
        (("test", "ap_hung", "--case", "nowhere.yaml"), exit_codes.NOT_FOUND, "there is no file"),
        (("list", "--content", "nowhere"), exit_codes.NOT_FOUND, "there is no content directory"),
        (("schema", "nothing"), exit_codes.NOT_FOUND, "allowed: symptom, signature, recipe, case"),
    ],
)
def test_what_is_not_there_is_told(run, words, code, said):
    told = run(*words)
    assert (told.exit_code, told.stdout) == (code, "")
    assert said in told.stderr


def test_wrong_files_are_told_by_line(run, tmp_path):
    signature, cases = tmp_path / "thief.yaml", tmp_path / "cases.yaml"
    signature.write_text(THIEF.replace("wan_link_up", "wan_link_upp"))
    told = run("test", signature)
    assert told.exit_code == exit_codes.BAD_CONTENT
    assert "thief.yaml:8: symptoms[1].symptom" in told.stderr
    cases.write_text(CASES)
    told = run("test", "ap_hung", "--case", cases)
    assert told.exit_code == exit_codes.BAD_CONTENT
    assert "cases.yaml:1" in told.stderr


def test_an_overlay_brings_cases_and_check_reads_them(run, tmp_path):
    folder = tmp_path / "anomaly" / "signatures" / "cases"
    folder.mkdir(parents=True)
    (folder.parent / "thief.yaml").write_text(THIEF)
    (folder / "thief.yaml").write_text(CASES.replace("holds: true", "holds: yes please"))
    told = run("test", "thief", "--content", tmp_path)
    assert told.exit_code == exit_codes.BAD_CONTENT
    assert "thief.yaml:8: cases[0].expect.holds" in told.stderr
    checked = CliRunner().invoke(controller.main._wire(typer.Typer()), ["check", str(tmp_path)])
    assert "cases[0].expect.holds" in checked.stderr


def test_a_draft_passes_as_it_is(run, tmp_path):
    cases = tmp_path / "cases.yaml"
    cases.write_text(run("draft", "vlan_missing").stdout)
    told = run("test", "vlan_missing", "--case", cases)
    assert told.exit_code == exit_codes.OK, told.stdout


@pytest.mark.parametrize("kind", KINDS)
def test_every_schema_is_printed(run, kind):
    assert json.loads(run("schema", kind).stdout)["$id"] == f"urn:storenet:schema:{kind}"
