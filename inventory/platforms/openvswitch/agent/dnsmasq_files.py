"""dnsmasq's files: what they say of pools and name servers, and writing that anew.

In: the files of ``/etc/dnsmasq.d``. Out: pools, servers and lines that have no word of their own; files that say
something else. Called by ``running`` and ``trial``. Lines that only say how dnsmasq runs are left where they are.
"""

import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path

from .config import Config, Owns, Pool, lease_words, own_for
from .ground import DNSMASQ_FILES, LEASES, RefusedError, write_whole

OURS = "storenet.conf"
HEADER = "# written by storenet-ovs; changed with 'storenet-ovs shell', 'configure'\n"
HOW_IT_RUNS = """
interface listen-address bind-interfaces bind-dynamic no-ping dhcp-leasefile no-resolv no-hosts no-poll log-
queries log-dhcp log-facility log-async user group pid-file cache-size dhcp-authoritative domain-needed bogus-
priv conf-dir conf-file keep-in-foreground no-daemon local-service dhcp-lease-max domain expand-hosts strict-
order all-servers dns-forward-max neg-ttl no-negcache resolv-file dhcp-no-override quiet-dhcp
"""
LEFT_ALONE = frozenset(HOW_IT_RUNS.split())
NEVER = frozenset({"dhcp-script", "dhcp-luascript", "conf-file", "conf-dir", "conf-script", "log-facility", "user"})
ROUTER, DNS = {"3", "option:router"}, {"6", "option:dns-server"}
TEST_SECONDS = 5.0


def read_services(owns: Owns) -> Config:
    """Return pools, servers and other lines (no ports)."""
    lines = [line for path in _files() for line in _lines(path)]
    tags = {own.name: own.vlan for own in owns}
    pools: dict[int, Pool] = {}
    servers: list[str] = []
    extras: list[str] = []
    for line in lines:
        key, _, value = line.partition("=")
        if key == "dhcp-range" and (found := _range(value, owns, tags)):
            vlan, span = found
            pools[vlan] = replace(pools.get(vlan, Pool()), span=span)
        elif key == "server" and _is_address(value):
            servers.append(value)
        elif key not in LEFT_ALONE and not (key == "dhcp-option" and _is_told(value)):
            extras.append(line)
    _told(lines, tags, pools, extras)
    return Config(pools=pools, servers=tuple(dict.fromkeys(servers)), extras=tuple(dict.fromkeys(extras)))


def _files() -> list[Path]:
    return sorted(DNSMASQ_FILES.glob("*.conf"))


def _lines(path: Path) -> Iterator[str]:
    for row in path.read_text(errors="replace").splitlines():
        line = re.sub(r"(^|\s)#.*", "", row).strip()
        if line:
            key, equals, value = line.partition("=")
            yield f"{key.strip()}{equals}{value.strip()}"


def _range(value: str, owns: Owns, tags: dict[str, int]) -> tuple[int, tuple[str, str, str]] | None:
    """Read ``[set:tag,]first,last[,mask][,lease]``; None for any other kind. The tag is remembered."""
    words = [word.strip() for word in value.split(",")]
    named = [word for word in words if ":" in word]
    plain = [word for word in words if ":" not in word]
    if len(plain) < 2 or not all(map(_is_address, plain[:2])) or any(word.startswith("tag:") for word in named):  # noqa: PLR2004 - first and last
        return None
    rest = [word for word in plain[2:] if not _is_address(word)]
    lease = lease_words(rest[0]) if rest else "1h"
    vlan = _vlan_of(named, plain[0], owns, tags)
    if vlan is None or not lease or len(rest) > 1:
        return None
    tags.update({word.partition(":")[2]: vlan for word in named if word.startswith("set:")})
    return vlan, (plain[0], plain[1], lease)


def _vlan_of(named: Sequence[str], first: str, owns: Owns, tags: Mapping[str, int]) -> int | None:
    for word in named:
        kind, _, name = word.partition(":")
        if kind == "set" and re.fullmatch(r"vlan\d+", name):
            return int(name[4:])
        if kind == "interface" and name in tags:
            return tags[name]
    return next((own.vlan for own in owns if IPv4Address(first) in own.address.network), None)


def _is_told(value: str) -> bool:
    """Whether an option is a gateway or name servers."""
    return any(word.strip() in ROUTER | DNS for word in value.split(","))


def _told(lines: Sequence[str], tags: Mapping[str, int], pools: dict[int, Pool], extras: list[str]) -> None:
    """Put gateways and name servers to their pools; those without a tag are every pool's that has none of its own."""
    options = [line for line in lines if line.startswith("dhcp-option=") and _is_told(line.partition("=")[2])]
    for tagged in (True, False):
        for line in options:
            words = [word.strip() for word in line.partition("=")[2].split(",")]
            at = next(i for i, word in enumerate(words) if word in ROUTER | DNS)
            if bool(words[:at]) != tagged:
                continue
            names = {word.removeprefix("tag:") for word in words[:at]}
            vlans = {tags[name] for name in names if name in tags} & set(pools) if tagged else set(pools)
            if not vlans and tagged:
                extras.append(line)
            for vlan in vlans:
                pools[vlan] = _with(pools[vlan], words[at], tuple(words[at + 1 :]))


def _with(pool: Pool, option: str, values: tuple[str, ...]) -> Pool:
    if option in ROUTER:
        return pool if pool.gateway or not values else replace(pool, gateway=values[0])
    return pool if pool.dns else replace(pool, dns=values)


def _is_address(text: str) -> bool:
    return re.fullmatch(r"(\d{1,3}\.){3}\d{1,3}", text) is not None and all(int(p) <= 255 for p in text.split("."))  # noqa: PLR2004


def lines_for(config: Config, owns: Owns) -> Iterator[str]:
    """What dnsmasq is told."""
    for vlan, pool in sorted(config.pools.items()):
        if pool.span:
            first, last, lease = pool.span
            own = own_for(owns, vlan, first)
            mask = (str(own.address.netmask),) if own else ()
            yield f"dhcp-range=set:vlan{vlan},{','.join((first, last, *mask, lease))}"
        if pool.gateway:
            yield f"dhcp-option=tag:vlan{vlan},option:router,{pool.gateway}"
        if pool.dns:
            yield f"dhcp-option=tag:vlan{vlan},option:dns-server,{','.join(pool.dns)}"
    yield from (f"server={server}" for server in config.servers)
    yield from config.extras


def write_services(config: Config, owns: Owns) -> None:
    """Make the files say so: ours says it, the others keep only how dnsmasq runs."""
    for name, text in _anew(config, owns).items():
        path = DNSMASQ_FILES / name
        if not path.exists() or path.read_text(errors="replace") != text:
            write_whole(path, text)


def check_services(config: Config, owns: Owns) -> None:
    """Have dnsmasq read the files as they would be. Raises ``RefusedError`` with its words."""
    for line in config.extras:
        if line.partition("=")[0] in NEVER:
            raise RefusedError(f"{line.partition('=')[0]} is not set from here")
    with tempfile.TemporaryDirectory(prefix="storenet-") as folder:
        for name, text in _anew(config, owns).items():
            Path(folder, name).write_text(text)
        said = _test(f"{folder},*.conf")
    if said:
        raise RefusedError(f"dnsmasq does not take it: {re.sub(r' of /[^ ]*', '', said)}")


def _test(files: str) -> str:
    """Return what dnsmasq has against files; empty when it takes them."""
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            ["/usr/sbin/dnsmasq", "--test", "--conf-file=/dev/null", f"--conf-dir={files}"],
            capture_output=True,
            text=True,
            check=False,
            timeout=TEST_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"it cannot be asked ({type(error).__name__})"
    if not done.returncode:
        return ""
    return (done.stderr.strip().splitlines() or ["refused"])[-1].removeprefix("dnsmasq: ")


def _anew(config: Config, owns: Owns) -> dict[str, str]:
    """Every file as it is to be."""
    texts = {path.name: _what_stays(path) for path in _files() if path.name != OURS}
    own = _what_stays(DNSMASQ_FILES / OURS) if (DNSMASQ_FILES / OURS).exists() else ""
    kept = own.replace(HEADER, "")
    texts[OURS] = HEADER + kept + "".join(f"{line}\n" for line in lines_for(config, owns))
    return texts


def _what_stays(path: Path) -> str:
    rows = path.read_text(errors="replace").splitlines()
    return "".join(f"{row}\n" for row in rows if _stays(row))


def _stays(row: str) -> bool:
    line = row.strip()
    return not line or line.startswith("#") or line.partition("=")[0].strip() in LEFT_ALONE


def lease_file() -> Path:
    """Return where dnsmasq keeps its leases."""
    for path in _files():
        for line in _lines(path):
            if line.startswith("dhcp-leasefile="):
                return Path(line.partition("=")[2])
    return LEASES
