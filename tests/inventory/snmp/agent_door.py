"""One agent of the lab behind a real UDP socket on loopback, and what can go wrong on the way."""

import socket
import threading
from datetime import UTC, datetime

from inventory.model import Device
from inventory.secrets import SecretRef
from inventory.snmp.polling import Patience
from inventory.snmp_agents import Community, SnmpAgent, UsmUser
from lab.devices.ber import Value
from lab.devices.snmp import Agents
from lab.devices.usm import Engine, User

NOW = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
WORD, PRIVACY_WORD, COMMUNITY = "a-long-word", "another-long-word", "look-only"
QUICK = Patience(tries=(0.2, 0.5, 2.0), whole=20.0)
BRIEF = Patience(tries=(0.05, 0.05, 0.1), whole=20.0)
"""For what is never answered in any case."""
USERS = (
    User(name="joe", hash="sha256", word=WORD, privacy_word=PRIVACY_WORD),
    User(name="old", hash="sha", word=WORD, privacy_word=PRIVACY_WORD),
)
UP_TIME = (1, 3, 6, 1, 2, 1, 1, 3, 0)
IF = (1, 3, 6, 1, 2, 1, 2, 2, 1)


class Plate:
    """An agent with as many interfaces as a test wants; ``boots`` is counted up by tests."""

    def __init__(self, interfaces=3):
        self.boots, self.seconds, self.alive = 3, 1000, True
        self.told = {(1, 3, 6, 1, 2, 1, 1, 1, 0): Value("text", b"AP, Version 1.2,"), UP_TIME: Value("ticks", 100_000)}
        for number in range(1, interfaces + 1):
            cells = {2: Value("text", f"Dot11Radio{number}".encode()), 3: Value("integer", 71), 7: Value("integer", 1)}
            for column, value in {**cells, 8: Value("integer", 1)}.items():
                self.told[(*IF, column, number)] = value

    def answers(self):
        return self.alive

    def objects(self):
        return self.told

    def engine(self):
        return Engine(identity=b"\x80\x00\x00\x09\x04plate", boots=self.boots, seconds=self.seconds)

    def change(self, oid, value, user):
        raise AssertionError("nobody sets anything")


class Door:
    """Serves an agent; ``on_the_way`` makes the datagrams that are sent back of a request and its answer."""

    def __init__(self, agent, on_the_way=lambda asked, answer: [answer]):
        self.agent, self.on_the_way, self.asked = agent, on_the_way, 0
        self._agents = Agents({}, COMMUNITY, "", USERS)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bell:
            bell.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join(5)
        self._socket.close()

    def _serve(self):
        while True:
            wire, sender = self._socket.recvfrom(65535)
            if not wire:
                return
            self.asked += 1
            answer = self._agents.answer(self.agent, wire)
            for datagram in self.on_the_way(self.asked, answer):
                if datagram is not None:
                    self._socket.sendto(datagram, sender)

    def device(self, asks_as, name="ap1"):
        agent = SnmpAgent(address="127.0.0.1", port=self.port, dialect="aironet", asks_as=asks_as)
        return Device(id=name, store="s001", role="access_point", address="10.1.99.21", snmp=agent)


def plain(word="env:T_COMMUNITY"):
    return Community(word=SecretRef(word))


def private(user="joe", auth="sha256", word="env:T_WORD", privacy_word="env:T_PRIVACY"):
    return UsmUser(name=user, auth=auth, word=SecretRef(word), privacy="aes128", privacy_word=SecretRef(privacy_word))


def set_words(monkeypatch):
    words = {"T_COMMUNITY": COMMUNITY, "T_WORD": WORD, "T_PRIVACY": PRIVACY_WORD, "T_WRONG": "not-this-word"}
    for name, value in words.items():
        monkeypatch.setenv(name, value)
