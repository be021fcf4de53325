"""The fold: what an incident looks like after its events."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from controller.events import (
    Closed,
    Confirmed,
    Escalated,
    Evidence,
    Healed,
    Held,
    Intended,
    Judged,
    Mitigated,
    Opened,
    Proved,
    WriteEnded,
)
from controller.incident import advance, begin, fold

AT = datetime(2026, 11, 20, 14, tzinfo=UTC)
WHO = {"incident": "s001-0001", "store": "s001"}


def test_a_healing_goes_through_its_statuses(happen):
    seen = [fold(history).status for history in _prefixes(happen.healing())]
    assert seen == ["open", "open", "healing", "healing", "healing", "healing", "healed", "healed"]


def test_a_healed_incident_holds_what_was_done(happen):
    events = happen.healing()
    incident = fold(events)
    assert incident.closed_at == events[-1].at == incident.last_event_at
    assert incident.opened_at == events[0].at
    assert (incident.attempts, incident.intents) == (1, ("i.1",))
    assert incident.change == "renew the lease of GigabitEthernet0/0"
    assert incident.checks == events[5].checks
    assert incident.verdicts == events[2].verdicts


def test_a_mitigated_incident_stays_so_when_a_person_is_called_and_when_it_goes(happen):
    events = [happen.opened(), happen.mitigated(), happen.escalated(), happen.closed()]
    assert [fold(history).status for history in _prefixes(events)] == ["open", *["mitigated"] * 3]
    assert fold(events).escalation == "every rung was tried. Call the carrier"
    assert fold(events).closed_at is not None


def test_an_escalated_incident_keeps_its_word_when_it_goes(happen):
    assert fold([happen.opened(), happen.escalated(), happen.closed()]).status == "escalated"


@pytest.mark.parametrize("before", ["nothing", "healing", "held"])
def test_what_goes_by_itself_is_cleared(happen, before):
    between = {"nothing": [], "healing": [happen.judged()], "held": [happen.held()]}[before]
    assert fold([happen.opened(), *between, happen.closed()]).status == "cleared"


def test_a_judgement_that_does_not_act_changes_no_status(happen):
    assert fold([happen.opened(), happen.judged("hold", allowed=False)]).status == "open"


def test_being_held_says_why_and_until_when_and_acting_ends_it(happen):
    again = happen.now + timedelta(minutes=5)
    held = [happen.opened(), happen.held("kill_switch: drill", again)]
    assert (fold(held).again_at, fold(held).held_because) == (again, "kill_switch: drill")
    acting = fold([*held, happen.intended()])
    assert (acting.again_at, acting.held_because, acting.status) == (None, "", "healing")


def test_attempts_count_rungs_and_a_rung_tells_all_its_changes(happen):
    off, on = happen.intended("a.1", summary="power it off"), happen.intended("a.2", summary="power it on")
    repeated = happen.intended("a.2", summary="power it on")
    first = [happen.opened(), off, on, repeated]
    assert (fold(first).attempts, fold(first).change) == (1, "power it off, power it on")
    assert fold(first).intents == ("a.1", "a.2")
    second = fold([*first, happen.intended("b.1", rung=1, summary="take it down")])
    assert (second.attempts, second.change) == (2, "take it down")


def test_a_fresh_look_replaces_the_evidence_unless_it_is_empty(happen):
    newer = Evidence(symptom="wan_no_address", device="d", subject="s", value=None, since=AT)
    assert fold([happen.opened(), happen.confirmed((newer,))]).evidence == (newer,)
    assert fold([happen.opened(), happen.confirmed(())]).evidence == (happen.evidence,)


def test_what_does_not_follow_is_refused(happen, another):
    with pytest.raises(ValueError, match="begins with 'opened', not with 'held'"):
        fold([happen.held()])
    with pytest.raises(ValueError, match="not with 'nothing'"):
        fold([])
    with pytest.raises(ValueError, match="opened before"):
        fold([happen.opened(), happen.opened()])
    with pytest.raises(ValueError, match="no event of s001-0001"):
        fold([happen.opened(), another("s001-0002").held()])


def _prefixes(events):
    return [events[: n + 1] for n in range(len(events))]


def _opened() -> Opened:
    return Opened(
        **WHO, at=AT, signature="x", fault_class="A", title="t", device="d", subject="p", confidence=0.9, evidence=()
    )


def _later() -> st.SearchStrategy:
    rungs = st.integers(0, 3)
    return st.one_of(
        st.builds(Confirmed, evidence=st.just(()), **_stamps()),
        st.builds(
            Judged,
            rung=rungs,
            action=st.just("a"),
            decision=st.sampled_from(["act", "hold", "escalate"]),
            reason=st.just(""),
            verdicts=st.just(()),
            **_stamps(),
        ),
        st.builds(
            Intended,
            intent=st.sampled_from(["i.1", "i.2"]),
            rung=rungs,
            action=st.just("a"),
            device=st.just("d"),
            port=st.just("p"),
            summary=st.just("s"),
            lines=st.just(()),
            undo=st.just(()),
            token=st.just(1),
            **_stamps(),
        ),
        st.builds(WriteEnded, intent=st.just("i.1"), outcome=st.just("ran"), read_back=st.just(""), **_stamps()),
        st.builds(Proved, rung=rungs, passed=st.booleans(), checks=st.just(()), **_stamps()),
        st.builds(Mitigated, by=st.just("lte"), checks=st.just(()), **_stamps()),
        st.builds(Held, rules=st.just(()), reason=st.just("r"), again_at=st.just(AT), **_stamps()),
        st.builds(Escalated, reason=st.just("r"), advice=st.just("a"), **_stamps()),
        st.builds(Healed, by=st.just("a"), **_stamps()),
        st.builds(Closed, how=st.sampled_from(["healed", "cleared"]), reason=st.just("r"), **_stamps()),
    )


def _stamps() -> dict[str, st.SearchStrategy]:
    return {name: st.just(value) for name, value in (WHO | {"at": AT}).items()}


@settings(max_examples=60, deadline=None)
@given(st.lists(_later(), max_size=15))
def test_any_order_folds_and_event_by_event_gives_the_same(events):
    progress = begin(_opened())
    for event in events:
        progress = advance(progress, event)
    assert progress.incident == fold([_opened(), *events])
    assert progress.incident.attempts == len({e.rung for e in events if isinstance(e, Intended)})


class AnIncidentsLife(RuleBasedStateMachine):
    """Whatever happens: closed stays closed, words of trouble are not lost, nothing written is forgotten."""

    events = Bundle("events")

    @initialize()
    def open(self):
        self.progress = begin(_opened())
        self.closed = None
        self.written: set[str] = set()

    @rule(event=_later())
    def happens(self, event):
        before = self.progress.incident
        self.progress = advance(self.progress, event)
        after = self.progress.incident
        if isinstance(event, Intended):
            self.written.add(event.intent)
        if before.closed_at is None and isinstance(event, Closed):
            self.closed = after
            assert after.status == (event.how if before.status in ("open", "healing", "held") else before.status)
        elif before.closed_at is None and isinstance(event, Escalated):
            assert after.status == ("mitigated" if self.progress.mitigated else "escalated")

    @invariant()
    def closed_never_reopens(self):
        if self.closed is not None:
            assert self.progress.incident.status == self.closed.status
            assert self.progress.incident.closed_at == self.closed.closed_at
            assert self.progress.incident.again_at is None
            assert self.closed.status not in ("open", "healing", "held")

    @invariant()
    def what_was_written_is_known(self):
        assert set(self.progress.incident.intents) == self.written

    @invariant()
    def only_the_held_are_asked_again(self):
        incident = self.progress.incident
        if incident.closed_at is None and incident.status == "held":
            assert incident.again_at == AT


TestAnIncidentsLife = AnIncidentsLife.TestCase
TestAnIncidentsLife.settings = settings(max_examples=40, stateful_step_count=15, deadline=None)
