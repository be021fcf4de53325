"""Leases, fencing tokens, intents and permits."""

import os
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from controller.holder import is_gone, this_process
from controller.journal import Journal
from controller.ledgers.sqlite import SqliteLedger
from inventory.errors import StaleTokenError

TTL = 15


@pytest.fixture
def journal(ledger, clock):
    return Journal(ledger, "here", clock, TTL)


@pytest.fixture
def begun(ledger, happen):
    ledger.append(happen.opened())
    return happen


def test_a_lease_is_renewed_with_its_token_and_lost_to_another(ledger, clock):
    now = clock.now()
    assert ledger.live_token("s001") == 0
    assert ledger.acquire("s001", "a", now, TTL) == 1
    assert ledger.acquire("s001", "b", now, TTL) is None
    assert ledger.acquire("s001", "a", now + timedelta(seconds=10), TTL) == 1
    assert ledger.acquire("s001", "b", now + timedelta(seconds=20), TTL) is None
    assert ledger.acquire("s001", "b", now + timedelta(seconds=25), TTL) == 2
    assert ledger.acquire("s001", "a", now + timedelta(seconds=26), TTL) is None
    assert ledger.acquire("s002", "a", now, TTL) == 1
    assert ledger.live_token("s001") == 2


def test_a_holder_that_comes_back_late_keeps_its_token_if_nobody_came(ledger, clock):
    assert ledger.acquire("s001", "a", clock.now(), TTL) == 1
    assert ledger.acquire("s001", "a", clock.now() + timedelta(hours=1), TTL) == 1


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 40)), min_size=1, max_size=12))
def test_tokens_only_grow_and_one_holder_at_a_time(tmp_path_factory, clock, tries):
    ledger = SqliteLedger.open(tmp_path_factory.mktemp("tokens") / "ledger.sqlite")
    now, newest, live = clock.now(), 0, None
    for holder, later in tries:
        now += timedelta(seconds=later)
        token = ledger.acquire("s001", holder, now, TTL)
        if live is not None and live[0] != holder and live[1] > now:
            assert token is None
        else:
            assert token is not None
            assert token == newest if live is not None and live[0] == holder else token == newest + 1
            newest, live = token, (holder, now + timedelta(seconds=TTL))
        assert ledger.live_token("s001") == newest
    ledger.close()


def test_the_lease_of_a_dead_process_of_this_host_is_taken_at_once(ledger, clock):
    script = "from controller.holder import this_process; print(this_process(), flush=True); input()"
    child = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=_env()
    )
    holder = child.stdout.readline().strip()
    assert not is_gone(holder)
    assert ledger.acquire("s001", holder, clock.now(), 3600) == 1
    assert ledger.acquire("s001", this_process(), clock.now(), 3600) is None
    child.kill()
    child.wait()
    child.stdin.close()
    child.stdout.close()
    assert is_gone(holder)
    assert ledger.acquire("s001", this_process(), clock.now(), 3600) == 2


def test_only_certain_death_counts():
    host, pid, start = this_process().rsplit(":", 2)
    assert int(pid) == os.getpid()
    assert not is_gone(this_process())
    assert is_gone(f"{host}:{pid}:{int(start) + 1}")
    assert not is_gone(f"elsewhere/1:{pid}:{int(start) + 1}")
    for odd in ("", "here", "a:b", f"{host}:x:y", f"{host}:1"):
        assert not is_gone(odd)


def test_a_journalled_intent_gives_a_live_permit(ledger, journal, begun):
    token = journal.token("s001")
    event = begun.intended(token=token)
    intent = begun.intent(event, {"lines": ["enable secret 5 $1$abc"], "number": 3, "nested": {"a": [1, None]}})
    permit = journal.intend(intent, event)
    permit.assert_live()
    assert permit.intent == "i.1"
    assert journal.open_intents("s001-0001") == journal.intents("s001-0001") == (intent,)
    assert ledger.events("s001-0001")[-1] == event


def test_an_ended_intent_gives_no_more_leave(ledger, journal, begun):
    event = begun.intended(token=journal.token("s001"))
    permit = journal.intend(begun.intent(event), event)
    ended = begun.ended()
    journal.end("i.1", "ran", ended)
    with pytest.raises(StaleTokenError, match=r"i\.1 has ended"):
        permit.assert_live()
    assert journal.open_intents() == ()
    assert [i.outcome for i in journal.intents("s001-0001")] == ["ran"]
    assert ledger.events("s001-0001")[-1] == ended


def test_a_lease_that_has_run_out_gives_no_leave(journal, begun, clock):
    event = begun.intended(token=journal.token("s001"))
    permit = journal.intend(begun.intent(event), event)
    clock.sleep(TTL)
    with pytest.raises(StaleTokenError, match="run out"):
        permit.assert_live()
    journal.lease("s001")
    permit.assert_live()


def test_a_controller_that_was_frozen_writes_nothing_over_its_successor(ledger, journal, begun, clock):
    event = begun.intended(token=journal.token("s001"))
    permit = journal.intend(begun.intent(event), event)
    successor = Journal(ledger, "there", clock, TTL)
    assert successor.lease("s001") is None
    clock.sleep(TTL)
    assert successor.lease("s001").token == 2
    clock.time -= timedelta(seconds=TTL)  # even when the frozen one's clock stood still, the token tells
    with pytest.raises(StaleTokenError, match="no longer the newest"):
        permit.assert_live()
    again = begun.intended("i.2", token=1)
    with pytest.raises(StaleTokenError):
        journal.intend(begun.intent(again), again)
    assert [i.id for i in journal.intents("s001-0001")] == ["i.1"]
    clock.sleep(TTL - 1)
    with pytest.raises(StaleTokenError, match="another controller"):
        journal.token("s001")


def test_the_ledger_itself_refuses_an_intent_under_an_old_token(ledger, begun, clock):
    ledger.acquire("s001", "a", clock.now(), TTL)
    ledger.acquire("s001", "b", clock.now() + timedelta(seconds=TTL), TTL)
    event = begun.intended(token=1)
    with pytest.raises(StaleTokenError, match="token 1 is no longer"):
        ledger.open_intent(begun.intent(event), event)
    assert ledger.intents() == ()
    assert [e.kind for e in ledger.events("s001-0001")] == ["opened"]


def test_an_intent_and_its_event_are_kept_together_or_not_at_all(ledger, journal, begun):
    event = begun.intended(token=journal.token("s001"))
    journal.intend(begun.intent(event), event)
    with pytest.raises(ValueError, match="journalled before"):
        journal.intend(begun.intent(event), event)
    assert [e.kind for e in ledger.events("s001-0001")] == ["opened", "intended"]
    with pytest.raises(LookupError, match="never journalled"):
        journal.end("i.9", "ran", begun.ended("i.9"))
    assert len(ledger.events("s001-0001")) == 2


def test_an_outcome_is_told_once_and_only_refined(ledger, journal, begun):
    event = begun.intended(token=journal.token("s001"))
    journal.intend(begun.intent(event), event)
    for outcome in ("unknown", "ran", "ran", "undone"):
        journal.end("i.1", outcome, begun.ended(outcome=outcome))
    with pytest.raises(ValueError, match="cannot become 'ran'"):
        journal.end("i.1", "ran", begun.ended())
    told = [e.outcome for e in ledger.events("s001-0001") if e.kind == "write_ended"]
    assert told == ["unknown", "ran", "undone"]


def test_ticks_renew_a_lease_only_when_half_of_it_is_over(ledger, journal, clock, monkeypatch):
    asked, acquire = [], ledger.acquire
    monkeypatch.setattr(ledger, "acquire", lambda *args: asked.append(args) or acquire(*args))
    ends = []
    for _ in range(8):
        ends.append(journal.lease("s001").expires_at)
        clock.sleep(2)
    assert len(asked) == 2
    assert ends == sorted(ends)


def test_racing_controllers_never_share_a_token(ledger_path, clock):
    ledgers = [SqliteLedger.open(ledger_path) for _ in range(4)]
    won = []

    def race(number):
        for turn in range(10):
            token = ledgers[number].acquire("s001", f"h{number}", clock.now() + timedelta(seconds=turn * TTL), TTL)
            if token is not None:
                won.append((token, number))

    threads = [threading.Thread(target=race, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    holders = dict(won)
    assert all(holders[token] == number for token, number in won)
    assert sorted(holders) == list(range(1, len(holders) + 1))
    for opened in ledgers:
        opened.close()


def _env():
    return os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}


def test_a_clock_that_was_set_back_cannot_keep_a_lost_lease(ledger, journal, clock):
    clock.sleep(3600)
    assert journal.lease("s001").token == 1
    ledger.acquire("s001", "there", clock.now() + timedelta(seconds=TTL), TTL)
    clock.time -= timedelta(seconds=1800)
    assert journal.lease("s001") is None
