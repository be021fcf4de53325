"""What IOS tells of services. Formats after Cisco's command references and genieparser's recorded answers."""

from typing import Any

import pytest

from inventory.platforms import ParseDoubt
from inventory.platforms.cisco_ios.platform import PLATFORM
from inventory.service_rows import (
    AccountServerRow,
    ChangeRow,
    ConflictRow,
    DhcpPoolRow,
    PoeBudgetRow,
    SnoopedRow,
    TimeServerRow,
    TrustRow,
)

POOL = """
Pool GUESTS :
 Utilization mark (high/low)    : 100 / 0
 Subnet size (first/next)       : 0 / 0
 Total addresses                : 254
 Leased addresses               : 3
{excluded} Pending event                  : none
 1 subnet is currently in the pool{colon}
 Current index        IP address range                    {columns}
 {next}          10.1.30.1        - 10.1.30.254      {numbers}
"""
NEW = {"excluded": " Excluded addresses             : 10\n", "colon": "", "columns": "Leased/Excluded/Total"}
OLD = {"excluded": "", "colon": " :", "columns": "Leased addresses"}


def rows(getter: str, output: str) -> tuple[Any, ...]:
    return PLATFORM.getters[getter].parse(output, {})


def pool(**more: Any) -> DhcpPoolRow:
    given = {"excluded": 10, "spent": False}
    return DhcpPoolRow(name="GUESTS", first="10.1.30.1", last="10.1.30.254", total=254, leased=3, **{**given, **more})


@pytest.mark.parametrize(
    ("words", "want"),
    [
        ({**NEW, "next": "10.1.30.14", "numbers": "3     / 10    / 254  "}, pool()),
        ({**NEW, "next": "0.0.0.0", "numbers": "3     / 10    / 254  "}, pool(spent=True)),
        ({**OLD, "next": "10.1.30.14", "numbers": "3"}, pool(excluded=None)),
    ],
)
def test_a_pool_old_and_new(words: dict[str, str], want: DhcpPoolRow) -> None:
    assert rows("dhcp_pools", POOL.format(**words)) == (want,)


def test_a_pool_without_a_network_and_no_pool_at_all() -> None:
    bare = "\nPool printer :\n Total addresses                : 1\n Leased addresses               : 1\n"
    assert rows("dhcp_pools", bare) == ()
    assert rows("dhcp_pools", "\n") == ()


def test_conflicts() -> None:
    head = "IP address        Detection method   Detection time          VRF\n"
    body = (
        "10.1.30.37        Ping               Sep 26 2026 08:41 AM\n"
        "10.1.30.38        Gratuitous ARP     Sep 26 2026 08:55 AM    GUEST\n"
    )
    assert rows("dhcp_conflicts", head + body) == (ConflictRow(address="10.1.30.37"), ConflictRow(address="10.1.30.38"))
    assert rows("dhcp_conflicts", head) == ()


SNOOPED = """MacAddress          IpAddress        Lease(sec)  Type           VLAN  Interface
------------------  ---------------  ----------  -------------  ----  --------------------
00:50:56:89:AB:CD   192.168.10.10    86400       dhcp-snooping   10    GigabitEthernet1/0/6
00:50:56:89:AB:CE   10.1.10.11       infinite    dhcp-snooping   10    Gi1/0/7
Total number of bindings: {count}
"""


def test_snooped_leases() -> None:
    found = rows("snooped", SNOOPED.format(count=2))
    assert found == (
        SnoopedRow(mac="00:50:56:89:ab:cd", address="192.168.10.10", vlan=10, port="GigabitEthernet1/0/6"),
        SnoopedRow(mac="00:50:56:89:ab:ce", address="10.1.10.11", vlan=10, port="GigabitEthernet1/0/7"),
    )
    with pytest.raises(ParseDoubt, match="the device counts 3"):
        rows("snooped", SNOOPED.format(count=3))


TRUST = """Switch DHCP snooping is enabled
Switch DHCP gleaning is disabled
DHCP snooping is configured on following VLANs:
10,20,30
DHCP snooping trust/rate is configured on the following Interfaces:

Interface                  Trusted    Allow option    Rate limit (pps)
-----------------------    -------    ------------    ----------------
GigabitEthernet1/0/1       yes        yes             unlimited
  Custom circuit-ids:
FastEthernet0/18           no         5
"""


def test_whom_snooping_trusts() -> None:
    assert rows("snooping_trust", TRUST) == (
        TrustRow(port="GigabitEthernet1/0/1", trusted=True),
        TrustRow(port="FastEthernet0/18", trusted=False),
    )
    assert rows("snooping_trust", "Switch DHCP snooping is disabled\nInterface  Trusted\n") == ()


NTP = """
  address         ref clock       st   when   poll reach  delay  offset   disp
*~198.51.100.123  .GPS.            1     44     64   377  1.983  -0.170  0.951
+~198.51.100.124  .GPS.            1    17m   1024    17  1.983   0.170  0.951
 ~198.51.100.9    .INIT.          16      -     64     0  0.000   0.000 15937.
 * sys.peer, # selected, + candidate, - outlyer, x falseticker, ~ configured
"""


def test_time_servers() -> None:
    assert rows("time_servers", NTP) == (
        TimeServerRow(server="198.51.100.123", reach=0o377, met=True, followed=True),
        TimeServerRow(server="198.51.100.124", reach=0o17, met=True, followed=False),
        TimeServerRow(server="198.51.100.9", reach=0, met=False, followed=False),
    )
    assert rows("time_servers", "%NTP is not enabled.\n") == rows("time_servers", "\n") == ()


AAA = """
RADIUS: id 1, priority 1, host 198.51.100.60, auth-port 1812, acct-port 1813, hostname HQ-RADIUS
     State: current {state}, duration 14s, previous duration 0s
     Dead: total time 14s, count 1
     Quarantined: No
     Authen: request 5, timeouts 8, failover 0, retransmission 6
             Response: accept 3, reject 0, challenge 0
     Author: request 0, timeouts 0, failover 0, retransmission 0
"""


@pytest.mark.parametrize("state", ["UP", "DEAD"])
def test_servers_of_accounts(state: str) -> None:
    row = AccountServerRow(server="198.51.100.60", dead=state == "DEAD", requests=5, timeouts=8)
    assert rows("account_servers", AAA.format(state=state) * 2) == (row, row)
    assert rows("account_servers", "\n") == ()


LOG = """Log Buffer (16384 bytes):
000121: *Nov 21 10:38:17.123: %ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_START_ABSTIMER: User: jdoe(Priv: 15, View: 0): \
Scheduled to rollback to config flash:archive-Nov-21-1 in 2 minutes
Nov  1 10:38:19.456: %SYS-5-CONFIG_I: Configured from console by jdoe on vty0 (192.0.2.77)
*Nov 21 2026 10:40:17.000 UTC: %ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_ROLLBACK_START: Start rolling to: flash:archive
1d02h: %ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_CONFIRM: User: jdoe: Confirm the configuration change
*Nov 21 10:40:18.000: %LINK-3-UPDOWN: Interface Vlan99, changed state to up
"""


def test_changes() -> None:
    assert rows("changes", LOG) == (
        ChangeRow(what="armed", user="jdoe", at="Nov 21 10:38:17", minutes=2),
        ChangeRow(what="configured", user="jdoe", at="Nov 1 10:38:19"),
        ChangeRow(what="taken_back", user="", at="Nov 21 10:40:17"),
        ChangeRow(what="confirmed", user="jdoe", at=None),
    )
    assert rows("changes", "") == ()


def test_the_power_budget() -> None:
    told = (
        "Module   Available     Used     Remaining\n          (Watts)     (Watts)    (Watts)\n"
        "------   ---------   --------   ---------\n"
        "1           370.0      361.6         8.4\n2           740.0        0.0       740.0\n"
        "Interface Admin  Oper       Power   Device              Class Max\n"
        "Gi1/0/1   auto   on         6.3     AIR-CAP             3     30.0\n"
    )
    assert rows("poe_budget", told) == (
        PoeBudgetRow(available=370.0, used=361.6, remaining=8.4),
        PoeBudgetRow(available=740.0, used=0.0, remaining=740.0),
    )


@pytest.mark.parametrize(
    "getter",
    ["dhcp_pools", "dhcp_conflicts", "snooped", "snooping_trust", "time_servers", "account_servers", "poe_budget"],
)
@pytest.mark.parametrize("output", ["garbage in between\n", "Pool half :\n Total", "\x00\xff\n  \n%x\n 1 2 3"])
def test_garbage_is_doubted_or_says_nothing(getter: str, output: str) -> None:
    try:
        found = rows(getter, output)
    except ParseDoubt:
        return
    assert found == ()
