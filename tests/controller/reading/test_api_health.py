"""Those who watch the watcher: readiness says what is missing, and the numbers are what the ledger holds."""

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from controller.api.app import build_app
from controller.events import Opened
from controller.ports import LedgerError
from controller.rollout_events import TargetEnded, WaveBegun
from controller.timing import Timing
from tests.controller.reading.conftest import NASTY, NOW, Desk
from tests.controller.reading.test_api_rollouts import ask


def checks(desk):
    """The status, and the checks: all of them when ready, else those that are not passed."""
    answer = desk.get("/readyz")
    body = answer.json()
    if answer.status_code == 200:
        return 200, {check["name"]: check["ok"] for check in body["checks"]}
    assert answer.headers["content-type"] == "application/problem+json"
    assert all(error["message"] for error in body["errors"])
    return answer.status_code, {error["field"]: False for error in body["errors"]}


def scraped(desk):
    answer = desk.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    return {family.name: family for family in text_string_to_metric_families(answer.text)}


def values(family):
    """Samples by their labels, in the order of the labels' names."""
    return {
        tuple(sample.labels[name] for name in sorted(sample.labels)): sample.value
        for sample in family.samples
        if "_created" not in sample.name
    }


def test_ready(desk):
    status, found = checks(desk)
    assert status == 200
    assert found == {"ledger_read": True, "ledger_write": True, "first_poll": True, "pulse": True}
    assert desk.ledger.switches("") == {}
    assert desk.ledger.last_seq() == 13


def test_not_ready_before_the_first_poll(desk):
    desk.pulse[0] = None
    status, found = checks(desk)
    assert (status, set(found)) == (503, {"first_poll", "pulse"})


def test_not_ready_when_the_loop_stands_still(desk):
    desk.clock.at += timedelta(seconds=60)
    status, found = checks(desk)
    assert (status, set(found)) == (503, {"pulse"})


@pytest.mark.parametrize("method", ["last_seq", "switch", "stores"])
def test_not_ready_when_the_ledger_cannot_be_read(desk, monkeypatch, method):
    def fails(*_args):
        raise LedgerError("the ledger refused: disk I/O error")

    monkeypatch.setattr(desk.ledger, method, fails)
    status, found = checks(desk)
    assert (status, set(found)) == (503, {"ledger_read"})
    assert "disk I/O error" in desk.get("/readyz").text


def test_not_ready_when_nobody_can_write(desk, monkeypatch):
    def fails(*_args):
        raise LedgerError("the ledger refused: database is locked")

    monkeypatch.setattr(desk.ledger, "throw", fails)
    status, found = checks(desk)
    assert (status, set(found)) == (503, {"ledger_write"})


def test_the_kill_switch_makes_nobody_unready(desk):
    desk.ledger.throw("kill", "maintenance")
    assert checks(desk)[0] == 200
    assert "stopped by the kill switch" in desk.get("/readyz").text
    assert values(scraped(desk)["storenet_kill_switch"]) == {(): 1}


def test_leases_are_told_when_they_are_held(desk):
    app = build_app(desk.ledger, desk.chain, Timing(name="demo", seconds={}), desk.clock, leases=lambda: 2)
    here = Desk(app=app, ledger=desk.ledger, chain=desk.chain, clock=desk.clock, state=desk.state)
    assert "looks after 2 of 3 stores" in here.get("/readyz").text
    assert values(scraped(here)["storenet_leases_held"]) == {(): 2}


def test_every_family_has_a_type_and_says_what_it_is(desk):
    families = scraped(desk)
    assert {"storenet_stores", "storenet_functions", "storenet_incidents_open", "storenet_events"} <= set(families)
    for name, family in families.items():
        assert name.startswith("storenet_")
        assert family.documentation, name
        assert family.type in ("gauge", "counter"), name


def test_stores_and_functions_as_they_are_now(desk):
    families = scraped(desk)
    assert values(families["storenet_stores"]) == {
        ("trading",): 1, ("degraded",): 1, ("stopped",): 0, ("unknown",): 1,
    }  # fmt: skip
    functions = values(families["storenet_functions"])
    assert functions[("guest_wifi", "down")] == 1
    assert functions[("pos", "unknown")] == 1  # seen too long ago: old news never reads as healthy
    assert values(families["storenet_newest_look_timestamp_seconds"]) == {(): NOW.timestamp() - 3}
    assert values(families["storenet_oldest_look_timestamp_seconds"]) == {(): NOW.timestamp() - 20 * 60}
    assert values(families["storenet_pulse_timestamp_seconds"]) == {(): NOW.timestamp()}


def test_no_pulse_is_no_number(desk):
    desk.pulse[0] = None
    families = scraped(desk)
    assert values(families["storenet_pulse_timestamp_seconds"]) == {}
    assert values(families["storenet_alive"]) == {(): 0}


def test_incidents_as_they_are_now(desk):
    families = scraped(desk)
    assert values(families["storenet_incidents_open"]) == {("wan_down_hard", "mitigated"): 1}
    assert values(families["storenet_incidents_waiting_for_person"]) == {(): 1}
    assert values(families["storenet_incidents_healed_today"]) == {(): 1}


def test_counters_begin_with_the_process_and_only_grow(desk, stories):
    before = values(scraped(desk)["storenet_events"])
    assert set(before.values()) == {0}
    assert ("opened",) in before
    story = stories.healed("s001-0002", "s001")
    desk.ledger.append(*story)
    desk.clock.at += timedelta(seconds=2)
    families = scraped(desk)
    told = values(families["storenet_events"])
    assert sum(told.values()) == len(story)
    assert told[("judged",)] == 2
    assert values(families["storenet_writes"]) == {("ran",): 1}
    assert values(families["storenet_verdicts"])[("one_at_a_time", "refused")] == 1
    assert values(scraped(desk)["storenet_events"]) == told


def test_pushes_that_are_not_over(desk):
    ask(desk.ledger)
    desk.ledger.append(
        WaveBegun(rollout="push_0001", at=NOW, wave=0, stores=("s002",)),
        TargetEnded(rollout="push_0001", store="s002", at=NOW, device="s002-edge", state="changed", reason="r"),
    )
    families = scraped(desk)
    assert values(families["storenet_rollouts_open"]) == {("running",): 1}
    assert values(families["storenet_rollout_devices"]) == {("changed",): 1, ("waiting",): 2}


def test_hostile_names_are_label_values_and_nothing_more(desk):
    evil = f'x"}} 1\nstorenet_kill_switch 1\n\\{NASTY}'
    desk.ledger.append(
        Opened(
            incident="s001-0009", store="s001", at=NOW, signature=evil, fault_class="A", title="t",
            device="s001-edge", subject="x", confidence=1.0, evidence=(),
        )
    )  # fmt: skip
    families = scraped(desk)
    assert values(families["storenet_kill_switch"]) == {(): 0}
    signatures = [labels[0] for labels in values(families["storenet_incidents_open"])]
    assert len(signatures) == 2
    assert any(s.startswith('x"}') for s in signatures)


def test_many_scrapes_cost_one_reading_a_second(desk, monkeypatch):
    asked, real = [], desk.ledger.stores
    monkeypatch.setattr(desk.ledger, "stores", lambda: (asked.append(1), real())[1])
    assert len({desk.get("/metrics").text for _ in range(5)}) == 1
    assert len(asked) == 1
    desk.clock.at += timedelta(seconds=1)
    scraped(desk)
    assert len(asked) == 2
    desk.clock.at -= timedelta(hours=1)  # a clock that was put back keeps nobody from the truth
    scraped(desk)
    assert len(asked) == 3


def test_the_description_holds_together(desk):
    schema = desk.get("/openapi.json").json()
    names = set(schema["components"]["schemas"])
    referred = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(schema)))
    assert referred <= names
    operations = {(path, how): o for path, all_of in schema["paths"].items() for how, o in all_of.items()}
    assert len({o["operationId"] for o in operations.values()}) == len(operations)
    stream = operations[("/api/v1/events", "get")]
    assert list(stream["responses"]["200"]["content"]) == ["text/event-stream"]
    assert {p["name"] for p in stream["parameters"]} == {"after", "last-event-id"}
    assert {"403", "404", "409", "422"} <= set(operations[("/api/v1/rollouts/{rollout}/halt", "post")]["responses"])
    assert list(operations[("/metrics", "get")]["responses"]["200"]["content"]) == ["text/plain"]
    assert {"/readyz", "/livez", "/api/v1/events/history", "/api/v1/rollouts"} <= {path for path, _ in operations}
    for parameter in (p for o in operations.values() for p in o.get("parameters", ()) if p["in"] == "query"):
        assert parameter.get("description"), parameter["name"]


def test_closed_incidents_are_not_open(desk, stories):
    desk.ledger.append(*(replace(e, incident="s003-0001", store="s003") for e in stories.healed("s003-0001", "s003")))
    assert ("wan_lease_lost", "healed") not in values(scraped(desk)["storenet_incidents_open"])
