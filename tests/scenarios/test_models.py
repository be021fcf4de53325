"""Models beside the whole controller in virtual time: they suggest, and healing is the same without any of them."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from anomaly.learn.features import Example, spotted, words_of
from anomaly.learn.naming import train
from controller.events import Guessed
from controller.learning.follower import Follower
from controller.learning.registry import Registry
from controller.learning.usual import Usual
from controller.model_rows import Replayed
from tests.scenarios.stage import Controller, World

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
BEATS = Replayed(
    library="", cases=9, right=0, wrong=0, unknown=9, silent=0,
    named_right=9, named_wrong=0, doubtful=0, novel=0, beats_rules=True,
)  # fmt: skip


class Taught(Controller):
    """A controller with the learning half, wired as in ``controller.running``."""

    def __init__(self, world, folder):
        super().__init__(world, folder / "ledger.sqlite")
        self.registry = Registry(folder, self.file)
        normal = frozenset(n for n, s in self.watch.library.symptoms.items() if s.normal)
        self.follower = Follower(self.file, self.registry, world.chain, self.clock, normal)
        self.usual = Usual(world.chain)
        self.watch._beside = lambda store, answers, now: self.usual.observations(store, now)
        for lane in self.lanes.values():
            lane._desk = replace(lane._desk, noted=self.note)

    def note(self, sight):
        self.follower.note(sight)
        self.usual.note(sight)

    def look(self):
        super().look()
        self.usual.tick()
        self.follower.tick()


def words_seen(world, store):
    """What a store shows at this moment, in a watch of its own."""
    sight = world.bench.play(store, 30)[-1]
    normal = frozenset(n for n, s in world.bench.watch.library.symptoms.items() if s.normal)
    return words_of(spotted(sight.symptoms, normal), world.chain, store)


def learned(words):
    """A model that knows a fault by these words, and another one by others."""
    examples = [Example(label="modem_asleep", words=words, source=f"old-{n}") for n in range(6)]
    examples += [Example(label="other", words=frozenset({"a", "b"}), source=f"older-{n}") for n in range(6)]
    return train(examples)


def put_active(controller, model):
    row = controller.registry.add(model, now=NOW, data="", incidents=(), replay=BEATS)
    for _ in range(2):
        row = controller.registry.promote(row.name, NOW, BEATS)


@pytest.mark.parametrize("how", ["deleted", "all files empty", "active"])
def test_with_every_model_gone_the_store_is_still_healed(tmp_path, how):
    world = World(seed=7)
    controller = Taught(world, tmp_path)
    put_active(controller, learned(frozenset({"wan_no_address@edge:wan/top"})))
    if how == "deleted":
        shutil.rmtree(tmp_path / "models")
    if how == "all files empty":
        for path in (tmp_path / "models").rglob("*.*"):
            path.write_bytes(b"")
    controller.play(6)
    broken = world.put_in("port_wrong_vlan")
    controller.play(40)
    (incident,) = [i for i in controller.incidents() if i.signature == "port_wrong_vlan"]
    assert incident.status == "healed"
    assert not world.present(broken)
    assert not any(k == "guessed" for i in controller.incidents() for k in controller.kinds(i.id))
    controller.close()


def test_what_the_rules_leave_unknown_is_named_by_the_model_and_nothing_is_written(tmp_path):
    def unruled(watch):
        """As if nobody had written a rule for this fault."""
        kept = {n: s for n, s in watch.library.signatures.items() if s.root != "wan_port" and n != "store_dark"}
        return replace(watch.library, signatures=kept)

    teacher = World(seed=7)
    teacher.put_in("wan_no_lease")
    model = learned(words_seen(teacher, teacher.store))
    world = World(seed=7)
    controller = Taught(world, tmp_path)
    controller.watch.library = unruled(controller.watch)
    put_active(controller, model)
    controller.play(6)
    world.put_in("wan_no_lease")
    controller.play(60)
    guesses = [e for i in controller.incidents() for e in controller.file.events(i.id) if isinstance(e, Guessed)]
    assert [g.names for g in guesses] == ["modem_asleep"]
    assert world.writes == []
    controller.close()
