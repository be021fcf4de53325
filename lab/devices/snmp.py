"""SNMP agents of version 2c and 3 on loopback: what has no session of its own answers here.

In: datagrams to one loopback address per agent; who answers is asked for its objects at that moment. Out: responses,
reports (version 3), or silence - to a wrong community, to nonsense, and from what is dark. Called by the lab's server
and by tests.
"""

import asyncio
import socket
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import replace
from ipaddress import ip_address
from typing import Protocol

from lab.devices.ber import MalformedError, Message, Oid, Value, decode, encode
from lab.devices.usm import Engine, ReportError, User, opened, report, understood
from lab.devices.usm import answer as answer_privately

LARGEST = 1400
MOST_ROWS = 200
TOO_BIG, NO_ACCESS, WRONG_VALUE, NOT_WRITABLE = 1, 6, 10, 17
UNASKED = ("response", "report")
_DATAGRAM = 65535


class Agent(Protocol):
    """Something that answers SNMP."""

    def answers(self) -> bool:
        """Whether packets get through to it and back, and it is alive."""

    def objects(self) -> Mapping[Oid, Value]:
        """Everything it tells now, by name."""

    def change(self, oid: Oid, value: Value, user: str) -> int:
        """Set one object; return an SNMP error status, 0 when done."""

    def engine(self) -> Engine:
        """Its SNMP engine as it stands: a restart counts."""


class Agents:
    """Serves every agent on its own address. ``read`` and ``write`` are the communities; an empty one opens nothing."""

    def __init__(
        self, agents: Mapping[str, tuple[Agent, str, int]], read: str, write: str, users: Iterable[User] = ()
    ) -> None:
        self._agents = agents
        self._read = read.encode()
        self._write = write.encode()
        self._users = {user.name.encode(): user for user in users}
        self._sockets: list[socket.socket] = []

    async def start(self) -> None:
        """Listen for every agent. Raises ``ValueError`` unless all addresses are loopback, ``OSError`` when taken."""
        loop = asyncio.get_running_loop()
        for agent, address, port in self._agents.values():
            if not ip_address(address).is_loopback:
                raise ValueError(f"{address} is not a loopback address")
            door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            door.setblocking(False)  # noqa: FBT003
            self._sockets.append(door)
            door.bind((address, port))
            loop.add_reader(door, self._heard, door, agent)

    async def stop(self) -> None:
        """Stop listening."""
        loop = asyncio.get_running_loop()
        for door in self._sockets:
            loop.remove_reader(door)
            door.close()
        self._sockets.clear()

    def _heard(self, door: socket.socket, agent: Agent) -> None:
        while True:
            try:
                wire, sender = door.recvfrom(_DATAGRAM)
            except OSError:
                return
            answer = self.answer(agent, wire)
            if answer is not None:
                try:
                    door.sendto(answer, sender)
                except OSError:
                    return

    def answer(self, agent: Agent, wire: bytes) -> bytes | None:
        """Return the response to a datagram, None for silence."""
        try:
            message = decode(wire)
        except MalformedError:
            return self._answer_user(agent, wire)
        known = bool(message.community) and message.community in (self._write, self._read)
        if not known or message.pdu in UNASKED or not agent.answers():
            return None
        return encode(_response(agent, message, message.community == self._write, message.community))

    def _answer_user(self, agent: Agent, wire: bytes) -> bytes | None:
        """Answer in version 3, if that is what it is and anybody is known."""
        try:
            envelope = opened(wire)
        except MalformedError:
            return None
        if not self._users or not agent.answers():
            return None
        engine = agent.engine()
        try:
            asked = understood(envelope, engine, self._users)
        except ReportError as error:
            return report(envelope, engine, error)
        if asked.message.pdu in UNASKED:
            return None
        response = _response(agent, asked.message, asked.user.writes, envelope.user)
        return answer_privately(envelope, asked, engine, response)


def _response(agent: Agent, message: Message, may_write: bool, user: bytes) -> Message:  # noqa: FBT001
    """The response to a request of a ``user`` that is known."""
    if message.pdu == "set":
        return _set(agent, message, may_write, user)
    response = _told(agent, message)
    if len(encode(response)) <= LARGEST:
        return response
    return replace(message, pdu="response", status=TOO_BIG, index=0, rows=())


def _set(agent: Agent, message: Message, may_write: bool, user: bytes) -> Message:  # noqa: FBT001
    """All or nothing: every name is looked at before the first is set."""
    objects = agent.objects()
    for number, (oid, _) in enumerate(message.rows, start=1):
        status = NO_ACCESS if not may_write else 0 if oid in objects else NOT_WRITABLE
        if status:
            return replace(message, pdu="response", status=status, index=number)
    for number, (oid, value) in enumerate(message.rows, start=1):
        status = agent.change(oid, value, user.decode("ascii", "replace"))
        if status:
            return replace(message, pdu="response", status=status, index=number)
    return replace(message, pdu="response", status=0, index=0)


def _told(agent: Agent, message: Message) -> Message:
    objects = agent.objects()
    names = sorted(objects)
    if message.pdu == "get":
        rows = tuple((oid, objects.get(oid) or _missing(oid, names)) for oid, _ in message.rows)
    elif message.pdu == "next":
        rows = tuple(_next(oid, names, objects) for oid, _ in message.rows)
    else:
        rows = _bulk(message, names, objects)
    return replace(message, pdu="response", status=0, index=0, rows=rows)


def _missing(oid: Oid, names: list[Oid]) -> Value:
    """No such instance when its column is known, no such object otherwise."""
    known = any(name[: len(oid) - 1] == oid[:-1] for name in names)
    return Value("no_instance" if known else "no_object")


def _next(oid: Oid, names: list[Oid], objects: Mapping[Oid, Value]) -> tuple[Oid, Value]:
    at = bisect_right(names, oid)
    return (names[at], objects[names[at]]) if at < len(names) else (oid, Value("end"))


def _bulk(message: Message, names: list[Oid], objects: Mapping[Oid, Value]) -> tuple[tuple[Oid, Value], ...]:
    once = max(0, message.status)
    rows = [_next(oid, names, objects) for oid, _ in message.rows[:once]]
    at = [oid for oid, _ in message.rows[once:]]
    size = len(encode(replace(message, pdu="response", rows=tuple(rows))))
    for _ in range(max(0, message.index) if at else 0):
        lap = [_next(oid, names, objects) for oid in at]
        size += sum(len(encode(replace(message, pdu="response", community=b"", rows=(row,)))) for row in lap)
        if size > LARGEST or len(rows) + len(lap) > MOST_ROWS:
            break
        rows += lap
        at = [oid for oid, _ in lap]
        if all(value.kind == "end" for _, value in lap):
            break
    return tuple(rows)
