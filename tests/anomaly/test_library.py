"""Loading symptoms and signatures: what ships is sound, an overlay wins by name, and mistakes are told at once."""

import pytest

from anomaly.library import SHIPPED, When, load_library
from inventory.yaml_file import ContentError

SYMPTOM = """\
name: wan_no_address
title: Ours
observation: wan_address
when: {is: absent}
hold: patient
"""


def write(folder, kind, name, text):
    path = folder / "anomaly" / kind / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def problems(folder):
    with pytest.raises(ContentError) as caught:
        load_library(folder)
    return caught.value.problems


def test_what_ships_loads(library):
    classes = {name: spec.fault_class for name, spec in library.signatures.items()}
    assert classes == {
        "address_conflict": "A",
        "ap_firmware_off": "A",
        "ap_hung": "A",
        "ap_low_power": "A",
        "ap_no_power": "A",
        "ap_radar": "A",
        "bgp_max_prefix": "E",
        "bgp_neighbor_down": "G",
        "config_drift": "A",
        "dhcp_pool_exhausted": "A",
        "dhcp_rogue": "A",
        "management_lost_after_change": "A",
        "mtu_black_hole": "A",
        "not_the_network": "E",
        "poe_denied": "A",
        "port_errdisabled": "A",
        "port_errdisabled_guard": "E",
        "port_wrong_vlan": "G",
        "routes_not_told": "A",
        "service_dns_ntp_radius": "E",
        "store_dark": "E",
        "store_service_dead": "A",
        "switch_silent": "G",
        "vlan_missing": "A",
        "wan_brownout": "A",
        "wan_carrier_down": "E",
        "wan_no_lease": "A",
        "wan_silent_beyond": "A",
        "wifi_coverage_low": "E",
        "gateway_dual_active": "H",
        "ike_failing": "H",
        "lte_silently_dead": "A",
        "lte_weak_signal": "G",
        "lte_wedged": "A",
        "site_id_duplicate": "E",
        "tunnel_one_way": "A",
        "modem_hung": "G",
        "wan_gateway_silent": "A",
        "wan_saturated_by_guests": "A",
        "wan_stuck_on_backup": "A",
        "cable_bad": "E",
        "duplex_mismatch": "G",
        "duplex_mismatch_beyond": "E",
        "loop_on_edge_port": "A",
        "memory_leak": "H",
        "port_flapping": "G",
        "port_stuck": "A",
    }


def test_every_file_is_named_after_what_it_holds(library):
    for kind, known in (("symptoms", library.symptoms), ("signatures", library.signatures)):
        assert {path.stem for path in (SHIPPED / kind).glob("*.yaml")} == set(known)


def test_an_overlay_wins_by_name(tmp_path, library):
    write(tmp_path, "symptoms", "anything", SYMPTOM)
    loaded = load_library(tmp_path)
    assert loaded.symptoms["wan_no_address"].title == "Ours"
    assert loaded.symptoms.keys() == library.symptoms.keys()


def test_a_signature_is_added_by_one_file(tmp_path):
    write(
        tmp_path,
        "signatures",
        "till_gone",
        """\
name: till_gone
title: Tills are gone
fault_class: H
root: trunk_port
symptoms: [{symptom: till_unseen, relation: downstream, required: true}]
threshold: 0.8
""",
    )
    assert "till_gone" in load_library(tmp_path).signatures


def test_a_signature_that_could_never_hold_is_refused(tmp_path):
    text = (
        "name: hopeless\ntitle: T\nfault_class: E\nroot: edge\nprior: 0.001\n"
        "symptoms: [{symptom: device_gone, weight: 2, required: true}]\nthreshold: 0.9\n"
    )
    write(tmp_path, "signatures", "hopeless", text)
    assert any("can never hold: all symptoms together make 0.01" in p.message for p in problems(tmp_path))


def test_every_mistake_is_told_with_line_and_allowed_words(tmp_path):
    write(tmp_path, "symptoms", "a", SYMPTOM.replace("wan_address", "wan_adress"))
    write(tmp_path, "symptoms", "b", SYMPTOM.replace("wan_no_address", "other").replace("hold: patient", "hold: long"))
    write(
        tmp_path,
        "signatures",
        "c",
        """\
name: c
title: C
fault_class: A
root: wan_port
symptoms:
  - {symptom: wan_no_adress, required: true}
threshold: 0.5
inhibits: [{signature: nobody}]
""",
    )
    told = problems(tmp_path)
    by_field = {p.field: p for p in told}
    assert by_field["observation"].line == 3
    assert "wan_address" in by_field["observation"].allowed
    assert by_field["hold"].allowed == ("brief", "steady", "patient")
    assert by_field["symptoms[0].symptom"].line == 6
    assert "did you mean 'wan_no_address'" in by_field["symptoms[0].symptom"].message
    assert "ap_hung" in by_field["inhibits[0].signature"].allowed


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("when: {is: absent}", "when: {is: absent, above: 3}"),
        ("when: {is: absent}", "when: {}"),
        ("when: {is: absent}", "when: {is: null}"),
        ("when: {is: absent}", "when: {matches: a.*}"),
        ("hold: patient", "hold: patient\nunless: never"),
        ("name: wan_no_address", "name: Wan No Address"),
    ],
)
def test_a_wrong_symptom_is_refused(tmp_path, old, new):
    path = write(tmp_path, "symptoms", "a", SYMPTOM.replace(old, new))
    assert all(p.file == str(path) for p in problems(tmp_path))


def test_two_files_of_one_layer_may_not_share_a_name(tmp_path):
    write(tmp_path, "symptoms", "a", SYMPTOM)
    write(tmp_path, "symptoms", "b", SYMPTOM)
    assert "also in a.yaml" in problems(tmp_path)[0].message


@pytest.mark.parametrize(
    ("when", "yes", "no"),
    [
        ({"is": "down"}, ["down"], ["up", "", 1.0, True]),
        ({"is": False}, [False], [True, 0.0, "false"]),
        ({"is_not": ""}, ["20", "20,30"], [""]),
        ({"above": 0.5}, [0.6, 7.0], [0.5, 0.0, True, "9"]),
        ({"below": 1}, [0.0, 0.9], [1.0, 2.0, False, ""]),
        ({"in": ["a", "b"]}, ["a", "b"], ["c", 0.0]),
    ],
)
def test_conditions(when, yes, no):
    condition = When.model_validate(when)
    assert all(condition.holds(value) is True for value in yes)
    assert all(condition.holds(value) is False for value in no)
    assert condition.holds(None) is None
