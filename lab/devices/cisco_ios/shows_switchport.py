"""What a switch port is set to, which ports a switch opens again by itself, and starting counters anew.

In: a shell and canonical words. Out: text, as IOS prints it (ntc-templates' cisco_ios_show_interfaces_switchport,
Apache-2.0; ``clear counters`` asks first and is written down). Called by ``exec_commands``.
"""

from lab.devices.cisco_ios.names import kind_of, short_name
from lab.devices.cisco_ios.rule import Words
from lab.devices.cisco_ios.shows_ports import chosen_ports
from lab.devices.cisco_ios.tables import Table
from lab.devices.cisco_ios.terminal import ENABLED, Terminal
from lab.devices.cisco_ios.tokens import MAX_VLAN, vlan_text
from lab.model import PortLook
from lab.setting import PortSetting

_CAUSES = (
    "arp-inspection",
    "bpduguard",
    "channel-misconfig (STP)",
    "dhcp-rate-limit",
    "dtp-flap",
    "gbic-invalid",
    "inline-power",
    "l2ptguard",
    "link-flap",
    "mac-limit",
    "loopback",
    "pagp-flap",
    "port-mode-failure",
    "pppoe-ia-rate-limit",
    "psecure-violation",
    "security-violation",
    "sfp-config-mismatch",
    "small-frame",
    "storm-control",
    "udld",
)
_PRIVATE = (
    "host-association: none ",
    "mapping: none ",
    "trunk native VLAN: none",
    "trunk Native VLAN tagging: enabled",
    "trunk encapsulation: dot1q",
    "trunk normal VLANs: none",
    "trunk associations: none",
    "trunk mappings: none",
)


def _switchport(shell: Terminal, words: Words) -> str:
    wanted = words[2] if words[2] != "switchport" else None
    ports = [port for port in chosen_ports(shell, wanted) if kind_of(port.name) == "switch"]
    return "".join(_port(shell, port) for port in ports)


def _port(shell: Terminal, port: PortLook) -> str:
    setting = shell.device.setting.ports.get(port.name, PortSetting(name=port.name))
    if setting.mode == "routed":
        return f"Name: {short_name(port.name)}\nSwitchport: Disabled\n\n"
    names = _names(shell)
    trunk = setting.mode == "trunk"
    section = shell.device.running.interface(port.name)
    quiet = section is not None and section.has("switchport", "nonegotiate")
    set_to = "trunk" if trunk else "static access"
    state = set_to if port.oper_up else "down"
    allowed = (
        "ALL" if setting.allowed is None or len(setting.allowed) == MAX_VLAN else vlan_text(setting.allowed) or "NONE"
    )
    rows = (
        f"Name: {short_name(port.name)}",
        "Switchport: Enabled",
        f"Administrative Mode: {set_to}",
        f"Operational Mode: {state}",
        "Administrative Trunking Encapsulation: dot1q",
        *((f"Operational Trunking Encapsulation: {'dot1q' if trunk else 'native'}",) if port.oper_up else ()),
        f"Negotiation of Trunking: {'Off' if quiet or not trunk else 'On'}",
        f"Access Mode VLAN: {setting.access_vlan} ({names.get(setting.access_vlan, 'Inactive')})",
        f"Trunking Native Mode VLAN: {setting.native_vlan} ({names.get(setting.native_vlan, 'Inactive')})",
        "Administrative Native VLAN tagging: enabled",
        "Voice VLAN: none",
        *(f"Administrative private-vlan {row}" for row in _PRIVATE),
        "Operational private-vlan: none",
        f"Trunking VLANs Enabled: {allowed}",
        "Pruning VLANs Enabled: 2-1001",
        "Capture Mode Disabled",
        "Capture VLANs Allowed: ALL",
        "",
        "Protected: false",
        "Unknown unicast blocked: disabled",
        "Unknown multicast blocked: disabled",
        "Appliance trust: none",
    )
    return "\n".join(rows) + "\n\n"


def _names(shell: Terminal) -> dict[int, str]:
    found = {
        int(words[1]): (section.value("name") or (f"VLAN{int(words[1]):04d}",))[0]
        for words, section in shell.device.running.sections("vlan")
    }
    return {1: "default", **found}


def _recovery(shell: Terminal, _words: Words) -> str:
    setting = shell.device.setting
    rows = ["ErrDisable Reason            Timer Status", "-----------------            --------------"]
    rows += [f"{cause:<28} {'Enabled' if cause in setting.recovered_causes else 'Disabled'}" for cause in _CAUSES]
    rows += ["", f"Timer interval: {setting.recovery_seconds} seconds", ""]
    rows += ["Interfaces that will be enabled at the next timeout:", ""]
    waiting = [port for port in shell.device.view.ports() if port.reopens_seconds is not None]
    if waiting:
        rows += ["Interface       Errdisable reason       Time left(sec)"]
        rows += ["---------       -----------------       --------------"]
    for port in waiting:
        rows.append(f"{short_name(port.name):<15} {port.cause:>17} {int(port.reopens_seconds or 0):>20}")
    return "\n".join(rows) + "\n"


async def _clear(shell: Terminal, words: Words) -> str:
    port = words[2] if len(words) > 2 else None  # noqa: PLR2004
    where = "all interfaces" if port is None else "this interface"
    answer = await shell.ask(f'Clear "show interface" counters on {where} [confirm]')
    if answer.strip().lower().startswith("n"):
        return ""
    shell.device.record_write(shell.user, " ".join(words), changed=False)
    shell.device.view.clear_counters(port)
    what = "all interfaces" if port is None else f"interface {port}"
    shell.device.view.say("CLEAR-5-COUNTERS", f"Clear counter on {what} by {shell.user} on {shell.source}")
    return ""


TABLE: Table = [
    ("show interfaces [<iface>] switchport", 1, _switchport),
    ("show errdisable recovery", 1, _recovery),
    ("clear counters [<iface>]", ENABLED, _clear),
]
