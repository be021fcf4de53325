"""Commands about DHCP besides its bindings: pools, what snooping saw, and forgetting leases.

In: a shell and canonical words. Out: text, as IOS prints it (``show ip dhcp snooping binding``: ntc-templates'
recorded answers; ``show ip dhcp snooping``: Cisco's command reference; pools: as widely printed by IOS 15). Called by
``exec_commands``.
"""

from ipaddress import IPv4Address

from lab.devices.cisco_ios.rule import Words
from lab.devices.cisco_ios.tables import Table
from lab.devices.cisco_ios.terminal import ENABLED, Terminal
from lab.service_model import PoolLook

_POOL_NAME_AT = 4


def _pools(shell: Terminal, words: Words) -> str:
    wanted = words[_POOL_NAME_AT] if len(words) > _POOL_NAME_AT else None
    looks = [look for look in shell.device.view.services.pools() if wanted in (None, look.name)]
    if wanted is not None and not looks:
        return f"% Pool {wanted} is not in the database.\n"
    return "".join(f"\n{_pool(look)}" for look in looks)


def _pool(look: PoolLook) -> str:
    first, last = look.network[1], look.network[-2]
    current = str(look.next_address or IPv4Address(0))
    counts = f"{look.leased:<5} / {look.excluded:<5} / {look.total:<5}"
    return (
        f"Pool {look.name} :\n"
        " Utilization mark (high/low)    : 100 / 0\n"
        " Subnet size (first/next)       : 0 / 0 \n"
        f" Total addresses                : {look.total}\n"
        f" Leased addresses               : {look.leased}\n"
        f" Excluded addresses             : {look.excluded}\n"
        " Pending event                  : none\n"
        " 1 subnet is currently in the pool :\n"
        " Current index        IP address range                    Leased/Excluded/Total\n"
        f" {current:<20} {first!s:<16} - {last!s:<16} {counts}\n"
    )


def _snooped(shell: Terminal, _words: Words) -> str:
    rows = [
        "MacAddress          IpAddress        Lease(sec)  Type           VLAN  Interface",
        "------------------  ---------------  ----------  -------------  ----  --------------------",
    ]
    looks = shell.device.view.services.snooped()
    for look in looks:
        lease = f"{look.mac.upper():<18}  {look.address!s:<15}  {look.seconds:<10}"
        rows.append(f"{lease}  dhcp-snooping  {look.vlan:<4}  {look.port}")
    return "\n".join(rows) + f"\nTotal number of bindings: {len(looks)}\n\n"


def _snooping(shell: Terminal, _words: Words) -> str:
    """What it is set to: in which VLANs, and on which ports servers may speak."""
    setting = shell.device.setting
    if not setting.snooped:
        return "Switch DHCP snooping is disabled\n\n"
    vlans = ",".join(map(str, sorted(setting.snooped)))
    rows = [
        "Switch DHCP snooping is enabled",
        "Switch DHCP gleaning is disabled",
        f"DHCP snooping is configured on following VLANs:\n{vlans}",
        f"DHCP snooping is operational on following VLANs:\n{vlans}",
        "DHCP snooping is configured on the following L3 Interfaces:\n",
        "Insertion of option 82 is disabled",
        "   circuit-id default format: vlan-mod-port",
        "Option 82 on untrusted port is not allowed",
        "Verification of hwaddr field is enabled",
        "Verification of giaddr field is enabled",
        "DHCP snooping trust/rate is configured on the following Interfaces:\n",
        "Interface                  Trusted    Allow option    Rate limit (pps)",
        "-----------------------    -------    ------------    ----------------   ",
    ]
    for port in setting.ports.values():
        if port.trusted:
            rows += [f"{port.name:<26} yes        yes             unlimited", "  Custom circuit-ids:"]
    return "\n".join(rows) + "\n"


def _conflicts(shell: Terminal, _words: Words) -> str:
    rows = ["IP address        Detection method   Detection time          VRF"]
    found = shell.device.view.services.conflicts().items()
    rows += [f"{address!s:<17} {'Ping':<18} {since:%b %d %Y %I:%M %p}" for address, since in found]
    return "\n".join(rows) + "\n"


def _clear_conflict(shell: Terminal, words: Words) -> str:
    address = None if words[-1] == "*" else IPv4Address(words[-1])
    if not shell.device.view.services.clear_conflict(address):
        return f"% {address} is not in the database.\n"
    shell.device.record_write(shell.user, " ".join(words))
    return ""


def _clear(shell: Terminal, words: Words) -> str:
    address = None if words[-1] == "*" else IPv4Address(words[-1])
    if not shell.device.view.services.clear_lease(address):
        return f"% {address} is not in the database.\n"
    shell.device.record_write(shell.user, " ".join(words))
    return ""


TABLE: Table = [
    ("show ip dhcp pool [<word>]", 1, _pools),
    ("show ip dhcp snooping", 1, _snooping),
    ("show ip dhcp snooping binding", 1, _snooped),
    ("show ip dhcp conflict", 1, _conflicts),
    ("clear ip dhcp conflict (*|<ip>)", ENABLED, _clear_conflict),
    ("clear ip dhcp binding (*|<ip>)", ENABLED, _clear),
]
