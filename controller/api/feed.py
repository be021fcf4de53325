"""What the ledger is told, handed on to everybody who listens, in order and without gaps.

In: the ledger's events after a number. Out: frames of ``text/event-stream``: ``id`` is the event's number in the
ledger, ``event`` its kind, ``data`` the ids one needs to ask again. Called by ``controller.api.listening``.
Why so: one reader asks the ledger while anybody listens; a listener has a place in the order and no queue, so who is
slow falls behind alone, catches up from the ledger, and costs no memory.
"""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager

import structlog

from controller.api.records import iso
from controller.events import Event, subject_of
from controller.ports import Ledger, LedgerError

READ_SECONDS = 0.3
TICK_SECONDS = 3.0
KEPT = 2000
AT_ONCE = 200
MOST_LISTENERS = 100
Frame = tuple[int, bytes]
log = structlog.get_logger(__name__)


class Feed:
    """The events as a stream for many; everything but ``close`` is called in the server's loop."""

    def __init__(self, ledger: Ledger, most: int = MOST_LISTENERS) -> None:
        self._ledger = ledger
        self._most = most
        self._closed = False
        self._listeners = 0
        self._reader: asyncio.Task[None] | None = None
        self._ready, self._news = asyncio.Event(), asyncio.Event()
        self._recent: deque[Frame] = deque()
        self._floor = self._top = 0

    @property
    def listeners(self) -> int:
        """How many listen now."""
        return self._listeners

    def close(self) -> None:
        """Let every stream end, from any thread; each ends within a moment, so that the server can stop."""
        self._closed = True

    @contextmanager
    def seat(self) -> Iterator[bool]:
        """Take one of the listeners' seats for a while; False when every one is taken."""
        if self._listeners >= self._most:
            yield False
            return
        self._listeners += 1
        try:
            yield True
        finally:
            self._leave()

    async def listen(self, after: int | None) -> AsyncIterator[bytes]:
        """Give frames of everything after number ``after`` (None: from now on), and a tick when all is quiet.

        Called by who has a seat. Begins with a tick that holds the number listening begins at: a browser that lost
        its stream asks from there. Ends when the ledger cannot be read: the browser comes back for what it missed.
        """
        try:
            async for frames in self._listen(after):
                yield frames
        except LedgerError as error:
            log.warning("feed.unreadable", reason=str(error))

    async def _listen(self, after: int | None) -> AsyncIterator[bytes]:
        reader = await self._reading()
        if reader.done():  # it could not even begin; a tick now would send the browser back to number 0
            return
        seq = await self._begin_at(after)
        yield b"retry: 1000\n" + _tick(seq)
        while not self._closed and not reader.done():
            news = self._news
            frames = await self._after(seq)
            if frames:
                seq = frames[-1][0]
                yield b"".join(body for _, body in frames)
            elif not await _comes(news):
                yield _tick(seq)

    async def _begin_at(self, after: int | None) -> int:
        """The number to begin after. One that the ledger never gave is of another ledger: begin now."""
        if after is None:
            return self._top
        if after <= self._top:
            return after
        return min(after, await asyncio.to_thread(self._ledger.last_seq))

    def _leave(self) -> None:
        self._listeners -= 1
        if self._listeners == 0 and self._reader is not None:
            self._reader.cancel()
            self._reader = None

    async def _reading(self) -> "asyncio.Task[None]":
        """The one reader, begun by the first who listens."""
        if self._reader is None or self._reader.done():
            self._ready, self._news = asyncio.Event(), asyncio.Event()
            self._reader = asyncio.get_running_loop().create_task(self._read_on(self._ready))
            self._reader.add_done_callback(_tell_if_broken)
        reader = self._reader
        await self._ready.wait()
        return reader

    async def _read_on(self, ready: asyncio.Event) -> None:
        """Ask the ledger again and again; when it fails, every stream ends and browsers come back for more."""
        try:
            self._recent.clear()
            self._floor = self._top = await asyncio.to_thread(self._ledger.last_seq)
            ready.set()
            while not self._closed:
                frames = await asyncio.to_thread(_frames_after, self._ledger, self._top, AT_ONCE)
                self._hand_on(frames)
                if len(frames) < AT_ONCE:
                    await asyncio.sleep(READ_SECONDS)
        finally:
            ready.set()
            self._wake()

    def _hand_on(self, frames: Sequence[Frame]) -> None:
        for frame in frames:
            self._recent.append(frame)
            self._top = frame[0]
            if len(self._recent) > KEPT:
                self._floor = self._recent.popleft()[0]
        if frames:
            self._wake()

    def _wake(self) -> None:
        """Wake whoever waits; who comes later waits for the next news."""
        news, self._news = self._news, asyncio.Event()
        news.set()

    async def _after(self, seq: int) -> Sequence[Frame]:
        """What comes next after ``seq``: from what is kept, or from the ledger for those who are far behind."""
        if seq >= self._top:
            return ()
        if seq < self._floor:
            return await asyncio.to_thread(_frames_after, self._ledger, seq, AT_ONCE)
        return [frame for frame in self._recent if frame[0] > seq][:AT_ONCE]


async def _comes(news: asyncio.Event) -> bool:
    """Wait for news; False when none came for a while."""
    try:
        async with asyncio.timeout(TICK_SECONDS):
            await news.wait()
    except TimeoutError:
        return False
    return True


def _tell_if_broken(reader: "asyncio.Task[None]") -> None:
    if not reader.cancelled() and (error := reader.exception()) is not None:
        log.error("feed.broken", reason=str(error))


def _frames_after(ledger: Ledger, seq: int, limit: int) -> list[Frame]:
    return [(number, _frame(number, event)) for number, event in ledger.events_after(seq, limit)]


def _frame(seq: int, event: Event) -> bytes:
    body = {"seq": seq, "at": iso(event.at), "kind": event.kind, "id": subject_of(event), "store": event.store}
    return f"id: {seq}\nevent: {event.kind}\ndata: {json.dumps(body)}\n\n".encode()


def _tick(seq: int) -> bytes:
    return f'id: {seq}\nevent: tick\ndata: {{"seq": {seq}}}\n\n'.encode()
