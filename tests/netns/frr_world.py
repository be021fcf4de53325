"""One FRR router and its two carriers in throwaway namespaces: what the platform ``frr`` is proven against.

In: a directory. Out: a ``World`` whose router (``edge``) is logged in to over SSH from the namespace of whoever made it
(``entered``). Everything lives below one process: ending that ends all of it.
"""

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from inventory.platforms.frr.pack import pack

EDGE_ADDRESS = "10.9.0.2"
PASSWORDS = {"storenet-ro": "read-1", "storenet-rw": "write-1"}
NEEDED = ("unshare", "nsenter", "tini", "sshd", "vtysh", "sudo")
FRR = Path("/usr/lib/frr")
CLONE_NEWNET = 0x40000000
BOOT_SECONDS = 30.0
STEP_SECONDS = 0.05
libc = ctypes.CDLL(None, use_errno=True)

INIT = """
set -e
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
hostname {name}
mount -t overlay overlay -o lowerdir=/etc,upperdir={up},workdir={work} /etc
mount --bind {sbin} /usr/local/sbin
mount -t tmpfs none /run
mount -t tmpfs none /var/log
mount -t tmpfs none /tmp
mkdir -p /run/sshd /run/lock
install -d -o frr -g frr -m 755 /run/frr /var/log/frr
echo "127.0.0.1 localhost {name}" > /etc/hosts
mount -t tmpfs none /home
mkdir -p /home/storenet-rw
ip link set lo up
for link in {links}; do ip addr flush dev $link; ip link set $link up; done
sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=0
[ ! -f /etc/frr/first ] || . /etc/frr/first
/usr/lib/frr/frrinit.sh start >/var/log/frr/start 2>&1
[ ! -f /etc/ssh/here ] || /usr/sbin/sshd -f /etc/ssh/here
touch /run/booted
exec sleep infinity
"""
FIRST = """
rm /etc/frr/first
useradd -M -s /usr/bin/vtysh -G frrvty storenet-ro
useradd -M -s /bin/bash storenet-rw
echo 'storenet-ro:read-1' | chpasswd
echo 'storenet-rw:write-1' | chpasswd
cat > /etc/sudoers.d/storenet <<END
storenet-rw ALL=(root) NOPASSWD: /usr/bin/vtysh, /usr/local/sbin/storenet-frr, /usr/bin/cat /etc/frr/frr.conf
END
ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/key
"""
SSHD = """
HostKey /etc/ssh/key
PidFile /run/sshd.pid
UsePAM no
UseDNS no
PrintMotd no
Subsystem sftp internal-sftp
"""
DAEMONS = """
bgpd=yes
bfdd=yes
vtysh_enable=yes
zebra_options="-A 127.0.0.1 -s 90000000"
bgpd_options="-A 127.0.0.1"
staticd_options="-A 127.0.0.1"
bfdd_options="-A 127.0.0.1"
"""


CARRIER = """frr defaults traditional
hostname {name}
no ipv6 forwarding
interface edge0
 ip address {address}/30
exit
router bgp {asn}
 no bgp ebgp-requires-policy
 neighbor {edge} remote-as 4200000001
 neighbor {edge} bfd profile line
 neighbor {edge} timers 3 9
 neighbor {edge} timers connect 3
 address-family ipv4 unicast
  neighbor {edge} default-originate
 exit-address-family
exit
bfd
 profile line
  detect-multiplier 5
 exit
exit
"""
CARRIERS = {
    "north": CARRIER.format(name="north", address="198.18.1.1", asn=64501, edge="198.18.1.2"),
    "mobil": CARRIER.format(name="mobil", address="100.72.1.1", asn=64511, edge="100.72.1.2"),
}
MANAGED = f"interface eth0\n ip address {EDGE_ADDRESS}/24\nexit\n"
VLANS = ("lan0.10", "lan0.20", "lan0.99", "lan0.40")


def why_not() -> str:
    """Return why no such world can be made here; empty when it can."""
    if os.geteuid() != 0:
        return "namespaces need root"
    missing = [tool for tool in NEEDED if shutil.which(tool) is None and not Path("/usr/sbin", tool).exists()]
    missing += [] if (FRR / "frr-reload.py").exists() else ["frr-pythontools"]
    return f"not installed: {', '.join(missing)}" if missing else ""


def until(holds: Callable[[], object], what: str, seconds: float = BOOT_SECONDS) -> None:
    """Wait until it holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what}"
        time.sleep(STEP_SECONDS)


def child_of(process: int) -> int:
    """The first process inside what ``unshare --fork`` has made."""
    found: list[str] = []

    def there() -> bool:
        found[:] = Path(f"/proc/{process}/task/{process}/children").read_text().split()
        return bool(found)

    until(there, f"process {process} has a child")
    return int(found[0])


class Box:
    """A machine: its network outlives its processes, so that it can be started again."""

    def __init__(self, world: "World", name: str, links: tuple[str, ...], config: str) -> None:
        self.name, self._links, self._world = name, links, world
        self.home = world.home / name
        self.etc = self.home / "up"
        for folder in ("up/frr", "up/ssh", "work", "sbin"):
            (self.home / folder).mkdir(parents=True)
        (self.etc / "frr/daemons").write_text(DAEMONS)
        (self.etc / "frr/vtysh.conf").write_text("service integrated-vtysh-config\n")
        self.startup = self.etc / "frr/frr.conf"
        self.startup.write_text(config)
        (self.home / "init").write_text(
            INIT.format(name=name, up=self.etc, work=self.home / "work", sbin=self.home / "sbin", links=" ".join(links))
        )
        pack(self.home / "sbin")
        self._network = world.started("unshare", "--net", "sleep", "infinity")
        self.network = self._network.pid
        until(lambda: world.network_of(self.network) != world.network, f"{name} has a network")
        self.inside = 0
        self._process: subprocess.Popen[bytes] | None = None

    def boot(self) -> None:
        """Start; returns when FRR and sshd have been started."""
        self._process = self._world.started(
            *("nsenter", f"--net=/proc/{self.network}/ns/net"),
            *("unshare", "--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child=KILL", "--mount-proc"),
            *("tini", "-s", "--", "sh", str(self.home / "init")),
        )
        self.inside = child_of(self._process.pid)
        until(lambda: Path(f"/proc/{self.inside}/root/run/booted").exists(), f"{self.name} has booted")

    def crash(self) -> None:
        """Kill everything that runs on it at once."""
        assert self._process is not None
        os.kill(self.inside, signal.SIGKILL)
        self._process.wait(10)

    def run(self, *command: str, check: bool = True) -> str:
        """Run a command on it, as root."""
        done = subprocess.run(
            ["nsenter", "-t", str(self.inside), "-m", "-n", "-u", "-i", "-p", "--", *command],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0 or not check, (command, done.stdout, done.stderr)
        return done.stdout + done.stderr

    def vtysh(self, *lines: str) -> str:
        """Run vtysh commands on it."""
        return self.run("vtysh", *(part for line in lines for part in ("-c", line)))

    def configure(self, *lines: str) -> None:
        """Type configuration lines."""
        self.vtysh("configure terminal", *lines)

    def running(self) -> str:
        """Its running configuration."""
        return self.vtysh("show running-config no-header")


class World:
    """``edge`` between two carriers; ``close`` ends all."""

    def __init__(self, home: Path, edge_config: str) -> None:
        self.home = home
        self._processes: list[subprocess.Popen[bytes]] = []
        self.network = self.network_of(os.getpid())
        self._first = self.started("unshare", "--net", "sleep", "infinity").pid
        try:
            until(lambda: self.network_of(self._first) != self.network, "a network of our own")
            self.edge = Box(self, "s001-edge", ("eth0", "wan0", "lte0", *VLANS), edge_config + MANAGED)
            self.carriers = tuple(Box(self, name, ("edge0",), config) for name, config in CARRIERS.items())
            self._wire()
            first = self.edge.etc / "frr/first"
            first.write_text(FIRST)
            (self.edge.etc / "ssh/here").write_text(SSHD)
            for box in (self.edge, *self.carriers):
                box.boot()
        except BaseException:
            self.close()
            raise

    @staticmethod
    def network_of(process: int) -> str:
        return str(Path(f"/proc/{process}/ns/net").readlink())

    def started(self, *command: str) -> subprocess.Popen[bytes]:
        """Start something that ends with the world, and with whoever made it."""
        process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", "--", *command], stdin=subprocess.DEVNULL)
        self._processes.append(process)
        return process

    def _wire(self) -> None:
        edge, (north, mobil) = self.edge.network, (box.network for box in self.carriers)
        self._ip(f"link add edge0 type veth peer name eth0 netns {edge}")
        self._ip(f"link add wan type veth peer name wan0 netns {edge}")
        self._ip(f"link add lte type veth peer name lte0 netns {edge}")
        for number, name in enumerate(VLANS):
            self._ip(f"link add lan{number} type veth peer name {name} netns {edge}")
            self._ip(f"link set lan{number} up")
        self._ip(f"link set wan netns {north} name edge0")
        self._ip(f"link set lte netns {mobil} name edge0")
        self._ip("address add 10.9.0.1/24 dev edge0")
        for link in ("lo", "edge0"):
            self._ip(f"link set {link} up")

    def _ip(self, words: str) -> None:
        subprocess.run(["nsenter", "-t", str(self._first), "-n", "--", "ip", *words.split()], check=True)

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """This thread, and those it starts, reach the edge as a controller would."""
        with Path(f"/proc/{os.getpid()}/ns/net").open() as before:
            with Path(f"/proc/{self._first}/ns/net").open() as ours:
                assert libc.setns(ours.fileno(), CLONE_NEWNET) == 0
            try:
                yield
            finally:
                assert libc.setns(before.fileno(), CLONE_NEWNET) == 0

    def close(self) -> None:
        """End every process; the namespaces go with them."""
        for process in reversed(self._processes):
            process.kill()
        for process in reversed(self._processes):
            process.wait(10)
