"""Show commands about power over the cable: ``show power inline`` and its detail.

In: a shell and canonical words. Out: text, as IOS prints it (ntc-templates' cisco_ios_show_power_inline and
genieparser's ShowPowerInlineDetail, both Apache-2.0). Called by ``exec_commands``.
"""

from lab.devices.cisco_ios.names import short_name
from lab.devices.cisco_ios.rule import Words
from lab.devices.cisco_ios.shows_ports import named
from lab.devices.cisco_ios.tables import Table
from lab.devices.cisco_ios.terminal import Terminal
from lab.model import PoeLook

_POWER_BUDGET = 370.0
_CLASS_WATTS = {0: 15.4, 1: 4.0, 2: 7.0, 3: 15.4, 4: 30.0}


def _power(shell: Terminal, words: Words) -> str:
    looks = shell.device.view.poe()
    wanted = named(words, 3)
    used = sum(look.watts for look in looks)
    rows = (
        []
        if wanted
        else [
            "Module   Available     Used     Remaining",
            "          (Watts)     (Watts)    (Watts) ",
            "------   ---------   --------   ---------",
            f"1           {_POWER_BUDGET:>5.1f}      {used:>5.1f}       {_POWER_BUDGET - used:>5.1f}",
        ]
    )
    rows += [
        "Interface Admin  Oper       Power   Device              Class Max",
        "                            (Watts)                            ",
        "--------- ------ ---------- ------- ------------------- ----- ----",
    ]
    rows += [_power_row(look) for look in looks if wanted in (None, look.port)]
    return "\n".join(rows) + "\n"


def _power_row(look: PoeLook) -> str:
    on = look.oper == "on"
    device, grade = (look.device or "Ieee PD", str(look.grade)) if on else ("n/a", "n/a")
    head = f"{short_name(look.port):<9} {look.admin:<6} {look.oper:<10} {look.watts:<7.1f}"
    return f"{head} {device[:19]:<19} {grade:<5} 30.0 "


def _detail(shell: Terminal, words: Words) -> str:
    wanted = words[3] if words[3] != "detail" else None
    return "\n".join(_details(look) for look in shell.device.view.poe() if wanted in (None, look.port))


def _details(look: PoeLook) -> str:
    on = look.oper == "on"
    given = max(_CLASS_WATTS[look.grade], look.watts) if on else 0.0
    rows = (
        f" Interface: {short_name(look.port)}",
        f" Inline Power Mode: {look.admin}",
        f" Operational status: {look.oper}",
        f" Device Detected: {'yes' if on or look.oper == 'power-deny' else 'no'}",
        f" Device Type: {look.device or 'Ieee PD' if on else 'n/a'}",
        f" IEEE Class: {look.grade if on else 'n/a'}",
        " Discovery mechanism used/configured: Ieee and Cisco",
        " Police: off",
        "",
        " Power Allocated",
        " Admin Value: 30.0",
        f" Power drawn from the source: {given:.1f}",
        f" Power available to the device: {given:.1f}",
        "",
        " Actual consumption",
        f" Measured at the port: {look.watts:.1f}",
        f" Maximum Power drawn by the device since powered on: {look.watts:.1f}",
        "",
        " Absent Counter: 0",
        " Over Current Counter: 0",
        " Short Current Counter: 0",
        " Invalid Signature Counter: 0",
        f" Power Denied Counter: {look.denials}",
        "",
        " Power Negotiation Used: None",
        " LLDP Power Negotiation       --Sent to PD--      --Rcvd from PD--",
        *(f"   {name:<26} -                    -" for name in ("Power Type:", "Power Source:", "Power Priority:")),
        *(f"   {name:<26} -                    -" for name in ("Requested Power(W):", "Allocated Power(W):")),
    )
    return "\n".join(rows) + "\n"


TABLE: Table = [
    ("show power inline [<iface>]", 1, _power),
    ("show power inline [<iface>] detail", 1, _detail),
]
