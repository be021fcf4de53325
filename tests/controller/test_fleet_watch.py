"""What is remembered of the fleet between rounds: sweeps, brakes that last a moment longer, restarts, the budget."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from anomaly.common_cause import Change, Sign, Spot
from controller import quarantine
from controller.budget import Budget, repairs_at_once
from controller.events import Closed, Escalated, Held, Intended, Judged, Opened
from controller.fleet_watch import COMMON_CAUSE, FleetWatch
from controller.incident import fold
from controller.ledgers.sqlite import SqliteLedger
from controller.past import unlasting
from lab.chain import make_chain

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
CHAIN = make_chain(5, 24).chain
CARRIER = "northtel"
HIT = [s for s, shop in CHAIN.stores.items() if shop.carriers[0] == CARRIER]
PORT = "GigabitEthernet0/0"


@pytest.fixture
def ledger(tmp_path):
    ledger = SqliteLedger.open(tmp_path / "ledger.sqlite")
    yield ledger
    ledger.close()


def at(seconds):
    return NOW + timedelta(seconds=seconds)


def watch(ledger, now=NOW):
    return FleetWatch(CHAIN, ledger, now, together_seconds=60, quiet_seconds=10)


def sign(store, since=NOW, *, firing=False):
    edge = CHAIN.edge_of(store).id
    return Sign(spot=Spot(store, "wan_no_lease", edge, PORT), since=since, firing=firing)


def opened(store, number=1, when=NOW, **given):
    told = {
        "incident": f"{store}-{number:04d}",
        "store": store,
        "at": when,
        "signature": "wan_no_lease",
        "fault_class": "A",
        "title": "t",
        "device": CHAIN.edge_of(store).id if store else "",
        "subject": PORT,
        "confidence": 1.0,
        "evidence": (),
    }
    return Opened(**(told | given))


def sweep(fleet, stores, seconds, hit=()):
    for store in stores:
        fleet.note(store, [sign(store)] if store in hit else [], at(seconds))


def test_there_are_enough_stores_to_try_it():
    assert len(HIT) >= 6


def test_pending_signs_brake_a_repair_and_only_on_that_carrier(ledger):
    fleet = watch(ledger)
    sweep(fleet, CHAIN.stores, 0, HIT[:4])
    mine = fold([opened(HIT[0])])
    assert fleet.brake(mine, at(1), fresh=True) == ""
    sweep(fleet, HIT, 2, HIT)
    assert "carrier northtel" in fleet.brake(mine, at(3), fresh=True)
    assert "carrier northtel" in fleet.brake(fold([opened(HIT[-1])]), at(3))
    other = next(s for s in CHAIN.stores if s not in HIT)
    assert fleet.brake(fold([opened(other)]), at(3), fresh=True) == ""
    local = fold([opened(HIT[0], signature="ap_hung", device=f"{HIT[0]}-ap1", subject=f"{HIT[0]}-ap1")])
    assert fleet.brake(local, at(3), fresh=True) == ""


def test_a_brake_lasts_a_moment_longer_than_its_cause(ledger):
    fleet = watch(ledger)
    sweep(fleet, CHAIN.stores, 0, HIT)
    mine = fold([opened(HIT[0])])
    assert fleet.brake(mine, at(1), fresh=True)
    sweep(fleet, HIT, 2)
    assert fleet.brake(mine, at(9), fresh=True)
    assert fleet.is_active("carrier northtel", at(11))
    assert not fleet.brake(mine, at(12), fresh=True)


def test_a_repair_waits_until_every_store_on_the_line_was_looked_at(ledger):
    fleet = watch(ledger)
    mine = fold([opened(HIT[0], when=at(8))])
    assert fleet.unswept(mine) == len(HIT)
    sweep(fleet, HIT[1:], -1)
    fleet.note(HIT[0], [sign(HIT[0])], at(0))
    assert fleet.unswept(mine) == len(HIT) - 1
    sweep(fleet, HIT[1:-1], 1)
    assert fleet.unswept(mine) == 1
    sweep(fleet, HIT[-1:], 2)
    assert fleet.unswept(mine) == 0
    assert fleet.unswept(fold([opened(HIT[0], subject="elsewhere")])) == 0


def test_after_a_restart_the_parent_in_the_ledger_brakes_until_the_fleet_was_seen(ledger):
    parent = opened("", incident="chain-0001", signature=COMMON_CAUSE, subject="carrier northtel", fault_class="E")
    ledger.append(parent)
    fleet = watch(ledger)
    mine = fold([opened(HIT[0])])
    assert fleet.brake(mine, at(500), fresh=True)
    sweep(fleet, list(CHAIN.stores)[1:], 501)
    assert fleet.brake(mine, at(600), fresh=True)
    sweep(fleet, list(CHAIN.stores)[:1], 601)
    assert fleet.brake(mine, at(602), fresh=True)
    assert not fleet.brake(mine, at(620), fresh=True)


def test_after_a_restart_old_faults_are_as_old_as_they_are(ledger):
    for number, store in enumerate(HIT):
        ledger.append(opened(store, when=NOW - timedelta(hours=number + 1)))
    fleet = watch(ledger)
    sweep(fleet, CHAIN.stores, 0, HIT)
    assert fleet.causes(at(1)) == ()


def test_what_a_rollout_changed_brakes(ledger):
    fleet = watch(ledger)
    some = list(CHAIN.stores)[:6]
    for store in some:
        spot = Spot(store, "vlan_missing", f"{store}-sw1", "p")
        fleet.note(store, [Sign(spot=spot, since=NOW, firing=True)], at(0))
    mine = fold([opened(some[0], signature="vlan_missing", device=f"{some[0]}-sw1", subject="p")])
    assert fleet.brake(mine, at(1), fresh=True) == ""
    fleet.changed_lately({s: Change(rollout="push_0001", at=at(-60)) for s in some})
    assert "push_0001" in fleet.brake(mine, at(1), fresh=True)


# budget, quarantine, held too long ----------------------------------------------------------------------------


@pytest.mark.parametrize(("stores", "most"), [(1, 3), (60, 3), (61, 4), (1000, 50)])
def test_the_budget_is_a_twentieth_and_three_at_least(stores, most):
    assert repairs_at_once(stores) == most


def test_a_place_in_the_budget_is_taken_once_and_given_back():
    budget = Budget(2)
    assert [budget.enter("a"), budget.enter("a"), budget.enter("b")] == [0, 0, 1]
    assert budget.enter("c") == 2
    budget.leave("a")
    assert budget.enter("c") == 1
    assert budget.enter("d", always=True) == 2
    assert budget.enter("e") == 3


def test_quarantine_is_put_listed_and_lifted(ledger):
    quarantine.put(ledger, "s001-sw1", "a write's outcome is unknown")
    quarantine.put(ledger, "s001-sw1", "another reason")
    quarantine.put(ledger, "s002", "renovation")
    ledger.throw("quarantined", "another switch")
    assert quarantine.quarantined(ledger) == {"s001-sw1": "a write's outcome is unknown", "s002": "renovation"}
    assert quarantine.reasons(ledger, "s001-sw1", "s001") == (
        "s001-sw1 is in quarantine: a write's outcome is unknown",
    )
    assert quarantine.lift(ledger, "s001-sw1")
    assert not quarantine.lift(ledger, "s001-sw1")
    assert quarantine.reasons(ledger, "s001-sw1", "s001") == ()


def repaired(ledger, number, subject, *, how="healed"):
    store, device = HIT[0], "sw1"
    incident = opened(store, number, device=device, subject=subject, signature="vlan_missing", when=at(number))
    stamp = {"incident": incident.incident, "store": store, "at": at(number)}
    ledger.append(
        incident,
        Judged(**stamp, rung=0, action="a", decision="act", reason="", verdicts=()),
        Intended(
            **stamp,
            intent=f"i{number}",
            rung=0,
            action="a",
            device=device,
            port="",
            summary="",
            lines=(),
            undo=(),
            token=1,
        ),
        Escalated(**stamp, reason="r", advice="a") if how == "escalated" else Closed(**stamp, how="healed", reason="r"),
    )


def test_repairs_that_did_not_last_are_counted(ledger):
    repaired(ledger, 1, "p1")
    repaired(ledger, 2, "p2")
    now = fold([opened(HIT[0], 9, device="sw1", subject="p3")])
    assert unlasting(ledger, now, at(9)) == 0
    repaired(ledger, 3, "p1")
    repaired(ledger, 4, "p4", how="escalated")
    assert unlasting(ledger, now, at(9)) == 2
    assert unlasting(ledger, now, at(9) + timedelta(hours=25)) == 0
    assert unlasting(ledger, replace(now, device="sw2"), at(9)) == 0


def test_one_held_for_long_calls_a_person_and_stays_held():
    store = HIT[0]
    stamp = {"incident": f"{store}-0001", "store": store}
    held = Held(**stamp, at=at(1), rules=("kill_switch",), reason="no", again_at=at(60))
    call = Escalated(**stamp, at=at(50), reason="held", advice="look", while_held=True)
    incident = fold([opened(store), held, replace(held, at=at(40)), call])
    assert (incident.status, incident.held_since, incident.again_at) == ("held", at(1), at(60))
    assert incident.escalation == "held. look"
    write = Intended(
        **stamp, at=at(61), intent="i", rung=0, action="a", device="", port="", summary="", lines=(), undo=(), token=1
    )
    incident = fold([opened(store), held, call, write])
    assert (incident.status, incident.held_since, incident.escalation) == ("healing", None, "")
