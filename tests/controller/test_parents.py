"""One parent per cause: opened once whoever looks, joined by what is there and what comes, closed after the last."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from anomaly.common_cause import Sign, Spot
from anomaly.library import load_library
from anomaly.model import Symptom
from controller.events import Closed, Opened
from controller.fleet_watch import COMMON_CAUSE
from controller.journal import Journal
from controller.ledgers.sqlite import SqliteLedger
from controller.parents import Parents
from controller.rollout import TargetPlan
from controller.rollout_events import Aim, RolloutAsked, TargetEnded, WaveBegun
from tests.controller.test_fleet_watch import CHAIN, HIT, NOW, PORT, opened, sign, watch

LIBRARY = SimpleNamespace(library=load_library())


class Time:
    def __init__(self):
        self.at = NOW

    def now(self):
        return self.at

    def forward(self, seconds):
        self.at += timedelta(seconds=seconds)


class Fleet:
    """A ledger, a clock and one controller's parents, told by hand what the lanes would tell."""

    def __init__(self, path, time, holder="host:1:1"):
        self.time = time
        self.ledger = SqliteLedger.open(path)
        self.fleet = watch(self.ledger, time.now())
        self.parents = Parents(
            ledger=self.ledger,
            journal=Journal(self.ledger, holder, time, 15),
            fleet=self.fleet,
            watch=LIBRARY,
            clock=time,
            change_seconds=900,
        )

    def see(self, hit, *, firing=True, since=NOW):
        for store in CHAIN.stores:
            signs = [self._sign(store, since, firing=firing)] if store in hit else []
            self.fleet.note(store, signs, self.time.now())
        self.parents.tick()

    def _sign(self, store, since, *, firing):
        told = sign(store, since, firing=firing)
        symptom = Symptom(
            name="wan_no_address",
            store=store,
            device=told.spot.device,
            subject=PORT,
            state="firing",
            value="absent",
            since=since,
            seen_at=since,
        )
        return type(told)(spot=told.spot, since=since, firing=firing, evidence=(symptom,))

    def open_in(self, stores):
        for store in stores:
            self.ledger.append(opened(store, when=self.time.now()))

    def found(self):
        return [i for i in self.ledger.incidents() if i.signature == COMMON_CAUSE]

    def children(self):
        return {i.store for i in self.ledger.incidents(parent=self.found()[0].id)}


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def fleet(tmp_path, time):
    fleet = Fleet(tmp_path / "ledger.sqlite", time)
    yield fleet
    fleet.ledger.close()


def test_what_is_only_pending_opens_nothing(fleet):
    fleet.see(HIT, firing=False)
    assert fleet.found() == []


def test_nobody_is_called_before_the_hit_are_counted(fleet, time):
    for store in HIT:
        fleet.fleet.note(store, [sign(store, firing=True)], time.now() - timedelta(seconds=1))
    fleet.parents.tick()
    assert fleet.found() == []
    time.forward(2)
    fleet.see(HIT)
    assert len(fleet.found()) == 1


def test_opened_once_told_once_joined_by_all_and_by_late_ones(fleet, time):
    fleet.open_in(HIT[:-1])
    for _ in range(3):
        fleet.see(HIT[:-1])
        time.forward(2)
    (parent,) = fleet.found()
    assert [e.kind for e in fleet.ledger.events(parent.id)] == ["opened", "escalated"]
    assert (parent.store, parent.subject, parent.status) == ("", "carrier northtel", "escalated")
    assert parent.evidence[0].symptom == "wan_no_address"
    assert HIT[0] in parent.escalation
    assert fleet.children() == set(HIT[:-1])
    fleet.open_in(HIT[-1:])
    fleet.see(HIT)
    assert fleet.children() == set(HIT)


def test_an_unrelated_incident_does_not_join(fleet):
    fleet.open_in(HIT)
    local = opened(HIT[0], 2, signature="ap_hung", device=f"{HIT[0]}-ap1", subject=f"{HIT[0]}-ap1")
    fleet.ledger.append(local)
    fleet.see(HIT)
    assert fleet.ledger.incident(local.incident).parent == ""


def test_closed_after_its_last_child_and_a_quiet_time(fleet, time):
    fleet.open_in(HIT)
    fleet.see(HIT)
    time.forward(2)
    fleet.see([])
    stamp = {"how": "cleared", "reason": "gone"}
    for store in HIT[1:]:
        fleet.ledger.append(Closed(incident=f"{store}-0001", store=store, at=time.now(), **stamp))
    time.forward(20)
    fleet.see([])
    assert fleet.found()[0].closed_at is None
    fleet.ledger.append(Closed(incident=f"{HIT[0]}-0001", store=HIT[0], at=time.now(), **stamp))
    fleet.see([])
    assert fleet.found()[0].closed_at == time.now()
    assert fleet.found()[0].status == "escalated"


def test_the_same_cause_within_the_quiet_time_goes_on(fleet, time):
    fleet.see(HIT)
    time.forward(5)
    fleet.see([])
    time.forward(5)
    fleet.see(HIT, since=time.now())
    time.forward(5)
    fleet.see([])
    assert len(fleet.found()) == 1
    assert fleet.found()[0].closed_at is None


def test_a_restart_goes_on_with_the_parent_that_is_there(fleet, time, tmp_path):
    fleet.open_in(HIT)
    fleet.see(HIT)
    time.forward(30)
    again = Fleet(tmp_path / "ledger.sqlite", time, holder="host:2:2")
    again.parents.tick()
    again.see(HIT)
    assert len(again.found()) == 1
    assert again.found()[0].closed_at is None
    assert again.children() == set(HIT)
    again.ledger.close()


def test_two_controllers_open_one(fleet, time, tmp_path):
    second = Fleet(tmp_path / "ledger.sqlite", time, holder="host:2:2")
    for _ in range(2):
        fleet.see(HIT)
        second.see(HIT)
    assert len(fleet.found()) == 1
    second.ledger.close()


def test_it_is_told_again_when_it_has_doubled(fleet, time):
    fleet.see(HIT[:5])
    (parent,) = fleet.found()
    time.forward(2)
    fleet.see(HIT[:6])
    assert len(fleet.ledger.events(parent.id)) == 2
    if len(HIT) >= 10:
        fleet.see(HIT[:10])
        assert len(fleet.ledger.events(parent.id)) == 3


def test_a_parent_has_no_store_of_its_own(fleet):
    fleet.see(HIT)
    (event, *_) = fleet.ledger.events(fleet.found()[0].id)
    assert isinstance(event, Opened)
    assert (event.store, event.device, event.fault_class) == ("", "", "E")


def test_a_rollout_that_broke_its_stores_is_the_cause(fleet, time):
    stores = list(CHAIN.stores)[:6]
    plans = [_plan(store) for store in stores]
    aims = tuple(Aim(device=p.device, store=p.store, wave=0, added=1, removed=0) for p in plans)
    asked = RolloutAsked(rollout="push_0001", at=NOW, by="t", title="t", aims=aims, revert_in_seconds=60)
    fleet.ledger.ask_rollout(asked, plans)
    fleet.ledger.append(WaveBegun(rollout="push_0001", at=NOW, wave=0, stores=tuple(stores)))
    time.forward(60)
    stamp = {"rollout": "push_0001", "at": time.now(), "state": "changed", "reason": "r"}
    fleet.ledger.append(*(TargetEnded(**stamp, store=p.store, device=p.device) for p in plans))
    since = NOW + timedelta(seconds=20)
    for store in CHAIN.stores:
        spot = Spot(store, "vlan_missing", f"{store}-sw1", "p")
        signs = [Sign(spot=spot, since=since, firing=True)] if store in stores else []
        fleet.fleet.note(store, signs, time.now())
    fleet.parents.tick()
    assert [p.subject for p in fleet.found()] == ["change push_0001: vlan_missing"]
    assert "take it back" in fleet.found()[0].escalation


def _plan(store):
    words = {"platform": "cisco_ios", "intended": "", "fingerprint": "", "diff": ""}
    return TargetPlan(device=f"{store}-sw1", store=store, remedy=("a",), undo=("no a",), **words)
