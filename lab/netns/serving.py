"""Real stores that stay up, and the orders people give them from a second terminal.

In: a directory, how many stores; orders over the lab's control socket, the same words as for virtual stores. Out:
stores, their content, ``practice.env``. Started by ``python -m lab.netns up``. All that it made ends with it.
"""

import asyncio
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path

from lab.clock import wall
from lab.control import Answer, BadRequestError, ControlSocket
from lab.log import LabLog, stamp
from lab.netns.baseline import wait_until_well
from lab.netns.box import GroundError
from lab.netns.fault import Act, RealFault, real_faults
from lab.netns.lab import RealLab
from lab.netns.truth import STEADY, payments, seconds_lost
from lab.numbering import store_id, store_number

ANSWER_SECONDS = 8.0
"""An order that takes longer goes on behind its answer: whoever asked waits 10 seconds."""


@dataclass(slots=True)
class Broken:
    """One fault that was put in, since when (seconds since 1970), and who took it out."""

    id: str
    fault: RealFault
    number: int
    since: float
    out_by: str | None = None


class Serving:
    """Running stores that answer. Made in the thread that stays: the machines end with it."""

    def __init__(self, directory: Path, stores: int) -> None:
        """Boot. Raises ``GroundError``."""
        self.directory = directory.absolute()
        shutil.rmtree(self.directory / "machines", ignore_errors=True)
        (self.directory / "lab").mkdir(parents=True, exist_ok=True)
        self.lab = RealLab(self.directory, stores)
        self.faults = real_faults()
        self.broken: dict[str, Broken] = {}
        self.log = LabLog(self.directory / "lab" / "log.jsonl")
        self._over = asyncio.Event()
        self._orders: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Serve until told to stop."""
        control = ControlSocket(self.directory / "lab", self._handle)
        for order in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(order, self._over.set)
        try:
            for number in range(1, self.lab.stores.stores + 1):
                await asyncio.to_thread(wait_until_well, self.lab.stores, number)
            await control.start()
            await self._over.wait()
        finally:
            await control.stop()
            self.close()

    def close(self) -> None:
        """End the machines and take away what they stood on; content and log stay."""
        self.lab.close()
        self.log.close()
        shutil.rmtree(self.directory / "machines", ignore_errors=True)

    def keep_environment(self) -> Path:
        """Write what a second terminal needs, readable by its owner alone; return where it is."""
        path = self.directory / "practice.env"
        path.touch(mode=0o600)
        words = {
            **self.lab.environment,
            "STORENET_CONTENT": str(self.lab.content),
            "STORENET_STATE": str(self.directory / "state"),
            "STORENET_PROFILE": "short",
            "STORENET_LAB": str(self.directory),
        }
        path.write_text("".join(f"{name}='{word}'\n" for name, word in words.items()), encoding="utf-8")
        return path

    async def _handle(self, request: Answer) -> Answer:
        orders = {"break": self._break, "mend": self._mend}
        looks = {"status": self._status, "faults": self._faults, "truth": self._truth, "stop": self._stop}
        name = str(request.pop("command", None))
        if name in orders:
            return await orders[name](request)
        if name in looks:
            return looks[name]()
        raise BadRequestError(f"no such command; there are {', '.join((*orders, *looks))}")

    def _status(self) -> Answer:
        stores = self.lab.stores
        return {
            "seed": 0,
            "stores": stores.stores,
            "devices": len(stores.boxes),
            "now": stamp(wall()),
            "offset_seconds": 0.0,
            "controller": f"/proc/{stores.controller.network}/ns/net",
            "faults": [_row(broken) for broken in self.broken.values()],
        }

    def _faults(self) -> Answer:
        rows = [{"fault": f.name, "type": "fault", "class": f.ends, "title": f.title} for f in self.faults.values()]
        return {"faults": rows}

    def _truth(self) -> Answer:
        stores = self.lab.stores
        last = {n: payments(stores, n)[-STEADY:] for n in range(1, stores.stores + 1)}
        shares = {n: sum(p.paid for p in tried) / max(len(tried), 1) for n, tried in last.items()}
        rows = [
            {**_row(b), "seconds_lost": round(seconds_lost(stores, b.number, b.since), 1)}
            for b in self.broken.values()
            if b.out_by is None
        ]
        return {"stores": {str(store_id(n)): {"pos": share} for n, share in shares.items()}, "faults": rows}

    def _stop(self) -> Answer:
        asyncio.get_running_loop().call_later(0.05, self._over.set)
        return {}

    async def _break(self, request: Answer) -> Answer:
        fault = self.faults.get(str(request.get("kind")))
        if fault is None:
            raise BadRequestError(f"no fault is named {request.get('kind')}; there are {', '.join(self.faults)}")
        number = self._number(str(request.get("store") or store_id(1)))
        since = wall().timestamp()
        broken = Broken(id=f"f{len(self.broken) + 1:03d}", fault=fault, number=number, since=since)
        self.broken[broken.id] = broken
        await self._carry_out(fault.put_in, "fault_in", broken)
        if request.get("seconds") is not None:
            asyncio.get_running_loop().call_later(float(str(request["seconds"])), self._pass, broken)
        return _row(broken)

    def _pass(self, broken: Broken) -> None:
        """Its time is over."""
        order = asyncio.create_task(self._take_out(broken, "itself"))
        self._orders.add(order)
        order.add_done_callback(self._orders.discard)

    async def _mend(self, request: Answer) -> Answer:
        wanted = [b for b in self.broken.values() if b.out_by is None or not request.get("all")]
        mended = [b for b in wanted if request.get("all") or b.id == request.get("id")]
        if not mended and not request.get("all"):
            raise BadRequestError("no fault has that id")
        for broken in mended:
            await self._take_out(broken, "lab")
        return {"faults": [_row(broken) for broken in mended]}

    async def _take_out(self, broken: Broken, by: str) -> None:
        if broken.out_by is None:
            broken.out_by = by
            await self._carry_out(broken.fault.take_out, "fault_out", broken)

    def _number(self, store: str) -> int:
        known = {str(store_id(n)): n for n in range(1, self.lab.stores.stores + 1)}
        if store not in known:
            raise BadRequestError(f"no store is named {store}; there are {', '.join(known)}")
        return store_number(store)

    async def _carry_out(self, act: Act, kind: str, broken: Broken) -> None:
        self.log.write(kind, wall(), **_row(broken))
        order = asyncio.create_task(asyncio.to_thread(act, self.lab.stores, broken.number))
        self._orders.add(order)
        order.add_done_callback(self._orders.discard)
        try:
            await asyncio.wait_for(asyncio.shield(order), ANSWER_SECONDS)
        except TimeoutError:
            order.add_done_callback(_seen)
        except GroundError as error:
            raise BadRequestError(str(error)) from error


def _seen(order: asyncio.Task[None]) -> None:
    """Read how an order ended that nobody waits for any more; the truth shows it."""
    if not order.cancelled():
        order.exception()


def _row(broken: Broken) -> Answer:
    return {
        "id": broken.id,
        "fault": broken.fault.name,
        "store": str(store_id(broken.number)),
        "device": "",
        "port": "",
        "variant": "",
        "expected": broken.fault.ends,
        "out_by": broken.out_by,
    }
