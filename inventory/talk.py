"""Several questions to one device, one after the other, without waking anybody in between.

In: questions, a way to send, a way to tell where an answer ends. Out: the answers, in order; why there are no more.
Called by ``inventory.event_driven``. Why: half of a look's CPU went into waking the thread that waits for each answer.
A question is sent only when the prompt after the answer before it stands at the end of all that has arrived: the
answer to one can never be taken for the answer to another.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from paramiko.buffered_pipe import BufferedPipe

PATIENCE_SECONDS = 0.05
SETTLE_SECONDS = 0.005
MOST_CHARACTERS = 16 * 1024 * 1024


class ChannelLostError(Exception):
    """The session is gone."""


class NoAnswerError(Exception):
    """No prompt came back in time."""


class FloodError(NoAnswerError):
    """The answer does not end: more came than any answer has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One command, and how many seconds its answer may take."""

    command: str
    seconds: float


class Line(Protocol):
    """What a talk needs of a connection. Each may raise ``ChannelLostError``."""

    def send(self, text: str) -> None:
        """Send."""

    def read_now(self) -> str:
        """Return what has arrived; never waits."""

    def unread(self) -> bool:
        """Whether something has arrived that ``read_now`` would return."""

    def more_on_the_wire(self) -> bool:
        """Whether anything at all has arrived that nobody has read. Only for the thread that receives."""

    def free_to_send(self) -> bool:
        """Whether ``send`` would not wait for anything."""

    def said_at_end(self, text: str, start: int) -> str | None:
        """Return what was said from ``start`` to the prompt at the end of ``text``; None without one."""


class Inbox(BufferedPipe):  # type: ignore[misc,unused-ignore]
    """A channel's buffer that tells a listener, in the thread that received, that something has arrived or ended."""

    heard: Callable[[], None] | None = None
    ended: Callable[[], None] | None = None

    def feed(self, data: bytes) -> None:
        """Keep what has arrived, then tell."""
        super().feed(data)
        if self.heard is not None:
            self.heard()

    def close(self) -> None:
        """Nothing more will arrive. Told while the channel holds its lock: the listener must not ask it anything."""
        super().close()
        if self.ended is not None:
            self.ended()


class Talk:
    """One series of questions on one line. ``said`` holds the answers, ``error`` why there are no more."""

    def __init__(self, questions: Sequence[Question], line: Line) -> None:
        self.said: list[str] = []
        self.error: Exception | None = None
        self._questions = tuple(questions)
        self._line = line
        self._lock = threading.Lock()
        self._look_again = threading.Event()
        self._text = ""
        self._start = -1
        self._deadline = 0.0

    @property
    def over(self) -> bool:
        """Whether everything is answered, or nothing more will be."""
        return self.error is not None or len(self.said) == len(self._questions)

    def follow(self) -> None:
        """Ask, and wait until all is said; step in where the receiving thread could not decide or not send."""
        try:
            with self._lock:
                self._line.read_now()
                self._ask()
            while not self.over:
                woken = self._look_again.wait(self._seconds_left())
                self._look_again.clear()
                if woken and not self.over:
                    time.sleep(SETTLE_SECONDS)
                    with self._lock:
                        if not self.over:  # the receiving thread may have come to the end meanwhile
                            self._take(self._line.read_now(), self._line.unread)
                elif not self._seconds_left():
                    self.end(NoAnswerError())
        except ChannelLostError as error:
            self.end(error)

    def hear(self) -> None:
        """Take what has arrived, in the thread that received it: it must not wait for what it alone can bring."""
        if not self._lock.acquire(timeout=PATIENCE_SECONDS):
            self._look_again.set()
            return
        try:
            if not self._deadline or self.over:
                return
            if not self._line.free_to_send():
                self._look_again.set()
            else:
                self._take(self._line.read_now(), self._line.more_on_the_wire)
        except ChannelLostError as error:
            self.end(error)
        finally:
            self._lock.release()

    def end(self, error: Exception) -> None:
        """Ask nothing more, and wake who waits."""
        if not self.over:
            self.error = error
        self._look_again.set()

    def lost(self) -> None:
        """End because nothing more will arrive."""
        self.end(ChannelLostError("closed by the device"))

    def _seconds_left(self) -> float:
        return max(self._deadline - time.monotonic(), 0.0)

    def _ask(self) -> None:
        question = self._questions[len(self.said)]
        self._text, self._start = "", -1
        self._deadline = time.monotonic() + question.seconds
        self._line.send(question.command + "\n")

    def _take(self, text: str, more: Callable[[], bool]) -> None:
        """Take what has arrived. ``more`` tells whether yet more is there: then no prompt counts yet."""
        self._text += text
        if len(self._text) > MOST_CHARACTERS:
            self.end(FloodError())
            return
        if self._start < 0:
            command = self._questions[len(self.said)].command
            at = self._text.find(command)
            self._start = at + len(command) if at >= 0 else -1
        said = self._line.said_at_end(self._text, self._start) if self._start >= 0 else None
        if said is None:
            return
        if more():
            self._look_again.set()
            return
        self.said.append(said)
        if self.over:
            self._look_again.set()
        else:
            self._ask()
