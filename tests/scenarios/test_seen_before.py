"""A fault that no signature knows, closed by a person in one store, is suggested in the next; virtual time."""

from datetime import timedelta

import pytest

from anomaly.library import library_of
from anomaly.watch import Watch
from controller.events import Closed, Opened
from controller.explain import explain, sentence
from controller.reviewing import ReviewError, Told, review_of
from playbooks.library import load_library
from tests.anomaly.lab_bench import SECONDS
from tests.scenarios import stage
from tests.scenarios.stage import Controller, World

FAULT = "service_dns_ntp_radius"


@pytest.fixture
def unknown_world(monkeypatch):
    """Two stores, and a library from which the fault's signature was taken out."""
    world = World(seed=7, stores=2)
    known = world.bench.watch.library
    rest = {name: spec for name, spec in known.signatures.items() if name != FAULT}
    world.bench.watch = Watch(library_of(known.symptoms, rest), world.chain, SECONDS)
    monkeypatch.setattr(stage, "load_library", lambda *_: load_library(None, None))
    return world


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ledger.sqlite"


def happens(controller, store, fault=FAULT, seconds=30, **wanted):
    """The fault comes in a store; its incident, and what takes the fault out again."""
    broken = controller.world.put_in(fault, store=store, **wanted)
    controller.play(seconds)
    incident = controller.file.incidents(store=store)[0]

    def over():
        controller.world.bench.breakages.take_out(broken)
        controller.play(26)
        return controller.file.incident(incident.id)

    return incident, over


def say(controller, incident, code, **words):
    review = review_of(
        controller.file, controller.world.chain, incident, Told(code=code, by="jane", **words), controller.clock.now()
    )
    controller.file.append(review)
    return review


def one_more_like(controller, incident, number):
    """An incident of another day with the same evidence."""
    first = controller.file.events(incident.id)[0]
    at = controller.clock.now() - timedelta(days=number)
    name = f"{incident.store}-9{number:03d}"
    made = {"incident": name, "store": incident.store, "at": at}
    told = {k: getattr(first, k) for k in ("signature", "fault_class", "title", "device", "subject", "confidence")}
    controller.file.append(
        Opened(**made, **told, evidence=incident.evidence), Closed(**made, how="cleared", reason="it is no longer seen")
    )
    return name


def test_the_next_like_it_is_suggested_with_confidence_and_example_and_the_fifth_refines(unknown_world, path):
    controller = Controller(unknown_world, path)
    first, over = happens(controller, "s001", variant="dns")
    assert (first.signature, first.status, first.suggested) == ("unknown", "escalated", None)
    with pytest.raises(ReviewError, match="named by no signature"):
        say(controller, first.id, "suggested")
    over()
    learned = say(controller, first.id, "another", fixed_by="restarted the resolver").learned

    second, over = happens(controller, "s002", variant="dns")
    seen = second.suggested
    assert (seen.learned, seen.device, seen.subject, seen.quiet) == (learned, "s002-edge", "pos", False)
    assert 0.85 < seen.confidence < 0.98
    assert [(e.incident, e.fixed_by) for e in seen.examples] == [(first.id, "restarted the resolver")]
    assert {e.symptom for e in seen.evidence} == {"dns_probe_failing", "function_down"}
    assert second.status == "escalated"
    assert f"It looks like {first.id}" in sentence(second)
    assert "which was fixed by: restarted the resolver" in sentence(second)
    assert "This is a suggestion; nothing is done on it by machine." in explain(controller.file.events(second.id))
    assert controller.world.writes == []
    over()
    assert say(controller, second.id, "suggested").learned == learned

    for number in (1, 2, 3):
        assert (
            say(controller, one_more_like(controller, second, number), "another", fixed_by="again").learned == learned
        )
    controller.close()
    again = Controller(unknown_world, path, name="host:2:2")
    spec = again.watch._learned.learned[learned].spec
    assert len(again.watch._learned.learned[learned].examples) == 5
    assert {c.symptom for c in spec.symptoms if c.required} == {"dns_probe_failing"}
    third, _ = happens(again, "s001", variant="dns")
    assert third.id == "s001-0002"
    assert third.suggested.confidence > seen.confidence
    again.close()


def test_what_was_learned_while_an_incident_lasts_is_told_there_too(unknown_world, path):
    controller = Controller(unknown_world, path)
    first, _ = happens(controller, "s001", seconds=26, variant="dns")
    second, _ = happens(controller, "s002", seconds=26, variant="dns")
    assert second.suggested is None
    say(controller, first.id, "another", fixed_by="restarted the resolver")
    controller.play(6)
    told = controller.file.incident(second.id)
    assert told.suggested.examples[0].incident == first.id
    assert controller.kinds(second.id).count("suggested") == 1
    assert controller.file.incident(first.id).status == "escalated"
    controller.close()


def test_known_and_ignorable_is_written_down_and_nobody_is_called(unknown_world, path):
    controller = Controller(unknown_world, path)
    first, over = happens(controller, "s001", variant="dns")
    say(controller, first.id, "ignorable", fixed_by="the shop is being refitted")
    controller.play(20)
    assert controller.file.incident(first.id).status == "quiet"
    assert over().status == "cleared"
    again, over = happens(controller, "s001", variant="dns")
    assert again.id != first.id
    assert (again.status, again.escalation, again.suggested.quiet) == ("quiet", "", True)
    assert "escalated" not in controller.kinds(again.id)
    assert sentence(again).startswith(
        "A store function is dead and no known fault explains it (s001-edge); people know it"
    )
    over()
    tills_elsewhere, _ = happens(controller, "s002", variant="dns")
    assert tills_elsewhere.status == "escalated"
    assert not tills_elsewhere.suggested.quiet
    controller.close()


def test_a_signature_that_people_call_wrong_twice_heals_no_more(path):
    controller = Controller(World(seed=7, stores=2), path)
    first, _ = happens(controller, "s001", "wan_no_lease", seconds=40)
    assert first.status == "healed"
    written = len(controller.world.writes)
    assert written
    say(controller, first.id, "wrong")
    say(controller, one_more_like(controller, first, 1), "wrong")
    second, _ = happens(controller, "s002", "wan_no_lease", seconds=40)
    assert (second.signature, second.fault_class) == ("wan_no_lease", "H")
    assert second.status in ("escalated", "mitigated")
    before, after = (controller.file.events(i.id)[0].arithmetic for i in (first, second))
    assert after != before  # the sum begins lower
    assert len(controller.world.writes) == written
    controller.close()


def test_what_a_person_finds_wrong_while_it_waits_is_not_taken_up_again(path):
    controller = Controller(World(seed=7, stores=1), path)
    controller.file.throw("kill", "drill")
    incident, _ = happens(controller, "s001", "wan_no_lease", seconds=20)
    assert incident.status == "held"
    say(controller, incident.id, "wrong")
    controller.file.throw("kill", None)
    controller.play(40)
    assert controller.world.writes == []
    assert controller.file.incident(incident.id).status == "quiet"
    controller.close()
