"""FRR: what an edge is told, and the fewest lines back to it. Proven on a real router in ``tests/netns``."""

from pathlib import Path

import pytest

from inventory.files import load_chain
from inventory.intent import load_intent
from inventory.yaml_file import ContentError
from lab.netns.routers import edge_config
from templates.drift import drift, in_effect
from templates.render import render
from templates.rendering import RenderError, render_all
from tests.templates.frr_content import write_frr_content

BGP = "router bgp 4200000001"
FAMILY = " address-family ipv4 unicast"
PRIMARY = "198.18.1.1"


def rendered(content: Path) -> str:
    chain = load_chain(content)
    (found,) = render_all(content, chain, load_intent(content, chain), [chain.devices["s001-edge"]])
    return found.text


@pytest.fixture(scope="module")
def intended(tmp_path_factory: pytest.TempPathFactory) -> str:
    return rendered(write_frr_content(tmp_path_factory.mktemp("content")))


def test_a_real_store_boots_with_what_its_template_says(intended):
    assert drift("frr", edge_config(1), intended).diff == ""
    assert 60 <= len(intended.splitlines()) <= 120


def test_what_frr_adds_by_itself_is_no_difference(intended):
    head = "Building configuration...\n\nCurrent configuration:\n!\nfrr version 8.4.4\nfrr defaults traditional\n"
    assert drift("frr", f"{head}{intended}interface eth0\n ip address 10.9.0.2/24\nexit\n!\n", intended).clean


APPLIED_ANEW = tuple(
    line
    for name in ("PRIMARY", "BACKUP")
    for line in (
        f"route-map {name}-OUT permit 10",
        " no match ip address prefix-list STORE",
        " match ip address prefix-list STORE",
    )
)
"""FRR 8.4 forgets an entry with the prefix of one that was taken away, unless the list is matched anew."""
CASES = {
    "neighbour shut": (
        (f" neighbor {PRIMARY} remote-as 64501", f" neighbor {PRIMARY} remote-as 64501\n neighbor {PRIMARY} shutdown"),
        (BGP, f" no neighbor {PRIMARY} shutdown"),
        (BGP, f" neighbor {PRIMARY} shutdown"),
    ),
    "wrong AS": (
        (f" neighbor {PRIMARY} remote-as 64501", f" neighbor {PRIMARY} remote-as 65009"),
        (BGP, f" neighbor {PRIMARY} remote-as 64501"),
        (BGP, f" neighbor {PRIMARY} remote-as 65009"),
    ),
    "route to nowhere": (
        ("no ipv6 forwarding", "no ipv6 forwarding\nip route 192.0.2.0/24 Null0"),
        ("no ip route 192.0.2.0/24 Null0",),
        ("ip route 192.0.2.0/24 Null0",),
    ),
    "network gone": (
        ("  network 10.1.10.0/24\n", ""),
        (BGP, FAMILY, "  network 10.1.10.0/24"),
        (BGP, FAMILY, "  no network 10.1.10.0/24"),
    ),
    "policy changed": (
        (" set local-preference 200", " set local-preference 50"),
        ("route-map PRIMARY-IN permit 10", " set local-preference 200"),
        ("route-map PRIMARY-IN permit 10", " set local-preference 50"),
    ),
    "another policy": (
        (f"  neighbor {PRIMARY} route-map PRIMARY-IN in", f"  neighbor {PRIMARY} route-map BACKUP-IN in"),
        (BGP, FAMILY, f"  neighbor {PRIMARY} route-map PRIMARY-IN in"),
        (BGP, FAMILY, f"  neighbor {PRIMARY} route-map BACKUP-IN in"),
    ),
    "entry added": (
        ("no ipv6 forwarding", "no ipv6 forwarding\nip prefix-list STORE seq 99 deny 10.1.10.0/24"),
        ("no ip prefix-list STORE seq 99 deny 10.1.10.0/24", *APPLIED_ANEW),
        ("ip prefix-list STORE seq 99 deny 10.1.10.0/24",),
    ),
    "entry changed": (
        ("seq 10 permit 10.1.10.0/24", "seq 10 permit 10.1.11.0/24"),
        ("ip prefix-list STORE seq 10 permit 10.1.10.0/24", *APPLIED_ANEW),
        ("ip prefix-list STORE seq 10 permit 10.1.11.0/24", *APPLIED_ANEW),
    ),
    "entry gone": (
        ("ip prefix-list STORE seq 10 permit 10.1.10.0/24\n", ""),
        ("ip prefix-list STORE seq 10 permit 10.1.10.0/24",),
        ("no ip prefix-list STORE seq 10 permit 10.1.10.0/24", *APPLIED_ANEW),
    ),
    "port described": (
        ("interface wan0", "interface wan0\n description by hand"),
        ("interface wan0", " no description"),
        ("interface wan0", " description by hand"),
    ),
    "VLAN added": (
        ("interface lo\n", "interface lan0.40\n ip address 10.1.40.1/24\nexit\ninterface lo\n"),
        ("interface lan0.40", " no ip address 10.1.40.1/24"),
        ("interface lan0.40", " ip address 10.1.40.1/24"),
    ),
    "slow BFD": (
        ("  detect-multiplier 5", "  detect-multiplier 5\n  receive-interval 1000"),
        ("bfd", " profile line", "  receive-interval 300"),
        ("bfd", " profile line", "  receive-interval 1000"),
    ),
    "neighbour added": (
        (
            f"{FAMILY}\n",
            (
                f" neighbor 192.0.2.9 remote-as 7\n neighbor 192.0.2.9 bfd\n{FAMILY}\n"
                "  neighbor 192.0.2.9 route-map PRIMARY-IN in\n"
            ),
        ),
        (BGP, " no neighbor 192.0.2.9 remote-as 7"),
        (
            *(BGP, " neighbor 192.0.2.9 remote-as 7", " neighbor 192.0.2.9 bfd"),
            *(FAMILY, "  neighbor 192.0.2.9 route-map PRIMARY-IN in"),
        ),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_fewest_lines_there_and_back(intended, name):
    (was, by_hand), remedy, undo = CASES[name]
    assert intended.count(was) == 1
    running = intended.replace(was, by_hand)
    found = drift("frr", running, intended)
    assert (found.remedy, found.undo) == (remedy, undo)
    assert in_effect("frr", intended, found.remedy)
    assert not in_effect("frr", running, found.remedy)


def test_another_as_is_taken_away_whole_before_ours_comes(intended):
    """FRR cannot rename it: every session ends, and whoever decides is told so."""
    found = drift("frr", intended.replace(BGP, "router bgp 65000"), intended)
    assert found.remedy[:2] == ("no router bgp 65000", BGP)
    assert found.interrupts == ("no router bgp 65000",)
    assert (
        drift("frr", intended.replace(f"{BGP}\n", f"{BGP}\n neighbor {PRIMARY} shutdown\n"), intended).interrupts == ()
    )


def test_passwords_are_peoples_and_stay(intended):
    line = f" neighbor {PRIMARY} remote-as 64501"
    assert drift("frr", intended.replace(line, f"{line}\n neighbor {PRIMARY} password hunter2"), intended).clean


def test_an_edge_without_a_loopback_is_told_so(tmp_path):
    content = write_frr_content(tmp_path)
    intent = content / "inventory/intent.yaml"
    intent.write_text("".join(line for line in intent.read_text().splitlines(keepends=True) if "loopback" not in line))
    with pytest.raises(RenderError, match=r"store\.loopback"):
        rendered(content)


def test_a_loopback_within_a_store_is_refused(tmp_path):
    content = write_frr_content(tmp_path)
    intent = content / "inventory/intent.yaml"
    intent.write_text(intent.read_text().replace("loopback: 10.255.1.1", "loopback: 10.1.20.77"))
    with pytest.raises(ContentError, match="is in the network"):
        load_intent(content, load_chain(content))


@pytest.mark.parametrize(
    ("template", "values", "lines"),
    [
        ("steer_to_backup", {"asn": 65001, "neighbor": PRIMARY}, ("router bgp 65001", f" neighbor {PRIMARY} shutdown")),
        ("steer_back", {"asn": 65001, "neighbor": PRIMARY}, ("router bgp 65001", f" no neighbor {PRIMARY} shutdown")),
        (
            "reapply_policy",
            {"route_map": "OUT", "seq": 10, "prefix_list": "STORE"},
            (
                "route-map OUT permit 10",
                " no match ip address prefix-list STORE",
                " match ip address prefix-list STORE",
            ),
        ),
        ("port_down", {"port": "wan0"}, ("interface wan0", " shutdown")),
        ("port_up", {"port": "wan0"}, ("interface wan0", " no shutdown")),
    ],
)
def test_words_of_the_actions(template, values, lines):
    assert render("frr", template, **values) == lines
