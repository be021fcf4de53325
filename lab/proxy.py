"""A TCP proxy that spoils connections, in front of one device.

In: connections on a loopback port of its own, and orders from the test that started it. Out: the device's bytes, late,
cut, reset, garbled or never. Called by tests and benchmarks. It knows nothing of any dialect: what needs to know one is
a mode of the virtual device (``lab.devices.modes``).
"""

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal, TypeVar

Direction = Literal["in", "out", "both"]
"""``out``: from the device to the client; ``in``: to the device."""
T = TypeVar("T")
_CHUNK = 65536
_START_SECONDS = 10.0
_RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoil:
    """What happens to a connection's bytes. Byte counts are per connection and direction; None: never.

    ``refuse``: nobody listens. ``silent``: the connection opens and nothing is ever said. ``bytes_per_second``,
    ``delay_seconds``: slow. ``cut_at``: the connection ends after so many bytes; ``reset_at``: with a reset.
    ``hole_at``: what comes after so many bytes is swallowed; ``garble_at``: every later byte is inverted.
    """

    direction: Direction = "out"
    refuse: bool = False
    silent: bool = False
    bytes_per_second: float | None = None
    delay_seconds: float = 0.0
    cut_at: int | None = None
    reset_at: int | None = None
    hole_at: int | None = None
    garble_at: int | None = None

    def acts_on(self, direction: str) -> bool:
        """Whether bytes that go this way are spoilt."""
        return self.direction in (direction, "both")


CLEAN = Spoil()


class Proxy:
    """One listener in front of one address, on a thread with a loop of its own until ``close``."""

    def __init__(self, address: str, port: int, *, listen: str = "127.0.0.1") -> None:
        """Listen on a free port of ``listen``. Raises ``ValueError`` unless both addresses are loopback."""
        for given in (address, listen):
            if not ip_address(given).is_loopback:
                raise ValueError(f"{given} is not a loopback address")
        self.connections = 0
        self._target = (address, port)
        self._listen = listen
        self._spoil = CLEAN
        self._open: set[_Pair] = set()
        self._server: asyncio.Server | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="lab-proxy")
        self._thread.start()
        self.port = 0
        self._await(self._begin)

    def spoil(self, how: Spoil) -> None:
        """Spoil from now on, standing connections too; byte counts begin anew."""
        self._await(lambda: self._set(how))

    def reset(self) -> None:
        """Reset every standing connection."""
        self._await(lambda: self._each(_Pair.reset))

    def cut(self) -> None:
        """End every standing connection."""
        self._await(lambda: self._each(_Pair.end))

    def close(self) -> None:
        """End everything."""
        self._await(self._finish)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_START_SECONDS)
        self._loop.close()

    # --- on the loop ------------------------------------------------------------------------------------------------

    def _await(self, act: Callable[[], "asyncio.Future[T] | object"]) -> None:
        async def run() -> None:
            work = act()
            if asyncio.iscoroutine(work):
                await work

        asyncio.run_coroutine_threadsafe(run(), self._loop).result(_START_SECONDS)

    async def _begin(self) -> None:
        self._server = await asyncio.start_server(self._serve, self._listen, self.port)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def _set(self, how: Spoil) -> None:
        self._spoil = how
        self._each(_Pair.count_anew)
        if how.refuse and self._server is not None:
            self._server.close()
            self._server = None
            self._each(_Pair.reset)
        elif not how.refuse and self._server is None:
            await self._begin()

    def _each(self, act: Callable[["_Pair"], None]) -> None:
        for pair in tuple(self._open):
            act(pair)

    async def _finish(self) -> None:
        if self._server is not None:
            self._server.close()
        self._each(_Pair.end)
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        self.connections += 1
        pair = _Pair(back)
        self._open.add(pair)
        try:
            if self._spoil.silent:
                await near.read()
            else:
                await self._join(near, pair)
        except (OSError, asyncio.CancelledError):  # cancelled only by ``close``: asyncio's streams want it swallowed
            pass
        finally:
            pair.end()
            self._open.discard(pair)

    async def _join(self, near: asyncio.StreamReader, pair: "_Pair") -> None:
        far, onward = await asyncio.open_connection(*self._target)
        pair.writers.append(onward)
        ways = [
            asyncio.create_task(self._pump(near, onward, pair, "in")),
            asyncio.create_task(self._pump(far, pair.writers[0], pair, "out")),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _pump(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, pair: "_Pair", direction: Literal["in", "out"]
    ) -> None:
        with contextlib.suppress(OSError):
            while chunk := await source.read(_CHUNK):
                how = self._spoil
                if not how.acts_on(direction):
                    sink.write(chunk)
                elif not await self._spoilt(chunk, sink, pair, direction):
                    return
                await sink.drain()

    async def _spoilt(
        self, chunk: bytes, sink: asyncio.StreamWriter, pair: "_Pair", direction: Literal["in", "out"]
    ) -> bool:
        """Send what is left of a chunk; False when the connection ends with it."""
        how, seen = self._spoil, pair.seen[direction]
        pair.seen[direction] += len(chunk)
        if how.delay_seconds:
            await asyncio.sleep(how.delay_seconds)
        ends = [at for at in (how.cut_at, how.reset_at) if at is not None and seen + len(chunk) >= at]
        if ends:
            sink.write(chunk[: max(min(ends) - seen, 0)])
            if how.reset_at in ends:
                pair.reset()
            return False
        if how.hole_at is not None:
            chunk = chunk[: max(how.hole_at - seen, 0)]
        if how.garble_at is not None:
            clean = max(how.garble_at - seen, 0)
            chunk = chunk[:clean] + bytes(byte ^ 0xFF for byte in chunk[clean:])
        await _trickle(chunk, sink, how.bytes_per_second)
        return True


async def _trickle(chunk: bytes, sink: asyncio.StreamWriter, pace: float | None) -> None:
    if pace is None:
        sink.write(chunk)
        return
    for at in range(len(chunk)):
        sink.write(chunk[at : at + 1])
        await sink.drain()
        await asyncio.sleep(1.0 / pace)


class _Pair:
    """The two sides of one connection."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.writers = [writer]
        self.seen: dict[Literal["in", "out"], int] = {"in": 0, "out": 0}

    def count_anew(self) -> None:
        self.seen = {"in": 0, "out": 0}

    def end(self) -> None:
        for writer in self.writers:
            writer.close()

    def reset(self) -> None:
        for writer in self.writers:
            wire = writer.get_extra_info("socket")
            with contextlib.suppress(OSError):
                wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            writer.transport.abort()
