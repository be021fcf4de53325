"""Trying what a store function needs, from one interface: echoes, a large packet, the name, HTTP.

In: a target and a source. Out: plain values. Called by ``looks``. Why our own echoes: they are spaced, and waited for,
in less than a poll may take, and each is judged by its own clock.
"""

import contextlib
import os
import random
import re
import select
import socket
import struct
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Any

from . import netdev
from .ground import RefusedError

ECHO, ECHO_REPLY = 8, 0
IP_HEADER, ICMP_HEADER = 20, 8
MTU_DISCOVER, ALWAYS_DF = 10, 3  # IP_MTU_DISCOVER, IP_PMTUDISC_PROBE
BIND_TO_DEVICE = 25
SPACING_SECONDS, ECHO_SECONDS = 0.05, 0.5
NAME_SECONDS, HTTP_SECONDS, WHOLE_SECONDS = 1.0, 1.5, 2.3
MOST_ECHOES, LARGE_TRIES = 20, 2
PLAIN_BYTES = 56
_URL = re.compile(r"(https?)://([A-Za-z0-9.\-]+)(?::(\d{1,5}))?(/[A-Za-z0-9._~/%\-]*)?\Z")


@dataclass(frozen=True, slots=True)
class Source:
    """Where packets leave: an interface, or only an address. Both empty: as the routes say."""

    interface: str = ""
    address: str = ""

    @classmethod
    def of(cls, word: str) -> "Source":
        """Read an interface's name, an address, or ``-``. Raises ``RefusedError``."""
        if word == "-":
            return cls()
        if re.fullmatch(r"[\d.]+", word):
            return cls(address=str(address_of(word)))
        own = netdev.address(word)
        if own is None:
            raise RefusedError(f"{word} is no interface of this switch with an address")
        return cls(interface=word, address=str(own.ip))

    def bind(self, line: socket.socket) -> None:
        """Make a socket send from here. Raises ``OSError``."""
        if self.interface:
            line.setsockopt(socket.SOL_SOCKET, BIND_TO_DEVICE, self.interface.encode() + b"\0")
        if self.address:
            line.bind((self.address, 0))


def address_of(word: str) -> IPv4Address:
    """Return an IPv4 address. Raises ``RefusedError``."""
    try:
        return IPv4Address(word)
    except ValueError:
        raise RefusedError(f"{word} is not an IPv4 address") from None


@dataclass(frozen=True, slots=True)
class Echoes:
    """How a burst of echoes is sent."""

    count: int
    spacing: float = SPACING_SECONDS
    seconds: float = ECHO_SECONDS
    size: int = PLAIN_BYTES
    whole: bool = False


def burst(target: str, source: Source, plan: Echoes) -> list[float]:
    """Send echoes and return the milliseconds of those that came back in time."""
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as line:
        if plan.whole:
            line.setsockopt(socket.IPPROTO_IP, MTU_DISCOVER, ALWAYS_DF)
        try:
            source.bind(line)
        except OSError:
            return []
        line.settimeout(0.0)
        return list(_exchange(line, target, plan).values())


def _exchange(line: socket.socket, target: str, plan: Echoes) -> dict[int, float]:
    identity = random.SystemRandom().randrange(1, 0x10000)
    begun = time.monotonic()
    sent: dict[int, float] = {}
    back: dict[int, float] = {}
    while len(back) < plan.count:
        now = time.monotonic()
        due = begun + len(sent) * plan.spacing
        if len(sent) < plan.count and now >= due:
            number = len(sent)
            sent[number] = now
            with contextlib.suppress(OSError):
                line.sendto(_packet(identity, number, plan.size), (target, 0))
            continue
        last = begun + (plan.count - 1) * plan.spacing + plan.seconds
        wait = (due if len(sent) < plan.count else last) - now
        if wait <= 0:
            break
        if select.select([line], [], [], wait)[0]:
            _receive(line, target, identity, sent, back)
    return {number: ms for number, ms in back.items() if ms <= plan.seconds * 1000}


def _receive(line: socket.socket, target: str, identity: int, sent: dict[int, float], back: dict[int, float]) -> None:
    try:
        packet, (sender, _) = line.recvfrom(65536)
    except OSError:
        return
    at = (packet[0] & 0x0F) * 4
    if len(packet) < at + ICMP_HEADER:
        return
    kind, _, _, ident, number = struct.unpack_from("!BBHHH", packet, at)
    if kind == ECHO_REPLY and ident == identity and sender == target and number in sent and number not in back:
        back[number] = (time.monotonic() - sent[number]) * 1000


def _packet(identity: int, number: int, size: int) -> bytes:
    body = os.urandom(8).ljust(size, b"\x55")[:size]
    head = struct.pack("!BBHHH", ECHO, 0, 0, identity, number)
    return struct.pack("!BBHHH", ECHO, 0, checksum(head + body), identity, number) + body


def checksum(packet: bytes) -> int:
    """The internet checksum (RFC 1071)."""
    padded = packet + b"\0" * (len(packet) % 2)
    total: int = sum(struct.unpack(f"!{len(padded) // 2}H", padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


# --- names --------------------------------------------------------------------------------------------------------


def ask_name_server(server: str, name: str, kind: int, family: int, seconds: float) -> bytes | None:
    """Return a name server's whole answer; None when there is none. Asked twice, as packets get lost."""
    identity = random.SystemRandom().randrange(0x10000)
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.rstrip(".").split(".")) + b"\0"
    question = struct.pack("!HHHHHH", identity, 0x0100, 1, 0, 0, 0) + labels + struct.pack("!HH", kind, family)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        deadline = time.monotonic() + seconds
        with contextlib.suppress(OSError):
            line.connect((server, 53))
            for part in (2, 1):
                line.send(question)
                line.settimeout(max((deadline - time.monotonic()) / part, 0.01))
                with contextlib.suppress(TimeoutError):
                    answer = line.recv(4096)
                    if answer[:2] == question[:2]:
                        return answer
    return None


def addresses_in(answer: bytes) -> list[str]:
    """Return the A records of an answer; none when it is a refusal or cannot be read."""
    try:
        _, flags, questions, records = struct.unpack_from("!HHHH", answer)
        if flags & 0x000F:
            return []
        at = 12
        for _ in range(questions):
            at = _after_name(answer, at) + 4
        found = []
        for _ in range(records):
            at = _after_name(answer, at)
            kind, family, _, size = struct.unpack_from("!HHIH", answer, at)
            if (kind, family, size) == (1, 1, 4):
                found.append(socket.inet_ntoa(answer[at + 10 : at + 14]))
            at += 10 + size
    except (struct.error, IndexError, OSError):
        return []
    return found


def _after_name(answer: bytes, at: int) -> int:
    while True:
        length = answer[at]
        if length >= 0xC0:  # noqa: PLR2004 - a pointer ends a name
            return at + 2
        at += 1 + length
        if not length:
            return at


def alive(server: str) -> bool:
    """Whether a name server of this switch itself answers what needs nobody else: its version (class CHAOS)."""
    return ask_name_server(server, "version.bind", 16, 3, NAME_SECONDS) is not None


# --- HTTP ---------------------------------------------------------------------------------------------------------


def fetch(url: str, source: Source, deadline: float) -> tuple[bool, int | None]:
    """Return whether the name was resolved by this switch's own name server, and the HTTP status."""
    found = _URL.match(url)
    if not found:
        raise RefusedError(f"{url} is not like http://name/path")
    scheme, host, port, path = found.groups()
    if re.fullmatch(r"[\d.]+", host):
        address: str | None = str(address_of(host))
    else:
        answer = ask_name_server(source.address or "127.0.0.1", host, 1, 1, NAME_SECONDS)
        address = next(iter(addresses_in(answer or b"")), None)
    if address is None:
        return False, None
    number = int(port) if port else {"http": 80, "https": 443}[scheme]
    seconds = min(HTTP_SECONDS, deadline - time.monotonic())
    return True, _status(scheme, host, (address, number), path or "/", source, time.monotonic() + seconds)


def _status(scheme: str, host: str, address: tuple[str, int], path: str, source: Source, deadline: float) -> int | None:
    request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: storenet\r\nConnection: close\r\n\r\n"
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as plain:
            source.bind(plain)
            plain.settimeout(max(deadline - time.monotonic(), 0.01))
            plain.connect(address)
            line = _wrapped(plain, host) if scheme == "https" else plain
            line.sendall(request.encode())
            said = b""
            while b"\n" not in said and time.monotonic() < deadline:
                line.settimeout(max(deadline - time.monotonic(), 0.01))
                piece = line.recv(4096)
                if not piece:
                    break
                said += piece
    except OSError:
        return None
    found = re.match(rb"HTTP/\d\.\d (\d{3})", said)
    return int(found[1]) if found else None


def _wrapped(plain: socket.socket, host: str) -> Any:
    import ssl  # noqa: PLC0415 - costs 20 ms, and stores rarely ask for it

    return ssl.create_default_context().wrap_socket(plain, server_hostname=host)


# --- all of it ----------------------------------------------------------------------------------------------------


def service_probe(source: Source, target: str, count: int, large: int | None, url: str | None) -> Mapping[str, Any]:
    """Try everything at once; the worst case takes less than two and a half seconds."""
    deadline = time.monotonic() + WHOLE_SECONDS
    plan = Echoes(count=count)
    with ThreadPoolExecutor(3) as pool:
        echoes = pool.submit(burst, target, source, plan)
        whole = pool.submit(_large, target, source, large) if large else None
        fetched = pool.submit(fetch, url, source, deadline) if url else None
        came = echoes.result()
        resolved, status = fetched.result() if fetched else (None, None)
        return {
            "target": target,
            "sent": count,
            "received": len(came),
            "average_ms": round(sum(came) / len(came), 3) if came else None,
            "large_ok": whole.result() if whole else None,
            "resolved": resolved,
            "http_asked": url is not None,
            "http_status": status,
        }


def _large(target: str, source: Source, size: int) -> bool:
    plan = Echoes(count=1, size=size - IP_HEADER - ICMP_HEADER, whole=True)
    return any(burst(target, source, plan) for _ in range(LARGE_TRIES))
