"""``storenet quarantine``: what a person puts there stays until a person lifts it."""

import json

import pytest
import typer
from typer.testing import CliRunner

from controller.cli import exit_codes
from controller.cli.quarantine import quarantine_app
from controller.events import Opened
from controller.explain import explain, sentence
from controller.incident import fold
from controller.ledgers.sqlite import SqliteLedger
from controller.settings import Settings
from tests.controller.test_fleet_watch import NOW, opened


@pytest.fixture
def run(tmp_path):
    SqliteLedger.open(Settings(state=tmp_path).ledger_path).close()
    app = typer.Typer()
    app.add_typer(quarantine_app(), name="quarantine")
    return lambda *words: CliRunner().invoke(app, ["quarantine", *words, "--state", str(tmp_path)])


def test_added_listed_and_lifted(run):
    assert "Nothing is in quarantine" in run("list").stderr
    answer = run("add", "s001-sw1", "cabling work")
    assert (answer.exit_code, "cabling work" in answer.stdout) == (0, True)
    listed = json.loads(run("list", "-o", "json").stdout)
    assert listed == {"items": [{"name": "s001-sw1", "reason": "cabling work"}]}
    wrong = run("lift", "s001-sw2")
    assert (wrong.exit_code, "did you mean 's001-sw1'" in wrong.stderr) == (exit_codes.NOT_FOUND, True)
    assert run("lift", "s001-sw1").exit_code == 0
    assert run("lift", "s001-sw1").exit_code == exit_codes.NOT_FOUND


@pytest.mark.parametrize("reason", ["", "a\nb", "x" * 201])
def test_a_reason_has_to_be_given_and_fit_a_line(run, reason):
    answer = run("add", "s001", reason)
    assert answer.exit_code == exit_codes.USAGE
    assert "reason" in answer.stderr


def test_many_stores_are_told_of_without_a_store():
    parent = opened("", incident="chain-0001", signature="fleet_common_cause", subject="carrier northtel")
    assert isinstance(parent, Opened)
    told = explain([parent])
    assert told.startswith(f"Many stores, {NOW.day} March")
    assert "()" not in told + sentence(fold([parent]))
