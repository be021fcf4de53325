"""Closing an incident over HTTP and on the page; what was learned from it."""

import json
import re
from datetime import timedelta

import pytest

from controller.events import Evidence, Guessed, Looked, Opened, Quieted, Suggested
from tests.controller.reading.conftest import NASTY, NOW

PROBLEM = "application/problem+json"
PATH = "/api/v1/incidents/s001-0009/review"
FORM = {"hx-request": "true", "content-type": "application/x-www-form-urlencoded"}


def dead_function(incident="s001-0009", store="s001", at=NOW, value=False):
    edge = f"{store}-edge"
    seen = [("function_down", True, "function_down"), ("dns_probe_failing", value, "dns_probe_ok")]
    return Opened(
        incident=incident, store=store, at=at, signature="unknown", fault_class="E", device=edge, subject="pos",
        title="A store function is dead and no known fault explains it", confidence=0.0, functions=("pos",),
        evidence=tuple(
            Evidence(symptom=s, device=edge, subject="pos", value=v, since=at, observation=o) for s, v, o in seen
        ),
    )  # fmt: skip


def suggestion(incident="s002-0009", store="s002", **changed):
    opened = dead_function(incident, store)
    made = {
        "learned": "seen_s001_0009", "confidence": 0.94, "device": f"{store}-edge", "subject": "pos", "quiet": False,
        "evidence": opened.evidence, "fix": "restarted the resolver", "arithmetic": "33% beforehand (-0.7)",
        "examples": (
            Looked(incident="s001-0009", store="s001", at=NOW, fixed_by=f"restarted {NASTY}", likeness=1.0),
        ),
    }  # fmt: skip
    return opened, Suggested(incident=incident, store=store, at=NOW, **made | changed)


@pytest.fixture
def unknown(desk):
    desk.ledger.append(dead_function())
    return desk


def say(desk, body, path=PATH, **headers):
    content = body if isinstance(body, str) else json.dumps(body)
    return desk.ask("POST", path, content=content, headers={"content-type": "application/json", **headers})


def post(desk, form, path="/incidents/s001-0009/review"):
    return desk.ask("POST", path, content=form, headers=FORM)


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def test_an_incident_is_closed_with_what_fixed_it_and_learned_at_once(unknown):
    answer = say(unknown, {"code": "another", "fixed_by": " restarted the resolver ", "by": "jane"})
    assert answer.status_code == 200
    assert answer.json() == {
        "at": "2026-11-20T03:12:00.000Z", "by": "jane", "code": "another", "fixed_by": "restarted the resolver",
        "playbook": "", "device": "s001-edge", "subject": "pos", "signature": "unknown", "names": "",
        "learned": "seen_s001_0009",
    }  # fmt: skip
    [learned] = unknown.get("/api/v1/signatures/learned").json()["items"]
    assert (learned["name"], learned["refined"], learned["quiet"]) == ("seen_s001_0009", False, False)
    assert learned["examples"][0]["fixed_by"] == "restarted the resolver"
    assert {c["symptom"] for c in learned["clues"]} == {"dns_probe_failing", "function_down"}
    detail = unknown.get("/api/v1/incidents/s001-0009").json()
    assert detail["review"]["by"] == "jane"
    assert "jane closed it: something else fixed it" in detail["explanation"]


def test_the_root_is_put_right_and_the_playbook_named(unknown):
    answer = say(unknown, {"code": "another", "playbook": "bounce_port", "root": "s001-sw1:Gi1/0/2"})
    assert (answer.json()["device"], answer.json()["subject"]) == ("s001-sw1", "Gi1/0/2")
    [learned] = unknown.get("/api/v1/signatures/learned").json()["items"]
    assert (learned["root"], learned["fault_class"]) == ("trunk_port", "H")


def test_a_dry_run_writes_nothing(unknown):
    assert say(unknown, {"code": "ignorable", "dry_run": True}).json()["learned"] == "seen_s001_0009"
    assert unknown.ledger.reviews() == ()


@pytest.mark.parametrize(
    ("body", "field", "allowed"),
    [
        ({"code": "fixed"}, "body.code", "suggested"),
        ({"code": "another"}, "body.fixed_by", "plain words"),
        ({"code": "suggested"}, "body.code", "another, ignorable"),
        ({"code": "wrong"}, "body.code", "another, ignorable"),
        ({"code": "ignorable", "root": "Hunter2"}, "body.root", "s001-ap1, s001-edge, s001-sw1"),
        ({"code": "ignorable", "root": "s002-edge"}, "body.root", "s001-edge"),
        ({"code": "ignorable", "root": "s001-sw1:Hunter2"}, "body.root", "Gi1/0/2"),
        ({"code": "ignorable", "fixed_by": "Hunter2\u001b[2J"}, "body.fixed_by", "printable"),
        ({"code": "ignorable", "fixed_by": "x" * 301}, "body.fixed_by", "300"),
        ({"code": "ignorable", "by": "a\u202eb"}, "body.by", "printable"),
        ({"code": "ignorable", "Hunter2": 1}, "body", "code"),
    ],
)
def test_what_does_not_fit_is_named_with_what_would_and_never_echoed(unknown, body, field, allowed):
    answer = say(unknown, body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == PROBLEM
    (error,) = answer.json()["errors"]
    assert error["field"] == field
    assert allowed in error["allowed"] + error["message"]
    assert "Hunter2" not in answer.text
    assert unknown.ledger.reviews() == ()


def test_only_this_machine_closes_and_no_foreign_page(unknown):
    good = {"code": "ignorable"}
    assert say(unknown, good, **{"x-forwarded-for": "127.0.0.1"}).status_code == 403
    assert say(unknown, good, origin="http://evil.example").status_code == 403
    unknown.client = ("192.0.2.7", 50000)
    assert say(unknown, good).status_code == 403
    assert "own machine" in text_of(post(unknown, "code=ignorable"))
    assert unknown.ledger.reviews() == ()


@pytest.mark.parametrize("incident", ["s001-9999", "%00", "..%2f", "a" * 200])
def test_what_is_not_there_is_a_404(unknown, incident):
    answer = say(unknown, {"code": "ignorable"}, f"/api/v1/incidents/{incident}/review")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == PROBLEM
    assert post(unknown, "code=ignorable", f"/incidents/{incident}/review").status_code == 404


def test_an_incident_of_many_stores_is_not_closed_by_hand(unknown):
    unknown.ledger.append(
        Opened(
            incident="chain-0001", store="", at=NOW, signature="fleet_common_cause", fault_class="E", title="t",
            device="", subject="carrier northtel", confidence=1.0, evidence=(),
        )
    )  # fmt: skip
    answer = say(unknown, {"code": "ignorable"}, "/api/v1/incidents/chain-0001/review")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "path.incident")
    assert "closing-form" not in unknown.get("/incidents/chain-0001").text


def test_wrong_weakens_the_signature_that_named_it(desk):
    for number in (1, 2):
        desk.ledger.append(
            Opened(
                incident=f"s001-005{number}", store="s001", at=NOW, signature="wan_no_lease", fault_class="A",
                title="t", device="s001-edge", subject="s001-edge", confidence=0.9, evidence=(),
            )
        )  # fmt: skip
        assert say(desk, {"code": "wrong"}, f"/api/v1/incidents/s001-005{number}/review").json()["names"] == (
            "wan_no_lease"
        )
    weakened = desk.get("/api/v1/signatures/learned").json()["weakened"]
    assert weakened == [{"name": "wan_no_lease", "wrong": 2, "suggest_only": True}]
    assert desk.get("/api/v1/incidents/s001-0051").json()["status"] == "quiet"


def test_the_page_offers_what_fits_and_takes_it(unknown):
    page = unknown.get("/incidents/s001-0009").text
    assert '<details id="closing-form" open>' in page
    assert 'value="another"' in page
    assert 'value="wrong"' not in page  # nothing named it
    answer = post(unknown, "code=another&fixed_by=restarted+the+resolver&playbook=&root=&by=jane")
    assert "jane, 03:12:00 UTC: something else fixed it : restarted the resolver" in text_of(answer)
    assert unknown.ledger.reviews()[0].by == "jane"
    assert 'value="wrong"' in unknown.get("/incidents/s001-0001").text


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ("code=another", "What fixed it must say what fixed it"),
        ("code=nonsense", "Choose what it was"),
        ("", "Choose what it was"),
        ("code=another&root=s009-edge&fixed_by=x", "Where it was is not a device of store s001"),
        ("&".join(f"a{n}=1" for n in range(20)), "Choose what it was"),
        ("code=ignorable&fixed_by=%ff%00", "What fixed it must be plain words"),
    ],
)
def test_the_page_says_what_does_not_fit(unknown, form, says):
    answer = post(unknown, form)
    assert answer.status_code == 200
    assert says in text_of(answer)
    assert unknown.ledger.reviews() == ()


def test_the_next_like_it_shows_what_it_looks_like_escaped(unknown):
    unknown.ledger.append(*suggestion())
    page = unknown.get("/incidents/s002-0009")
    assert "Looks like what was seen before 94 % sure" in text_of(page)
    assert "What fixed most of them: restarted the resolver" in text_of(page)
    assert 'href="/incidents/s001-0009"' in page.text
    assert "2026-11-20 03:12:00" in text_of(page)
    assert "<script>alert" not in page.text
    detail = unknown.get("/api/v1/incidents/s002-0009").json()["suggestion"]
    assert (detail["learned"], detail["confidence"], detail["examples"][0]["likeness"]) == ("seen_s001_0009", 0.94, 1.0)
    assert detail["evidence"][1]["observation"] == "dns_probe_ok"
    assert 'value="wrong"' in page.text
    answer = say(unknown, {"code": "suggested"}, "/api/v1/incidents/s002-0009/review").json()
    assert (answer["names"], answer["fixed_by"]) == ("seen_s001_0009", "restarted the resolver")


def test_what_people_pass_over_is_calm(unknown):
    opened, seen = suggestion(quiet=True)
    at = NOW + timedelta(seconds=1)
    unknown.ledger.append(opened, seen, Quieted(incident="s002-0009", store="s002", at=at, reason="known"))
    record = unknown.get("/api/v1/incidents/s002-0009").json()
    assert (record["status"], record["waiting_for_person"]) == ("quiet", False)
    assert "Known, passed over" in text_of(unknown.get("/"))
    assert "People know it and pass it over." in text_of(unknown.get("/incidents/s002-0009"))


def test_what_a_model_guessed_is_found_right_or_wrong_too(unknown):
    guess = Guessed(
        incident="s001-0009", store="s001", at=NOW, model="m", names="wan_no_lease", probability=0.8, likeness=0.9
    )
    unknown.ledger.append(guess)
    assert 'value="wrong"' in unknown.get("/incidents/s001-0009").text
    assert say(unknown, {"code": "wrong"}).json()["names"] == "guess/wan_no_lease"
    assert unknown.get("/api/v1/signatures/learned").json()["weakened"] == []
