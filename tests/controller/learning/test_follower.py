"""Following the ledger: notes of every incident, and a model's name for what the hand rules left unknown."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from anomaly.model import Symptom
from controller.events import Guessed
from controller.explain import explain
from controller.learning.follower import CANARY_CAUTION, Follower, is_canary_store

LEASE = (
    ("wan_no_address", "GigabitEthernet0/0"),
    ("default_route_gone", "GigabitEthernet0/0"),
    ("function_down", "pos"),
)


@pytest.fixture
def follower(ledger, registry, chain, clock):
    return Follower(ledger, registry, chain, clock, frozenset({"till_in_arp"}))


@pytest.fixture
def active(registry, add, clock):
    row = add()
    for _ in range(2):
        row = registry.promote(row.name, clock.now(), row.replay)
    return row


def lease_lost(store):
    return [(name, f"{store}-edge", subject) for name, subject in LEASE]


def guesses(ledger, incident):
    return [e for e in ledger.events(incident) if isinstance(e, Guessed)]


def stores(chain, *, canary):
    return next(s for s in chain.stores if is_canary_store(s) is canary)


def test_an_active_model_names_what_is_unknown_and_it_is_told(follower, ledger, open_incident, active, chain):
    store = stores(chain, canary=False)
    incident = open_incident(store, seen=lease_lost(store))
    follower.tick()
    (told,) = guesses(ledger, incident)
    assert (told.names, told.model, told.caution) == ("wan_no_lease", active.name, "")
    assert told.nearest
    assert told.nearest[0].startswith("wan_no_lease-")
    words = explain(ledger.events(incident))
    assert f"it is taken for wan no lease ({told.probability:.0%}, naming-0001)" in words
    (sighting,) = ledger.sightings()
    assert sighting.region == chain.stores[store].region
    assert "wan_no_address@edge:wan/top" in sighting.words
    follower.tick()
    assert len(guesses(ledger, incident)) == 1, "once"


def test_what_a_rule_has_named_is_noted_and_nobody_is_asked(follower, ledger, open_incident, active):
    incident = open_incident("s001", "wan_no_lease", lease_lost("s001"))
    follower.tick()
    assert guesses(ledger, incident) == []
    assert [s.answers for s in ledger.sightings()] == [()]


def test_what_resembles_nothing_stays_unknown(follower, ledger, open_incident, active):
    incident = open_incident("s001", seen=[("poe_refused", "s001-sw1", "GigabitEthernet1/0/2")])
    follower.tick()
    assert guesses(ledger, incident) == []
    (sighting,) = ledger.sightings()
    assert [a.verdict for a in sighting.answers] == ["novel"]


def test_a_shadow_is_asked_and_not_heard(follower, ledger, open_incident, add):
    add()
    incident = open_incident("s001", seen=lease_lost("s001"))
    follower.tick()
    assert guesses(ledger, incident) == []
    (answer,) = ledger.sightings()[0].answers
    assert (answer.state, answer.verdict, answer.kind) == ("shadow", "named", "wan_no_lease")


def test_a_canary_is_heard_in_its_stores_alone(follower, ledger, registry, open_incident, add, chain, clock):
    row = add()
    registry.promote(row.name, clock.now(), row.replay)
    inside, outside = stores(chain, canary=True), stores(chain, canary=False)
    heard, unheard = (open_incident(s, seen=lease_lost(s)) for s in (inside, outside))
    follower.tick()
    assert [g.caution for g in guesses(ledger, heard)] == [CANARY_CAUTION]
    assert "it may be wan no lease" in explain(ledger.events(heard))
    assert guesses(ledger, unheard) == []
    assert sum(map(is_canary_store, chain.stores)) < len(chain.stores) / 4


def test_a_model_that_drifted_only_suggests(follower, ledger, open_incident, active, chain):
    from dataclasses import replace  # noqa: PLC0415

    ledger.shelve(replace(active, suggest_only="what is seen has drifted"))
    store = stores(chain, canary=False)
    incident = open_incident(store, seen=lease_lost(store))
    follower.tick()
    assert [g.caution for g in guesses(ledger, incident)] == ["what is seen has drifted"]


def test_a_tampered_model_is_not_asked(follower, ledger, open_incident, active, tmp_path):
    (tmp_path / "models" / active.name / "card.json").write_text("{}")
    incident = open_incident("s001", seen=lease_lost("s001"))
    follower.tick()
    assert guesses(ledger, incident) == []
    assert "card.json changed" in follower.refused[active.name]


def test_without_any_model_it_only_takes_notes(follower, ledger, open_incident):
    incident = open_incident("s001", seen=lease_lost("s001"))
    follower.tick()
    assert guesses(ledger, incident) == []
    assert [s.incident for s in ledger.sightings()] == [incident]


def sight(store, now, *seen):
    symptoms = tuple(
        Symptom(
            name=name, store=store, device=device, subject=subject, state="firing", value=True, since=now, seen_at=now
        )
        for name, device, subject in seen
    )
    return SimpleNamespace(store=store, symptoms=symptoms, findings=(SimpleNamespace(signature="unknown"),))


def test_it_is_asked_again_when_the_store_shows_more(follower, ledger, open_incident, active, chain, clock):
    store = stores(chain, canary=False)
    dead = ("function_down", f"{store}-edge", "pos")
    follower.note(sight(store, clock.now(), dead))
    incident = open_incident(store, seen=[dead])
    follower.tick()
    follower.tick()
    assert guesses(ledger, incident) == []
    clock.at += timedelta(seconds=10)
    follower.note(sight(store, clock.now(), *lease_lost(store)))
    follower.tick()
    assert [g.names for g in guesses(ledger, incident)] == ["wan_no_lease"]


def test_many_stores_and_unknown_devices_do_no_harm(follower, ledger, open_incident, active):
    open_incident("s001", seen=[("device_silent", "s999-sw9", "")])
    follower.tick()
    assert len(ledger.sightings()) == 1


def test_an_incident_before_the_start_is_left(ledger, registry, chain, clock, open_incident):
    open_incident("s001", seen=lease_lost("s001"))
    late = Follower(ledger, registry, chain, clock, frozenset())
    late.tick()
    assert ledger.sightings() == ()
