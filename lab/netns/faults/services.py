"""Faults of the store's own DHCP and DNS, and the shop's own servers being dead, which no store can help."""

from lab.netns.box import Box, until
from lab.netns.fault import Act, RealFault
from lab.netns.plans import FIRST, LAST, NAME_SERVER, PAYMENT_SERVER, SERVE
from lab.netns.world import RealStores
from lab.numbering import endpoint_mac

ODD = "/etc/dnsmasq.d/odd.conf"
LEASES = "/var/lib/misc/dnsmasq.leases"
EXHAUST_SECONDS = 120.0
TAKE_ALL = f"""for n in $(seq 1 {LAST - FIRST + 6}); do
  ip link set eth0 address $(printf '02:ee:00:00:%02x:01' $n)
  busybox udhcpc -i eth0 -q -n -t 2 -T 1 -A 0 -s /bin/true -S >/dev/null 2>&1 || true
done
ip link set eth0 address {{own}}
touch /run/taken
"""


def _end(box: Box, *, how: str = "KILL") -> None:
    found = box.run("pidof", "-s", "dnsmasq", check=False).strip()
    if found:
        box.run("kill", f"-{how}", found)
        if how == "KILL":
            until(lambda: not box.run("pidof", "dnsmasq", check=False).strip(), "dnsmasq has ended", 5)


def _serve(stores: RealStores, number: int) -> None:
    switch = stores.store(number, "sw1")
    if not switch.run("pidof", "dnsmasq", check=False).strip():
        switch.sh(SERVE)


def _kill(stores: RealStores, number: int) -> None:
    _end(stores.store(number, "sw1"))


def _hang(stores: RealStores, number: int) -> None:
    _end(stores.store(number, "sw1"), how="STOP")


def _go_on(stores: RealStores, number: int) -> None:
    stores.store(number, "sw1").sh("for one in $(pidof dnsmasq); do kill -CONT $one; done", check=False)
    _serve(stores, number)


def _off(line: str) -> Act:
    """Somebody edits dnsmasq's files by hand and starts it anew."""

    def act(stores: RealStores, number: int) -> None:
        switch = stores.store(number, "sw1")
        switch.sh(f"printf '%s\\n' '{line}' > {ODD}")
        _end(switch)
        switch.sh(SERVE)

    return act


def _on(stores: RealStores, number: int) -> None:
    switch = stores.store(number, "sw1")
    switch.run("rm", "-f", ODD)
    _end(switch)
    switch.sh(SERVE)


def _exhaust(stores: RealStores, number: int) -> None:
    """Somebody takes every address, while the till has just been switched on and asks for its own."""
    switch, till, spare = (stores.store(number, name) for name in ("sw1", "till1", "spare1"))
    till.sh("pkill -x busybox; ip addr flush dev eth0", check=False)
    _end(switch)
    switch.sh(f"grep -v {endpoint_mac(number, 5, 1)} {LEASES} > /tmp/left; cat /tmp/left > {LEASES}", check=False)
    switch.sh(SERVE)
    spare.sh("rm -f /run/taken")
    spare.sh(TAKE_ALL.format(own=endpoint_mac(number, 7, 1)), check=False)
    until(lambda: spare.run("ls", "/run/taken", check=False).strip() == "/run/taken", "all is taken", EXHAUST_SECONDS)
    till.sh("busybox udhcpc -i eth0 -s /etc/leased -t 3 -T 1 -A 2 -b -S >/var/log/dhcp 2>&1 &")


def _return_all(stores: RealStores, number: int) -> None:
    switch = stores.store(number, "sw1")
    _end(switch)
    switch.sh(f"grep -v 02:ee:00:00: {LEASES} > /tmp/left; cat /tmp/left > {LEASES}", check=False)
    switch.sh(SERVE)


def _close_the_bank(stores: RealStores, number: int) -> None:
    del number
    stores.boxes["services"].run("pkill", "-f", "payment.py")


def _open_the_bank(stores: RealStores, number: int) -> None:
    del number
    stores.boxes["services"].sh(PAYMENT_SERVER)


def _forget_names(stores: RealStores, number: int) -> None:
    del number
    _end(stores.boxes["services"])


def _know_names(stores: RealStores, number: int) -> None:
    del number
    stores.boxes["services"].sh(NAME_SERVER)


FAULTS = (
    RealFault(
        name="dnsmasq_killed", title="DHCP and DNS are dead", ends="repaired", hurts=True, put_in=_kill, take_out=_serve
    ),
    RealFault(
        name="dnsmasq_hung", title="DHCP and DNS hang", ends="repaired", hurts=True, put_in=_hang, take_out=_go_on
    ),
    RealFault(
        name="dns_off", title="DNS is turned off", ends="repaired", hurts=True, put_in=_off("port=0"), take_out=_on
    ),
    RealFault(
        name="dhcp_off",
        title="DHCP is turned off; every till holds its lease, nothing suffers yet",
        ends="no_store_change",
        hurts=False,
        put_in=_off("no-dhcp-interface=svc10"),
        take_out=_on,
    ),
    RealFault(
        name="dhcp_pool_exhausted",
        title="every address is taken",
        ends="repaired",
        hurts=True,
        put_in=_exhaust,
        take_out=_return_all,
    ),
    RealFault(
        name="payment_dead",
        title="the payment gateway is dead",
        ends="no_store_change",
        hurts=True,
        put_in=_close_the_bank,
        take_out=_open_the_bank,
    ),
    RealFault(
        name="hq_dns_dead",
        title="headquarters' name server is dead",
        ends="no_store_change",
        hurts=True,
        put_in=_forget_names,
        take_out=_know_names,
    ),
)
