"""The agent is one file that runs on a bare Python."""

import os
import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from controller.cli import agent
from inventory.platforms.frr.agent.merging import applied_anew, signed, text_of, tree
from inventory.platforms.frr.pack import pack


def test_the_packed_agent_runs_by_itself(tmp_path):
    agent = pack(tmp_path)
    assert os.access(agent, os.X_OK)
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(agent), "--help"], capture_output=True, text=True, check=True, cwd="/", env={}
    )
    assert "boot-revert" in done.stdout


MARKED = """\
hostname a
ip route 192.0.2.0/24 Null0
interface wan0
 ip address 198.18.1.2/30
exit
router bgp 65001
 bgp router-id 10.255.1.1
 neighbor 198.18.1.1 remote-as 64501
 neighbor 198.18.1.1 shutdown
 address-family ipv4 unicast
  network 10.1.10.0/24
 exit-address-family
exit
no ip route 192.0.2.0/24
router bgp 65001
 no neighbor 198.18.1.1 shutdown
 address-family ipv4 unicast
  network 10.1.20.0/24
 exit
exit
no ipv6 forwarding
end
"""


def test_lines_laid_over_a_configuration():
    assert list(text_of(tree(MARKED))) == [
        "hostname a",
        *("interface wan0", " ip address 198.18.1.2/30", "exit"),
        *("router bgp 65001", " bgp router-id 10.255.1.1", " neighbor 198.18.1.1 remote-as 64501"),
        *(" address-family ipv4 unicast", "  network 10.1.10.0/24", "  network 10.1.20.0/24", " exit"),
        *("exit", "no ipv6 forwarding"),
    ]


SAID = """\
2026-11-21 05:00:00,000  INFO: Called via "Namespace()"

Lines To Delete
===============
ipv6 forwarding
router bgp 65001
 no neighbor 198.18.1.1 remote-as 65009
router bgp 65001
 address-family ipv4 unicast
  no network 10.1.30.0/24
 exit-address-family

Lines To Add
============
no ip route 192.0.2.0/24 Null0
router bgp 65001
 neighbor 198.18.1.1 remote-as 64501
route-map NEW permit 10
 no set metric
"""
THERE = frozenset(
    {
        *("no ipv6 forwarding", "router bgp 65001", "neighbor 198.18.1.1 remote-as 65009", "network 10.1.30.0/24"),
        *("address-family ipv4 unicast", "ip route 192.0.2.0/24 Null0"),
    }
)


def test_frrs_own_comparison_made_readable():
    assert list(signed(SAID, THERE)) == [
        *("-no ipv6 forwarding", " router bgp 65001", "- neighbor 198.18.1.1 remote-as 65009"),
        *("  address-family ipv4 unicast", "-  network 10.1.30.0/24", "-ip route 192.0.2.0/24 Null0"),
        *(" router bgp 65001", "+ neighbor 198.18.1.1 remote-as 64501", "+route-map NEW permit 10", "+ no set metric"),
    ]


def test_lists_that_lose_an_entry_are_matched_anew():
    after = """\
ip prefix-list STORE seq 5 permit 10.1.10.0/24
ip prefix-list OTHER seq 5 permit any
route-map OUT permit 10
 match ip address prefix-list STORE
exit
route-map IN permit 10
 match ip address prefix-list OTHER
exit
"""
    again = (
        "route-map OUT permit 10\n no match ip address prefix-list STORE\n match ip address prefix-list STORE\nexit\n"
    )
    assert applied_anew(f"ip prefix-list STORE seq 99 deny 10.1.10.0/24\n{after}", after) == again
    assert applied_anew("route-map OUT permit 10\nexit\n", after) == ""
    assert applied_anew(after, after) == ""


@pytest.mark.parametrize(("platform", "code"), [("frr", 0), ("cisco_ios", 4)])
def test_the_command_writes_it(tmp_path, platform, code):
    app = typer.Typer()
    agent.register(app)
    done = CliRunner().invoke(app, [platform, "--out", str(tmp_path / "there")])
    assert done.exit_code == code
    assert (tmp_path / "there/storenet-frr").exists() == (code == 0)
