"""An incident in words."""

from datetime import timedelta

import pytest

from controller.explain import explain, sentence, story
from controller.incident import fold


def test_a_healing_is_told_with_evidence_rule_verdict_change_read_back_proof_and_ending(happen):
    told = explain(happen.healing())
    for part in (
        "Store s001, 20 November 2026 (times are UTC). 14:03:08: The carrier's DHCP lease is lost, on s001-edge",
        "It touches pos and guest wifi.",
        "wan no address on s001-edge GigabitEthernet0/0 (yes, since 14:03:07)",
        "Recognised by the signature wan_no_lease with a confidence of 93%; second came wan_carrier_down.",
        "kill switch allows (writes are not stopped)",
        "Written down and sent to s001-edge GigabitEthernet0/0: renew the lease of GigabitEthernet0/0, with 'renew dh",
        "Read back from the device: in effect; it took effect.",
        "passed: pos: till mac seen good (02:53:00:01:05:01).",
        "14:03:15: Closed as healed",
    ):
        assert part in told
    assert "\n" not in told


def test_the_story_has_one_timed_line_for_every_event(happen):
    events = happen.healing()
    lines = story(events)
    assert [at for at, _ in lines] == [event.at for event in events]
    assert all(text.endswith(".") for _, text in lines)


def test_other_endings_are_told(happen):
    events = [
        happen.opened(functions=(), runner_up=""),
        happen.judged("hold", allowed=False),
        happen.held(again_at=happen.now),
        happen.intended(lines=("a", "b"), undo=("no b",)),
        happen.ended(outcome="unknown", diff="+b\n"),
        happen.intended("i-keep-1"),
        happen.proved(passed=False),
        happen.mitigated(),
        happen.escalated(),
        happen.closed(),
    ]
    told = explain(events)
    for part in (
        "nothing else came near",
        "so it was held back",
        "kill switch refuses (drill)",
        "Nothing was done: kill_switch: drill; asked again at",
        "with 'a' / 'b'; to be taken back with 'no b'.",
        "nobody can tell whether it took effect. The configuration changed by: '+b'.",
        "was told to keep the change",
        "did not pass",
        "The store works around the fault over Cellular0/2/0",
        "Handed to a person: every rung was tried; Call the carrier.",
        "Closed: it is no longer seen.",
    ):
        assert part in told


def test_an_unknown_fault_names_the_nearest_known_ones(happen):
    told = explain([happen.opened(signature="unknown", fault_class="E", nearest=("ap_hung", "vlan_missing"))])
    assert "fits no known signature" in told
    assert "The nearest known ones: ap_hung and vlan_missing." in told


def test_what_repeats_is_told_once(happen):
    events = [happen.opened(), *(happen.held() for _ in range(50)), happen.escalated()]
    told = explain(events)
    assert told.count("Nothing was done") == 1
    assert "(The same was told 49 more times, last at 14:03:58.)" in told
    assert len(story(events)) == 52


def test_no_secret_is_told(happen):
    events = [happen.opened(), happen.intended(lines=("username storenet-rw privilege 15 secret hunter22",))]
    assert "hunter22" not in explain(events)
    assert "username storenet-rw privilege 15 secret ***" in explain(events)


def test_nothing_cannot_be_explained(happen):
    with pytest.raises(ValueError, match="nothing to explain"):
        explain([])
    with pytest.raises(ValueError, match="nothing to explain"):
        explain([happen.held()])


def test_one_calm_sentence_for_every_standing(happen):
    opened = happen.opened()
    start = "The carrier's DHCP lease is lost (s001-edge); "
    again = happen.now + timedelta(minutes=5)

    def told(*events):
        return sentence(fold([opened, *events])).removeprefix(start)

    assert told() == "it is being looked at."
    assert told(happen.intended()) == "it is being repaired: renew the lease of GigabitEthernet0/0."
    held = happen.held(again_at=again)
    assert told(held) == "nothing is done for now: kill_switch: drill; asked again at 14:08:08 UTC."
    assert told(happen.judged("hold", allowed=False), happen.held()) == "nothing is done for now: drill."
    assert told(happen.mitigated(), happen.escalated()) == (
        "pos works without it; a person has to repair it: every rung was tried. Call the carrier."
    )
    assert told(happen.escalated()) == "a person has to act: every rung was tried. Call the carrier."
    assert told(happen.closed()) == "it went without us, and nothing was changed."
    assert told(happen.intended(), happen.closed()) == "it went without us, after we had tried."
    assert told(happen.escalated(), happen.closed()).startswith("it is over since 14:03:")
    healed = (happen.intended(), happen.proved(), happen.healed())
    assert told(*healed) == "repaired: renew the lease of GigabitEthernet0/0; proven: pos works again."
