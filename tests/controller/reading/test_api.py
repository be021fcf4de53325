"""The API: what it tells, how it refuses, and what it never says."""

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from controller.api import views
from controller.api.records import IncidentDetail, Incidents

PROBLEM = "application/problem+json"


def put_reason(desk, body, **headers):
    return desk.ask("PUT", "/api/v1/kill-switch", content=body, headers={"content-type": "application/json", **headers})


def test_incidents_newest_first_as_sentences(desk):
    items = desk.get("/api/v1/incidents").json()["items"]
    assert [i["id"] for i in items] == ["s002-0001", "s001-0001"]
    assert items[1]["status"] == "healed"
    assert items[1]["store_name"] == "Harbour Street"
    assert items[1]["sentence"].endswith(".")
    assert items[1]["opened_at"] == "2026-11-20T02:22:00.000Z"
    assert items[0]["waiting_for_person"]
    assert not items[1]["waiting_for_person"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("open=true", ["s002-0001"]),
        ("open=false", ["s001-0001"]),
        ("store=s001", ["s001-0001"]),
        ("store=s003", []),
        ("status=mitigated", ["s002-0001"]),
        ("status=mitigated&open=false", []),
        ("limit=1", ["s002-0001"]),
    ],
)
def test_incidents_are_filtered(desk, query, expected):
    assert [i["id"] for i in desk.get(f"/api/v1/incidents?{query}").json()["items"]] == expected


@pytest.mark.parametrize(
    ("query", "field", "allowed"),
    [
        ("limit=0", "query.limit", "at least 1"),
        ("limit=1001", "query.limit", "at most 1000"),
        ("limit=nan", "query.limit", ""),
        ("open=perhaps", "query.open", "'true' or 'false'"),
        ("status=Hunter2", "query.status", "healed"),
        ("store=Hunter2", "query.store", "/api/v1/stores"),
        ("Hunter2=s001", "query", "store, status, open, limit"),
    ],
)
def test_a_filter_that_does_not_fit_is_named_and_not_echoed(desk, query, field, allowed):
    answer = desk.get(f"/api/v1/incidents?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == PROBLEM
    (error,) = answer.json()["errors"]
    assert error["field"] == field
    assert allowed in error["allowed"]
    assert "Hunter2" not in answer.text
    assert "nan" not in answer.text


def test_one_incident_tells_the_whole_story(desk):
    told = desk.get("/api/v1/incidents/s001-0001").json()
    IncidentDetail.model_validate(told)
    assert told["story"][0]["at"] == "2026-11-20T02:22:00.000Z"
    assert len(told["story"]) == 10
    assert told["explanation"].startswith("Store s001")
    assert [v["allowed"] for v in told["verdicts"]] == [True, False, True, True]
    (change,) = told["changes"]
    assert change["lines"] == ["renew dhcp GigabitEthernet0/0"]
    assert (change["outcome"], change["token"]) == ("ran", 7)
    assert change["diff"].splitlines()[1] == "+ip address dhcp"
    assert [c["ok"] for c in told["checks"]] == [True, True]
    assert told["evidence"][0]["value"] is None


def test_an_unfinished_write_is_told_as_open(desk, stories):
    desk.ledger.append(*stories.healed("s003-0001", "s003")[:6])
    (change,) = desk.get("/api/v1/incidents/s003-0001").json()["changes"]
    assert (change["outcome"], change["ended_at"]) == ("open", None)


@pytest.mark.parametrize("path", ["incidents/s009-0001", "incidents/%00", "stores/s009", "stores/%ED%A0%80", "nothing"])
def test_what_is_not_there_is_a_404_problem(desk, path):
    answer = desk.get(f"/api/v1/{path}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == PROBLEM
    assert answer.json()["title"] == "Not Found"


def test_a_wrong_method_is_a_405_problem(desk):
    answer = desk.ask("POST", "/api/v1/incidents")
    assert (answer.status_code, answer.headers["content-type"], answer.headers["allow"]) == (405, PROBLEM, "GET")


def test_a_bug_is_a_500_problem_that_tells_nothing_of_our_inside(desk, broken):
    broken("incidents")
    answer = desk.get("/api/v1/incidents")
    assert (answer.status_code, answer.headers["content-type"]) == (500, PROBLEM)
    assert "secret inside" not in answer.text
    assert answer.headers["x-frame-options"] == "DENY"


def test_stores_as_last_seen(desk):
    stores = {s["id"]: s for s in desk.get("/api/v1/stores").json()["items"]}
    assert stores["s001"]["state"] == "trading"
    assert stores["s002"]["functions"][0] == {
        "name": "pos",
        "title": "Tills",
        "state": "degraded",
        "why": "runs over LTE",
    }


def test_old_news_never_reads_as_healthy(desk):
    store = desk.get("/api/v1/stores").json()["items"][2]
    assert (store["state"], store["stale"]) == ("unknown", True)
    assert {f["state"] for f in store["functions"]} == {"unknown"}
    desk.clock.at += timedelta(seconds=30)
    assert {s["state"] for s in desk.get("/api/v1/stores").json()["items"]} == {"unknown"}


def test_a_store_never_looked_at_is_unknown(desk):
    records = views.store_records(desk.chain, (), desk.clock.now(), 15)
    assert {(r.state, r.stale, r.seen_at) for r in records} == {("unknown", True, None)}
    assert records[0].functions[0].why == "Not looked at yet."


def test_one_store_with_its_own_clock(desk):
    store = desk.get("/api/v1/stores/s003").json()
    assert store["local_time"] == "2026-11-20T14:12:00+11:00"
    assert store["trading_now"] is True
    assert [d["device"] for d in store["devices"]] == ["s003-edge", "s003-sw1", "s003-ap1"]
    assert desk.get("/api/v1/stores/s001").json()["trading_now"] is False
    assert [i["id"] for i in desk.get("/api/v1/stores/s002").json()["open_incidents"]] == ["s002-0001"]


def test_devices_functions_and_timing(desk):
    assert len(desk.get("/api/v1/devices").json()["items"]) == 9
    assert [f["name"] for f in desk.get("/api/v1/functions").json()["items"]] == ["pos", "guest_wifi"]
    assert desk.get("/api/v1/timing").json() == {"profile": "demo", "seconds": {"poll_interval": 2.0, "proof": 8.0}}


def test_kill_switch_is_thrown_shown_and_taken_back(desk):
    assert desk.get("/api/v1/kill-switch").json()["thrown"] is False
    assert put_reason(desk, '{"reason": "carrier work"}').json()["reason"] == "carrier work"
    assert desk.ledger.switch("kill") == "carrier work"
    assert "carrier work" in desk.get("/").text
    assert desk.ask("DELETE", "/api/v1/kill-switch").json()["thrown"] is False
    assert desk.ledger.switch("kill") is None


@pytest.mark.parametrize(
    "body",
    [
        '{"reason": ""}', '{"reason": "   "}', '{"reason": NaN}', '{"reason": 1e999}', '{"reason": "Hunter2\\ud800"}',
        '{"reason": "Hunter2\\u001b[2J"}', '{"reason": "Hunter2\nx"}', '{"reason": "Hunter2\\nx"}',
        '{"reason": "' + "x" * 201 + '"}', '{"Hunter2": "x", "reason": "y"}',
        "{",
        "Hunter2", "[]", "", "[" * 60_000, "9" * 6_000, '{"reason": "x", "reason": ' + "9" * 6_000 + "}",
    ],
)  # fmt: skip
def test_an_unfit_order_is_refused_and_not_echoed(desk, body):
    answer = put_reason(desk, body)
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == PROBLEM
    assert "Hunter2" not in answer.text
    assert desk.ledger.switch("kill") is None


def test_an_unknown_field_of_an_order_names_the_known_ones(desk):
    (error,) = put_reason(desk, '{"reason": "x", "until": "5"}').json()["errors"]
    assert error == {"field": "body", "message": "has a field not known here", "allowed": "reason"}


def test_only_this_machine_throws_the_switch(desk):
    assert put_reason(desk, '{"reason": "x"}', **{"x-forwarded-for": "127.0.0.1"}).status_code == 403
    desk.client = ("192.0.2.7", 50000)
    assert put_reason(desk, '{"reason": "x"}').status_code == 403
    assert desk.ask("DELETE", "/api/v1/kill-switch").status_code == 403
    assert desk.ledger.switch("kill") is None


@pytest.mark.parametrize(
    "headers",
    [{"origin": "http://evil.example"}, {"origin": "null"}, {"origin": "http://[bad"},
     {"sec-fetch-site": "cross-site"}],
)  # fmt: skip
def test_another_web_page_may_not_write(desk, headers):
    assert put_reason(desk, '{"reason": "x"}', **headers).status_code == 403
    assert desk.ledger.switch("kill") is None


@pytest.mark.parametrize("body", [b"x" * 65_537, [b"x" * 40_000, b"x" * 40_000]], ids=["announced", "in pieces"])
def test_a_body_over_64_kib_is_refused(desk, body):
    async def pieces():
        for piece in body:
            yield piece

    content = body if isinstance(body, bytes) else pieces()
    answer = desk.ask("PUT", "/api/v1/kill-switch", content=content, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (413, PROBLEM)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[::1", "192.0.2.9"])
def test_a_foreign_host_name_is_turned_away(desk, host):
    assert desk.get("/api/v1/incidents", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1", "[::1]:9"])
def test_our_own_host_names_are_answered(desk, host):
    assert desk.get("/livez", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/api/v1/incidents", "/nothing", "/static/style.css", "/incidents/none"])
def test_every_answer_carries_the_security_headers(desk, path):
    headers = desk.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self';")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"


def test_livez_follows_the_pulse(desk):
    assert desk.get("/livez").json() == {"status": "alive", "pulse_at": "2026-11-20T03:12:00.000Z"}
    desk.clock.at += timedelta(seconds=60)
    assert desk.get("/livez").status_code == 503
    assert "has not moved since 03:12:00 UTC" in desk.get("/").text
    desk.pulse[0] = None
    assert desk.get("/livez").headers["content-type"] == PROBLEM


def test_openapi_describes_every_address(desk):
    schema = desk.get("/openapi.json").json()
    for path, operations in schema["paths"].items():
        for operation in operations.values():
            assert operation["summary"], path
            assert operation["tags"], path
            for status, answer in operation["responses"].items():
                if status >= "400":
                    assert list(answer["content"]) == [PROBLEM], path
    assert "HTTPValidationError" not in json.dumps(schema)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    where=st.sampled_from(["/api/v1/incidents/{}", "/api/v1/stores/{}", "/incidents/{}", "/rollouts/{}"]),
    raw=st.binary(min_size=1, max_size=40),
)
def test_odd_ids_are_never_a_500(desk, where, raw):
    path = where.format("".join(f"%{byte:02X}" for byte in raw))
    assert desk.get(path).status_code < 500


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=200) | st.text(max_size=60).map(lambda t: json.dumps({"reason": t}).encode()))
def test_odd_orders_are_never_a_500(desk, body):
    answer = put_reason(desk, body)
    assert answer.status_code in (200, 400, 422)
    assert Incidents.model_validate(desk.get("/api/v1/incidents?limit=1").json()).items
    assert desk.get("/").status_code == 200


def test_models_and_shifts_are_told(desk):
    assert desk.get("/api/v1/models").json() == {"items": [], "active": "", "before": ""}
    assert desk.get("/api/v1/shifts").json() == {"items": []}
