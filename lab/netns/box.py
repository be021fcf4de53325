"""One machine of a real store: namespaces of its own, an ``/etc`` of its own, and an init that starts its software.

In: a name, its links, the files it needs, the commands it boots with. Out: a ``Box`` that can be booted, crashed and
told what to run. Called by ``lab.netns.world``. Why its network outlives its processes: cables stay in place when a
machine is switched off.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

BOOT_SECONDS = 60.0
STEP_SECONDS = 0.05
RUN_SECONDS = 60.0
ENTER = ("-m", "-n", "-u", "-i", "-p")
INIT = """set -e
export PATH=/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
hostname {name}
mount -t overlay overlay -o lowerdir=/etc,upperdir={etc},workdir={work} /etc
for place in /run /var/log /var/tmp /tmp /home /var/lib/misc /var/lib/openvswitch /usr/local/sbin; do
  mkdir -p $place; mount -t tmpfs none $place
done
chmod 1777 /tmp /var/tmp
mkdir -p /run/sshd /run/lock /run/openvswitch
echo "127.0.0.1 localhost {name}" > /etc/hosts
: > /etc/resolv.conf
for link in lo {links}; do
  ip addr flush dev $link; ip link set $link up; ethtool -K $link tx off gso off tso off gro off >/dev/null 2>&1 || true
done
sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
sysctl -qw net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2
exec >{log} 2>&1
{boot}
touch /run/booted
exec sleep infinity
"""


class GroundError(RuntimeError):
    """A machine could not be made, or did not boot; the message says which and what it said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a machine is made of. ``files``: text by path below ``/etc``; ``boot``: shell lines of its init."""

    name: str
    links: tuple[str, ...]
    boot: str
    files: Mapping[str, str] = field(default_factory=dict)


def until(holds: Callable[[], object], what: str, seconds: float = BOOT_SECONDS) -> None:
    """Wait until it holds. Raises ``GroundError`` after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise GroundError(f"not within {seconds:g} s: {what}")
        time.sleep(STEP_SECONDS)


def network_of(process: int | str) -> str:
    """Which network namespace a process lives in."""
    return str(Path(f"/proc/{process}/ns/net").readlink())


class Ground:
    """What every machine stands on: a directory, and processes that end with whoever made them."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """Start something that is killed when our thread ends, however it ends."""
        process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", "--", *command], stdin=subprocess.DEVNULL)
        self._processes.append(process)
        return process

    def network(self, what: str) -> int:
        """Make a network namespace; return the process that holds it."""
        ours = network_of("self")
        process = self.start("unshare", "--net", "sleep", "infinity")
        until(lambda: network_of(process.pid) != ours, f"{what} has a network")
        return process.pid

    def end(self) -> None:
        """Kill every process that was started; their namespaces and all in them go with them."""
        for process in reversed(self._processes):
            process.kill()
        for process in reversed(self._processes):
            process.wait(10)
        self._processes.clear()


class Box:
    """A machine."""

    def __init__(self, ground: Ground, plan: Plan) -> None:
        self.name = plan.name
        self.plan = plan
        self._ground = ground
        self.home = ground.home / plan.name
        self.etc = self.home / "etc"
        for folder in ("etc", "work"):
            (self.home / folder).mkdir(parents=True, exist_ok=True)
        for name, text in plan.files.items():
            path = self.etc / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        init = INIT.format(
            name=plan.name,
            log="/etc/boot.log",
            etc=self.etc,
            work=self.home / "work",
            links=" ".join(plan.links),
            boot=plan.boot,
        )
        (self.home / "init").write_text(init, encoding="utf-8")
        self.network = ground.network(plan.name)
        self._process: subprocess.Popen[bytes] | None = None
        self._inside = 0

    @property
    def inside(self) -> int:
        """The machine's first process, seen from outside."""
        return self._inside

    def boot(self) -> None:
        """Begin to boot; ``wait`` until it has."""
        self._process = self._ground.start(
            *("nsenter", f"--net=/proc/{self.network}/ns/net", "--"),
            *("unshare", "--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child=KILL", "--mount-proc"),
            *("tini", "-s", "-g", "--", "sh", str(self.home / "init")),
        )

    def wait(self) -> None:
        """Wait until it has booted. Raises ``GroundError``."""
        process = self._process
        if process is None:
            raise GroundError(f"{self.name} was never started")
        until(lambda: self._found(process), f"{self.name} has a first process")
        until(lambda: self._booted(process), f"{self.name} has booted")

    def _found(self, process: subprocess.Popen[bytes]) -> bool:
        self._still_there(process)
        found = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii").split()
        self._inside = int(found[0]) if found else 0
        return bool(found)

    def _booted(self, process: subprocess.Popen[bytes]) -> bool:
        self._still_there(process)
        return self.file("run/booted").exists()

    def _still_there(self, process: subprocess.Popen[bytes]) -> None:
        if process.poll() is not None:
            log = self.etc / "boot.log"
            said = log.read_text(encoding="utf-8", errors="replace").strip()[-300:] if log.exists() else ""
            raise GroundError(f"{self.name} ended while it booted ({process.returncode}): {said}")

    def file(self, path: str) -> Path:
        """A file of the machine, seen from outside."""
        return Path(f"/proc/{self.inside}/root", path)

    def crash(self) -> None:
        """Cut its power: everything that runs on it is gone at once."""
        if self._process is not None:
            os.kill(self.inside, signal.SIGKILL)
            self._process.wait(10)

    def run(self, *command: str, check: bool = True) -> str:
        """Run a command on it as root, and return what it prints. Raises ``GroundError`` when it fails."""
        done = subprocess.run(
            ["nsenter", "-t", str(self.inside), *ENTER, "--", *command],
            capture_output=True,
            text=True,
            check=False,
            timeout=RUN_SECONDS,
        )
        if check and done.returncode:
            raise GroundError(f"{self.name}: {' '.join(command)}: {done.stdout}{done.stderr}".strip())
        return done.stdout + done.stderr

    def sh(self, script: str, *, check: bool = True) -> str:
        """Run a shell script on it."""
        return self.run("sh", "-c", script, check=check)

    def vtysh(self, *lines: str) -> str:
        """Run vtysh commands on it."""
        return self.run("vtysh", *(part for line in lines for part in ("-c", line)))

    def configure(self, *lines: str) -> None:
        """Type configuration lines, as a person at its console."""
        self.vtysh("configure terminal", *lines)

    def process(self, name: str) -> int:
        """The id, inside the machine, of a program that runs on it. Raises ``GroundError`` when it does not."""
        return int(self.run("pidof", "-s", name))
