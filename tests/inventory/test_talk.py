"""Several questions in one go: the answer to one is never taken for the answer to another."""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from inventory.connection import SessionLimits
from inventory.errors import UnreachableError
from inventory.looks import Look, Reading
from inventory.session import Sessions
from inventory.talk import ChannelLostError, NoAnswerError, Question, Talk
from tests.inventory.lab_process import SWITCH, Proxy, RunningLab, with_device

PROMPT = "\nsw1>"
LOOKS = tuple(Look(getter=name) for name in ("ports", "trunks", "poe", "neighbors", "macs"))


class Device:
    """A line on which a device answers from a thread of its own, in pieces of ``size`` characters."""

    def __init__(self, answers: dict[str, str], size: int = 4096) -> None:
        self.answers = answers
        self.size = size
        self.sent: list[str] = []
        self.arrived = ""
        self.coming: list[str] = []
        self.free = True
        self.talk: Talk | None = None
        self.hearing = threading.Lock()

    def send(self, text: str) -> None:
        self.sent.append(text.strip())
        answer = self.answers.get(text.strip())
        if answer is not None:
            whole = f"{text.strip()}\n{answer}{PROMPT}"
            self.coming += [whole[i : i + self.size] for i in range(0, len(whole), self.size)]
            threading.Thread(target=self._deliver).start()

    def _deliver(self) -> None:
        with self.hearing:
            while self.coming:
                self.arrived += self.coming.pop(0)
                assert self.talk is not None
                self.talk.hear()

    def read_now(self) -> str:
        text, self.arrived = self.arrived, ""
        return text

    def unread(self) -> bool:
        return bool(self.arrived or self.coming)

    def more_on_the_wire(self) -> bool:
        return self.unread()

    def free_to_send(self) -> bool:
        return self.free

    def said_at_end(self, text: str, start: int) -> str | None:
        return text[start : -len(PROMPT)].strip("\n") if text.endswith(PROMPT) else None

    def ask(self, *commands: str, seconds: float = 5.0) -> Talk:
        self.talk = Talk([Question(command=command, seconds=seconds) for command in commands], self)
        self.talk.follow()
        return self.talk


@pytest.mark.parametrize("size", [1, 5, 4096])
def test_each_question_gets_its_own_answer(size: int) -> None:
    forged = f"show b\nnot b's answer{PROMPT}show c\nnot c's answer"
    device = Device({"show a": forged, "show b": "bee", "show c": "sea"}, size)
    talk = device.ask("show a", "show b", "show c")
    assert talk.said == [forged, "bee", "sea"]
    assert talk.error is None
    assert device.sent == ["show a", "show b", "show c"]


def test_what_arrived_before_the_first_question_answers_nothing() -> None:
    device = Device({"show a": "new"})
    device.arrived = f"show a\nold{PROMPT}"
    assert device.ask("show a").said == ["new"]


def test_nothing_is_sent_after_a_question_without_an_answer() -> None:
    device = Device({"show a": "1", "show c": "3"})
    talk = device.ask("show a", "show b", "show c", seconds=0.2)
    assert talk.said == ["1"]
    assert isinstance(talk.error, NoAnswerError)
    assert device.sent == ["show a", "show b"]


def test_a_receiving_thread_that_may_not_send_leaves_it_to_who_waits() -> None:
    device = Device({"show a": "1", "show b": "2"})
    device.free = False
    assert device.ask("show a", "show b").said == ["1", "2"]


def test_a_lost_line_ends_it() -> None:
    class Cut(Device):
        def send(self, text: str) -> None:
            super().send(text)
            if text.strip() == "show b" and self.talk is not None:
                self.talk.lost()

    talk = Cut({"show a": "1"}).ask("show a", "show b")
    assert talk.said == ["1"]
    assert isinstance(talk.error, ChannelLostError)


@pytest.mark.ssh
def test_a_session_lost_before_a_look_is_opened_again_and_one_gone_silent_is_not(
    lab: RunningLab, now: Callable[[], datetime]
) -> None:
    proxy = Proxy(lab.chain.devices[SWITCH])
    chain = with_device(lab.chain, proxy.in_front_of(lab.chain.devices[SWITCH]))
    limits = SessionLimits(read_seconds=0.5, connect_seconds=3)
    sessions: Any = Sessions(chain, lab.accounts, lab.content, now, limits=limits)
    try:
        assert all(isinstance(answer, Reading) for answer in sessions[SWITCH].read_many(LOOKS))
        proxy.cut()
        again = sessions[SWITCH].read_many(LOOKS)
        assert all(isinstance(answer, Reading) for answer in again)
        assert [a.look for a in again] == list(LOOKS)
        proxy.mode = "swallow"
        silent = sessions[SWITCH].read_many(LOOKS)
        assert [type(answer) for answer in silent] == [UnreachableError] * len(LOOKS)
        assert "no answer to 'show interfaces status' within" in str(silent[0])
    finally:
        sessions.close_all()
        proxy.close()
