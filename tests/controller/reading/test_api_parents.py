"""One cause in many stores: its incident has no store, and tells how many share it."""

import json
from dataclasses import replace

import pytest
import typer
from typer.testing import CliRunner

from controller.cli import read
from controller.events import Escalated, Joined, Opened
from tests.controller.reading.conftest import NOW

PATH = "/api/v1/incidents"


@pytest.fixture
def outage(desk):
    """A carrier fails under two stores; a third incident there is of its own."""
    parent = Opened(
        incident="chain-0001", store="", at=NOW, signature="fleet_common_cause", fault_class="E",
        title="One cause in many stores: carrier northtel", device="", subject="carrier northtel", confidence=1.0,
        evidence=(),
    )  # fmt: skip
    call = Escalated(incident="chain-0001", store="", at=NOW, reason="many stores", advice="Open one ticket.")
    desk.ledger.append(parent, call)
    for store in ("s001", "s003"):
        child = replace(
            parent, incident=f"{store}-0007", store=store, signature="wan_carrier_down", device=f"{store}-edge"
        )
        joined = Joined(incident=child.incident, store=store, at=NOW, parent="chain-0001", reason="same carrier")
        desk.ledger.append(child, joined)
    return desk


def ids(answer):
    return [row["id"] for row in answer.json()["items"]]


def test_a_parent_has_no_store_and_counts_its_children(outage):
    told = {row["id"]: row for row in outage.get(PATH).json()["items"]}
    parent, child = told["chain-0001"], told["s001-0007"]
    assert (parent["store"], parent["store_name"], parent["parent"], parent["children"]) == ("", "Many stores", "", 2)
    assert (child["parent"], child["children"], child["store_name"]) == ("chain-0001", 0, "Harbour Street")
    assert parent["waiting_for_person"]
    assert parent["functions"] == []


def test_its_story_is_told(outage):
    told = outage.get(f"{PATH}/chain-0001").json()
    assert (told["children"], told["escalation"]) == (2, "many stores. Open one ticket")
    assert told["explanation"].startswith("Many stores")
    child = outage.get(f"{PATH}/s003-0007").json()
    assert child["parent"] == "chain-0001"
    assert "chain-0001" in child["explanation"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("parent=chain-0001", ["s003-0007", "s001-0007"]),
        ("parent=chain-0001&store=s001", ["s001-0007"]),
        ("parent=chain-0001&open=false", []),
        ("parent=", ["chain-0001", "s002-0001", "s001-0001"]),
        ("parent=&open=true", ["chain-0001", "s002-0001"]),
        ("parent=s001-0001", []),
    ],
)
def test_those_that_share_a_cause(outage, query, expected):
    assert ids(outage.get(f"{PATH}?{query}")) == expected


@pytest.mark.parametrize("name", ["Hunter2", "s001%2F..", "x" * 81, "%00"])
def test_a_parent_that_is_not_there_is_no_empty_answer(outage, name):
    answer = outage.get(f"{PATH}?parent={name}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "query.parent"
    assert "Hunter2" not in answer.text


@pytest.mark.parametrize(
    "path", ["/", "/incidents/chain-0001", "/stores/s001", "/api/v1/stores", "/metrics", "/readyz"]
)
def test_everything_copes_with_an_incident_of_no_store(outage, path):
    assert outage.get(path).status_code == 200


def test_the_command_line_tells_of_it_too(outage):
    app = typer.Typer()
    read.register(app, ())

    def run(*words):
        return CliRunner().invoke(app, [*words, "--state", str(outage.state)])

    rows = json.loads(run("incidents", "--parent", "chain-0001", "-o", "json").stdout)["items"]
    assert [row["id"] for row in rows] == ["s003-0007", "s001-0007"]
    (parent,) = json.loads(run("incidents", "--limit", "1", "--open", "--parent", "", "-o", "json").stdout)["items"]
    assert (parent["store_name"], parent["children"]) == ("Many stores", 2)
    assert run("explain", "chain-0001").stdout.startswith("Many stores")
    assert json.loads(run("explain", "chain-0001", "-o", "json").stdout)["children"] == 2
    assert run("incidents", "--parent", "chain-9999").exit_code == 4
