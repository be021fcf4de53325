"""Every shipped signature holds in its own cases, and in nobody else's."""

from pathlib import Path

import pytest

from anomaly.cases.judging import by_itself, judge_case, load_cases, read_cases, thefts
from anomaly.cases.shape import Case
from anomaly.cases.staging import CaseError, Stage
from anomaly.changed import ChangeError, with_file, with_words
from anomaly.library import library_of, load_library
from inventory.yaml_file import ContentError

LIBRARY = load_library()


@pytest.fixture(scope="module")
def stage():
    return Stage(LIBRARY)


@pytest.fixture(scope="module")
def cases():
    problems = []
    found = load_cases(None, LIBRARY, problems)
    assert not problems
    return found


@pytest.mark.parametrize("name", LIBRARY.signatures)
def test_every_signature_passes_its_cases(stage, cases, name):
    spec = LIBRARY.signatures[name]
    told = cases[name].cases if name in cases else (by_itself(spec),)
    for case in told:
        assert not judge_case(stage, spec, case).wrong, case.title


@pytest.mark.parametrize("name", LIBRARY.signatures)
def test_no_signature_steals_from_another(stage, cases, name):
    stolen = [one for one in thefts(stage, LIBRARY.signatures[name], cases) if not one.known]
    assert not stolen


def test_a_greedy_signature_is_caught(stage, cases):
    spec = LIBRARY.signatures["wan_no_lease"]
    (clue,) = (c for c in spec.symptoms if c.symptom == "wan_no_address")
    greedy = spec.model_copy(update={"name": "greedy", "symptoms": (clue,), "excluders": (), "inhibits": ()})
    library = with_words(LIBRARY, "wan_no_lease.threshold=0.7").library
    both = Stage(library_with(library, greedy))
    stolen = {one.case_of for one in thefts(both, greedy, cases) if not one.known}
    assert "wan_no_lease" in stolen


def library_with(library, spec):
    return library_of(library.symptoms, {**library.signatures, spec.name: spec})


def case(**told):
    return Case.model_validate({"title": "x", "expect": {"holds": True}, **told})


def test_a_case_says_what_is_wrong_with_it(stage):
    spec = LIBRARY.signatures["ap_hung"]
    with pytest.raises(CaseError, match="there is no symptom 'ap_silnt'"):
        stage.put(spec, case(seen=[{"symptom": "ap_silnt", "at": "self"}]))
    with pytest.raises(CaseError, match="has no device 'ap9'"):
        stage.put(spec, case(seen=[{"symptom": "ap_silent", "device": "ap9"}]))
    with pytest.raises(CaseError, match="is no access_point of the small store"):
        stage.put(spec, case(root={"device": "sw1"}))


def test_what_is_unknown_costs_nothing_and_what_is_missing_does(stage):
    spec = LIBRARY.signatures["wan_no_lease"]
    seen = [{"symptom": "wan_no_address", "at": "self"}]
    optional = [{"symptom": c.symptom, "at": c.relation} for c in spec.symptoms if not c.required]
    unknown = judge_case(stage, spec, case(seen=seen, unknown=optional)).match
    missing = judge_case(stage, spec, case(seen=seen)).match
    assert unknown.confidence > missing.confidence
    assert {w.known for w in unknown.weighed if not w.clue.required} == {False}


def test_wrong_expectations_are_told(stage):
    spec = LIBRARY.signatures["ap_hung"]
    told = judge_case(stage, spec, case(expect={"holds": True, "confidence": [0.5, 0.6], "against": ["ap_answering"]}))
    assert len(told.wrong) == 4
    assert "does not hold" in told.wrong[0]


def test_files_are_read_with_line_and_allowed_words(tmp_path):
    path = tmp_path / "ap_hung.yaml"
    path.write_text(
        "signature: ap_hong\ncases:\n  - title: x\n    seen:\n      - {symptom: ap_silnt}\n    expect: {holds: true}\n"
    )
    problems = []
    assert read_cases(path, LIBRARY, problems) is None
    assert {(p.line, p.field) for p in problems} == {(1, "signature"), (5, "cases[0].seen[0].symptom")}
    assert "did you mean 'ap_silent'" in problems[1].message


def test_one_figure_can_be_changed():
    changed = with_words(LIBRARY, "ap_hung.threshold=0.95")
    assert changed.library.signatures["ap_hung"].threshold == 0.95
    assert (changed.before, changed.after, changed.touched) == ("0.9", "0.95", {"ap_hung"})
    changed = with_words(LIBRARY, "ap_silent.hold=brief")
    assert changed.library.symptoms["ap_silent"].hold == "brief"
    assert "ap_hung" in changed.touched
    assert with_words(LIBRARY, "pool_exhausted.when.above=99").library.symptoms["pool_exhausted"].when.holds(99.5)
    assert (
        with_words(LIBRARY, "ap_hung.symptoms.ap_silent.weight=2").library.signatures["ap_hung"].symptoms[0].weight == 2
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("ap_hung", "is not NAME.FIELD=VALUE"),
        ("ap_hong.threshold=0.8", "did you mean 'ap_hung'"),
        ("ap_hung.treshold=0.8", "allowed: threshold, prior"),
        ("ap_hung.threshold=2", "less than 1"),
        ("ap_hung.symptoms.ap_dead.weight=2", "allowed: symptoms.ap_no_clients.missing"),
        ("ap_silent.hold=soon", "'brief', 'steady' or 'patient'"),
        ("ap_silent.when.above=x", "valid number"),
        ("ap_silent.when.is=[", "is no value"),
    ],
)
def test_a_change_that_cannot_be_says_why(words, said):
    with pytest.raises(ChangeError, match=said.replace("[", r"\[")):
        with_words(LIBRARY, words)


def test_a_signature_of_a_file_is_checked_like_all(tmp_path):
    path = tmp_path / "mine.yaml"
    shipped = Path("anomaly/signatures/ap_hung.yaml").read_text()
    path.write_text(shipped.replace("name: ap_hung", "name: mine"))
    library, spec = with_file(LIBRARY, path)
    assert library.signatures["mine"] == spec
    path.write_text(shipped.replace("symptom: ap_silent", "symptom: ap_silnt"))
    with pytest.raises(ContentError, match="did you mean 'ap_silent'"):
        with_file(LIBRARY, path)
