import pytest

from inventory.yaml_file import ContentError
from playbooks.library import load_library

KNOWN = frozenset(
    {"ap_hung", "bgp_max_prefix", "bgp_neighbor_down", "port_errdisabled", "port_errdisabled_guard", "vlan_missing"}
    | {"wan_brownout", "wan_carrier_down", "wan_no_lease", "mtu_black_hole", "not_the_network", "routes_not_told"}
    | {"address_conflict", "config_drift", "dhcp_pool_exhausted", "service_dns_ntp_radius", "store_service_dead"}
    | {
        "wan_silent_beyond",
        "ap_low_power",
        "ap_no_power",
        "poe_denied",
        "port_wrong_vlan",
        "store_dark",
        "switch_silent",
    }
)


def test_the_shipped_recipes_load():
    library = load_library(None, KNOWN)
    assert set(library.playbooks) == KNOWN
    assert not library.playbooks["wan_carrier_down"].rungs


def test_an_overlay_wins_by_name(tmp_path):
    folder = tmp_path / "playbooks" / "recipes"
    folder.mkdir(parents=True)
    (folder / "ap_hung.yaml").write_text(
        "name: ap_hung\nsignature: ap_hung\ntitle: Leave it\nrungs: []\nadvice: Call us.\n"
    )
    assert not load_library(tmp_path, KNOWN).playbooks["ap_hung"].rungs


def test_every_mistake_is_told_at_once_with_its_place(tmp_path):
    folder = tmp_path / "playbooks" / "recipes"
    folder.mkdir(parents=True)
    (folder / "one.yaml").write_text("name: one\nsignature: nope\ntitle: t\nrungs:\n- action: dance\nadvice: a\n")
    (folder / "two.yaml").write_text("name: two\nsignatur: ap_hung\ntitle: t\nrungs: []\nadvice: a\n")
    with pytest.raises(ContentError) as told:
        load_library(tmp_path, KNOWN)
    text = str(told.value)
    assert "one.yaml:2" in text
    assert "one.yaml:5" in text
    assert "power_cycle" in text
    assert "two.yaml:2" in text


def test_parameters_and_windows_are_checked_at_load(tmp_path):
    folder = tmp_path / "playbooks" / "recipes"
    folder.mkdir(parents=True)
    (folder / "ap_hung.yaml").write_text(
        "name: ap_hung\nsignature: ap_hung\ntitle: t\nadvice: a\nrungs:\n"
        "- action: power_cycle\n  params: {off_seconds: soon, of_seconds: 3}\n"
    )
    (folder / "wan_no_lease.yaml").write_text(
        "name: wan_no_lease\nsignature: wan_no_lease\ntitle: t\nadvice: a\nrungs:\n"
        "- {action: bounce_port, window: never}\n"
    )
    with pytest.raises(ContentError) as told:
        load_library(tmp_path, KNOWN)
    text = str(told.value)
    for part in ("ap_hung.yaml:7", "'soon' is not a number from 1 to 120", "off_seconds", "proof_short"):
        assert part in text


def test_a_number_is_a_number(tmp_path):
    folder = tmp_path / "playbooks" / "recipes"
    folder.mkdir(parents=True)
    (folder / "ap_hung.yaml").write_text(
        "name: ap_hung\nsignature: ap_hung\ntitle: t\nadvice: a\nrungs:\n"
        "- action: power_cycle\n  params: {off_seconds: 4}\n"
    )
    (rung,) = load_library(tmp_path, KNOWN).playbooks["ap_hung"].rungs
    assert float(rung.params["off_seconds"]) == 4
