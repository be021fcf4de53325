"""Faults that strike the till itself: its address is taken by another, or it is switched on and nobody gives it one."""

from lab.netns.box import Box, GroundError, until
from lab.netns.fault import RealFault
from lab.netns.plans import SERVE
from lab.netns.world import RealStores

ODD = "/etc/dnsmasq.d/unheard.conf"
CLIENT = "busybox udhcpc -i eth0 -s /etc/leased -t 3 -T 1 -A 2 -b -S >/var/log/dhcp 2>&1 &"
STOP_SECONDS = 5.0


def _address_of(till: Box) -> str:
    found = till.run("ip", "-4", "-o", "addr", "show", "dev", "eth0").split()
    if "inet" not in found:
        raise GroundError(f"{till.name} has no address to take")
    return found[found.index("inet") + 1]


def _take(stores: RealStores, number: int) -> None:
    """Something on a spare port takes the till's address, and says so again and again."""
    spare, address = stores.store(number, "spare1"), _address_of(stores.store(number, "till1"))
    claim = f"arping -q -A -c 1 -I eth0 {address.partition('/')[0]}"
    spare.sh(f"ip addr add {address} dev eth0; rm -f /run/hushed")
    spare.sh(f"(while [ ! -e /run/hushed ]; do {claim}; sleep 0.3; done) >/dev/null 2>&1 &")


def _give_back(stores: RealStores, number: int) -> None:
    stores.store(number, "spare1").sh("touch /run/hushed; ip addr flush dev eth0")
    stores.store(number, "edge").run("ip", "neigh", "flush", "dev", "lan0.10")
    stores.store(number, "sw1").run("ip", "neigh", "flush", "dev", "svc10")


def _start_anew(switch: Box) -> None:
    """Start dnsmasq anew, once the old one has ended."""
    if process := switch.run("pidof", "-s", "dnsmasq", check=False).strip():
        switch.run("kill", process)
        until(lambda: not switch.run("pidof", "dnsmasq", check=False).strip(), "dnsmasq has ended", STOP_SECONDS)
    switch.sh(SERVE)


def _unheard(stores: RealStores, number: int) -> None:
    """The store leases no addresses any more, and the till is switched off and on."""
    switch, till = stores.store(number, "sw1"), stores.store(number, "till1")
    switch.sh(f"echo no-dhcp-interface=svc10 > {ODD}")
    _start_anew(switch)
    till.sh(f"pkill -x busybox; ip addr flush dev eth0; {CLIENT}")


def _heard(stores: RealStores, number: int) -> None:
    switch = stores.store(number, "sw1")
    switch.run("rm", "-f", ODD)
    _start_anew(switch)


FAULTS = (
    RealFault(
        name="till_address_taken",
        title="something claims the till's address",
        ends="repaired",
        hurts=True,
        put_in=_take,
        take_out=_give_back,
    ),
    RealFault(
        name="dhcp_dead",
        title="DHCP is turned off, and the till is switched on",
        ends="repaired",
        hurts=True,
        put_in=_unheard,
        take_out=_heard,
    ),
)
