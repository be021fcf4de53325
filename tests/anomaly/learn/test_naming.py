"""The gate, the classifier and what is kept of them."""

import io
import json
import zipfile
from dataclasses import replace

import pytest

from anomaly.learn.errors import BadModelError
from anomaly.learn.features import Example
from anomaly.learn.naming import Naming, taught_kinds, train
from anomaly.learn.packing import pack, unpack

KINDS = 8
STEMS = ("wan", "ap", "till", "dns")


def examples(incidents=6):
    """Every kind has two words of its own and one that it shares; one of them is missing now and then."""
    made = []
    for kind in range(KINDS):
        words = (f"k{kind}_a", f"k{kind}_b", f"{STEMS[kind % 4]}_shared")
        for number in range(incidents):
            kept = [w for place, w in enumerate(words) if (number + place) % 5]
            made.append(Example(label=f"kind{kind}", words=frozenset(kept), source=f"s{kind:03d}-{number:04d}"))
    return made


@pytest.fixture(scope="module")
def model():
    return train(examples())


def test_a_known_fault_is_named_with_a_probability(model):
    told = model.suggest(frozenset({"k3_a", "k3_b", "dns_shared"}))
    assert (told.verdict, told.kind) == ("named", "kind3")
    assert 0.7 < told.probability <= 1
    assert all(source.startswith("s003-") for source in told.nearest)


def test_what_resembles_nothing_never_reaches_the_classifier(model):
    told = model.suggest(frozenset({"never_seen", "nor_this", "dns_shared"}))
    assert (told.verdict, told.kind, told.probability) == ("novel", "", 0.0)
    ungated = model.suggest(frozenset({"never_seen", "nor_this", "dns_shared"}), gated=False)
    assert ungated.kind, "without the gate a classifier always has an answer"


def test_words_that_no_example_has_make_a_fault_less_alike(model):
    plain = model.suggest(frozenset({"k1_a", "k1_b"})).likeness
    strange = model.suggest(frozenset({"k1_a", "k1_b", "x", "y", "z"})).likeness
    assert strange < plain


def test_nothing_at_all_is_novel(model):
    assert model.suggest(frozenset()).verdict == "novel"


def test_the_cut_lies_between_the_familiar_and_the_foreign(model):
    assert 0.3 < model.card.cut <= 0.9


def test_a_kind_seen_too_seldom_is_not_taught():
    few = [*examples(), Example(label="rare", words=frozenset({"rare_a"}), source="s900-0001")]
    rare = train(few)
    assert "rare" not in taught_kinds(rare)
    told = rare.suggest(frozenset({"rare_a"}))
    assert told.kind != "rare"
    assert told.nearest == ("s900-0001",), "people are still shown what it resembles"


def test_one_kind_alone_makes_a_gate_and_no_classifier():
    alone = train([e for e in examples() if e.label == "kind0"])
    assert alone.classifier is None
    assert alone.suggest(frozenset({"k0_a", "k0_b", "wan_shared"})).verdict == "doubtful"


def test_nothing_to_learn_from_names_nothing():
    empty = train([])
    assert empty.suggest(frozenset({"anything"})).verdict == "novel"


def test_the_order_of_examples_does_not_matter(model):
    other = train(list(reversed(examples())))
    assert other.card == model.card
    words = frozenset({"k2_a", "till_shared"})
    assert other.suggest(words) == model.suggest(words)


def test_a_model_is_read_back_as_it_was(model):
    back = unpack(*pack(model))
    for kind in range(KINDS):
        words = frozenset({f"k{kind}_a", f"k{kind}_b"})
        assert back.suggest(words) == model.suggest(words)


def rewritten(packed, change):
    """The archive with its schema changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == "schema.json" else content)
    return made.getvalue()


@pytest.mark.parametrize(
    "foreign",
    [
        b'"posix", "__class__": "system"',
        b'"builtins", "__class__": "eval"',
        b'"sklearn.svm._classes", "__class__": "SVC"',
    ],
)
def test_a_type_that_is_not_on_the_list_is_refused(model, foreign):
    card, packed = pack(model)
    known = b'"sklearn.linear_model._logistic"'

    def change(schema):
        text = json.dumps(json.loads(schema)).encode()
        start = text.index(b'"__module__": ' + known)
        return text[:start] + b'"x": {"__module__": ' + foreign + b"}, " + text[start:]

    with pytest.raises(BadModelError, match="holds what no model of ours has"):
        unpack(card, rewritten(packed, change))


def test_another_way_to_build_an_object_is_refused(model):
    card, packed = pack(model)
    with pytest.raises(BadModelError, match="FunctionNode"):
        unpack(card, rewritten(packed, lambda schema: schema.replace(b"ObjectNode", b"FunctionNode")))


@pytest.mark.parametrize("junk", [b"no archive", b"PK\x03\x04broken"])
def test_what_is_no_archive_is_refused(model, junk):
    with pytest.raises(BadModelError):
        unpack(pack(model)[0], junk)


def test_a_card_that_contradicts_itself_is_refused(model):
    _, packed = pack(model)
    for bad in (
        replace(model.card, labels=model.card.labels[1:]),
        replace(model.card, rows=((10_000,), *model.card.rows[1:])),
        replace(model.card, rows=((-1,), *model.card.rows[1:])),
    ):
        fake = Naming.__new__(Naming)
        fake.card, fake.classifier = bad, None
        with pytest.raises(BadModelError):
            unpack(pack(fake)[0], packed)
    with pytest.raises(BadModelError, match="no card"):
        unpack(b"{}", packed)
