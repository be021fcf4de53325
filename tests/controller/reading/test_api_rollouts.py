"""Pushes through the API: told device by device, without secrets, and halted from this machine only."""

from datetime import timedelta

import pytest

from controller.events import Opened
from controller.rollout import TargetPlan
from controller.rollout_events import Aim, Halted, RolloutAsked, RolloutEnded, TargetEnded, WaveBegun
from tests.controller.reading.conftest import NASTY, NOW

PATH = "/api/v1/rollouts"
SECRET = "username admin secret 5 $1$abcd$Hunter2Hunter2Hunter2"


def ask(ledger, rollout="push_0001"):
    stores = ("s002", "s001", "s003")
    aims = tuple(Aim(device=f"{s}-edge", store=s, wave=min(n, 1), added=2, removed=1) for n, s in enumerate(stores))
    plans = [
        TargetPlan(
            device=aim.device, store=aim.store, platform="cisco_ios", intended="x", fingerprint="f", remedy=("x",),
            undo=(), diff="",
        )
        for aim in aims
    ]  # fmt: skip
    ledger.ask_rollout(
        RolloutAsked(rollout=rollout, at=NOW, by="jane", title="new ntp", aims=aims, revert_in_seconds=60), plans
    )


@pytest.fixture
def pushed(desk):
    """A canary that was changed, with hostile words and a secret in what was read back."""
    ask(desk.ledger)
    at = NOW + timedelta(seconds=5)
    desk.ledger.append(
        WaveBegun(rollout="push_0001", at=at, wave=0, stores=("s002",)),
        TargetEnded(
            rollout="push_0001", store="s002", at=at, device="s002-edge", state="undone", reason=f"doubt {NASTY}",
            diff=f"+ntp server 198.51.100.123\n-{SECRET}\n+{NASTY}",
        ),
    )  # fmt: skip
    return desk


def post(desk, rollout="push_0001", reason="tills are slow", **how):
    body = {"reason": reason} if reason is not None else {}
    return desk.ask("POST", f"{PATH}/{rollout}/halt", json=body, **how)


def test_pushes_newest_first(pushed):
    pushed.ledger.append(RolloutEnded(rollout="push_0001", at=NOW, how="partly", reason="one was held"))
    ask(pushed.ledger, "push_0002")
    items = pushed.get(PATH).json()["items"]
    assert [(r["id"], r["status"]) for r in items] == [("push_0002", "asked"), ("push_0001", "partly")]
    assert [r["id"] for r in pushed.get(f"{PATH}?open=true").json()["items"]] == ["push_0002"]
    assert [r["id"] for r in pushed.get(f"{PATH}?limit=1").json()["items"]] == ["push_0002"]
    assert pushed.get(f"{PATH}?limit=0").status_code == 422
    assert pushed.get(f"{PATH}?state=x").status_code == 422


def test_one_push_device_by_device(pushed):
    told = pushed.get(f"{PATH}/push_0001").json()
    assert (told["status"], told["canary"], told["wave"], told["waves"]) == (
        "running", "s002", 0, [["s002"], ["s001", "s003"]],
    )  # fmt: skip
    assert told["counts"] == {"undone": 1, "waiting": 2}
    assert [(t["device"], t["wave"], t["state"]) for t in told["targets"]] == [
        ("s002-edge", 0, "undone"),
        ("s001-edge", 1, "waiting"),
        ("s003-edge", 1, "waiting"),
    ]
    assert [row["text"] for row in told["story"][:2]] == [
        "jane asked for it after seeing every difference: 3 devices in 3 stores.",
        "The canary store s002 was begun (1 store).",
    ]
    assert told["story"][2]["text"].startswith("s002-edge was taken back: doubt")


def test_no_secret_and_no_control_character_is_told(pushed):
    answer = pushed.get(f"{PATH}/push_0001")
    assert "ntp server 198.51.100.123" in answer.json()["targets"][0]["diff"]
    assert "Hunter2" not in answer.text
    for text in (answer.json()["targets"][0]["diff"], answer.json()["story"][2]["text"]):
        assert "\x1b" not in text
        assert "\u202e" not in text


def test_a_push_is_halted_once_with_the_first_reason(pushed):
    answer = post(pushed, reason="  tills are slow ")
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["reason"]) == ("halting", "tills are slow")
    assert pushed.ledger.switch("halt/push_0001") == "tills are slow"
    again = post(pushed, reason="another")
    assert again.status_code == 409
    assert "halting" in again.json()["detail"]
    assert [e.reason for e in pushed.ledger.events("push_0001") if isinstance(e, Halted)] == ["tills are slow"]


def test_what_is_over_is_not_halted(pushed):
    pushed.ledger.append(RolloutEnded(rollout="push_0001", at=NOW, how="done", reason="all changed"))
    assert post(pushed).status_code == 409
    assert pushed.ledger.switch("halt/push_0001") is None


@pytest.mark.parametrize("name", ["push_0009", "s001-0001", "..", "push_0001%00", "x" * 90])
def test_what_is_not_there_is_a_404_problem(pushed, name):
    for answer in (pushed.get(f"{PATH}/{name}"), post(pushed, name)):
        assert answer.status_code in (404, 405)
        assert answer.headers["content-type"] == "application/problem+json"
    assert pushed.ledger.rollout("push_0001").status == "running"


@pytest.mark.parametrize("reason", [None, "", "   ", "two\nlines", "\x1b[31m", "x" * 201, 7])
def test_a_reason_must_be_plain(pushed, reason):
    assert post(pushed, reason=reason).status_code == 422
    assert pushed.ledger.switch("halt/push_0001") is None


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"x-forwarded-for": "192.0.2.7"},
        {"forwarded": "for=192.0.2.7"},
    ],
)
def test_only_this_machine_and_no_foreign_page_halts(pushed, headers):
    assert post(pushed, headers=headers).status_code == 403
    pushed.client = ("192.0.2.7", 40000)
    assert post(pushed).status_code == 403
    assert pushed.ledger.rollout("push_0001").status == "running"


def test_an_unknown_field_of_an_order_is_refused(pushed):
    answer = pushed.ask("POST", f"{PATH}/push_0001/halt", json={"reason": "r", "force": True})
    assert answer.status_code == 422
    assert "force" not in answer.text


def test_incidents_stay_incidents(pushed):
    pushed.ledger.append(
        Opened(
            incident="s001-0009", store="s001", at=NOW, signature="wan_lease_lost", fault_class="A", title="t",
            device="s001-edge", subject="x", confidence=1.0, evidence=(),
        )
    )  # fmt: skip
    assert "push_0001" not in pushed.get("/api/v1/incidents").text
    assert pushed.get("/api/v1/incidents/push_0001").status_code == 404
