"""Shares of then and now, per region and role."""

from datetime import UTC, datetime, timedelta

import pytest

from controller.learning.drift import drifted, rates
from controller.model_rows import Answer, Sighting

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def sightings(days_ago, number, *, region="north", unknown=0, novel=0, word="wan_no_address"):
    made = []
    for n in range(number):
        verdict = "novel" if n < novel else "named"
        answer = Answer(model="naming-0001", state="active", verdict=verdict, kind="", probability=0, likeness=0)
        made.append(
            Sighting(
                incident=f"{region}-{days_ago}-{n}",
                store="s001",
                region=region,
                role="edge",
                signature="unknown" if n < unknown else "wan_no_lease",
                at=NOW - timedelta(days=days_ago),
                words=(f"{word}@edge:wan/top",),
                answers=(answer,),
            )
        )
    return made


def told(*groups):
    return {(r.what, r.name, r.group) for r in drifted(rates([s for g in groups for s in g], "naming-0001", NOW))}


def test_the_same_as_before_is_no_drift():
    assert told(sightings(30, 100, unknown=5, novel=5), sightings(2, 50, unknown=3, novel=3)) == set()


@pytest.mark.parametrize(
    ("late", "expected"),
    [
        ({"unknown": 25}, {("unknown", "", "region north"), ("unknown", "", "role edge")}),
        ({"novel": 25}, {("rejected", "", "region north"), ("rejected", "", "role edge")}),
        (
            {"word": "storm"},
            {("symptom", w, g) for w in ("storm", "wan_no_address") for g in ("region north", "role edge")},
        ),
    ],
)
def test_more_that_is_unknown_or_rejected_or_other_symptoms(late, expected):
    assert told(sightings(30, 100), sightings(2, 50, **late)) == expected


def test_one_region_drifts_alone():
    calm = sightings(30, 200, region="south") + sightings(2, 200, region="south")
    found = told(calm, sightings(30, 100), sightings(2, 50, unknown=40))
    assert ("unknown", "", "region north") in found
    assert not any(group == "region south" for _, _, group in found)


def test_few_incidents_prove_nothing():
    assert told(sightings(30, 100), sightings(2, 10, unknown=10)) == set()


def test_another_models_answers_do_not_count():
    other = rates(sightings(30, 100) + sightings(2, 50, novel=40), "naming-0002", NOW)
    assert not any(r.what == "rejected" for r in other)


def test_it_is_told_in_words():
    (first, *_) = drifted(rates(sightings(30, 100) + sightings(2, 50, unknown=40), "naming-0001", NOW))
    assert first.words == "unknown in region north: 0% before, 80% of late"
