"""What a device tells of itself shortens a hold time, and nothing else does."""

from datetime import UTC, datetime, timedelta

import pytest

from anomaly.detect import Memory, detect
from anomaly.library import load_library
from anomaly.model import Observation

T0 = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
SECONDS = {"hold_brief": 40, "hold_steady": 90, "hold_patient": 300, "clear_after": 60}
LIBRARY = load_library()


def seen(value, at, device="s001-sw1"):
    return Observation(store="s001", device=device, subject="Gi1/0/1", name="trunk_missing_vlans", value=value, at=at)


def states(*rounds, told):
    """The symptom's state after each round of (value, seconds)."""
    memory, found = Memory(), []
    for value, seconds in rounds:
        at = T0 + timedelta(seconds=seconds)
        symptoms, memory = detect(LIBRARY, [seen(value, at)], memory, at, SECONDS, told)
        found.append([s.state for s in symptoms if s.name == "vlan_not_allowed"])
    return found


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ({}, "pending"),
        ({("s001-sw1", "configured"): T0}, "firing"),
        ({("s001-sw1", "configured"): T0 + timedelta(seconds=1)}, "pending"),
        ({("s001-sw1", "link"): T0}, "pending"),
        ({("s001-sw1", ""): T0}, "pending"),
        ({("s001-edge", "configured"): T0}, "pending"),
    ],
    ids=["nothing", "told, then seen", "seen before it was told", "another kind", "no kind", "another device"],
)
def test_one_look_is_enough_only_after_the_devices_own_word(told, state):
    assert states(("20", 0), told=told) == [[state]]


def test_a_word_without_a_look_that_shows_it_is_nothing():
    told = {("s001-sw1", "configured"): T0}
    assert states(("", 0), (None, 5), told=told) == [[], []]


def test_a_look_that_could_not_see_does_not_count_for_one_that_could():
    told = {("s001-sw1", "configured"): T0 + timedelta(seconds=1)}
    assert states(("20", 0), (None, 5), ("20", 10), told=told) == [["pending"], ["pending"], ["firing"]]


def test_only_states_that_nothing_passes_through_may_be_hurried():
    hurried = {s.name: s.hurried_by for s in LIBRARY.symptoms.values() if s.hurried_by}
    assert hurried == {
        "bgp_prefixes_over_limit": "bgp",
        "change_taken_back": "configured",
        "gateway_disabled": "configured",
        "poe_switched_off": "configured",
        "port_disabled": "configured",
        "vlan_alien": "configured",
        "vlan_not_allowed": "configured",
        "wan_not_by_dhcp": "configured",
        "wan_port_disabled": "configured",
    }
