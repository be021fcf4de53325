import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from anomaly.replay.folder import read_folder
from anomaly.replay.replaying import replay, write_detections
from inventory.yaml_file import ContentError
from tests.anomaly.replay.fabric import LEAVES, SLOTS, SPINES, Fabric, at, write


def told(tmp_path, *fabrics, **kwargs):
    return list(replay(read_folder(write(tmp_path / "day", *fabrics, **kwargs))))


def firsts(found):
    """Each incident once, as (slot, device, kind, interface); confirmations left out."""
    seen = {}
    for d in found:
        seen.setdefault((d.device, d.kind, d.interface), round((d.ts - at(0)) / 10))
    return [(slot, *place) for place, slot in seen.items()]


def test_a_quiet_day_is_silent(tmp_path):
    assert told(tmp_path, Fabric()) == []


def test_a_shut_port_is_one_incident_at_the_port_that_was_shut(tmp_path):
    fabric = Fabric()
    fabric.down("leaf2", "up0", 50)
    found = told(tmp_path, fabric)
    assert firsts(found) == [(50, "leaf2", "admin_shut", "up0")]
    assert "near:bgp_loss" in found[-1].evidence  # the confirmation has heard the spine


def test_a_shut_port_seen_by_the_far_end_first_is_still_the_shut_ports(tmp_path):
    fabric = Fabric()
    fabric.down("leaf2", "up0", 50)
    fabric.set("leaf2", "up0", "admin_up", 50, 1, 51)
    fabric.set("leaf2", "up0", "oper_up", 50, 1, 51)
    assert firsts(told(tmp_path, fabric)) == [(51, "leaf2", "admin_shut", "up0")]


def test_a_port_opened_again_is_told_once(tmp_path):
    fabric = Fabric()
    fabric.down("spine1", "down3", 40, until=70)
    assert [row[2] for row in firsts(told(tmp_path, fabric))] == ["admin_shut", "admin_up"]


@pytest.mark.parametrize("device", ["leaf3", "spine2"])
def test_cleared_sessions_are_told_where_they_were_cleared(tmp_path, device):
    fabric = Fabric()
    fabric.clear(device, 50)
    assert firsts(told(tmp_path, fabric)) == [(50, device, "bgp_clear", "")]


def test_two_devices_cleared_in_one_breath_are_two_incidents(tmp_path):
    fabric = Fabric()
    fabric.clear("spine1", 50)
    fabric.clear("spine2", 51)
    assert {row[1] for row in firsts(told(tmp_path, fabric))} == {"spine1", "spine2"}


def test_bfd_that_breaks_under_a_port_that_stays_up(tmp_path):
    fabric = Fabric()
    for end in (("spine1", "down0"), ("leaf1", "up0")):
        fabric.set(*end, "bfd_sessions_up", 50, 0, 70)
    fabric.sessions("leaf1", 50, 1)
    fabric.sessions("spine1", 50, 1)
    kinds = firsts(told(tmp_path, fabric))
    assert {row[1:] for row in kinds if row[2] == "bfd_break"} == {
        ("spine1", "bfd_break", "down0"),
        ("leaf1", "bfd_break", "up0"),
    }
    assert {row[2] for row in kinds} == {"bfd_break", "bfd_restore"}


def test_bfd_that_goes_a_sample_before_its_port_is_the_ports_incident(tmp_path):
    fabric = Fabric()
    fabric.down("leaf1", "up0", 50)
    fabric.set("leaf1", "up0", "bfd_sessions_up", 49, 0)
    assert {row[2] for row in firsts(told(tmp_path, fabric))} == {"admin_shut"}


def test_a_flapping_port_is_one_incident_for_as_long_as_it_flaps(tmp_path):
    fabric = Fabric()
    for slot in (40, 44, 48):
        fabric.set("leaf1", "host0", "oper_up", slot, 0, slot + 2)
        fabric.state["leaf1", "host0"]["carrier_transitions_total"][slot:] += 2
    found = told(tmp_path, fabric)
    assert [(d.device, d.kind, d.interface) for d in found] == [("leaf1", "port_flap", "host0")]


def test_another_hash_is_told_at_the_device_that_sends_elsewhere(tmp_path):
    fabric = Fabric()
    for core, factor in enumerate((0.4, 0.4, 1.6, 1.6)):
        fabric.scale("spine2", f"core{core}", "out", 50, factor)
    found = firsts(told(tmp_path, fabric))
    assert [row[1:] for row in found] == [("spine2", "ecmp_change", "")]
    assert found[0][0] <= 54


def test_a_removed_route_is_told_where_the_traffic_goes_missing(tmp_path):
    fabric = Fabric()
    for host in range(4):
        fabric.scale("leaf2", f"host{host}", "out", 50, 0.3)
    found = firsts(told(tmp_path, fabric))
    assert [row[1:3] for row in found] == [("leaf2", "blackhole")]
    assert found[0][0] <= 56


def test_a_removed_route_elsewhere_shows_in_what_falls_everywhere(tmp_path):
    fabric = Fabric()
    for device, interface, way in list(fabric.kbps):
        if device in {"leaf1", "leaf2", "spine1"}:
            fabric.scale(device, interface, way, 50, 0.5)
    assert {row[2] for row in firsts(told(tmp_path, fabric))} == {"blackhole"}


def test_a_little_on_many_devices_is_told_though_no_device_tells_enough(tmp_path):
    fabric = Fabric()
    for device, interface in (
        ("leaf1", "host0"),
        ("leaf3", "host2"),
        ("leaf4", "host1"),
        ("spine1", "core1"),
        ("spine2", "core1"),
    ):
        for way in ("in", "out"):
            fabric.scale(device, interface, way, 50, 0.5)
    found = firsts(told(tmp_path, fabric))
    assert [row[2] for row in found] == ["blackhole"]


def test_traffic_that_falls_on_one_device_is_its_customers_business(tmp_path):
    fabric = Fabric()
    for device, interface, way in list(fabric.kbps):
        if device == "leaf1":
            fabric.scale(device, interface, way, 50, 0.5)
    assert told(tmp_path, fabric) == []


def test_sessions_lost_for_no_cause_are_unknown(tmp_path):
    fabric = Fabric()
    fabric.sessions("leaf4", 50, 2)
    assert [(d.device, d.kind) for d in told(tmp_path, fabric)] == [("leaf4", "unknown")]


def test_a_device_silent_for_five_minutes_is_unknown_and_a_silent_collector_is_nothing(tmp_path):
    one, everybody = Fabric(run="one"), Fabric(run="all")
    one.lost = {("leaf2", slot) for slot in range(40, 75)} | {("leaf3", slot) for slot in range(40, 60)}
    everybody.lost = {(device, slot) for device in (*LEAVES, *SPINES) for slot in range(40, 75)}
    found = told(tmp_path, one, everybody)
    assert [(d.run, d.device, d.kind) for d in found] == [("one", "leaf2", "unknown")]
    assert found[0].evidence == ("self:silent",)


def test_counters_that_start_again_and_samples_that_are_missing_are_no_fault(tmp_path):
    fabric = Fabric()
    fabric.lost = {("leaf1", 30), ("leaf1", 31), ("spine1", 60)}
    for values in fabric.kbps.values():
        values[40] = -values[:40].sum()  # every counter is back at nothing
    fabric.state["leaf3", "host1"]["carrier_transitions_total"][45:] = 0
    fabric.device["leaf3"]["fib_drop_pkts_total"][45:] = 0
    assert told(tmp_path, fabric) == []


def test_a_log_line_tells_it_to_the_second_and_names_who_did_it(tmp_path):
    fabric = Fabric()
    fabric.clear("leaf1", 51)
    down = "neighbor 10.0.0.1 Down - "
    moment = at(50) + 3.5
    fabric.log = [
        (moment, "leaf1", "bgp", "ROUTING-BGP-5-ADJCHANGE", 5, down + "User clear requested (CEASE notification sent)"),
        (moment, "spine1", "bgp", "ROUTING-BGP-5-ADJCHANGE", 5, down + "BGP Notification received"),
    ]
    found = told(tmp_path, fabric)
    assert (found[0].ts, found[0].device, found[0].kind) == (moment, "leaf1", "bgp_clear")
    assert {d.device for d in found} == {"leaf1"}


def test_what_is_told_rests_on_the_past_alone(tmp_path):
    whole, cut = Fabric(), Fabric()
    for fabric in (whole, cut):
        fabric.down("leaf2", "up0", 30)
    whole.clear("spine2", 60)
    before = [d for d in told(tmp_path / "a", whole) if d.ts < at(60)]
    assert before == [d for d in told(tmp_path / "b", cut) if d.ts < at(60)]
    assert before


def test_runs_and_devices_have_any_names_and_the_wiring_may_be_missing(tmp_path):
    other = Fabric(run="another day")
    other.clear("leaf1", 50)
    found = told(tmp_path, Fabric(run="z"), other, wiring=False)
    assert {(d.run, d.device, d.kind) for d in found} == {("another day", "leaf1", "bgp_clear")}


def test_columns_that_a_run_does_not_have_are_not_collected(tmp_path):
    fabric = Fabric()
    fabric.down("leaf1", "up1", 50)
    for states in fabric.state.values():
        for column in ("oper_up", "admin_up", "bfd_sessions", "bfd_sessions_up"):
            del states[column]
    found = firsts(told(tmp_path, fabric))
    assert {row[1:] for row in found} == {("leaf1", "port_flap", "up1"), ("spine2", "port_flap", "down0")}


def test_a_broken_folder_says_what_is_missing(tmp_path):
    directory = write(tmp_path / "day", Fabric())
    (directory / "device.parquet").write_bytes(b"nonsense")
    (directory / "topology.csv").write_text("device,interface\n")
    with pytest.raises(ContentError) as caught:
        read_folder(directory)
    told_problems = str(caught.value)
    assert "device.parquet" in told_problems
    assert "peer_device" in told_problems


def test_the_table_has_the_columns_of_the_contract(tmp_path):
    fabric = Fabric()
    fabric.down("leaf2", "up0", 50)
    count = write_detections(tmp_path / "out.csv", told(tmp_path, fabric))
    lines = (tmp_path / "out.csv").read_text().splitlines()
    assert lines[0] == "run,ts,device,kind,interface,score"
    assert lines[1] == f"quiet,{at(50)}.000,leaf2,admin_shut,up0,1.000"
    assert len(lines) == count + 1


def test_the_fabric_is_what_it_says():
    assert len(Fabric().wires) == len(LEAVES) * len(SPINES)
    assert all(np.all(values > 0) for values in Fabric().kbps.values())
    assert SLOTS == 90


def test_what_changed_while_nobody_listened_is_no_news(tmp_path, monkeypatch):
    fabric = Fabric()
    fabric.lost = {(device, slot) for device in (*LEAVES, *SPINES) for slot in range(-100, 30)}
    later = Fabric(run="quiet", seed=8)
    for states in later.state.values():
        states["carrier_transitions_total"] += 5
    for key in later.kbps:
        later.kbps[key] *= 0.4
    for values in later.device.values():
        values["bgp_established"] = values["bgp_established"] - 4
    directory = write(tmp_path / "a", fabric)
    monkeypatch.setattr("tests.anomaly.replay.fabric.START", at(SLOTS) + 3600)
    both = write(tmp_path / "b", later)
    for name in ("device.parquet", "interface.parquet"):
        pq.write_table(pa.concat_tables([pq.read_table(d / name) for d in (directory, both)]), both / name)
    assert list(replay(read_folder(both))) == []
