"""What people may order of a running lab.

In: requests from the control socket. Out: what was broken, mended or dealt, and how things really stand.
Called by ``lab.server``, which owns the process; ``lab.cli``, the demo and tests ask through ``lab.client``.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import asdict, fields
from typing import Any

from lab.breakages import Breakages, Broken, NoSuchTargetError
from lab.control import Answer, BadRequestError
from lab.deal import Dealer, Pace
from lab.devices.modes import ordered
from lab.log import stamp
from lab.mix import Mixer, NothingToMixError, mix
from lab.world import World

Spawn = Callable[[Coroutine[object, object, None]], asyncio.Task[None]]
MINUTE = 60.0
FOR_EVER = 1e9


class Orders:
    """Carries requests out; ``spawn`` starts work that goes on, ``stop`` ends the lab."""

    def __init__(self, world: World, devices: Mapping[str, Any], spawn: Spawn, stop: Callable[[], None]) -> None:
        self.breakages = Breakages(world)
        self._world = world
        self._devices = devices
        self._spawn = spawn
        self._stop = stop
        self._dealer: Dealer | Mixer | None = None
        self._dealing: asyncio.Task[None] | None = None
        self._commands = {
            "status": self._status,
            "faults": self._faults,
            "targets": self._targets,
            "break": self._break,
            "mend": self._mend,
            "truth": self._truth,
            "deal": self._deal,
            "mix": self._mix,
            "undeal": self._undeal,
            "mode": self._mode,
            "stop": self._end,
        }

    async def carry_out(self, request: Answer) -> Answer:
        """Answer one request. Raises ``BadRequestError``."""
        name = str(request.pop("command", None))
        if name not in self._commands:
            raise BadRequestError(f"no such command; there are {', '.join(self._commands)}")
        try:
            return self._commands[name](request)
        except (NoSuchTargetError, NothingToMixError, ValueError) as error:
            raise BadRequestError(str(error)) from error

    def _status(self, _: Answer) -> Answer:
        dealer, chain = self._dealer, self._world.chain
        return {
            "seed": chain.seed,
            "stores": len(chain.chain.stores),
            "devices": len(chain.chain.devices),
            "now": stamp(self._world.clock.now()),
            "offset_seconds": self._world.clock.offset_seconds(),
            "dealing": self._is_dealing(),
            "planned": dealer.planned if dealer is not None else 0,
            "done": dealer.done if dealer is not None else 0,
            "faults": [self._row(broken) for broken in self.breakages.all.values()],
        }

    def _row(self, broken: Broken) -> Answer:
        return {
            "id": broken.id,
            "fault": broken.fault.name,
            **asdict(broken.target),
            "expected": broken.expected,
            "out_by": broken.out_by,
        }

    def _faults(self, _: Answer) -> Answer:
        return {
            "faults": [
                {"fault": f.name, "type": f.kind, "class": f.fault_class} for f in self.breakages.faults.values()
            ]
        }

    def _targets(self, request: Answer) -> Answer:
        fault = self.breakages.faults.get(str(request.get("kind")))
        if fault is None:
            raise BadRequestError("no such fault")
        return {"targets": [asdict(target) for target in fault.targets(self._world.chain, self._world.clock.now())]}

    def _break(self, request: Answer) -> Answer:
        where = {key: str(request[key]) for key in ("store", "device", "port", "variant") if request.get(key)}
        kind, seconds = str(request.get("kind")), _number(request, "seconds")
        if request.get("carrier"):
            stores = _count(request, "stores", 0) or None
            target = self.breakages.find_carrier(kind, str(request["carrier"]), stores, where.get("variant"))
        else:
            target = self.breakages.find(kind, **where)
        broken = self.breakages.put_in(kind, target)
        if seconds is not None:
            asyncio.get_running_loop().call_later(seconds, self.breakages.take_out, broken, "itself")
        return self._row(broken)

    def _mend(self, request: Answer) -> Answer:
        if request.get("all"):
            mended = self.breakages.active()
        else:
            mended = [b for b in self.breakages.all.values() if b.id == request.get("id")]
            if not mended:
                raise BadRequestError("no fault has that id")
        for broken in mended:
            self.breakages.take_out(broken)
        return {"faults": [self._row(broken) for broken in mended]}

    def _mode(self, request: Answer) -> Answer:
        return ordered(self._devices, request)

    def _truth(self, _: Answer) -> Answer:
        return {
            "stores": {name: self._world.functions(name) for name in self._world.shops},
            "faults": [self._row(broken) for broken in self.breakages.active()],
        }

    def _deal(self, request: Answer) -> Answer:
        self._must_be_idle()
        pace = Pace(**{f.name: _number(request, f.name) or 0.0 for f in fields(Pace) if f.name in request})
        number = _count(request, "faults", 12)
        also = request.get("also")
        names = [str(name) for name in also] if isinstance(also, list) else []
        unknown = sorted(set(names) - set(self.breakages.faults))
        if unknown:
            raise BadRequestError(f"no fault is named {unknown[0]}; there are {', '.join(self.breakages.faults)}")
        dealer = self._dealer = Dealer(self._world, self.breakages, pace, names)
        self._dealing = self._spawn(dealer.run(number, endless=bool(request.get("endless"))))
        return {"dealing": number}

    def _mix(self, request: Answer) -> Answer:
        """A published-like mix: ``incidents`` over ``minutes``, all times divided by ``shorten``."""
        self._must_be_idle()
        shorten = _number(request, "shorten") or 1.0
        seconds = (_number(request, "minutes") or MINUTE) * MINUTE / shorten
        number, seed = _count(request, "incidents", 40), _count(request, "seed", self._world.chain.seed)
        coming = mix(self._world.chain, seed, number, seconds, shorten)
        mixer = self._dealer = Mixer(self._world, self.breakages, coming, shorten)
        self._dealing = self._spawn(mixer.run())
        rows = [
            {"at": one.at, "fault": one.dealt.fault, **asdict(one.dealt.target), "passes_after": one.passes_after}
            for one in coming
        ]
        return {"coming": rows}

    def _is_dealing(self) -> bool:
        return self._dealing is not None and not self._dealing.done()

    def _must_be_idle(self) -> None:
        if self._is_dealing():
            raise BadRequestError("a deal is going on")

    def _undeal(self, _: Answer) -> Answer:
        if self._dealing is not None:
            self._dealing.cancel()
        for broken in self.breakages.active():
            self.breakages.take_out(broken, "end")
        return {}

    def _end(self, _: Answer) -> Answer:
        self._stop()
        return {}


def _number(request: Answer, name: str) -> float | None:
    """A number of at least 0, or None when it was not given. Raises ``BadRequestError``."""
    if request.get(name) is None:
        return None
    try:
        found = float(str(request[name]))
    except ValueError:
        found = -1.0
    if not 0 <= found < FOR_EVER:
        raise BadRequestError(f"{name}: {request[name]} is not a number of at least 0")
    return found


def _count(request: Answer, name: str, usually: int) -> int:
    found = _number(request, name)
    return usually if found is None else int(found)
