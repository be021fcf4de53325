"""Bodies of anybody through the whole application: an answer that says what is wrong, never an error of ours."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.controller.intake.conftest import NOW
from tests.controller.intake.test_routes import BEARER, alerts, beat, desk, signed

__all__ = ["desk"]

WAYS = ("alertmanager", "webhook", "heartbeats")
EXPECTED = {202, 400, 413, 415, 422}
GOOD = [json.dumps(body).encode() for body in (alerts({"store": "s001"}), {"kind": "odd", "store": "s001"}, beat())]
ODD = [
    b"",
    b"\xff\xfe",
    b"[" * 60_000,
    b'{"a":' * 10_000,
    b'{"version":"4","status":"firing","alerts":[' + b"{}," * 20_000,
    b'{"items":[{"every_seconds":1e999}]}',
    b'{"items":[{"every_seconds":NaN}]}',
    b"9" * 50_000,
    b'{"kind":"odd","store":"\\ud800"}',
    json.dumps(beat(last_seen="0001-01-01T00:00:00+23:59")).encode(),
    json.dumps(beat(last_seen="9999-12-31T23:59:59-23:59")).encode(),
    json.dumps(beat(last_seen=-1e300)).encode(),
]


def ask(desk, way, body):
    order = signed(body, NOW)
    if way == "alertmanager":
        order["headers"] = {"content-type": "application/json", **BEARER}
    return desk.ask("POST", f"/api/v1/hints/{way}", **order)


@pytest.mark.parametrize("way", WAYS)
def test_odd_bodies_are_answered(desk, way):
    for body in ODD:
        assert ask(desk, way, body).status_code in EXPECTED, body[:60]


@pytest.mark.parametrize("way", WAYS)
def test_any_body_is_answered(desk, way):
    json_value = st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=9) | st.integers(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
        max_leaves=6,
    ).map(lambda value: json.dumps(value).encode())
    turned = st.tuples(st.sampled_from(GOOD), st.integers(0, 200), st.binary(max_size=3)).map(
        lambda t: t[0][: t[1]] + t[2] + t[0][t[1] + 1 :]
    )

    @given(st.binary(max_size=80) | json_value | turned)
    @settings(max_examples=25, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
    def any_body(body):
        answer = ask(desk, way, body)
        assert answer.status_code in EXPECTED | {401}, answer.text  # the same body twice is the same signature

    any_body()
