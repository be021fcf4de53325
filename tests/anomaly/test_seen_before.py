"""Learning from closed incidents: one example is a prototype, five are refined, and people are believed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from anomaly.learn.examples import Example, Seen, Word, likeness, root_of, words_of
from anomaly.learn.seen_before import SeenBefore, Verdict, belongs_to, learn, suggest
from anomaly.library import library_of, load_library
from anomaly.match import scene_of
from anomaly.model import Finding, Symptom
from anomaly.topology import Place, tree_of
from lab.chain import make_chain

AT = datetime(2026, 11, 20, 14, tzinfo=UTC)
DNS, DEAD = Word("dns_probe_failing", "self"), Word("function_down", "self")
TILL = Word("till_unseen", "same_store")


@pytest.fixture(scope="module")
def library():
    known = load_library()
    rest = {name: spec for name, spec in known.signatures.items() if name != "service_dns_ntp_radius"}
    return library_of(known.symptoms, rest)


@pytest.fixture(scope="module")
def chain():
    return make_chain(7, 3).chain


def example(number=1, *, words=(DNS, DEAD), learned="seen_a", code="another", store="s001", **changed):
    made = Example(
        learned=learned, incident=f"{store}-{number:04d}", store=store, at=AT + timedelta(days=number), code=code,
        of="unknown", root_kind="function", words=words, functions=("pos",), fixed_by="restarted the resolver",
    )  # fmt: skip
    return replace(made, **changed)


def symptom(name, device, subject, value=True):
    return Symptom(
        name=name, store=device[:4], device=device, subject=subject, state="firing", value=value, since=AT, seen_at=AT
    )


def unknown(*symptoms):
    first = symptoms[0]
    return Finding(
        signature="unknown", fault_class="E", title="t", store=first.store, device=first.device, subject=first.subject,
        confidence=0.0, evidence=symptoms, at=AT,
    )  # fmt: skip


def dead(store="s002", function="pos"):
    edge = f"{store}-edge"
    return symptom("function_down", edge, function), symptom("dns_probe_failing", edge, function, value=False)


def ask(known, library, chain, *symptoms):
    finding = unknown(*symptoms)
    scene = scene_of(tree_of(chain, finding.store), symptoms)
    return suggest(known, library, (finding,), scene, chain)[0].suggestion


def test_words_are_told_from_the_root_and_mean_the_same_in_every_store(chain):
    told = []
    for store in ("s001", "s002"):
        tree = tree_of(chain, store)
        switch = next(d for d in tree.devices.values() if d.role == "switch")
        port = next(p for p in switch.ports.values() if p.use == "till")
        root = Place(switch.id, port.name)
        assert root_of(tree, Place(switch.id, port.to)) == ("switch_port", root)
        seen = [
            Seen("port_not_connected", root),
            Seen("till_unseen", Place(switch.id, port.to)),
            Seen("function_down", Place(tree.edge.id, "pos")),
            Seen("config_differs", Place(switch.id, switch.id)),
        ]
        told.append(words_of(tree, root, seen))
    assert (
        told[0]
        == told[1]
        == (
            Word("config_differs", "same_device"),
            Word("function_down", "same_store"),
            Word("port_not_connected", "self"),
            Word("till_unseen", "downstream"),
        )
    )


def test_every_root_has_a_kind(chain):
    tree = tree_of(chain, "s001")
    edge = tree.edge
    wan = next(p.name for p in edge.ports.values() if p.use == "wan")
    backup = next(p.name for p in edge.ports.values() if p.use == "backup_wan")
    assert root_of(tree, Place(edge.id, "pos"))[0] == "function"
    assert root_of(tree, Place(edge.id, wan)) == ("wan_port", Place(edge.id, wan))
    assert root_of(tree, Place(edge.id, backup)) == ("backup_port", Place(edge.id, backup))
    assert root_of(tree, Place(edge.id, edge.id))[0] == "edge"
    assert root_of(tree, Place("s009-edge", "x")) is None


def test_one_example_is_suggested_at_once_with_confidence_sum_place_and_example(library, chain):
    known = learn([example()], [], library)
    told = ask(known, library, chain, *dead())
    assert told.learned == "seen_a"
    assert 0.85 < told.confidence < 0.98
    assert told.arithmetic.startswith("33% beforehand (-0.7), dns_probe_failing +3.")
    assert (told.device, told.subject) == ("s002-edge", "pos")
    assert [(e.incident, e.fixed_by, e.likeness) for e in told.examples] == [
        ("s001-0001", "restarted the resolver", 1.0)
    ]
    assert not told.quiet


def test_a_dead_function_alone_looks_like_nothing(library, chain):
    known = learn([example(words=(DEAD,)), example(2, learned="seen_b")], [], library)
    assert ask(known, library, chain, dead()[0]) is None


def test_a_required_word_elsewhere_is_another_fault(library, chain):
    known = learn([example()], [], library)
    here = symptom("function_down", "s002-edge", "pos")
    elsewhere = symptom("dns_probe_failing", "s002-edge", "guest_wifi", value=False)
    told = ask(known, library, chain, here, elsewhere)
    assert told is None or told.subject == "guest_wifi"


def test_from_the_fifth_on_what_only_a_few_showed_is_dropped_and_what_all_showed_is_required(library):
    noisy = example(3, words=(DNS, DEAD, TILL), store="s003")
    four = [example(1), example(2), noisy, example(4)]
    prototype = learn(four, [], library).learned["seen_a"].spec
    refined = learn([*four, example(5)], [], library).learned["seen_a"].spec
    assert {c.symptom for c in prototype.symptoms} == {"dns_probe_failing", "function_down", "till_unseen"}
    assert {c.symptom: c.required for c in refined.symptoms} == {"dns_probe_failing": True, "function_down": False}
    assert refined.symptoms[0].weight > prototype.symptoms[0].weight


def test_the_same_form_as_a_written_one(library):
    spec = learn([example()], [], library).learned["seen_a"].spec
    assert type(spec) is type(next(iter(library.signatures.values())))
    assert spec.fault_class == "E"
    assert learn([example(playbook="port_errdisabled")], [], library).learned["seen_a"].spec.fault_class == "H"


def test_a_written_signature_takes_the_place_of_a_learned_one_of_its_name(library):
    assert not learn([example(learned="wan_no_lease")], [], library).learned


def test_symptoms_that_are_gone_make_no_signature(library):
    gone = example(words=(Word("once_was", "self"),))
    assert not learn([gone], [], library).learned


def test_nearest_examples_come_first_and_the_commonest_fix_is_told(library, chain):
    odd = example(1, words=(DNS, DEAD, TILL), fixed_by="replaced the switch")
    known = learn([odd, example(2), example(3, store="s003")], [], library)
    told = ask(known, library, chain, *dead())
    assert [e.incident for e in told.examples] == ["s003-0003", "s001-0002", "s001-0001"]
    assert told.fix == "restarted the resolver"


@pytest.mark.parametrize(("code", "quiet"), [("ignorable", True), ("another", False)])
def test_known_and_ignorable_keeps_the_like_of_it_quiet(library, chain, code, quiet):
    one = example(code=code, functions=("guest_wifi",), fixed_by="")
    told = ask(learn([one], [], library), library, chain, *dead(function="guest_wifi"))
    assert told.quiet is quiet


def test_what_shows_more_or_stops_the_tills_elsewhere_is_never_quiet(library, chain):
    guests = learn([example(code="ignorable", functions=("guest_wifi",))], [], library)
    more = symptom("till_unseen", "s002-sw1", "s002-till1")
    assert not ask(guests, library, chain, *dead(function="guest_wifi"), more).quiet
    tills = learn([example(code="ignorable", functions=("pos",))], [], library)
    assert not ask(tills, library, chain, *dead("s002")).quiet
    assert ask(tills, library, chain, *dead("s001")).quiet


def test_a_fault_that_people_repair_is_never_hidden_behind_one_they_pass_over(library, chain):
    known = learn([example(1, code="ignorable", functions=("guest_wifi",)), example(2, learned="seen_b")], [], library)
    told = ask(known, library, chain, *dead(function="guest_wifi"))
    assert (told.learned, told.quiet) == ("seen_b", False)


def test_wrong_weakens_a_learned_signature_until_it_is_not_suggested(library, chain):
    wrong = Verdict(signature="seen_a", right=False)
    sure = [ask(learn([example()], [wrong] * n, library), library, chain, *dead()) for n in range(4)]
    assert sure[0].confidence > sure[1].confidence
    assert sure[3] is None


def test_wrong_weakens_a_written_signature_and_leaves_it_to_people_when_repeated(library):
    wrong, right = (Verdict(signature="wan_no_lease", right=r) for r in (False, True))
    before = library.signatures["wan_no_lease"]
    assert before.fault_class == "A"
    once = learn([], [wrong], library).over(library).signatures["wan_no_lease"]
    assert (once.fault_class, once.prior < before.prior) == ("A", True)
    twice = learn([], [wrong, wrong], library).over(library).signatures["wan_no_lease"]
    assert (twice.fault_class, twice.prior < once.prior) == ("H", True)
    assert learn([], [wrong, right], library).over(library) is library
    often = learn([], [wrong] * 9, library).over(library).signatures["wan_no_lease"]
    assert often.prior == pytest.approx(learn([], [wrong] * 3, library).over(library).signatures["wan_no_lease"].prior)


def test_nothing_learned_changes_nothing(library, chain):
    assert SeenBefore().over(library) is library
    assert ask(SeenBefore(), library, chain, *dead()) is None


def test_alike_examples_belong_together_and_passed_over_ones_apart():
    one = example()
    assert belongs_to(example(2, words=(DNS, DEAD, TILL)), [one]) == ""
    assert belongs_to(example(2, words=(DNS,)), [one]) == "seen_a"
    assert belongs_to(example(2, code="ignorable"), [one]) == ""
    assert belongs_to(example(2, root_kind="edge"), [one]) == ""
    assert likeness((), ()) == 0.0


def test_a_known_fault_is_only_likened_to_examples_of_itself(library, chain):
    known = learn(
        [example(of="wan_no_lease", root_kind="wan_port", words=(Word("wan_no_address", "self"),))], [], library
    )
    wan = next(p.name for p in chain.devices["s002-edge"].ports.values() if p.use == "wan")
    seen = symptom("wan_no_address", "s002-edge", wan)
    scene = scene_of(tree_of(chain, "s002"), (seen,))
    finding = replace(unknown(seen), signature="wan_no_lease")
    assert suggest(known, library, (finding,), scene, chain)[0].suggestion.learned == "seen_a"
    other = replace(finding, signature="wan_carrier_down")
    assert suggest(known, library, (other,), scene, chain)[0].suggestion is None
