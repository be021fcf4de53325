"""``show spanning-tree``: who is the root of a VLAN, and which ports forward.

In: a shell and canonical words. Out: text, as IOS prints it (ntc-templates' cisco_ios_show_spanning-tree, Apache-2.0).
Called by ``exec_commands``.
"""

from lab.devices.cisco_ios.names import dotted_mac, kind_of, short_name, split
from lab.devices.cisco_ios.rule import Words
from lab.devices.cisco_ios.tables import Table
from lab.devices.cisco_ios.terminal import Terminal
from lab.model import TreeLook
from lab.setting import PortSetting

_PRIORITY = 32768
_TIMES = "             Hello Time   2 sec  Max Age 20 sec  Forward Delay 15 sec"


def _tree(shell: Terminal, words: Words) -> str:
    known = sorted(shell.device.setting.vlans | {1})
    wanted = [int(words[-1])] if words[-1].isdigit() else known
    shown = [vlan for vlan in wanted if vlan in known]
    trees = [(vlan, shell.device.view.tree(vlan)) for vlan in shown]
    text = "".join(_instance(shell, vlan, tree) for vlan, tree in trees if tree.forwarding)
    if text:
        return text
    return f"\nSpanning tree instance(s) for vlan {words[-1]} does not exist.\n\n" if words[-1].isdigit() else "\n"


def _instance(shell: Terminal, vlan: int, tree: TreeLook) -> str:
    rows = [
        "",
        f"VLAN{vlan:04d}",
        "  Spanning tree enabled protocol rstp",
        f"  Root ID    Priority    {_PRIORITY + vlan}",
        f"             Address     {dotted_mac(tree.root_mac)}",
    ]
    if tree.root_port is None:
        rows.append("             This bridge is the root")
    else:
        port = f"{_number(tree.root_port)} ({tree.root_port})"
        rows += [f"             Cost        {tree.cost}", f"             Port        {port}"]
    rows += [
        _TIMES,
        "",
        f"  Bridge ID  Priority    {_PRIORITY + vlan}  (priority {_PRIORITY} sys-id-ext {vlan})",
        f"             Address     {dotted_mac(tree.own_mac)}",
        _TIMES,
        "             Aging Time  300 sec",
        "",
        "Interface           Role Sts Cost      Prio.Nbr Type",
        "------------------- ---- --- --------- -------- --------------------------------",
        *(_row(shell, tree, name) for name in tree.forwarding if kind_of(name) == "switch"),
    ]
    return "\n".join(rows) + "\n\n"


def _row(shell: Terminal, tree: TreeLook, name: str) -> str:
    section = shell.device.running.interface(name)
    portfast = section.value("spanning-tree", "portfast") if section is not None else None
    setting = shell.device.setting.ports.get(name, PortSetting(name=name))
    edge = portfast is not None and (setting.mode != "trunk" or "trunk" in " ".join(portfast))
    role = "Root" if name == tree.root_port else "Desg"
    prio = f"128.{_number(name)}"
    return f"{short_name(name):<19} {role} FWD {4:<9} {prio:<8} P2p {'Edge ' if edge else ''}"


def _number(name: str) -> int:
    return int(split(name)[1].rpartition("/")[2] or 0)


TABLE: Table = [
    ("show spanning-tree [vlan <1-4094>]", 1, _tree),
]
