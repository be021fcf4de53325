"""The pages of pushes and of long stories: halting has the kill switch's rules, and what repeats is told once."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from controller.events import Closed, Held, Judged, Opened, Verdict
from controller.rollout_events import RolloutEnded, TargetEnded
from tests.controller.reading.conftest import NOW, Desk
from tests.controller.reading.test_api_page import text_of
from tests.controller.reading.test_api_rollouts import ask

HALT = "/rollouts/push_0001/halt"


@pytest.fixture
def pushed(desk):
    ask(desk.ledger)
    return desk


def halt(desk: Desk, reason="tills are slow", **headers):
    return desk.ask("POST", HALT, data={"reason": reason}, headers={"hx-request": "true", **headers})


def test_the_list_and_the_push_are_pages(pushed):
    assert "Waiting new ntp 3 devices in 3 stores; not begun: 3 waiting" in text_of(pushed.get("/rollouts"))
    text = text_of(pushed.get("/rollouts/push_0001"))
    assert "Halt this push" in text
    assert "Canary 1 waiting" in text
    assert pushed.get("/rollouts/push_0002").status_code == 404


def test_a_push_is_halted_once_and_the_page_says_so(pushed):
    text = text_of(halt(pushed))
    assert "■ Halting" in text
    assert "tills are slow" in text
    assert "Halt this push" not in text
    assert pushed.ledger.switch("halt/push_0001") == "tills are slow"
    assert "over, or halting already" in text_of(halt(pushed, "another reason"))
    assert pushed.ledger.switch("halt/push_0001") == "tills are slow"


@pytest.mark.parametrize("reason", ["", "   ", "x" * 201, "two\nlines", "\x1b[31m", "\u202e"])
def test_a_reason_is_plain_words(pushed, reason):
    assert "Say why, in 1-200 plain characters." in text_of(halt(pushed, reason))
    assert pushed.ledger.switch("halt/push_0001") is None


def test_only_this_machine_halts_and_no_foreign_page(pushed):
    assert halt(pushed, **{"sec-fetch-site": "cross-site"}).status_code == 403
    assert halt(pushed, origin="https://evil.example").status_code == 403
    pushed.client = ("192.0.2.9", 4000)
    assert "only halted from the controller&#39;s own machine" in text_of(halt(pushed))
    assert pushed.ledger.switch("halt/push_0001") is None


def test_what_is_over_is_not_halted(pushed):
    pushed.ledger.append(RolloutEnded(rollout="push_0001", at=NOW, how="done", reason="all proven"))
    assert "This push is over" in text_of(halt(pushed))
    assert pushed.ledger.switch("halt/push_0001") is None


def test_a_push_under_way_stands_on_the_first_page(pushed):
    assert "Configuration being pushed ◌ Waiting new ntp" in text_of(pushed.get("/"))


def test_what_was_left_is_no_progress(pushed):
    at = NOW + timedelta(seconds=9)
    held = TargetEnded(rollout="push_0001", store="s001", at=at, device="s001-edge", state="held", reason="halted")
    pushed.ledger.append(replace(held, store="s002", device="s002-edge", state="changed", reason="proven"), held)
    page = pushed.get("/rollouts/push_0001").text
    assert 'max="3" value="1" aria-label="1 of 3 devices are dealt with"' in page


def test_what_ended_last_stands_first(desk, stories):
    desk.ledger.append(*stories.healed("s003-0001", "s003", hours=2))  # told later, ended earlier
    names = re.findall(r'id="row-(s\d+-\d+)"', desk.get("/").text.partition('id="over"')[2])
    assert names == ["s001-0001", "s003-0001"]


def test_calm_is_said_only_as_far_as_it_was_seen(desk, stories):
    desk.ledger.append(Closed(incident="s002-0001", store="s002", at=NOW, how="cleared", reason="it is back"))
    assert "No incident is open; 1 store is not as it should be, and watched." in text_of(desk.get("/"))
    desk.clock.at += timedelta(seconds=2)
    desk.ledger.save_stores([stories.seen("s002", "trading")])
    assert "Nothing is wrong in the stores that were seen." in text_of(desk.get("/"))
    desk.clock.at += timedelta(seconds=2)
    desk.ledger.save_stores([stories.seen(s, "trading") for s in desk.chain.stores])
    assert "Nothing is wrong anywhere." in text_of(desk.get("/"))


def test_what_repeats_in_a_story_is_told_once(desk):
    here = {"incident": "s001-0009", "store": "s001"}
    desk.ledger.append(
        Opened(
            **here, at=NOW, signature="wan_no_lease", fault_class="A", title="No lease", device="s001-edge",
            subject="Gi0/0", confidence=1.0, evidence=(),
        )
    )  # fmt: skip
    no = Verdict(rule="trading_hours", allowed=False, reason="the store is open")
    for n in range(40):
        at, again = NOW + timedelta(minutes=5 * n), NOW + timedelta(minutes=5 * n + 5)
        desk.ledger.append(
            Judged(**here, at=at, rung=0, action="renew_lease", decision="hold", reason="held", verdicts=(no,)),
            Held(**here, at=at, rules=("trading_hours",), reason="the store is open", again_at=again),
        )
    text = text_of(desk.get("/incidents/s001-0009"))
    assert text.count("and again 39 times, last at 06:27:00") == 2
    assert "renew lease 06:27:00 UTC asked 40 times with this answer" in text
    assert text.count("✕ refused trading hours") == 1
