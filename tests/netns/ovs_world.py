"""One real switch with its till and camera, and one machine that is edge, headquarters and controller to it.

In: a directory. Out: a ``SwitchWorld``; ``entered`` puts this thread where the controller would be. All is a child
of ours. The switch, the till and the camera are those of ``lab.netns``.
"""

import contextlib
import ctypes
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import asyncssh

from inventory.platforms.openvswitch import pack
from lab.netns import plans
from lab.netns.addresses import NAMES, PAYMENT, TILLS, VLANS, at, edge, switch
from lab.netns.box import Box, Ground, Plan, until
from lab.netns.world import why_not

PASSWORDS = {"storenet-ro": "read-1", "storenet-rw": "write-1"}
SWITCH = switch(1)
CLONE_NEWNET = 0x40000000
TILL = str(at(1, TILLS, 0).network[11])
libc = ctypes.CDLL(None, use_errno=True)
__all__ = ["PASSWORDS", "SWITCH", "SwitchWorld", "until", "why_not"]


def _edge() -> Plan:
    taps = "\n".join(
        f"ovs-vsctl add-port sub lan0.{vlan} tag={vlan} -- set interface lan0.{vlan} type=internal\n"
        f"ip addr add {at(1, vlan, 1)} dev lan0.{vlan}; ip link set lan0.{vlan} up; {plans._whole(f'lan0.{vlan}')}"
        for vlan in VLANS
    )
    boot = f"""{plans.SWITCHING}{plans._whole("lan0")}
sysctl -qw net.ipv4.ip_forward=1
ovs-vsctl add-br sub -- set bridge sub datapath_type=netdev -- add-port sub lan0
{taps}
ip addr add {PAYMENT}/32 dev lo
ip addr add {NAMES}/32 dev lo
{plans.PAYMENT_SERVER}
{plans.NAME_SERVER}
"""
    return Plan(name=edge(1), links=("lan0",), boot=boot, files={"payment.py": plans.SERVER})


class SwitchWorld:
    """``box`` is the switch; ``close`` ends all."""

    def __init__(self, home: Path) -> None:
        self.key = asyncssh.generate_private_key("ssh-ed25519")
        self._ground = Ground(home)
        keys = {name: self.key.export_private_key("openssh").decode() for name in (SWITCH, edge(1))}
        logins = plans.Logins(passwords=PASSWORDS, host_keys=keys, agents=(Path("/etc/storenet-ovs"),))
        wanted = {SWITCH, "s001-till1", "s001-camera1", "s001-spare1"}
        try:
            chosen = [_edge(), *(plan for plan in plans.plans(1, logins) if plan.name in wanted)]
            self.boxes = {plan.name: Box(self._ground, plan) for plan in chosen}
            self._wire()
            pack(self.boxes[SWITCH].etc)
            for box in self.boxes.values():
                box.boot()
            for box in self.boxes.values():
                box.wait()
        except BaseException:
            self._ground.end()
            raise
        self.box, self.till, self.edge = (self.boxes[n] for n in (SWITCH, "s001-till1", edge(1)))

    def _wire(self) -> None:
        workshop = self._ground.network("the workshop")
        for number, cable in enumerate(plans.cables(1)):
            ends = (cable.one, cable.other)
            if all(name in self.boxes for name, _ in ends):
                words = ["link", "add", f"a{number}", "type", "veth", "peer", "name", f"b{number}"]
                self._ip(workshop, *words)
                for letter, (name, link) in zip("ab", ends, strict=True):
                    network = str(self.boxes[name].network)
                    self._ip(workshop, "link", "set", f"{letter}{number}", "netns", network, "name", link)

    def _ip(self, process: int, *words: str) -> None:
        subprocess.run(["nsenter", "-t", str(process), "-n", "--", "ip", *words], check=True)

    def agent(self, *words: str) -> str:
        """What the agent says to one line, asked on the switch itself."""
        return self.box.run("storenet-ovs", *words, check=False)

    def restart(self) -> None:
        """Cut the switch's power and start it again."""
        self.box.crash()
        self.box.boot()
        self.box.wait()

    def wait_for_lease(self) -> None:
        """Wait until the till has its address."""
        until(lambda: "inet 10." in self.till.run("ip", "-4", "addr", "show", "eth0"), "the till has an address")

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """This thread, and those it starts, reach the switch as a controller would."""
        with Path(f"/proc/{os.getpid()}/ns/net").open() as before:
            with Path(f"/proc/{self.edge.network}/ns/net").open() as there:
                assert libc.setns(there.fileno(), CLONE_NEWNET) == 0
            try:
                yield
            finally:
                assert libc.setns(before.fileno(), CLONE_NEWNET) == 0

    def close(self) -> None:
        """End every process; the namespaces go with them."""
        self._ground.end()
