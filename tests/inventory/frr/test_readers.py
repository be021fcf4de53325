"""What FRR 8.4.4 said (``answers/``, recorded between two carriers) as rows; half an answer is no answer."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from inventory.looks import BgpRow, DefaultRouteRow, InterfaceRow, Row
from inventory.platforms import ParseDoubt, load_platforms
from inventory.platforms.frr import readers

ANSWERS = Path(__file__).with_name("answers")
Reader = Callable[[str, dict[str, str]], tuple[Row, ...]]


def said(name: str) -> str:
    return (ANSWERS / f"{name}.txt").read_text()


def changed(name: str, *path: str | int, value: object) -> str:
    """A recorded answer with one field changed; None takes it away."""
    whole = found = json.loads(said(name))
    for step in path[:-1]:
        found = found[step]
    if value is None:
        del found[path[-1]]
    else:
        found[path[-1]] = value
    return json.dumps(whole)


def test_interfaces():
    rows = {row.name: row for row in readers.interfaces(said("interfaces-both-lines"), {})}
    assert set(rows) == {"eth0", "lan0.10", "lan0.20", "lan0.40", "lan0.99", "lo", "lte0", "wan0"}
    expected = InterfaceRow(name="wan0", address="198.18.1.2", method="static", admin_up=True, oper_up=True)
    assert rows["wan0"] == expected
    assert rows["lan0.40"].address is None


def test_a_port_that_is_shut_has_no_state_of_its_link():
    rows = {row.name: row for row in readers.interfaces(said("interfaces-nothing-left"), {})}
    assert (rows["lte0"].admin_up, rows["lte0"].oper_up) == (False, False)
    assert (rows["wan0"].admin_up, rows["wan0"].oper_up) == (True, True)


def test_bgp():
    rows = {row.neighbor: row for row in readers.bgp(said("bgp-both-lines"), {})}
    assert (rows["198.18.1.1"].state, rows["198.18.1.1"].prefixes, rows["198.18.1.1"].advertised) == (
        "established",
        1,
        4,
    )
    assert rows["100.72.1.1"].remote_as == "64511"
    assert rows["100.72.1.1"].since_seconds is not None


def test_neighbours_that_are_not_up():
    down, shut, never = sorted(readers.bgp(said("bgp-nothing-left"), {}), key=lambda row: row.neighbor)
    assert (down.state, shut.state, down.prefixes, shut.advertised) == ("down", "shut", None, None)
    expected = BgpRow(neighbor="203.0.113.9", remote_as="65009", state="down", prefixes=None, since_seconds=None)
    assert never == expected
    over = changed("bgp-both-lines", "ipv4Unicast", "peers", "198.18.1.1", "state", value="Idle (PfxCt)")
    assert {row.neighbor: row.state for row in readers.bgp(over, {})}["198.18.1.1"] == "over_limit"


@pytest.mark.parametrize("text", ["{}", said("bgp-none"), '{"ipv4Unicast": {}}'])
def test_a_router_without_bgp_has_no_neighbours(text):
    assert readers.bgp(text, {}) == ()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("route-both-lines", (DefaultRouteRow(next_hop="198.18.1.1", interface="wan0", distance=20),)),
        ("route-two", (DefaultRouteRow(next_hop="198.18.1.1", interface="wan0", distance=20),)),
        ("route-nowhere", (DefaultRouteRow(next_hop=None, interface="Null0", distance=5),)),
        ("route-nothing-left", ()),
    ],
)
def test_default_route(name, expected):
    assert readers.default_route(said(name), {}) == expected
    assert readers.default_route("{}", {}) == ()


def test_the_running_configuration_without_what_changes_by_itself():
    (row,) = readers.running_config(said("config-both-lines"), {})
    assert row.text.split("\n")[1:3] == ["frr defaults traditional", "hostname s001-edge"]
    assert not any(word in row.text for word in ("Building", "Current configuration", "frr version", "\nend"))


@pytest.mark.parametrize(
    ("reader", "text"),
    [
        (readers.interfaces, ""),
        (readers.interfaces, "{}"),
        (readers.interfaces, said("interfaces-both-lines")[:-40]),
        (readers.interfaces, changed("interfaces-both-lines", "wan0", "administrativeStatus", value=None)),
        (readers.interfaces, changed("interfaces-both-lines", "wan0", "operationalStatus", value=None)),
        (readers.bgp, "bgpd is not running"),
        (readers.bgp, "[]"),
        (readers.bgp, changed("bgp-both-lines", "ipv4Unicast", "totalPeers", value=3)),
        (readers.bgp, changed("bgp-both-lines", "ipv4Unicast", "peers", value=None)),
        (readers.bgp, changed("bgp-both-lines", "ipv4Unicast", "peers", "198.18.1.1", "state", value=None)),
        (readers.bgp, changed("bgp-both-lines", "ipv4Unicast", "peers", "198.18.1.1", "pfxSnt", value=None)),
        (readers.bgp, changed("bgp-both-lines", "ipv4Unicast", "peers", "198.18.1.1", "remoteAs", value="1")),
        (readers.default_route, "zebra is not running"),
        (readers.default_route, changed("route-both-lines", "0.0.0.0/0", 0, "nexthops", value=[])),
        (readers.default_route, changed("route-both-lines", "0.0.0.0/0", 0, "distance", value=None)),
        (readers.running_config, said("config-both-lines").removesuffix("end\n")),
        (readers.running_config, "bgpd is not running\n" + said("config-both-lines")),
        (readers.running_config, ""),
    ],
)
def test_half_an_answer_is_doubted(reader: Reader, text: str):
    with pytest.raises(ParseDoubt):
        reader(text, {})


def test_only_frr_counts_as_logged_in():
    assert readers.free_logins(said("version-both-lines")) > 1
    with pytest.raises(ParseDoubt):
        readers.free_logins("bash: show: command not found")


@pytest.mark.parametrize(
    "line",
    [
        "% Unknown command: ip ruote",
        "% Specify remote-as or peer-group commands first",
        "BGP is already running; AS is 4200000001",
        "line 2: Failure to communicate[13] to zebra, line: no ip address 10.1.40.1/24",
        "% Configuration failed.\n\nError type: validation",
        "bgpd is not running",
    ],
)
def test_refusals_are_seen(line):
    assert load_platforms()["frr"].dialect.refused.search(f"said before\n{line}\n")


def test_what_is_no_refusal():
    refused = load_platforms()["frr"].dialect.refused
    assert not refused.search("Building Configuration...\nIntegrated configuration saved to /etc/frr/frr.conf\n[OK]\n")
    assert not refused.search("% Warning: something is odd\n")
