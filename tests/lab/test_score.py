import json
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from lab.score import score
from lab.told import UnreadableError

START = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)
PORT = "GigabitEthernet1/0/2"
SECTION = f"interface {PORT}"
HUNG = {"store": "s001", "device": "s001-ap1", "port": PORT, "upstream": "s001-sw1", "variant": ""}
VLAN = {"store": "s001", "device": "s001-sw1", "port": PORT, "upstream": "s001-sw1", "variant": "20"}
WAN = {"store": "s001", "device": "s001-edge", "port": "GigabitEthernet0/0", "upstream": "s001-edge", "variant": ""}


def at(seconds):
    return (START + timedelta(seconds=seconds)).isoformat(timespec="milliseconds")


class Run:
    """A run told by hand."""

    def __init__(self, folder):
        self.folder = folder
        self.rows = [
            {
                "at": at(0),
                "kind": "start",
                "seed": 7,
                "stores": 1,
                "devices": 4,
                "on_backup": ["pos", "click_and_collect"],
            }
        ]
        self.events = []
        for name in ("pos", "click_and_collect", "guest_wifi"):
            self.function(0, name, 1.0)

    def function(self, when, name, served):
        self.rows.append({"at": at(when), "kind": "function", "store": "s001", "function": name, "served": served})

    def fault(self, begin, end, name, target, *, by="lab", kind="fault", fault_class="A", expected="healed"):
        row = {"id": f"f{begin}", "fault": name, "type": kind, "class": fault_class, **target, "expected": expected}
        self.rows.append({"at": at(begin), "kind": "fault_in", **row, "by": "lab"})
        if end is not None:
            self.rows.append({"at": at(end), "kind": "fault_out", **row, "by": by})

    def write(self, when, line, *, device="s001-sw1", user="storenet-rw", section=SECTION, changed=True):
        self.rows.append(
            {
                "at": at(when),
                "kind": "write",
                "store": "s001",
                "device": device,
                "user": user,
                "line": line,
                "section": section,
                "changed": changed,
            }
        )

    def incident(self, when, signature, device, subject="", *, ends=(), name="s001-0001", store="s001"):
        opened = {"signature": signature, "device": device, "subject": subject}
        self.events.append((name, store, "opened", at(when), json.dumps(opened)))
        self.events += [(name, store, kind, at(moment), "{}") for moment, kind in ends]

    def score(self):
        log, ledger = self.folder / "log.jsonl", self.folder / "ledger.sqlite"
        rows = sorted(self.rows, key=lambda row: row["at"])
        log.write_text("".join(json.dumps(row) + "\n" for row in rows))
        with sqlite3.connect(ledger) as connection:
            connection.execute(
                "CREATE TABLE events(seq INTEGER PRIMARY KEY, incident TEXT, store TEXT, kind TEXT, at TEXT, body TEXT)"
            )
            connection.executemany(
                "INSERT INTO events(incident, store, kind, at, body) VALUES (?,?,?,?,?)", self.events
            )
        connection.close()
        return score(log, ledger)


@pytest.fixture
def run(tmp_path):
    return Run(tmp_path)


def healed_access_point(run):
    run.fault(10, 40, "ap_hung", HUNG, by="repair")
    run.function(10, "guest_wifi", 0.5)
    run.function(45, "guest_wifi", 1.0)
    run.write(40, "power inline never")
    run.write(42, "power inline auto")


def test_a_healed_fault_is_told_in_full(run):
    healed_access_point(run)
    run.incident(25, "ap_hung", "s001-ap1", ends=[(50, "healed"), (51, "closed")])
    report = run.score()
    assert report.as_expected
    assert report.as_json() == {
        "seed": 7,
        "stores": 1,
        "devices": 4,
        "faults": [
            {
                "id": "f10",
                "kind": "ap_hung",
                "class": "A",
                "store": "s001",
                "device": "s001-ap1",
                "expected": "healed",
                "ended_as": "healed",
                "injected_at": at(10),
                "detected_at": at(25),
                "signature": "ap_hung",
                "named_correctly": True,
                "restored_at": at(45),
                "verified_by_truth": True,
                "function_seconds_lost": 17.5,
                "incident": "s001-0001",
            }
        ],
        "summary": {
            "healed": 1,
            "mitigated": 0,
            "escalated": 0,
            "held": 0,
            "untouched": 0,
            "recovered": 0,
            "wrongly_changed": 0,
            "median_detect_s": 15.0,
            "median_restore_s": 35.0,
            "false_incidents": 0,
        },
    }


def test_a_claim_of_healing_without_the_truth_is_no_healing(run):
    run.fault(10, 85, "ap_hung", HUNG, by="lab")
    run.incident(25, "ap_hung", "s001-ap1", ends=[(50, "healed")])
    (row,) = run.score().faults
    assert row.ended_as == "open"
    assert row.restored_at is None
    assert not row.verified_by_truth


def test_a_cause_gone_with_a_function_still_dead_is_no_healing(run):
    run.fault(10, 40, "ap_hung", HUNG, by="repair")
    run.function(10, "guest_wifi", 0.5)
    run.incident(25, "ap_hung", "s001-ap1", ends=[(50, "healed")])
    (row,) = run.score().faults
    assert row.ended_as == "open"


def test_a_repair_the_ledger_does_not_claim_is_no_healing(run):
    healed_access_point(run)
    run.incident(25, "ap_hung", "s001-ap1", ends=[(50, "escalated")])
    assert run.score().faults[0].ended_as == "escalated"


@pytest.mark.parametrize("ending", ["mitigated", "escalated", "held"])
def test_what_was_said_before_the_lab_took_it_out_counts(run, ending):
    run.fault(10, 40, "wan_carrier_down", WAN, fault_class="E", expected=ending)
    run.function(10, "guest_wifi", 0.0)
    run.function(40.5, "guest_wifi", 1.0)
    run.incident(15, "wan_carrier_down", "s001-edge", WAN["port"], ends=[(20, ending), (60, "closed")])
    report = run.score()
    assert report.faults[0].ended_as == ending
    assert report.faults[0].function_seconds_lost == 30.5
    assert report.as_expected


def test_calling_people_does_not_undo_a_mitigation(run):
    run.fault(10, 40, "wan_carrier_down", WAN, fault_class="E", expected="mitigated")
    run.incident(15, "wan_carrier_down", "s001-edge", ends=[(20, "mitigated"), (21, "escalated")])
    (row,) = run.score().faults
    assert row.ended_as == "mitigated"
    assert row.verified_by_truth


def test_a_mitigation_with_the_tills_down_is_not_verified(run):
    run.fault(10, 40, "wan_carrier_down", WAN, fault_class="E", expected="mitigated")
    run.function(11, "pos", 0.0)
    run.incident(15, "wan_carrier_down", "s001-edge", ends=[(20, "mitigated")])
    assert run.score().faults[0].verified_by_truth is False


def test_what_was_said_too_late_does_not_count(run):
    run.fault(10, 40, "ap_hung", HUNG, expected="held")
    run.incident(25, "ap_hung", "s001-ap1", ends=[(47, "held")])
    assert run.score().faults[0].ended_as == "open"


def test_an_incident_on_a_decoy_is_false(run):
    run.fault(
        10,
        40,
        "port_shut_by_person",
        {**HUNG, "device": "s001-till1"},
        kind="decoy",
        fault_class=None,
        expected="untouched",
    )
    run.incident(20, "ap_hung", "s001-sw1", PORT, ends=[(30, "escalated")])
    report = run.score()
    assert report.summary["false_incidents"] == 1
    assert report.faults[0].ended_as == "escalated"
    assert report.faults[0].named_correctly is None
    assert not report.as_expected


def test_a_decoy_left_alone_is_untouched(run):
    run.fault(10, 40, "ap_slow", HUNG, kind="decoy", fault_class=None, expected="untouched")
    report = run.score()
    assert report.faults[0].ended_as == "untouched"
    assert report.as_expected


def test_a_decoy_that_was_changed_is_not_untouched(run):
    run.fault(10, 40, "ap_slow", HUNG, kind="decoy", fault_class=None, expected="untouched")
    run.write(20, "power inline never")
    report = run.score()
    assert report.faults[0].ended_as == "changed"
    assert report.summary["wrongly_changed"] == 1


def test_an_incident_of_nothing_is_false(run):
    run.incident(200, "ap_hung", "s001-ap1")
    assert run.score().summary["false_incidents"] == 1


def test_an_incident_on_another_port_belongs_by_its_name_only(run):
    run.fault(10, 40, "vlan_missing", VLAN)
    run.incident(15, "vlan_missing", "s001-sw2", "GigabitEthernet1/0/1")
    run.incident(16, "unknown", "s001-sw1", "GigabitEthernet1/0/9", name="s001-0002")
    report = run.score()
    assert report.faults[0].incident == "s001-0001"
    assert report.summary["false_incidents"] == 1


def test_the_wrong_name_in_the_right_place_is_said(run):
    run.fault(10, 40, "vlan_missing", VLAN)
    run.incident(15, "unknown", "s001-sw1", PORT)
    (row,) = run.score().faults
    assert row.incident == "s001-0001"
    assert row.named_correctly is False


@pytest.mark.parametrize(
    ("line", "options"),
    [
        ("switchport trunk allowed vlan add 30", {}),
        ("switchport trunk allowed vlan add 20", {"section": "interface GigabitEthernet1/0/3"}),
        ("switchport trunk allowed vlan add 20", {"device": "s001-sw2"}),
        ("no shutdown", {"user": "timer"}),
        ("reload", {"section": ""}),
        ("hostname x", {"section": "", "user": "storenet-ro"}),
    ],
)
def test_a_change_nobody_called_for_is_wrong(run, line, options):
    run.fault(10, 40, "vlan_missing", VLAN)
    run.write(20, line, **options)
    assert run.score().summary["wrongly_changed"] == 1


@pytest.mark.parametrize(
    ("line", "options"),
    [
        ("switchport trunk allowed vlan add 20", {}),
        ("no file prompt quiet", {"section": ""}),
        ("file prompt quiet", {"section": ""}),
        ("send log storenet s001-0001-1", {"section": ""}),
        ("copy running-config startup-config", {"section": ""}),
        ("shutdown", {"user": "jdoe"}),
        ("shutdown", {"changed": False}),
    ],
)
def test_a_fitting_change_and_housekeeping_are_not_wrong(run, line, options):
    run.fault(10, 40, "vlan_missing", VLAN)
    run.write(20, line, **options)
    assert run.score().summary["wrongly_changed"] == 0


def test_a_fitting_change_long_after_the_fault_is_wrong(run):
    healed_access_point(run)
    run.write(75, "power inline never")
    assert run.score().summary["wrongly_changed"] == 1


def test_a_quiet_run_is_as_expected(run):
    report = run.score()
    assert report.faults == ()
    assert report.as_expected
    assert report.summary["median_detect_s"] is None


def test_files_that_are_neither_are_refused(tmp_path):
    (tmp_path / "log.jsonl").write_text('{"at": "2026-03-03T10:00:00+00:00", "kind": "function"}\n')
    with pytest.raises(UnreadableError, match="log of the lab"):
        score(tmp_path / "log.jsonl", tmp_path / "ledger.sqlite")
    (tmp_path / "log.jsonl").write_text(
        json.dumps({"at": at(0), "kind": "start", "seed": 1, "stores": 1, "devices": 1}) + "\n"
    )
    with pytest.raises(UnreadableError, match="not a ledger"):
        score(tmp_path / "log.jsonl", tmp_path / "ledger.sqlite")


def test_a_fault_whose_time_was_cut_short_is_not_judged(run):
    run.fault(10, 12, "ap_hung", HUNG, by="end")
    run.incident(11, "ap_hung", "s001-ap1")
    report = run.score()
    assert report.faults == ()
    assert report.as_expected


FLEET = {"store": "", "device": "northtel", "port": "", "upstream": "s001,s002,s003", "variant": "link"}


def test_a_fault_of_the_fleet_is_judged_by_its_parent_and_owns_its_children(run):
    run.fault(10, 90, "fleet_common_cause", FLEET, fault_class="E", expected="escalated")
    run.incident(15, "wan_carrier_down", "s001-edge", ends=[(16, "mitigated")])
    run.incident(15, "wan_carrier_down", "s002-edge", ends=[(16, "mitigated")], name="s002-0001", store="s002")
    run.incident(20, "fleet_common_cause", "", "northtel", ends=[(21, "escalated")], name="fleet-0001", store="")
    report = run.score()
    (row,) = report.faults
    assert (row.ended_as, row.incident, row.named_correctly) == ("escalated", "fleet-0001", True)
    assert (report.summary["false_incidents"], report.as_expected) == (0, True)


def test_a_local_fault_in_a_store_that_was_hit_keeps_its_own_incident(run):
    run.fault(10, 90, "fleet_common_cause", FLEET, fault_class="E", expected="escalated")
    run.fault(12, 40, "ap_hung", HUNG, by="repair")
    run.incident(15, "wan_carrier_down", "s001-edge")
    run.incident(16, "ap_hung", "s001-ap1", ends=[(40, "healed")], name="s001-0002")
    run.incident(20, "fleet_common_cause", "", "northtel", ends=[(21, "escalated")], name="fleet-0001", store="")
    report = run.score()
    assert {row.kind: row.incident for row in report.faults} == {
        "fleet_common_cause": "fleet-0001",
        "ap_hung": "s001-0002",
    }
    assert report.as_expected


def test_a_parent_without_a_cause_and_a_child_elsewhere_are_false(run):
    run.fault(10, 90, "fleet_common_cause", FLEET, fault_class="E", expected="escalated")
    run.incident(15, "wan_carrier_down", "s009-edge", name="s009-0001", store="s009")
    run.incident(150, "fleet_common_cause", "", "northtel", name="fleet-0001", store="")
    report = run.score()
    assert report.summary["false_incidents"] == 2
    assert report.faults[0].ended_as == "untouched"


@pytest.mark.parametrize(("closed", "ended"), [(True, "recovered"), (False, "open")])
def test_a_fault_that_passed_by_itself_is_recovered_when_its_incident_is_closed(run, closed, ended):
    run.fault(10, 40, "ap_hung", HUNG, by="itself")
    run.incident(25, "ap_hung", "s001-ap1", ends=[(30, "held"), *([(51, "closed")] if closed else [])])
    (row,) = run.score().faults
    assert (row.expected, row.ended_as) == ("recovered", ended)


def test_a_fault_that_passed_before_anybody_saw_it_is_recovered(run):
    run.fault(10, 12, "ap_hung", HUNG, by="itself")
    assert run.score().as_expected


@pytest.mark.parametrize(("expected", "wrong"), [("healed", 0), ("held", 1)])
def test_a_guarded_repair_is_called_for_where_it_was_to_be_made(run, expected, wrong):
    run.fault(10, 40, "port_wrong_vlan", HUNG, fault_class="G", expected=expected, by="repair")
    run.write(30, "switchport access vlan 10")
    assert run.score().summary["wrongly_changed"] == wrong
