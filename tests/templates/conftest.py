"""A content directory of a small chain, its intent, and what its devices boot with."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from inventory.files import load_chain
from inventory.intent import Intent, load_intent
from inventory.model import Chain, Device, DeviceId
from lab.chain import make_chain
from lab.content import write_content
from lab.startup import startup
from templates.rendering import Rendering, render_all

SEED, STORES = 7, 4


@dataclass(frozen=True, kw_only=True, repr=False)
class Ground:
    content: Path
    chain: Chain
    intent: Intent
    renderings: dict[str, Rendering]

    @property
    def devices(self) -> tuple[Device, ...]:
        return tuple(d for d in self.chain.devices.values() if d.has_session)

    def device(self, name: str) -> Device:
        return self.chain.devices[DeviceId(name)]

    def startup(self, name: str) -> str:
        return startup(self.chain, self.device(name))


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    content = tmp_path_factory.mktemp("content")
    write_content(make_chain(SEED, STORES), content)
    chain = load_chain(content)
    intent = load_intent(content, chain)
    devices = [d for d in chain.devices.values() if d.has_session]
    renderings = {str(r.device): r for r in render_all(content, chain, intent, devices)}
    return Ground(content=content, chain=chain, intent=intent, renderings=renderings)
