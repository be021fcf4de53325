"""What people say of incidents: kept, folded, told."""

import pytest

from controller.explain import explain, sentence
from controller.incident import fold
from controller.ledgers.sqlite import SqliteLedger


def test_the_last_review_of_an_incident_counts_and_outlasts_a_restart(ledger, ledger_path, happen):
    ledger.append(happen.opened(), happen.reviewed())
    first = ledger.last_review()
    ledger.append(happen.reviewed("ignorable", fixed_by="", learned="seen_s001_0001"))
    assert ledger.last_review() > first
    ledger.close()
    again = SqliteLedger.open(ledger_path)
    [review] = again.reviews()
    assert (review.code, review.words[0].symptom) == ("ignorable", "dns_probe_failing")
    assert again.incident("s001-0001").review == review
    again.close()


def test_a_review_that_does_not_follow_leaves_nothing(ledger, happen):
    with pytest.raises(ValueError, match="begins with 'opened'"):
        ledger.append(happen.reviewed())
    assert ledger.reviews() == ()
    assert ledger.last_review() == 0


def test_a_secret_that_a_person_types_is_masked(ledger, happen):
    ledger.append(happen.opened(), happen.reviewed(fixed_by="set snmp-server community s3cr3t again"))
    assert "s3cr3t" not in ledger.reviews()[0].fixed_by


@pytest.mark.parametrize(("code", "status"), [("another", "escalated"), ("ignorable", "quiet"), ("wrong", "quiet")])
def test_who_passes_over_or_finds_it_wrong_is_not_asked_again(happen, code, status):
    held = happen.held(again_at=happen.now)
    folded = fold((happen.opened(), held, happen.escalated(), happen.reviewed(code)))
    assert folded.status == status
    assert bool(folded.escalation) == (code == "another")
    assert folded.again_at is None


def test_a_repair_under_way_is_brought_to_its_end_whatever_is_said(happen):
    folded = fold((happen.opened(), happen.judged(), happen.intended(), happen.reviewed("wrong")))
    assert folded.status == "healing"


def test_what_was_quiet_and_grew_is_told(happen):
    events = (happen.opened(), happen.suggested(quiet=True), happen.quieted())
    assert fold(events).status == "quiet"
    assert fold((*events, happen.escalated())).status == "escalated"
    assert fold((*events, happen.closed())).status == "cleared"


def test_it_is_all_told_with_values(happen):
    events = (happen.opened(signature="unknown"), happen.suggested(), happen.quieted(), happen.reviewed())
    told = explain(events)
    for part in (
        "It looks like what was seen before (seen_s002_0007, 94%: 33% beforehand (-0.7), wan no address +3.4)",
        "at s001-edge pos. The evidence: wan no address on s001-edge GigabitEthernet0/0 (yes, since 14:03:07).",
        "The nearest: s002-0007 of 20 November 2026 (100% alike), fixed by: restarted the resolver.",
        "This is a suggestion; nothing is done on it by machine.",
        "Nobody was called: It looks like s002-0007.",
        "jane closed it: something else fixed it: restarted the resolver; it was at s001-edge pos.",
        "It is kept as an example of seen_s001_0001.",
    ):
        assert part in told
    assert "people know it and pass it over: It looks like s002-0007 (94% sure)" in sentence(fold(events))
