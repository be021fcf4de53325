"""An extra look: at once, once a minute, never at the same time as another, and nothing without runners."""

from types import SimpleNamespace

import pytest

from controller.intake.hints import REMEMBERED, Hints
from controller.intake.model import LONGEST_TEXT, Told
from controller.poll import Poller


def told(**given):
    return Told(**{"source": "syslog", "sender": "10.0.0.1", "mnemonic": "LINK-3-UPDOWN", "kind": "link", **given})


def test_a_store_is_looked_at_at_once_and_once_a_minute(looker, clock):
    assert looker.poller.hasten("s001")
    assert looker.seen == [("s001", {"s001-edge", "s001-sw1"})]
    assert not looker.poller.hasten("s001")
    assert looker.poller.hasten("s002")
    clock.sleep(60)
    assert looker.poller.hasten("s001")
    assert [s for s, _ in looker.seen] == ["s001", "s002", "s001"]
    assert looker.poller.pulse is None, "an extra look is not the pulse"


def test_a_store_nobody_knows_is_not_looked_at(looker):
    assert not looker.poller.hasten("s999")
    assert looker.looks == []


def test_a_poll_goes_on_beside_extra_looks(looker):
    looker.poller.hasten("s001")
    looker.poller.tick()
    assert sorted(s for s, _ in looker.seen) == ["s001", "s001", "s002", "s003"]
    assert looker.poller.pulse is not None


def test_a_hint_during_a_look_is_followed_by_another_look(chain, clock, looker):
    """The look under way may have asked before the fault: what it sees is not what the hint tells of."""
    inner, hastened = looker.poller._fleet.look, []

    def look(devices, looks_for):
        for answer in inner(devices, looks_for):
            if not hastened:
                hastened.append(looker.poller.hasten("s001"))
                assert [s for s, _ in looker.seen] == []
            yield answer

    looker.poller._fleet = SimpleNamespace(look=look)
    looker.poller.tick()
    assert hastened == [True]
    assert sorted(s for s, _ in looker.seen) == ["s001", "s001", "s002", "s003"]


def test_a_poll_leaves_out_a_store_that_is_being_looked_at(looker):
    looker.poller._begin(["s001"])
    looker.poller.tick()
    assert sorted(s for s, _ in looker.seen) == ["s002", "s003"]


def test_a_fleet_that_fails_leaves_every_store_free(looker):
    def look(devices, looks_for):
        raise RuntimeError
        yield

    whole = looker.poller._fleet
    looker.poller._fleet = SimpleNamespace(look=look)
    with pytest.raises(RuntimeError):
        looker.poller.tick()
    looker.poller._fleet = whole
    looker.poller.tick()
    assert len(looker.seen) == 3


def test_without_runners_nothing_is_hurried(chain, clock, looker):
    poller = Poller(chain, looker.poller._fleet, looker.poller._lanes, clock, looker.poller._workers)
    assert not poller.hasten("s001")


def test_a_controller_that_stops_takes_no_more(looker):
    def submit(*_):
        raise RuntimeError("cannot schedule new futures after shutdown")

    looker.poller._runners = SimpleNamespace(submit=submit)
    assert not looker.poller.hasten("s001")


def test_a_message_becomes_a_hint_and_says_what_came_of_it(chain, clock, looker):
    hints = Hints(chain, looker.poller.hasten, clock.now)
    did = [hints.take(told(device=d)).did for d in ("s001-edge", "s001-sw1", "s001-ap1", "s009-edge", "")]
    assert did == ["looks", "looked_lately", "looked_lately", "unresolved", "unresolved"]
    assert hints.take(told(store="s003")).store == "s003"
    assert hints.polls_raised == 2
    assert [h.device for h in hints.recent(2)] == [None, None]


def test_what_tells_of_our_own_doing_hurries_nothing(chain, clock, looker):
    hints = Hints(chain, looker.poller.hasten, clock.now, ("storenet-rw",))
    assert hints.take(told(device="s001-edge", text="Configured from console by storenet-rw")).did == "ours"
    assert looker.looks == []
    assert hints.fresh("s001", clock.now()) == {}


def test_only_the_devices_own_word_counts_for_fresh(chain, clock, looker):
    hints = Hints(chain, looker.poller.hasten, clock.now)
    hints.take(told(device="s001-edge", source="webhook"))
    hints.take(told(device="s001-edge", source="alertmanager"))
    hints.take(told(store="s001"))
    assert hints.fresh("s001", clock.now()) == {}
    hints.take(told(device="s001-edge", source="trap"))
    assert hints.fresh("s001", clock.now()) == {("s001-edge", "link"): clock.now()}
    assert hints.fresh("s002", clock.now()) == {}


def test_what_is_remembered_of_hints_is_bounded(chain, clock, looker):
    hints = Hints(chain, looker.poller.hasten, clock.now)
    for _ in range(3 * REMEMBERED):
        hints.take(told(text="x" * 9999, mnemonic="y" * 9999))
    assert len(hints.recent(10**6)) == REMEMBERED
    assert len(hints.recent(1)[0].text) == LONGEST_TEXT


def test_counts_go_on_when_the_listening_process_begins_anew(chain, clock, looker):
    hints = Hints(chain, looker.poller.hasten, clock.now)
    hints.note_counts({("syslog", "received"): 5})
    hints.note_counts({("syslog", "received"): 7})
    hints.begin_counting_anew()
    hints.note_counts({("syslog", "received"): 2})
    assert hints.counts()["syslog", "received"] == 9
