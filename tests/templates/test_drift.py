"""The fewest lines: what only needs another value is not dropped, what is not ours is not seen."""

import pytest

from templates.drift import drift, in_effect

PORT = "interface GigabitEthernet1/0/5\n"


def remedy(running: str, intended: str) -> tuple[str, ...]:
    return drift("cisco_ios", running, intended).remedy


@pytest.mark.parametrize(
    ("running", "intended"),
    [
        (" description old\n", " description new one"),
        (" ip address 10.1.1.1 255.255.255.0\n", " ip address 10.1.2.1 255.255.255.0"),
        (" ip address 10.1.1.1 255.255.255.0\n", " ip address dhcp"),
        (" switchport trunk allowed vlan 10,20\n", " switchport trunk allowed vlan 10,20,99"),
        (" switchport mode access\n", " switchport mode trunk"),
        (" switchport access vlan 10\n", " switchport access vlan 20"),
        (" storm-control broadcast level 5.00\n", " storm-control broadcast level 2.00"),
        (" service-policy output OLD\n", " service-policy output NEW"),
        (" ip access-group OLD in\n ip access-group STAYS out\n", " ip access-group NEW in"),
        (" shutdown\n", " no shutdown"),
    ],
)
def test_a_line_that_replaces_another_is_the_only_one(running, intended):
    wanted = intended if not intended.startswith(" no ") else ""
    stays = "\n ip access-group STAYS out" if "STAYS" in running else ""
    assert remedy(PORT + running, PORT + wanted + stays) == (PORT.strip(), intended)


@pytest.mark.parametrize(
    ("running", "intended", "lines"),
    [
        ("hostname a", "hostname b", ("hostname b",)),
        ("ntp server 192.0.2.1", "ntp server 192.0.2.1 prefer", ("ntp server 192.0.2.1 prefer",)),
        ("ntp server 192.0.2.1", "ntp server 192.0.2.2", ("ntp server 192.0.2.2", "no ntp server 192.0.2.1")),
        (
            "ip route 0.0.0.0 0.0.0.0 192.0.2.1",
            "ip route 0.0.0.0 0.0.0.0 192.0.2.9",
            ("ip route 0.0.0.0 0.0.0.0 192.0.2.9", "no ip route 0.0.0.0 0.0.0.0 192.0.2.1"),
        ),
        ("ip route 0.0.0.0 0.0.0.0 dhcp 10", "ip route 0.0.0.0 0.0.0.0 dhcp 20", ("ip route 0.0.0.0 0.0.0.0 dhcp 20",)),
        ("no ip http server", "", ("ip http server",)),
        ("vlan 10,20-21", "vlan 10\nvlan 20\n name STAFF", ("vlan 20", " name STAFF", "no vlan 21")),
        ("ip dhcp snooping vlan 10,20,40", "ip dhcp snooping vlan 10-20", None),
        ("line con 0\n exec-timeout 5 0", "line con 0", ("line con 0", " default exec-timeout 5 0")),
        ("banner login ^CHello^C", "banner login ^CHello there^C", ("banner login #Hello there#",)),
        ("banner login \x03\nHello\n\x03\nhostname a", "banner login ^CHello^C\nhostname a", ("banner login #Hello#",)),
    ],
)
def test_global_lines(running, intended, lines):
    found = remedy(running, intended)
    if lines is None:
        assert "no ip dhcp snooping vlan 40" in found
        assert not any(line.startswith("no ip dhcp snooping vlan 1") for line in found)
    else:
        assert found == lines


def test_lists_that_grow_are_compared_vlan_by_vlan():
    running, intended = "ip dhcp snooping vlan 10,20,40", "ip dhcp snooping vlan 10,20,30"
    assert remedy(running, intended) == ("no ip dhcp snooping vlan 40", "ip dhcp snooping vlan 30")


def test_an_access_list_is_never_dropped():
    running = (
        "ip access-list extended A\n permit ip any host 192.0.2.1\n deny ip any host 192.0.2.9\n permit ip any any\n"
    )
    intended = "ip access-list extended A\n permit ip any host 192.0.2.1\n deny udp any any eq 53\n permit ip any any\n"
    assert remedy(running, intended) == (
        "ip access-list resequence A 1000 1000",
        "ip access-list extended A",
        " no deny ip any host 192.0.2.9",
        " 2001 deny udp any any eq 53",
    )


def test_an_entry_at_the_end_needs_no_number():
    running = "ip access-list standard A\n 10 permit 192.0.2.0 0.0.0.255\n"
    intended = "ip access-list standard A\n permit 192.0.2.0 0.0.0.255\n deny any log\n"
    assert remedy(running, intended) == ("ip access-list standard A", " deny any log")


def test_order_counts_in_access_lists_alone():
    assert not drift("cisco_ios", "ntp server 192.0.2.1\nhostname a", "hostname a\nntp server 192.0.2.1").remedy
    one, other = " permit ip any any\n", " deny ip any host 192.0.2.1\n"
    head = "ip access-list extended A\n"
    assert remedy(head + one + other, head + other + one) != ()


def test_a_probe_that_runs_is_made_again_and_started():
    running = "ip sla 7\n icmp-echo 192.0.2.1\n frequency 5\nip sla schedule 7 life forever start-time now"
    intended = running.replace("frequency 5", "frequency 9")
    assert remedy(running, intended) == (
        "no ip sla 7",
        "ip sla 7",
        " icmp-echo 192.0.2.1",
        " frequency 9",
        "ip sla schedule 7 life forever start-time now",
    )


def test_a_neighbour_that_goes_takes_its_lines_along():
    running = "router bgp 65000\n neighbor 192.0.2.1 remote-as 65001\n neighbor 192.0.2.1 description x\n"
    assert remedy(running, "router bgp 65000\n bgp router-id 192.0.2.7\n") == (
        "router bgp 65000",
        " no neighbor 192.0.2.1 remote-as 65001",
        " bgp router-id 192.0.2.7",
    )


def test_lists_exist_before_they_are_used_and_go_after():
    new = "ip access-list standard NEW\n permit 192.0.2.0 0.0.0.255\n"
    old = "ip access-list standard OLD\n permit 192.0.2.0 0.0.0.255\n"
    found = remedy(f"line vty 0 4\n access-class OLD in\n{old}", f"line vty 0 4\n access-class NEW in\n{new}")
    assert [line for line in found if "ip access-list" in line] == [found[0], found[-1]]


@pytest.mark.parametrize(
    "line",
    [
        "Building configuration...",
        "! Last configuration change at 10:00",
        "version 15.7",
        "boot-start-marker",
        "username jdoe privilege 15 secret 9 $9$x",
        "enable secret 9 $9$x",
        "aaa new-model",
        "no aaa new-model",
        "snmp-server community public RO",
        "ntp clock-period 17179869",
        "crypto pki certificate chain X\n certificate 01\n  30820301 308201E9\n\tquit",
        "interface GigabitEthernet0/2\n shutdown",
        "interface Embedded-Service-Engine0/0\n no ip address\n shutdown",
        "end",
    ],
)
def test_what_is_not_ours_is_not_seen(line):
    assert drift("cisco_ios", f"hostname a\n{line}\n", "hostname a").clean
    assert drift("cisco_ios", "hostname a", f"hostname a\n{line}\n").clean or line.startswith("interface")


def test_a_devices_own_spelling_is_no_difference():
    running = """\
policy-map WAN
 class class-default
  shape average 8000000
   service-policy STORE
ip access-list extended A
 10 permit ip 192.0.2.0 0.0.0.255 any
 20 deny   ip any any log
interface GigabitEthernet1/0/1
 switchport trunk allowed vlan 1,3,5
 switchport trunk allowed vlan add 7,9
"""
    intended = """\
policy-map WAN
 class class-default
  shape average 8000000
  service-policy STORE
ip access-list extended A
 permit ip 192.0.2.0 0.0.0.255 any
 deny ip any any log
interface GigabitEthernet1/0/1
 switchport trunk allowed vlan 1,3,5,7,9
"""
    assert drift("cisco_ios", running, intended).clean


def test_the_difference_is_readable():
    found = drift("cisco_ios", f"{PORT} description old\nvlan 7\n name X\n", f"{PORT} description new\n")
    assert found.diff == (" interface GigabitEthernet1/0/5\n- description old\n+ description new\n-vlan 7\n- name X\n")


def test_in_effect_says_what_holds():
    running = f"hostname a\n{PORT} description one\n no ip redirects\nno ip http server\nntp server 192.0.2.10\n"
    for lines, holds in (
        (("hostname a",), True),
        (("hostname b",), False),
        ((PORT.strip(), " description one", " no ip redirects"), True),
        ((PORT.strip(), " description two"), False),
        ((PORT.strip(), " no ip unreachables"), False),
        ((PORT.strip(), " ip unreachables"), True),
        ((PORT.strip(), " ip redirects"), False),
        ((PORT.strip(), " no shutdown"), True),
        (("interface GigabitEthernet1/0/6", " no shutdown"), False),
        (("interface GigabitEthernet1/0/6", " description x"), False),
        (("no ntp server 192.0.2.1",), True),
        (("no ntp server 192.0.2.10",), False),
        (("ip http server",), False),
        (("no vlan 7",), True),
        ((), True),
    ):
        assert in_effect("cisco_ios", running, lines) is holds, lines
