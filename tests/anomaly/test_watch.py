"""The room's front: stores do not share memory, and a chain of many costs no more per store."""

from dataclasses import replace
from datetime import UTC, datetime

from anomaly.watch import Watch
from inventory.looks import Reading

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)


def test_looks_are_for_devices_with_a_session(stage):
    looks = stage.watch.looks("s001")
    assert looks.keys() == {"s001-edge", "s001-sw1", "s001-sw2"}


def test_stores_do_not_share_memory(stage, library):
    two = replace(stage.chain, stores={**stage.chain.stores, "s002": replace(stage.chain.stores["s001"], id="s002")})
    watch = Watch(library, two, {"hold_brief": 3, "hold_steady": 6, "hold_patient": 12, "clear_after": 4})
    assert watch.observe("s001", stage.answers(), NOON).symptoms
    assert not watch.observe("s002", {}, NOON).symptoms


def test_a_sight_tells_of_every_function_and_device(stage):
    sight = stage.round()
    assert [f.name for f in sight.functions] == ["pos", "click_and_collect", "guest_wifi"]
    assert {o.device for o in sight.observations} == set(stage.chain.devices)
    assert not sight.findings
    assert {s.name for s in sight.symptoms} <= {n for n, spec in stage.watch.library.symptoms.items() if spec.normal}


def test_confirming_asks_the_edge_and_the_port_above_and_remembers_nothing(stage):
    stage.change("s001-edge", "probes", {101: {"ok": False, "rtt_ms": None}})
    stage.change("s001-sw1", "macs", dict.fromkeys(["02:aa:11:00:00:20", "02:aa:11:00:00:30", "02:aa:11:00:00:99"]))
    stage.change("s001-sw1", "neighbors", {"GigabitEthernet1/0/2": None})
    (finding,) = stage.play(20).findings
    looks = stage.watch.looks_to_confirm(finding)
    assert {d: {look.getter for look in those} for d, those in looks.items()} == {
        "s001-edge": {"probes"},
        "s001-sw1": {"macs", "neighbors", "ports", "poe", "trunks"},
        "s001-sw2": {"macs", "neighbors", "ports", "poe", "trunks"},
    }
    before = stage.watch._before["s001"]
    assert stage.watch.confirm(finding, stage.answers(), stage.now).ok
    assert stage.watch._before["s001"] is before
    assert stage.watch.functions_touched(finding) == ("click_and_collect", "guest_wifi")


def test_what_cannot_be_seen_confirms_nothing(stage):
    stage.change("s001-edge", "interfaces", {"GigabitEthernet0/0": {"address": None}})
    (finding,) = stage.play(20).findings
    assert stage.watch.confirm(finding, stage.answers(), stage.now).ok
    for answers in ({}, {"s001-edge": {}}, {"s001-edge": {"interfaces": empty(stage)}}):
        told = stage.watch.confirm(finding, answers, stage.now)
        assert not told.ok
        assert "wan_no_address" in told.why


def empty(stage):
    (look,) = (look for look in stage.watch.looks("s001")["s001-edge"] if look.getter == "interfaces")
    return Reading(device="s001-edge", look=look, rows=(), taken_at=stage.now)


def test_functions_touched_by_a_missing_vlan_are_those_on_it(stage):
    stage.change("s001-sw1", "trunks", {"GigabitEthernet1/0/1": {"allowed": [10, 20, 99]}})
    (finding,) = stage.play(20).findings
    assert stage.watch.functions_touched(finding) == ("guest_wifi",)
