"""What was seen before, lane by lane: told once, and what is passed over is heard again when it grows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from anomaly.model import Finding, SeenExample, Suggestion, Symptom
from controller.events import Opened, Quieted, Reviewed
from controller.incident import fold
from controller.noticing import Listening, is_news, suggestion_events

AT = datetime(2026, 11, 20, 14, tzinfo=UTC)
HERE = {"incident": "s001-0001", "store": "s001", "at": AT}


def finding(*functions, learned="seen_a", quiet=True, confidence=0.9):
    dead = tuple(
        Symptom(
            name="function_down", store="s001", device="s001-edge", subject=name, state="firing", value=True, since=AT,
            seen_at=AT,
        )
        for name in functions
    )  # fmt: skip
    told = Suggestion(
        learned=learned, device="s001-edge", subject="pos", confidence=confidence, arithmetic="a", evidence=dead,
        examples=(SeenExample(incident="s002-0001", store="s002", at=AT, fixed_by="f", likeness=1.0),), fix="f",
        quiet=quiet,
    )  # fmt: skip
    return Finding(
        signature="unknown", fault_class="E", title="t", store="s001", device="s001-edge", subject="pos",
        confidence=0.0, evidence=dead, at=AT, suggestion=told if learned else None,
    )  # fmt: skip


def incident(*events):
    opened = Opened(
        **HERE, signature="unknown", fault_class="E", title="t", device="s001-edge", subject="pos", confidence=0.0,
        evidence=(),
    )  # fmt: skip
    return fold((opened, *events))


def review(code="ignorable"):
    return Reviewed(
        **HERE, by="j", code=code, fixed_by="", playbook="", device="s001-edge", subject="pos", root_kind="function",
        signature="unknown", names="", learned="", words=(), functions=("guest_wifi",),
    )  # fmt: skip


def test_it_is_news_once_and_again_only_when_something_surer_is_learned():
    assert is_news(incident(), finding("pos"))
    assert not is_news(incident(), finding("pos", learned=""))
    told = tuple(suggestion_events(finding("pos"), (), "s001-0001", AT))
    assert len(told) == 1
    assert not is_news(incident(*told), finding("pos"))
    assert not is_news(incident(*told), finding("pos", learned="seen_b", confidence=0.92))
    assert is_news(incident(*told), finding("pos", learned="seen_b", confidence=0.99))
    assert not is_news(incident(review()), finding("pos"))


@pytest.mark.parametrize(
    ("ending", "shown", "heard"),
    [
        (Quieted(**HERE, reason="r"), finding("guest_wifi"), False),
        (Quieted(**HERE, reason="r"), finding("guest_wifi", quiet=False), True),
        (Quieted(**HERE, reason="r"), finding("guest_wifi", learned=""), True),
        (review(), finding("guest_wifi", quiet=False), False),
        (review(), finding("guest_wifi", "pos", quiet=False), True),
        (review("wrong"), finding("guest_wifi", "pos", learned=""), True),
        (review("another"), finding("guest_wifi", "pos"), False),
    ],
)
def test_what_is_passed_over_is_heard_when_it_shows_more_for_long_enough(ending, shown, heard):
    listening, known = Listening(8), incident(ending)
    assert not listening.must_be_heard(known, shown, AT)
    assert not listening.must_be_heard(known, shown, AT + timedelta(seconds=6))
    assert listening.must_be_heard(known, shown, AT + timedelta(seconds=8)) is heard


def test_one_odd_look_wakes_nobody():
    listening, known = Listening(8), incident(Quieted(**HERE, reason="r"))
    calm, odd = finding("guest_wifi"), finding("guest_wifi", quiet=False)
    listening.must_be_heard(known, odd, AT)
    listening.must_be_heard(known, calm, AT + timedelta(seconds=4))
    assert not listening.must_be_heard(known, odd, AT + timedelta(seconds=9))
    assert not listening.must_be_heard(replace(known, status="open"), odd, AT + timedelta(seconds=99))
