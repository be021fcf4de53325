"""Who answers for an address when everybody in its VLAN is asked (ARP).

In: interfaces and addresses. Out: the MAC addresses that answer. Called by ``looks``. Why: two answers to one question
are an address conflict, however healthy the router's own ARP entry looks.
"""

import contextlib
import select
import socket
import struct
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface

from . import netdev

ARP, IPV4, ETHERNET = 0x0806, 0x0800, 1
ASK, ANSWER = 1, 2
LISTEN_SECONDS, AGAIN_SECONDS = 0.4, 0.15
FRAME_BYTES = 42


@dataclass(frozen=True, slots=True)
class Place:
    """Where to ask, and for what."""

    vlan: int
    interface: str
    own: IPv4Interface
    addresses: tuple[str, ...]


def ask_everywhere(places: Sequence[Place]) -> dict[tuple[int, str], set[str]]:
    """Ask in every place at once; return the MACs per VLAN and address, an own address counting for ourselves."""
    if not places:
        return {}
    with ThreadPoolExecutor(len(places)) as pool:
        answers = list(pool.map(_ask, places))
    return {
        (place.vlan, address): macs
        for place, answer in zip(places, answers, strict=True)
        for address, macs in answer.items()
    }


def _ask(place: Place) -> dict[str, set[str]]:
    mac = netdev.hardware(place.interface)
    own = str(place.own.ip)
    found: dict[str, set[str]] = {a: ({mac} if a == own else set()) for a in place.addresses}
    with contextlib.suppress(OSError), socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ARP)) as line:
        line.bind((place.interface, 0))
        begun = time.monotonic()
        again = begun + AGAIN_SECONDS
        _send(line, mac, own, place.addresses)
        while (now := time.monotonic()) < begun + LISTEN_SECONDS:
            if again and now >= again:
                _send(line, mac, own, place.addresses)
                again = 0.0
            wait = min(again or begun + LISTEN_SECONDS, begun + LISTEN_SECONDS) - now
            if select.select([line], [], [], max(wait, 0.0))[0]:
                _hear(line.recv(2048), mac, found)
    return found


def _send(line: socket.socket, mac: str, own: str, addresses: Sequence[str]) -> None:
    """Ask for each address; for one's own as if from nowhere (RFC 5227), or nobody else would answer."""
    us = bytes.fromhex(mac.replace(":", ""))
    for address in addresses:
        sender = "0.0.0.0" if address == own else own  # noqa: S104 - an ARP probe, no listener
        asked = struct.pack("!HHBBH", ETHERNET, IPV4, 6, 4, ASK) + us + socket.inet_aton(sender)
        frame = b"\xff" * 6 + us + struct.pack("!H", ARP) + asked + b"\0" * 6 + socket.inet_aton(address)
        with contextlib.suppress(OSError):
            line.send(frame)


def _hear(frame: bytes, mac: str, found: dict[str, set[str]]) -> None:
    if len(frame) < FRAME_BYTES or struct.unpack_from("!H", frame, 20)[0] != ANSWER:
        return
    sender, address = frame[22:28].hex(":"), str(IPv4Address(frame[28:32]))
    if address in found and sender != mac:
        found[address].add(sender)
