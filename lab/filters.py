"""Packets and the lists that let them through or not, free of any vendor's words.

In: rules a dialect read from a configuration, and a packet. Out: whether it gets through. Called by whoever in the lab
follows a packet. The first rule that fits decides; what no rule fits is kept out.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Literal

Direction = Literal["in", "out"]
LAST_PORT = 65535
SSH_PORT = 22
HTTPS_PORT = 443
BGP_PORT = 179


@dataclass(frozen=True, slots=True)
class Span:
    """Addresses as access lists name them: bits that are set in ``wildcard`` do not matter."""

    address: int = 0
    wildcard: int = 0xFFFFFFFF

    def holds(self, address: IPv4Address) -> bool:
        """Whether the address is meant."""
        return (int(address) ^ self.address) & ~self.wildcard & 0xFFFFFFFF == 0


@dataclass(frozen=True, slots=True)
class Ports:
    """TCP or UDP ports, both ends included; ``apart``: all but these."""

    first: int = 0
    last: int = LAST_PORT
    apart: bool = False

    def holds(self, port: int) -> bool:
        """Whether the port is meant."""
        return (self.first <= port <= self.last) != self.apart


ANYWHERE = Span()
ANY_PORT = Ports()


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """One packet. ``answer``: it belongs to a conversation that the other side began."""

    protocol: Literal["tcp", "udp", "icmp"]
    source: IPv4Address
    destination: IPv4Address
    source_port: int = 0
    destination_port: int = 0
    answer: bool = False

    def back(self) -> "Packet":
        """The packet that answers this one."""
        return Packet(
            protocol=self.protocol,
            source=self.destination,
            destination=self.source,
            source_port=self.destination_port,
            destination_port=self.source_port,
            answer=not self.answer,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterRule:
    """One rule. ``answers_only``: of conversations the other side began; ``icmp``: one kind of message, "" for all."""

    permit: bool
    protocol: str = "ip"
    source: Span = ANYWHERE
    destination: Span = ANYWHERE
    source_ports: Ports = ANY_PORT
    destination_ports: Ports = ANY_PORT
    answers_only: bool = False
    icmp: str = ""

    def fits(self, packet: Packet) -> bool:
        """Whether the rule speaks of this packet."""
        message = "echo-reply" if packet.answer else "echo"
        return (
            self.protocol in ("ip", packet.protocol)
            and self.source.holds(packet.source)
            and self.destination.holds(packet.destination)
            and self.source_ports.holds(packet.source_port)
            and self.destination_ports.holds(packet.destination_port)
            and (packet.answer or not self.answers_only)
            and self.icmp in ("", message)
        )


Filter = tuple[FilterRule, ...]


def lets(rules: Filter | None, packet: Packet) -> bool:
    """Whether the packet gets through; without a list everything does."""
    if rules is None:
        return True
    return next((rule.permit for rule in rules if rule.fits(packet)), False)


def ssh(client: IPv4Address, server: IPv4Address) -> Packet:
    """The first packet of an SSH session."""
    return Packet(protocol="tcp", source=client, destination=server, source_port=LAST_PORT, destination_port=SSH_PORT)


def echo(source: IPv4Address, destination: IPv4Address) -> Packet:
    """One ping."""
    return Packet(protocol="icmp", source=source, destination=destination)


def https(client: IPv4Address, server: IPv4Address) -> Packet:
    """The first packet of what a till or a browser does."""
    return Packet(protocol="tcp", source=client, destination=server, source_port=LAST_PORT, destination_port=HTTPS_PORT)
