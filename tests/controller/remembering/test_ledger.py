"""The ledger on SQLite: events, projections, numbers and switches."""

import json
import sqlite3
import stat
import threading
from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest

from controller.events import EVENT_TYPES, Evidence
from controller.incident import fold
from controller.ledgers.sqlite import LedgerError, SqliteLedger
from controller.ports import FunctionView, StoreView
from controller.rollout_events import RolloutEvent


def test_every_kind_of_event_is_read_back_as_it_was(ledger, happen):
    events = (
        *happen.healing()[:-2],
        happen.mitigated(),
        happen.held(again_at=happen.now),
        happen.escalated(),
        happen.healed(),
        happen.joined(),
        happen.suggested(),
        happen.guessed(),
        happen.quieted(),
        happen.reviewed(),
        happen.closed(),
    )
    ledger.append(*events)
    of_rollouts = {t.kind for t in get_args(RolloutEvent)}  # those have tests of their own
    assert {event.kind for event in events} == set(EVENT_TYPES) - of_rollouts
    assert ledger.incidents(parent="chain-0001") == ledger.incidents()
    assert ledger.incidents(parent="") == ()
    assert ledger.events("s001-0001") == events


@pytest.mark.parametrize("value", [True, False, None, 2.5, 1, "1", "true", "none"])
def test_values_keep_their_type(ledger, happen, value):
    ledger.append(happen.opened(evidence=(replace(happen.evidence, value=value),)))
    [back] = ledger.events("s001-0001")[0].evidence
    assert back.value == value
    assert isinstance(back.value, bool) == isinstance(value, bool)


def test_events_lie_in_the_file_in_the_shape_others_read(ledger, ledger_path, happen):
    events = happen.healing()
    ledger.append(*events)
    rows = sqlite3.connect(ledger_path).execute("SELECT seq, incident, store, kind, at, body FROM events").fetchall()
    assert [row[3] for row in rows] == [event.kind for event in events]
    assert [row[0] for row in rows] == sorted({row[0] for row in rows})
    assert rows[0][1:3] == ("s001-0001", "s001")
    assert rows[0][4] == "2026-11-20T14:03:08.000000+00:00"
    body = json.loads(rows[0][5])
    assert body["evidence"][0] == {
        "symptom": "wan_no_address",
        "device": "s001-edge",
        "subject": "GigabitEthernet0/0",
        "value": True,
        "since": "2026-11-20T14:03:07Z",
        "observation": "",
    }


def test_the_projection_is_the_fold_at_every_event(ledger, happen):
    events = (
        happen.opened(),
        happen.judged(),
        happen.intended(),
        happen.mitigated(),
        happen.escalated(),
        happen.closed(),
    )
    for number, event in enumerate(events, 1):
        ledger.append(event)
        assert ledger.incident("s001-0001") == fold(events[:number])
    assert ledger.incident("s001-0002") is None


def test_what_does_not_follow_is_refused_whole(ledger, happen, another):
    with pytest.raises(ValueError, match="begins with 'opened'"):
        ledger.append(happen.held())
    ledger.append(happen.opened())
    with pytest.raises(ValueError, match="opened before"):
        ledger.append(happen.held(), another("s002-0001", "s002").opened(), happen.opened())
    assert [event.kind for event in ledger.events("s001-0001")] == ["opened"]
    assert ledger.incident("s002-0001") is None


def test_what_could_not_be_read_back_is_refused(ledger, happen):
    with pytest.raises(ValueError, match="opened of s001-0001 cannot be kept: confidence"):
        ledger.append(happen.opened(confidence=float("nan")))
    naive = replace(happen.opened(), at=happen.now.replace(tzinfo=None))
    with pytest.raises(ValueError, match="time zone"):
        ledger.append(naive)
    assert ledger.last_seq() == 0


def test_what_a_hostile_device_says_is_kept_harmless(ledger, happen):
    happen.evidence = replace(happen.evidence, value="\ud800 \x00 snmp-server community s3cr3t RO")
    ledger.append(happen.opened(), happen.confirmed((replace(happen.evidence, value=float("nan")),)))
    opened, confirmed = ledger.events("s001-0001")
    assert opened.evidence[0].value == "? \x00 snmp-server community *** RO"
    assert confirmed.evidence[0].value is None


def test_no_secret_reaches_the_file(ledger, ledger_path, happen):
    line = "enable secret 0 sw0rdfish"
    ledger.append(happen.opened(), happen.intended(lines=(line,)), happen.held("password: sw0rdfish"))
    ledger.close()
    assert b"sw0rdfish" not in ledger_path.read_bytes()


def test_incidents_are_listed_newest_first_and_filtered(ledger, happen, another):
    ledger.append(happen.opened())
    ledger.append(another("s002-0001", "s002").opened())
    ledger.append(another("s001-0002").opened())
    ledger.append(happen.closed())
    assert [i.id for i in ledger.incidents()] == ["s001-0002", "s002-0001", "s001-0001"]
    assert [i.id for i in ledger.incidents(store="s001")] == ["s001-0002", "s001-0001"]
    assert [i.id for i in ledger.incidents(open_only=True)] == ["s001-0002", "s002-0001"]
    assert [i.id for i in ledger.incidents(limit=1)] == ["s001-0002"]
    assert ledger.counts() == {"open": 2, "cleared": 1}
    assert ledger.counts(since=happen.now + timedelta(hours=1)) == {}


def test_numbers_are_never_given_twice_not_even_after_a_restart(ledger, ledger_path, happen):
    assert [ledger.next_incident("s001"), ledger.next_incident("s001")] == ["s001-0001", "s001-0002"]
    ledger.close()
    again = SqliteLedger.open(ledger_path)
    assert [again.next_incident("s001"), again.next_incident("s002")] == ["s001-0003", "s002-0001"]
    happen.incident = "s001-0004"
    again.append(happen.opened())
    assert again.next_incident("s001") == "s001-0005"
    again.close()


def test_events_are_followed_by_sequence_number(ledger, happen):
    events = happen.healing()
    ledger.append(*events)
    first = ledger.events_after(0, 3)
    rest = ledger.events_after(first[-1][0])
    assert tuple(event for _, event in first + rest) == events
    assert ledger.last_seq() == rest[-1][0]
    assert ledger.events_after(ledger.last_seq()) == ()


def test_store_projections_are_replaced(ledger, happen):
    tills = FunctionView(name="pos", state="down", why="no till is seen")
    before = StoreView(store="s002", name="Mill", state="unknown", functions=(), seen_at=None)
    after = replace(before, state="stopped", functions=(tills,), seen_at=happen.now)
    other = replace(before, store="s001")
    ledger.save_stores([before, other])
    ledger.save_stores([after])
    ledger.save_stores([])
    assert ledger.stores() == (other, after)


def test_a_switch_is_thrown_and_taken_back(ledger):
    assert ledger.switch("kill") is None
    ledger.throw("kill", "carrier works tonight")
    ledger.throw("kill", "still")
    assert ledger.switch("kill") == "still"
    ledger.throw("kill", None)
    ledger.throw("kill", None)
    assert ledger.switch("kill") is None


def test_many_lanes_write_at_once_and_one_bad_write_harms_no_other(ledger, another):
    lanes = [another(f"s{n:03d}-0001", f"s{n:03d}") for n in range(12)]
    refused = []

    def lane(happen):
        ledger.append(happen.opened())
        for _ in range(5):
            ledger.append(happen.held())
            try:
                ledger.append(happen.opened())
            except ValueError as error:
                refused.append(str(error))

    threads = [threading.Thread(target=lane, args=(happen,)) for happen in lanes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 60
    for happen in lanes:
        assert [e.kind for e in ledger.events(happen.incident)] == ["opened", *["held"] * 5]
    numbers = [seq for seq, _ in ledger.events_after(0, 1000)]
    assert len(numbers) == 72
    assert numbers == sorted(set(numbers))


def test_waiting_writers_share_one_commit(ledger):
    database, order = ledger._database, []
    entered, release = threading.Event(), threading.Event()

    def slow(_connection):
        entered.set()
        release.wait(10)

    first = threading.Thread(target=database.write, args=(slow,))
    first.start()
    assert entered.wait(10)
    rest = [threading.Thread(target=database.write, args=(lambda c: order.append(id(c)),)) for _ in range(4)]
    for thread in rest:
        thread.start()
    while len(database._waiting) < 4:
        threading.Event().wait(0.001)
    release.set()
    for thread in (first, *rest):
        thread.join()
    assert len(order) == 4
    assert len(set(order)) == 1


def test_two_ledgers_on_one_file_take_turns(ledger, ledger_path, happen, another):
    second = SqliteLedger.open(ledger_path)
    ledger.append(happen.opened())
    second.append(happen.held())
    second.append(another("s002-0001", "s002").opened())
    assert [e.kind for e in ledger.events("s001-0001")] == ["opened", "held"]
    assert ledger.incident("s001-0001").status == "held"
    second.close()


def test_the_file_is_durable_private_and_strict(ledger, ledger_path):
    with ledger._database.transaction() as connection:
        told = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert told == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10000}
    assert stat.S_IMODE(ledger_path.stat().st_mode) == 0o600


def test_looking_does_not_write(ledger, ledger_path, happen):
    ledger.append(happen.opened())
    looking = SqliteLedger.open_read_only(ledger_path)
    assert looking.incidents() == ledger.incidents()
    with pytest.raises(LedgerError, match="for reading only"):
        looking.throw("kill", "no")
    ledger.append(happen.held())
    assert looking.incident("s001-0001").status == "held"
    looking.close()
    ledger.close()
    after = SqliteLedger.open_read_only(ledger_path)
    assert after.incident("s001-0001").status == "held"
    after.close()


def test_looking_at_nothing_says_so(tmp_path):
    with pytest.raises(LedgerError, match=r"there is no ledger at .*none\.sqlite"):
        SqliteLedger.open_read_only(tmp_path / "none.sqlite")
    assert not (tmp_path / "none.sqlite").exists()
    (tmp_path / "note.txt").write_text("x" * 5000)
    with pytest.raises(LedgerError, match="not a database"):
        SqliteLedger.open_read_only(tmp_path / "note.txt")
    with pytest.raises(LedgerError, match="not a database"):
        SqliteLedger.open(tmp_path / "note.txt")
    with pytest.raises(LedgerError, match="cannot open the ledger"):
        SqliteLedger.open(tmp_path / "note.txt" / "ledger.sqlite")


def test_an_evidence_value_is_never_read_as_another_incident(ledger, happen):
    odd = Evidence(symptom="x' OR 1=1 --", device="d", subject='"; DROP TABLE events', value="%s", since=happen.now)
    ledger.append(happen.opened(evidence=(odd,)))
    assert ledger.events("s001-0001")[0].evidence == (odd,)
    assert ledger.events("' OR 1=1 --") == ()
