import json
from datetime import timedelta

import pytest

from controller.api.app import build_app
from controller.intake.desk import Intake
from controller.intake.signing import sign
from controller.ledgers.sqlite import SqliteLedger
from controller.settings import Settings
from controller.timing import load_timing
from tests.controller.intake.conftest import NOW, SECRET
from tests.controller.reading.conftest import NASTY, Desk

BEARER = {"authorization": f"Bearer {SECRET}"}


def desk_of(chain, clock, intake, folder):
    ledger = SqliteLedger.open(folder / "ledger.sqlite")
    app = build_app(ledger, chain, load_timing(None, "short"), clock, intake=intake)
    return Desk(app=app, ledger=ledger, chain=chain, clock=clock, state=folder)


@pytest.fixture
def desk(chain, clock, intake, tmp_path):
    desk = desk_of(chain, clock, intake, tmp_path)
    yield desk
    desk.ledger.close()


def alerts(*given, **whole):
    rows = [
        {"status": "firing", "labels": labels, "annotations": {"summary": "x"}, "startsAt": "?"} for labels in given
    ]
    return {"version": "4", "groupKey": "g", "status": "firing", "receiver": "storenet", "alerts": rows, **whole}


def signed(body, at=NOW, secret=SECRET):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    stamp = str(int(at.timestamp()))
    signature = "sha256=" + sign(secret.encode(), stamp, raw)
    headers = {"x-storenet-timestamp": stamp, "x-storenet-signature": signature, "content-type": "application/json"}
    return {"content": raw, "headers": headers}


def beat(**given):
    whole = {"kind": "till", "name": "till-3", "store": "s001", "last_seen": NOW.isoformat(), "every_seconds": 60}
    return {"items": [{**whole, **given}]}


def fields(answer):
    assert answer.headers["content-type"] == "application/problem+json"
    return [e["field"] for e in answer.json()["errors"]]


def test_alerts_hurry_the_stores_their_labels_name(desk, asked):
    post = alerts(
        {"alertname": "TillsSlow", "store": "s002"},
        {"alertname": "Down", "instance": "s001-edge:9100"},
        {"alertname": "Down", "instance": "s003-sw1.shops.example"},
        {"alertname": "Disk", "instance": "db1:9100"},
    )
    answer = desk.ask("POST", "/api/v1/hints/alertmanager", json=post, headers=BEARER)
    assert (answer.status_code, answer.json()) == (202, {"accepted": 4, "looks_raised": 3, "unresolved": 1})
    assert asked == ["s002", "s001", "s003"]


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer wrong", f"Basic {SECRET}", f"Bearer {SECRET}x", "Bearer \xe9"]
)
def test_alerts_without_the_secret_are_turned_away(desk, asked, authorization):
    headers = {"authorization": authorization.encode("latin-1")}
    answer = desk.ask("POST", "/api/v1/hints/alertmanager", json=alerts({"store": "s001"}), headers=headers)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert SECRET not in answer.text
    assert asked == []


@pytest.mark.parametrize(
    ("post", "field"),
    [
        ({}, "body.version"),
        (alerts(version="3"), "body.version"),
        (alerts(*[{}] * 501), "body.alerts"),
        (alerts({"x": 5}), "body.alerts.0.labels.x"),
        ([], "body"),
    ],
)
def test_alerts_that_do_not_fit_are_refused_with_the_field(desk, asked, post, field):
    answer = desk.ask("POST", "/api/v1/hints/alertmanager", json=post, headers=BEARER)
    assert answer.status_code == 422
    assert field in fields(answer)
    assert asked == []


def test_a_post_too_large_is_refused(desk, asked):
    post = alerts({"store": "s001", "x": "y" * 70_000})
    assert desk.ask("POST", "/api/v1/hints/alertmanager", json=post, headers=BEARER).status_code == 413
    assert asked == []


def test_a_signed_hint_is_taken_once(desk, asked):
    order = signed({"kind": "card_declines", "device": "s001-edge", "text": "many"})
    answer = desk.ask("POST", "/api/v1/hints/webhook", **order)
    assert (answer.status_code, answer.json()) == (202, {"accepted": 1, "looks_raised": 1, "unresolved": 0})
    again = desk.ask("POST", "/api/v1/hints/webhook", **order)
    assert again.status_code == 401
    assert "before" in again.json()["detail"]
    assert asked == ["s001"]


HINT = {"kind": "odd", "store": "s001"}


@pytest.mark.parametrize(
    ("order", "says"),
    [
        (signed(HINT, NOW - timedelta(seconds=301)), "clock"),
        (signed(HINT, NOW + timedelta(seconds=301)), "clock"),
        (signed(HINT, secret="another"), "signature"),
        ({**signed(HINT), "content": json.dumps({**HINT, "store": "s002"}).encode()}, "signature"),
        ({"json": HINT}, "timestamp"),
        ({"json": HINT, "headers": {"x-storenet-timestamp": "1e9", "x-storenet-signature": "sha256=0"}}, "timestamp"),
        ({"json": HINT, "headers": BEARER}, "timestamp"),
    ],
)
def test_a_hint_not_signed_as_it_should_be_is_turned_away(desk, asked, order, says):
    answer = desk.ask("POST", "/api/v1/hints/webhook", **order)
    assert answer.status_code == 401
    assert says in answer.json()["detail"]
    assert asked == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "odd"}, "body"),
        ({"kind": "Not A Word", "store": "s001"}, "body.kind"),
        ({"store": "s001"}, "body.kind"),
        ({**HINT, "extra": 1}, "body"),
        ({**HINT, "text": "x" * 301}, "body.text"),
        (b"{", "body"),
    ],
)
def test_a_hint_that_does_not_fit_is_refused_with_the_field(desk, asked, body, field):
    answer = desk.ask("POST", "/api/v1/hints/webhook", **signed(body))
    assert answer.status_code == 422
    assert field in fields(answer)
    assert asked == []


def test_a_heartbeat_that_stays_away_becomes_one_hint(desk, intake, clock, asked):
    assert desk.ask("POST", "/api/v1/hints/heartbeats", json=beat(), headers=BEARER).status_code == 202
    assert desk.ask("POST", "/api/v1/hints/heartbeats", **signed(beat(kind="web_shop", name="shop"))).status_code == 202
    clock.sleep(180)
    intake.tick()
    assert asked == []
    clock.sleep(1)
    intake.tick()
    intake.tick()
    assert asked == ["s001", "s001"]
    desk.ask("POST", "/api/v1/hints/heartbeats", json=beat(last_seen=clock.now().isoformat()), headers=BEARER)
    clock.sleep(181)
    intake.tick()
    assert len(asked) == 3
    assert [h.kind for h in intake.hints.recent(9)] == ["silent"] * 3


def test_an_older_sighting_does_not_wake_a_heartbeat(desk, intake, clock, asked):
    for minutes in (0, 30):
        seen = (NOW - timedelta(minutes=minutes)).isoformat()
        desk.ask("POST", "/api/v1/hints/heartbeats", json=beat(last_seen=seen), headers=BEARER)
    intake.tick()
    assert asked == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"store": "s999"}, "body.items.0.store"),
        ({"kind": "fridge"}, "body.items.0.kind"),
        ({"last_seen": "2026-11-20T03:12:00"}, "body.items.0.last_seen"),
        ({"last_seen": (NOW + timedelta(hours=1)).isoformat()}, "body.items.0.last_seen"),
        ({"every_seconds": 0}, "body.items.0.every_seconds"),
    ],
)
def test_a_heartbeat_that_does_not_fit_is_refused(desk, intake, given, field):
    answer = desk.ask("POST", "/api/v1/hints/heartbeats", json=beat(**given), headers=BEARER)
    assert answer.status_code == 422
    assert field in fields(answer)
    assert len(intake.heartbeats) == 0


@pytest.mark.parametrize("name", ["alertmanager", "webhook", "heartbeats"])
def test_without_a_secret_nobody_may_post(chain, clock, tmp_path, name):
    intake = Intake(Settings(), tmp_path, chain, lambda _: True, clock.now)
    desk = desk_of(chain, clock, intake, tmp_path)
    body = {"alertmanager": alerts(), "webhook": HINT, "heartbeats": beat()}[name]
    answer = desk.ask("POST", f"/api/v1/hints/{name}", json=body, headers=BEARER)
    desk.ledger.close()
    assert answer.status_code == 403
    assert "STORENET_HINT_SECRET" in answer.json()["detail"]


def test_a_secret_that_is_gone_is_said_and_nobody_gets_in(desk, monkeypatch):
    monkeypatch.delenv("HINT_WORD")
    answer = desk.ask("POST", "/api/v1/hints/alertmanager", json=alerts(), headers={"authorization": "Bearer "})
    assert answer.status_code == 503
    assert "HINT_WORD" not in answer.text


def test_hints_are_shown_cleaned_and_newest_first(desk):
    for text in ("first", NASTY):
        desk.ask("POST", "/api/v1/hints/webhook", **signed({**HINT, "text": text}))
    shown = desk.get("/api/v1/hints?limit=1").json()
    assert shown["looks_raised"] == 2
    (row,) = shown["items"]
    assert row["store"] == "s001"
    assert row["received_at"] == "2026-11-20T03:12:00.000Z"
    assert "\x1b" not in row["text"]
    assert "\u202e" not in row["text"]
    assert desk.get("/api/v1/hints?limit=0").status_code == 422


def test_a_sender_that_says_too_much_keeps_one_message_of_each_store(desk, intake, asked):
    for number in range(3):
        labels = [{"alertname": "A", "store": f"s00{n % 3 + 1}"} for n in range(300)]
        desk.ask("POST", "/api/v1/hints/alertmanager", json=alerts(*labels), headers=BEARER)
        assert set(asked) == {"s001", "s002", "s003"}, number
    counts = intake.hints.counts()
    assert counts["alertmanager", "received"] == 900
    assert counts["alertmanager", "dropped"] > 600


def test_numbers_for_prometheus_tell_of_hints(desk):
    desk.ask("POST", "/api/v1/hints/webhook", **signed(HINT))
    told = desk.get("/metrics").text
    assert 'storenet_hints_total{fate="received",source="webhook"} 1.0' in told
    assert 'storenet_hints_total{fate="dropped",source="syslog"} 0.0' in told
    assert "storenet_hint_looks_raised_total 1.0" in told
