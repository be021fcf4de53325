"""A lab without a network: real configurations, a clock turned by hand."""

from dataclasses import dataclass

import pytest

from lab.breakages import Breakages
from lab.chain import LabChain, make_chain
from lab.clock import HandClock
from lab.devices.cisco_ios.device import IosDevice
from lab.log import LabLog
from lab.startup import startup
from lab.view import View
from lab.world import World


@dataclass
class Bench:
    """Everything a test of the lab turns and reads."""

    chain: LabChain
    clock: HandClock
    log: LabLog
    world: World
    views: dict[str, View]
    devices: dict[str, IosDevice]
    breakages: Breakages

    def forward(self, seconds: float, step: float = 0.5) -> None:
        """Let time pass the way the lab process does: with a look now and then."""
        while seconds > 0:
            self.clock.forward(min(step, seconds))
            seconds -= step
            self.world.look()

    def type_in(self, device: str, *lines: str, user: str = "storenet-rw") -> None:
        self.devices[device].apply([*lines, "end"], user)

    def rows(self, kind: str) -> list[dict]:
        return [row for row in self.log.rows if row["kind"] == kind]


def make_bench(seed: int = 7, stores: int = 6) -> Bench:
    chain = make_chain(seed, stores)
    clock = HandClock(chain.start)
    log = LabLog()
    world = World(chain, clock, log)
    views = {str(d.id): world.view(d.id) for d in chain.managed()}
    devices = {name: IosDevice(view, startup(chain.chain, chain.chain.devices[name])) for name, view in views.items()}
    for name, device in devices.items():
        world.plug(name, device)
    breakages = Breakages(world)
    world.begin()
    bench = Bench(chain, clock, log, world, views, devices, breakages)
    bench.forward(5)
    return bench


@pytest.fixture
def bench() -> Bench:
    return make_bench()


@pytest.fixture
def new_bench():
    return make_bench
