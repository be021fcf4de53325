"""Every machine of the real lab, and the cables between them.

In: how many stores, the accounts' passwords. Out: a ``Plan`` per machine and the cables. Called by ``lab.netns.world``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from inventory.model import DeviceId
from lab.netns.addresses import (
    BACKUP,
    CAMERAS,
    CONTROLLER_AT,
    HQ_AT,
    MANAGEMENT,
    NAMES,
    PAYMENT,
    PAYMENT_NAME,
    PAYMENT_URL,
    PRIMARY,
    PROVIDERS,
    TILLS,
    VLANS,
    at,
    edge,
    switch,
)
from lab.netns.box import Plan
from lab.netns.routers import AGAIN, DAEMONS, WATCHED, edge_config, headquarters_config, provider_config
from lab.numbering import BACK_OFFICE, endpoint_mac, lan, store_id

FIRST, LAST = 11, 110
"""Which of a VLAN's addresses are leased."""
PATIENCE, EVERY = 0.4, 0.2
"""Seconds: how long a till waits for its payment, and between two of them."""
FRR = """install -d -o frr -g frr -m 755 /run/frr /var/log/frr
sysctl -qw net.ipv4.ip_forward=1
chmod 755 /etc/frr/again-*
/usr/lib/frr/frrinit.sh start >/var/log/frr/start 2>&1
"""
SWITCHING = """ovsdb-tool create /var/lib/openvswitch/conf.db /usr/share/openvswitch/vswitch.ovsschema
ovsdb-server /var/lib/openvswitch/conf.db --remote=punix:/run/openvswitch/db.sock --pidfile --detach \
  --log-file=/var/log/ovsdb.log -vconsole:off
ovs-vsctl --no-wait init
ovs-vswitchd unix:/run/openvswitch/db.sock --pidfile --detach --log-file=/var/log/vswitchd.log -vconsole:off
"""
SSH = """HostKey /etc/ssh/key
PidFile /run/sshd.pid
UsePAM no
UseDNS no
PrintMotd no
Subsystem sftp internal-sftp
"""
LEASED = """#!/bin/sh
case $1 in
  deconfig) ip addr flush dev $interface; ip link set $interface up ;;
  bound|renew) ip addr replace $ip/$mask dev $interface
    ip route replace default via ${router%% *}
    { echo options timeout:1 attempts:1; for one in $dns; do echo nameserver $one; done; } > /etc/resolv.conf ;;
esac
"""
SERVER = """import http.server
class Health(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        text = b"a receipt\\n" * 300
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)
    def log_message(self, *_):
        pass
http.server.ThreadingHTTPServer(("", 80), Health).serve_forever()
"""
DNSMASQ = """no-resolv
no-hosts
no-ping
bind-dynamic
dhcp-authoritative
user=root
pid-file=/run/dnsmasq.pid
dhcp-leasefile=/var/lib/misc/dnsmasq.leases
log-facility=/var/log/dnsmasq.log
log-dhcp
interface=svc10
interface=svc20
"""
PAYING = f"""while :; do
  at=$(date +%s.%N)
  printf '%s %s\\n' $at "$(curl -s -o /dev/null -w '%{{http_code}}/%{{exitcode}}' -m {PATIENCE} {PAYMENT_URL})"
  sleep {EVERY}
done
"""
SERVE = "dnsmasq --conf-file=/dev/null --conf-dir=/etc/dnsmasq.d,*.conf --fast-dns-retry=200,5000"
"""A question whose answer was lost is asked again by the server itself, not only when a client does."""
PAYMENT_SERVER = "python3 /etc/payment.py >/var/log/payment 2>&1 &"
NAME_SERVER = (
    f"dnsmasq --conf-file=/dev/null --no-resolv --no-hosts --bind-interfaces --listen-address={NAMES} "
    f"--local=/hq.test/ --host-record={PAYMENT_NAME},{PAYMENT} --pid-file=/run/names.pid --user=root"
)
NARROW = "mtu 600 advmss 536"
"""What the controller keeps to towards the stores: its sessions survive a line that loses large packets."""
LTE_RATE = "tbf rate 20mbit burst 64kb latency 100ms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cable:
    """A cable between two machines' interfaces."""

    one: tuple[str, str]
    other: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Logins:
    """Passwords by account, host keys (private) by device, and programs as a device sees them, for its own path."""

    passwords: Mapping[str, str]
    host_keys: Mapping[DeviceId, str]
    agents: tuple[Path, ...]


def plans(stores: int, logins: Logins) -> Iterator[Plan]:
    """Every machine: headquarters first, then the stores."""
    frr = {"frr/daemons": DAEMONS, "frr/vtysh.conf": "service integrated-vtysh-config\n"}
    frr |= {f"frr/again-{name}": AGAIN for name in WATCHED}
    yield Plan(name="hq", links=tuple(HQ_AT), boot=FRR, files={**frr, "frr/frr.conf": headquarters_config()})
    for name in PROVIDERS:
        links = ("hq", *(edge(n) for n in range(1, stores + 1)))
        yield Plan(name=name, links=links, boot=FRR, files={**frr, "frr/frr.conf": provider_config(name, stores)})
    yield _services()
    yield Plan(
        name="controller",
        links=("office",),
        boot=f"ip addr add {CONTROLLER_AT} dev office\nip route add default via {HQ_AT['office'].ip} {NARROW}\n",
    )
    for number in range(1, stores + 1):
        yield _edge(number, logins, frr)
        yield _switch(number, logins)
        yield from _endpoints(number)


def cables(stores: int) -> Iterator[Cable]:
    """Every cable."""
    yield Cable(one=("hq", "office"), other=("controller", "office"))
    yield Cable(one=("hq", "back"), other=("services", "back"))
    for name in PROVIDERS:
        yield Cable(one=("hq", name), other=(name, "hq"))
    for number in range(1, stores + 1):
        store = store_id(number)
        yield Cable(one=(PRIMARY, edge(number)), other=(edge(number), "wan0"))
        yield Cable(one=(BACKUP, edge(number)), other=(edge(number), "lte0"))
        yield Cable(one=(edge(number), "lan0"), other=(switch(number), "uplink"))
        for name in ("till1", "camera1", "spare1"):
            yield Cable(one=(switch(number), name), other=(f"{store}-{name}", "eth0"))


def _services() -> Plan:
    boot = f"""ip addr add {PAYMENT}/24 dev back
ip addr add {NAMES}/24 dev back
ip route add default via {BACK_OFFICE[1]}
{PAYMENT_SERVER}
{NAME_SERVER}
"""
    return Plan(name="services", links=("back",), boot=boot, files={"payment.py": SERVER})


def _edge(number: int, logins: Logins, frr: Mapping[str, str]) -> Plan:
    """Its sub-interfaces are ports of a switch of its own that nobody manages: the kernel cannot tag."""
    taps = "\n".join(
        f"ovs-vsctl add-port sub lan0.{vlan} tag={vlan} -- set interface lan0.{vlan} type=internal" for vlan in VLANS
    )
    up = "\n".join(f"ip link set lan0.{vlan} up; {_whole(f'lan0.{vlan}')}" for vlan in VLANS)
    boot = f"""{SWITCHING}{_whole("lan0")}
ovs-vsctl add-br sub -- set bridge sub datapath_type=netdev -- add-port sub lan0
{taps}
{up}
tc qdisc add dev lte0 root {LTE_RATE} || true
{FRR}{_login(logins, program="/usr/bin/vtysh", groups="frrvty")}"""
    files = {**frr, "frr/frr.conf": edge_config(number), **_ssh(logins, edge(number))}
    return Plan(name=edge(number), links=("wan0", "lte0", "lan0"), boot=boot, files=files)


def _switch(number: int, logins: Logins) -> Plan:
    """The store's switch; its services stand on interfaces of its own in the VLANs they serve."""
    own = {"svc10": (TILLS, 2), "svc20": (CAMERAS, 2), "mgmt": (MANAGEMENT, 2)}
    taps = "\n".join(
        f"ovs-vsctl add-port br0 {name} tag={vlan} -- set interface {name} type=internal\n"
        f"ip addr replace {at(number, vlan, last)} dev {name}; ip link set {name} up; {_whole(name)}"
        for name, (vlan, last) in own.items()
    )
    ways = "\n".join(
        f"ip route replace default via {at(number, vlan, 1).ip} dev svc{vlan} table {vlan}\n"
        f"ip route replace {lan(number, vlan)} dev svc{vlan} src {at(number, vlan, 2).ip} table {vlan}\n"
        f"ip rule flush table {vlan} || true\n"
        f"ip rule add oif svc{vlan} lookup {vlan}\nip rule add from {at(number, vlan, 2).ip} lookup {vlan}"
        for vlan in (TILLS, CAMERAS)
    )
    ports = "\n".join(
        f"{_whole(name)}\novs-vsctl add-port br0 {name} {setting}"
        for name, setting in (
            ("uplink", f"trunks={','.join(map(str, VLANS))}"),
            ("till1", f"tag={TILLS}"),
            ("camera1", f"tag={CAMERAS}"),
            ("spare1", f"tag={TILLS}"),
        )
    )
    boot = f"""{SWITCHING}ovs-vsctl add-br br0 -- set bridge br0 datapath_type=netdev other_config:mac-aging-time=15
{ports}
{taps}
ip route replace default via {at(number, MANAGEMENT, 1).ip} dev mgmt
{ways}
{SERVE}
{_login(logins, program="/bin/bash", groups="")}
if command -v storenet-ovs >/dev/null; then storenet-ovs boot; fi
"""
    files = {
        "dnsmasq.d/base.conf": DNSMASQ,
        "dnsmasq.d/storenet.conf": _leasing(number),
        **_ssh(logins, switch(number)),
    }
    return Plan(name=switch(number), links=("uplink", "till1", "camera1", "spare1"), boot=boot, files=files)


def _leasing(number: int) -> str:
    """What the store's DHCP and DNS are set to, in dnsmasq's words."""
    ranges = "".join(
        f"dhcp-range=set:vlan{vlan},{lan(number, vlan)[FIRST]},{lan(number, vlan)[LAST]},255.255.255.0,8h\n"
        f"dhcp-option=tag:vlan{vlan},option:router,{lan(number, vlan)[1]}\n"
        f"dhcp-option=tag:vlan{vlan},option:dns-server,{lan(number, vlan)[2]}\n"
        for vlan in (TILLS, CAMERAS)
    )
    return f"{ranges}server={NAMES}\n"


def _endpoints(number: int) -> Iterator[Plan]:
    """A till, a camera, and something on a spare port that does nothing until a fault makes it."""
    store = store_id(number)
    for kind, (name, client) in enumerate((("till1", True), ("camera1", True), ("spare1", False)), 5):
        boot = f"ip link set eth0 address {endpoint_mac(number, kind, 1)}\n{_whole('eth0')}\n"
        if client:
            boot += "busybox udhcpc -i eth0 -s /etc/leased -t 3 -T 1 -A 2 -b -S >/var/log/dhcp 2>&1 &\n"
        if name == "till1":
            boot += "sh /etc/paying >/var/log/paying 2>/dev/null &\n"
        files = {"leased": LEASED, "paying": PAYING}
        yield Plan(name=f"{store}-{name}", links=("eth0",), boot="chmod 755 /etc/leased\n" + boot, files=files)


def _whole(link: str) -> str:
    """No offloads: the switch in user space takes what it gets for whole packets."""
    return f"ethtool -K {link} tx off gso off tso off gro off >/dev/null 2>&1 || true"


def _login(logins: Logins, *, program: str, groups: str) -> str:
    """Two accounts and sshd."""
    agents = "\n".join(f"install -m 755 {path} /usr/local/sbin/{path.name}" for path in logins.agents)
    read, write = logins.passwords["storenet-ro"], logins.passwords["storenet-rw"]
    member = f"-G {groups} " if groups else ""
    return f"""{agents}
if [ ! -f /etc/sudoers.d/storenet ]; then
useradd -M -d /tmp -s {program} {member}storenet-ro
useradd -M -d /tmp -s /bin/bash storenet-rw
printf '%s\\n' 'storenet-ro:{read}' 'storenet-rw:{write}' | chpasswd
printf '%s\\n' 'storenet-rw ALL=(root) NOPASSWD: ALL' \
  'storenet-ro ALL=(root) NOPASSWD: /usr/local/sbin/storenet-ovs look' > /etc/sudoers.d/storenet
fi
chmod 600 /etc/ssh/key
chown root:root /etc/ssh/key
/usr/sbin/sshd -f /etc/ssh/here
"""


def _ssh(logins: Logins, device: DeviceId) -> dict[str, str]:
    return {"ssh/here": SSH, "ssh/key": logins.host_keys[device]}
