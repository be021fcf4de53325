"""What of the kernel the real stores need, asked for in a throwaway namespace.

In: nothing. Out: what is missing, by name. Called by ``lab.netns.world``. Why: a small kernel has no modules to load;
a skipped lab must say why.
"""

import shutil
import subprocess
from functools import cache

PROBE = """set -u
PATH=$PATH:/usr/sbin:/sbin
ip link add left0 type veth peer name right0 2>/dev/null || echo veth
ip tuntap add dev t0 mode tap 2>/dev/null || echo 'tap (/dev/net/tun)'
ip rule add from 192.0.2.1 lookup 10 2>/dev/null || echo 'routing by source'
nft -f - 2>/dev/null <<'END' || echo 'nftables with numgen'
table ip t { chain c { type filter hook prerouting priority 0; iifname left0 numgen random mod 100 < 20 drop; }; }
END
mount -t tmpfs none /mnt 2>/dev/null || echo tmpfs
mkdir -p /mnt/low /mnt/up /mnt/work /mnt/all
mount -t overlay overlay -o lowerdir=/mnt/low,upperdir=/mnt/up,workdir=/mnt/work /mnt/all 2>/dev/null || echo overlayfs
"""
APART = ("unshare", "--net", "--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child=KILL", "--mount-proc")
PROBE_SECONDS = 30


@cache
def lacking() -> tuple[str, ...]:
    """Return what the kernel does not give; nothing is left of the question."""
    if shutil.which(APART[0]) is None:
        return ("unshare",)
    asked = subprocess.run(
        [*APART, "sh", "-c", PROBE], capture_output=True, text=True, check=False, timeout=PROBE_SECONDS
    )
    missing = tuple(asked.stdout.splitlines())
    return missing or (() if asked.returncode == 0 else ("namespaces for whoever runs this",))
