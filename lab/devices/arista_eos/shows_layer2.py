"""Shows about switching: VLANs, trunks, learned addresses, power.

In: a place at the switch and canonical words. Out: text as EOS prints it, and its models. Gathered in ``tables``.
"""

from typing import Any

from lab.devices.arista_eos.answers import Model
from lab.devices.arista_eos.cli import Cli, Row, rows, show
from lab.devices.arista_eos.counters import switched
from lab.devices.arista_eos.names import copper, dotted_mac, short_name, sort_key
from lab.devices.arista_eos.shows_ports import named
from lab.devices.rule import Words
from lab.devices.tokens import MAX_VLAN, vlan_numbers, vlan_text
from lab.model import MacLook, PoeLook
from lab.setting import PortSetting

_AGE = 300.0
_ALL = frozenset(range(1, MAX_VLAN + 1))


def _vlans(cli: Cli, words: Words) -> dict[int, tuple[str, list[str]]]:
    """Return each VLAN's name and the ports in it, by number."""
    found = {1: "default"}
    for header, section in cli.device.running.sections("vlan"):
        number = int(header[1])
        found[number] = (section.value("name") or (f"VLAN{number:04d}",))[0]
    wanted = vlan_numbers(words[2]) if len(words) > 2 else None  # noqa: PLR2004
    return {n: (name, _members(cli, n)) for n, name in sorted(found.items()) if wanted is None or n in wanted}


def _members(cli: Cli, vlan: int) -> list[str]:
    """Return the ports that carry a VLAN and are up, and the access ports in it; the switch itself by its SVI."""
    settings = cli.device.setting.ports
    chosen = [
        p.name
        for p in switched(cli)
        if _carries(settings[p.name], vlan) and (p.oper_up or settings[p.name].mode == "access")
    ]
    svi = settings.get(f"Vlan{vlan}")
    return ["Cpu"] * (svi is not None and not svi.shutdown) + chosen


def _carries(setting: PortSetting, vlan: int) -> bool:
    if setting.mode == "access":
        return setting.access_vlan == vlan
    return setting.mode == "trunk" and vlan in (setting.allowed if setting.allowed is not None else _ALL)


def _vlan(cli: Cli, words: Words) -> str:
    lines = ["VLAN  Name                             Status    Ports", f"{'-' * 5} {'-' * 32} {'-' * 9} {'-' * 31}"]
    for number, (name, ports) in _vlans(cli, words).items():
        status = "active" if number in cli.device.setting.vlans else "suspended"
        short = [short_name(port) for port in ports]
        for at in range(0, max(len(short), 1), 5):
            head = f"{number:<5} {name:<32} {status:<9}" if at == 0 else " " * 48
            lines.append(f"{head} {', '.join(short[at : at + 5])}".rstrip())
    return rows(*lines)


def _vlan_model(cli: Cli, words: Words) -> Model:
    return {
        "vlans": {
            str(number): {
                "name": name,
                "dynamic": False,
                "status": "active" if number in cli.device.setting.vlans else "suspended",
                "interfaces": {port: {"privatePromoted": False} for port in ports},
            }
            for number, (name, ports) in _vlans(cli, words).items()
        },
        "sourceDetail": "",
    }


def _allowed(setting: PortSetting) -> str:
    return "ALL" if setting.allowed is None else vlan_text(setting.allowed) or "NONE"


def _vlan_name(cli: Cli, number: int) -> str:
    section = cli.device.running.section("vlan", str(number))
    named_as = section.value("name") if section is not None else None
    return named_as[0] if named_as else "default" if number == 1 else f"VLAN{number:04d}" if section else "Inactive"


def _settings(cli: Cli, words: Words) -> dict[str, PortSetting]:
    """Return the switch ports asked for; of a routed one there is nothing to tell."""
    wanted = named(words, 2)
    found = {port.name: cli.device.setting.ports[port.name] for port in switched(cli)}
    return {name: one for name, one in found.items() if wanted in (None, name) and one.mode != "routed"}


def _switchport(cli: Cli, words: Words) -> str:
    lines: list[str] = []
    for name, setting in _settings(cli, words).items():
        mode = "trunk" if setting.mode == "trunk" else "static access"
        lines += [
            f"Name: {short_name(name)}",
            "Switchport: Enabled",
            f"Administrative Mode: {mode}",
            f"Operational Mode: {mode}",
            "MAC Address Learning: enabled",
            "Dot1q ethertype/TPID: 0x8100 (active)",
            "Dot1q Vlan Tag Required: False",
            f"Access Mode VLAN: {setting.access_vlan} ({_vlan_name(cli, setting.access_vlan)})",
            f"Trunking Native Mode VLAN: {setting.native_vlan} ({_vlan_name(cli, setting.native_vlan)})",
            "Administrative Native VLAN tagging: disabled",
            f"Trunking VLANs Enabled: {_allowed(setting)}",
            "Static Trunk Groups:",
            "Dynamic Trunk Groups:",
            "Source interface filtering: enabled",
            "",
        ]
    return rows(*lines)


def _switchport_model(cli: Cli, words: Words) -> Model:
    return {
        "switchports": {
            name: {
                "enabled": True,
                "switchportInfo": {
                    "mode": setting.mode,
                    "macLearning": True,
                    "tpid": "0x8100",
                    "tpidStatus": True,
                    "accessVlanId": setting.access_vlan,
                    "accessVlanName": _vlan_name(cli, setting.access_vlan),
                    "trunkingNativeVlanId": setting.native_vlan,
                    "trunkingNativeVlanName": _vlan_name(cli, setting.native_vlan),
                    "trunkAllowedVlans": _allowed(setting),
                    "dynamicAllowedVlans": {},
                    "staticTrunkGroups": [],
                    "dynamicTrunkGroups": [],
                    "sourceportFilterMode": "enabled",
                },
            }
            for name, setting in _settings(cli, words).items()
        }
    }


def _trunk(cli: Cli, _words: Words) -> str:
    up = {port.name for port in switched(cli) if port.oper_up}
    found = {
        name: one for name, one in _settings(cli, ("show", "interfaces")).items() if one.mode == "trunk" and name in up
    }
    real = cli.device.setting.vlans
    lines = [f"{'Port':<16}{'Mode':<16}{'Status':<16}Native vlan"]
    lines += [f"{short_name(n):<16}{'trunk':<16}{'trunking':<16}{s.native_vlan}" for n, s in found.items()]
    for title, only_real in (("Vlans allowed", False), ("Vlans allowed and active in management domain", True)):
        lines += ["", f"{'Port':<16}{title}"]
        for name, setting in found.items():
            allowed = setting.allowed if setting.allowed is not None else _ALL
            told = vlan_text(allowed & real if only_real else allowed) if allowed != _ALL or only_real else "All"
            lines.append(f"{short_name(name):<16}{told or 'None'}")
    lines += ["", f"{'Port':<16}Vlans in spanning tree forwarding state"]
    forwarding = {vlan: set(cli.device.view.tree(vlan).forwarding) for vlan in real} if found else {}
    for name, setting in found.items():
        ahead = [vlan for vlan in real if _carries(setting, vlan) and name in forwarding[vlan]]
        lines.append(f"{short_name(name):<16}{vlan_text(ahead) or 'None'}")
    return rows(*lines, "")


def _macs(cli: Cli, words: Words) -> list[MacLook]:
    chosen = sorted(cli.device.view.macs(), key=lambda one: (one.vlan, one.mac))
    if "interface" in words:
        chosen = [one for one in chosen if one.port == words[-1]]
    if "vlan" in words:
        chosen = [one for one in chosen if one.vlan == int(words[-1])]
    return chosen


def _mac_table(cli: Cli, words: Words) -> str:
    found = _macs(cli, words)
    rule = "-" * 66
    return rows(
        "          Mac Address Table",
        rule,
        "",
        "Vlan    Mac Address       Type        Ports      Moves   Last Move",
        "----    -----------       ----        -----      -----   ---------",
        *(
            f"{m.vlan:>4}    {dotted_mac(m.mac)}    DYNAMIC     {short_name(m.port):<10} 1       0:05:00 ago"
            for m in found
        ),
        f"Total Mac Addresses for this criterion: {len(found)}",
        "",
        "          Multicast Mac Address Table",
        rule,
        "",
        "Vlan    Mac Address       Type        Ports",
        "----    -----------       ----        -----",
        "Total Mac Addresses for this criterion: 0",
    )


def _mac_model(cli: Cli, words: Words) -> Model:
    moved = cli.device.view.now().timestamp() - _AGE
    entries = [
        {
            "vlanId": one.vlan,
            "macAddress": one.mac,
            "entryType": "dynamic",
            "interface": one.port,
            "moves": 1,
            "lastMove": moved,
        }
        for one in _macs(cli, words)
    ]
    return {
        "unicastTable": {"tableEntries": entries},
        "multicastTable": {"tableEntries": []},
        "disabledMacLearningVlans": [],
    }


_POE_STATE = {"on": "powered", "off": "detecting", "faulty": "fault", "power-deny": "denied"}
_POE_LIMIT = 30.0


def _poe(cli: Cli, words: Words) -> str:
    heads = ("Port", "Enabled", "Priority", "Limit", "Granted", "State", "Class", "Power", "Current", "Voltage")
    widths = (8, 9, 10, 9, 9, 11, 8, 9, 10, 8)
    told = [("-" * (width - 2) for width in widths), *(_poe_row(cli, look) for look in _poe_ports(cli, words))]
    lines = [
        "".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in (heads, *told)
    ]
    return rows(*lines)


def _poe_ports(cli: Cli, words: Words) -> list[PoeLook]:
    wanted = named(words, 2)
    powering = copper(cli.device.view.model)
    found = sorted(cli.device.view.poe(), key=lambda look: sort_key(look.port))
    return [look for look in found if wanted in (None, look.port) and sort_key(look.port)[1] <= powering]


def _poe_row(cli: Cli, look: PoeLook) -> tuple[str, ...]:
    on = look.oper == "on"
    section = cli.device.running.interface(look.port)
    priority = (section.value("poe", "priority") if section is not None else None) or ("low",)
    return (
        short_name(look.port),
        "yes" if look.admin == "auto" else "no",
        priority[0],
        f"{_POE_LIMIT:.1f}W",
        f"{_POE_LIMIT if on else 0.0:.1f}W",
        "disabled" if look.admin == "never" else _POE_STATE[look.oper],
        f"class{look.grade}" if on else "unknown",
        f"{look.watts:.1f}W",
        f"{look.watts / 54 * 1000:.0f}mA",
        "54.0V" if on else "0.0V",
    )


def _poe_model(cli: Cli, words: Words) -> Model:
    ports: dict[str, Any] = {}
    for look in _poe_ports(cli, words):
        row = _poe_row(cli, look)
        ports[look.port] = {
            "portPresent": True,
            "pseEnabled": look.admin == "auto",
            "portPriority": row[2],
            "powerLimit": _POE_LIMIT,
            "grantedPower": _POE_LIMIT if look.oper == "on" else 0.0,
            "portState": row[5],
            "portClass": row[6],
            "power": look.watts,
            "current": look.watts / 54,
            "voltage": 54.0 if look.oper == "on" else 0.0,
        }
    return {"poePorts": ports}


TABLE: list[Row] = [
    ("show vlan [<vlans>]", "any", show(_vlan, _vlan_model)),
    ("show interfaces [<iface>] switchport", "any", show(_switchport, _switchport_model)),
    ("show interfaces trunk", "any", show(_trunk)),
    ("show mac address-table [dynamic]", "any", show(_mac_table, _mac_model)),
    ("show mac address-table interface <iface>", "any", show(_mac_table, _mac_model)),
    ("show mac address-table vlan <1-4094>", "any", show(_mac_table, _mac_model)),
    ("show poe [<iface>]", "any", show(_poe, _poe_model)),
    (
        "show poe interface <iface>",
        "any",
        show(lambda cli, words: _poe(cli, words[1:]), lambda cli, words: _poe_model(cli, words[1:])),
    ),
]
