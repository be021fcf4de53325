"""``show standby brief``: who answers for the addresses that gateways share.

In: a shell and canonical words. Out: text, as IOS prints it (ntc-templates' recorded answers of
cisco_ios_show_standby_brief, Apache-2.0). Called by ``exec_commands``.
"""

from lab.devices.cisco_ios.names import short_name
from lab.devices.cisco_ios.rule import Words
from lab.devices.cisco_ios.tables import Table
from lab.devices.cisco_ios.terminal import Terminal

_UNKNOWN = "unknown"


def _brief(shell: Terminal, _words: Words) -> str:
    looks = shell.device.view.services.gateways()
    if not looks:
        return ""
    rows = [
        "                     P indicates configured to preempt.",
        "                     |",
        "Interface   Grp  Pri P State   Active          Standby         Virtual IP",
    ]
    for look in looks:
        mark = "P" if look.preempt else " "
        others = f"{look.active or _UNKNOWN:<15} {look.standby or _UNKNOWN:<15} {look.address}"
        rows.append(f"{short_name(look.port):<11} {look.group:<4} {look.priority:<3} {mark} {look.state:<7} {others}")
    return "\n".join(rows) + "\n"


TABLE: Table = [
    ("show standby brief", 1, _brief),
]
