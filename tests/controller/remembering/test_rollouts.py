"""Rollouts in the ledger: asked once, folded per device, counted, and apart from incidents."""

from datetime import UTC, datetime, timedelta

import pytest

from controller.events import Intended, WriteEnded, subject_of
from controller.ledgers.sqlite import LedgerError
from controller.rollout import TargetPlan
from controller.rollout_events import Aim, Halted, RolloutAsked, RolloutEnded, TargetEnded, WaveBegun, is_rollout

AT = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


def asked(rollout="push_0001", stores=("s001", "s002", "s003")):
    aims = tuple(
        Aim(device=f"{store}-edge", store=store, wave=min(n, 1), added=2, removed=1) for n, store in enumerate(stores)
    )
    return RolloutAsked(rollout=rollout, at=AT, by="jane", title="new ntp", aims=aims, revert_in_seconds=120)


def plans(event):
    return [
        TargetPlan(
            device=aim.device,
            store=aim.store,
            platform="cisco_ios",
            intended="ntp server 192.0.2.1",
            fingerprint="f",
            remedy=("ntp server 192.0.2.1", "snmp-server community s3cret"),
            undo=("no ntp server 192.0.2.1",),
            diff="",
        )
        for aim in event.aims
    ]


@pytest.fixture
def pushed(ledger):
    event = asked(ledger.next_rollout())
    ledger.ask_rollout(event, plans(event))
    return ledger


def ended(store, state, at=AT):
    return TargetEnded(rollout="push_0001", store=store, at=at, device=f"{store}-edge", state=state, reason="r")


def test_it_is_asked_with_its_waves_and_plans(pushed):
    rollout = pushed.rollout("push_0001")
    assert (rollout.status, rollout.canary, rollout.wave) == ("asked", "s001", -1)
    assert rollout.waves == (("s001",), ("s002", "s003"))
    assert rollout.counts == {"waiting": 3}
    assert [t.device for t in pushed.targets("push_0001")] == ["s001-edge", "s002-edge", "s003-edge"]
    assert pushed.plan("push_0001", "s002-edge").remedy[1] == "snmp-server community s3cret"
    assert pushed.next_rollout() == "push_0002"


def test_events_move_it(pushed):
    pushed.append(WaveBegun(rollout="push_0001", at=AT, wave=0, stores=("s001",)), ended("s001", "changed"))
    later = AT + timedelta(seconds=9)
    pushed.append(Halted(rollout="push_0001", at=later, by="noc", reason="tills slow"))
    rollout = pushed.rollout("push_0001")
    assert (rollout.status, rollout.wave, rollout.halted_by) == ("halting", 0, "noc")
    assert rollout.counts == {"changed": 1, "waiting": 2}
    pushed.append(RolloutEnded(rollout="push_0001", at=later, how="halted", reason="tills slow"))
    assert pushed.rollouts(open_only=True) == ()
    assert pushed.rollouts()[0].status == "halted"
    assert [e.kind for e in pushed.events("push_0001")] == [
        "rollout_asked",
        "wave_begun",
        "target_ended",
        "halted",
        "rollout_ended",
    ]


def test_a_write_of_a_rollout_belongs_to_it_and_to_no_incident(pushed):
    intended = Intended(
        incident="push_0001",
        store="s002",
        at=AT,
        intent="push_0001-s002-edge-1",
        rung=1,
        action="push",
        device="s002-edge",
        port="",
        summary="2 lines",
        lines=("ntp server 192.0.2.1",),
        undo=(),
        token=1,
    )
    pushed.append(intended)
    assert subject_of(intended) == "push_0001"
    assert pushed.targets("push_0001")[1].state == "writing"
    assert pushed.writing_in("s002") == ("push_0001",)
    assert pushed.incidents() == ()
    ran = WriteEnded(
        incident="push_0001", store="s002", at=AT, intent=intended.intent, outcome="ran", read_back="in effect"
    )
    pushed.append(ran, ended("s002", "changed"))
    assert pushed.writing_in("s002") == ()


@pytest.mark.parametrize("event", [ended("s009", "changed"), asked()])
def test_what_does_not_follow_is_refused_whole(pushed, event):
    with pytest.raises(ValueError, match=r"s009|known"):
        pushed.append(ended("s001", "changed"), event)
    assert pushed.rollout("push_0001").counts == {"waiting": 3}


def test_an_id_is_given_to_one_only(pushed):
    with pytest.raises(LedgerError):
        pushed.ask_rollout(asked(), plans(asked()))


@pytest.mark.parametrize("name", ["s001-0001", "push-0001", "push_0001-0001", "push_1x", "", "push_0001\n"])
def test_incidents_are_no_rollouts(name):
    assert not is_rollout(name)
