"""The scenario language: what it says of itself, and the shared scenarios in virtual time."""

import re

import pytest

from lab.life import Life
from lab.rehearsal import NoScenarioError, load
from lab.scenario import Claim, Scenario, no_incident, play, unwritten
from lab.score import HOUSEKEEPING
from tests.scenarios import rehearsals
from tests.scenarios.stage import Controller, World

SCENARIOS = [value for value in vars(rehearsals).values() if isinstance(value, Scenario)]
SECTION = re.compile(r"interface .*|end")


class Virtual:
    """A stage in one thread; time passes when the controller polls."""

    def __init__(self, scenario, folder):
        self.world = World(seed=scenario.seed, stores=scenario.stores)
        self.controller = Controller(self.world, folder / "ledger.sqlite")
        self.began = self.world.bench.clock.seconds()

    def seconds(self):
        return self.world.bench.clock.seconds() - self.began

    def forward(self, _seconds):
        self.controller.poll()

    def put_in(self, kind, **where):
        return self.world.put_in(kind, **where).id

    def take_out(self, fault):
        self.world.bench.breakages.take_out(self.world.bench.breakages.all[fault])

    def faults(self):
        return {name: broken.out_by for name, broken in self.world.bench.breakages.all.items()}

    def incidents(self):
        return [
            {"id": i.id, "store": i.store, "device": i.device, "signature": i.signature, "status": i.status}
            for i in self.controller.incidents()
        ]

    def served(self, store):
        return self.world.bench.world.functions(store)

    def written(self):
        quiet = (HOUSEKEEPING, SECTION)
        return [(d, line) for d, line in self.world.writes if not any(p.fullmatch(line) for p in quiet)]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.title)
def test_what_is_wanted_is_seen_in_virtual_time(scenario, tmp_path):
    stage = Virtual(scenario, tmp_path)
    assert [str(missed) for missed in play(scenario, stage)] == []
    stage.controller.close()


class Clock:
    """A stage on which nothing happens but time."""

    def __init__(self):
        self.now, self.done = 0.0, []

    def seconds(self):
        return self.now

    def forward(self, seconds):
        self.now += seconds

    def put_in(self, kind, **where):
        self.done.append((self.now, kind, where))
        return "f001"

    def take_out(self, fault):
        self.done.append((self.now, "mended", fault))

    def incidents(self):
        return [{"store": "s001", "signature": "ap_hung", "status": "open"}]


def at(first, last):
    return Claim(words=f"it is between {first} and {last}", holds=lambda stage: first <= stage.seconds() <= last)


@pytest.mark.parametrize(
    ("claim", "always", "met"),
    [
        (at(5, 5), False, True),
        (at(0, 4), False, False),
        (at(11, 20), False, False),
        (at(5, 10), True, True),
        (at(5, 9), True, False),
        (at(6, 10), True, False),
    ],
)
def test_a_want_is_met_once_or_at_every_look(claim, always, met):
    scenario = Scenario("time passes")
    span = scenario.between(5, 10)
    (span.always if always else span.want)(claim)
    stage = Clock()
    assert (play(scenario, stage) == []) is met
    assert stage.now <= 10


def test_what_is_done_is_done_in_order_and_at_its_time():
    scenario, stage, told = Scenario("two things"), Clock(), []
    scenario.at(7).mends("it")
    scenario.at(3).breaks("ap_hung", name="it", store="s001")
    play(scenario, stage, tell=told.append)
    assert stage.done == [(3.0, "ap_hung", {"store": "s001"}), (7.0, "mended", "f001")]
    assert [line.split()[2] for line in told] == ["breaks", "mends"]


def test_a_miss_tells_what_was_wanted_and_how_things_stood():
    scenario = Scenario("nothing comes")
    scenario.between(0, 2).want(at(8, 9))
    (missed,) = play(scenario, Clock())
    assert str(missed) == ("between 0 and 2 s, not seen: it is between 8 and 9; incidents: s001 ap_hung open")


def test_scenarios_are_read_from_a_file(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("from lab.scenario import Scenario\nA = Scenario('a')\nB = Scenario('b')\n")
    assert [scenario.title for scenario in load(path)] == ["a", "b"]


@pytest.mark.parametrize("text", ["x = 1\n", "def (:\n"])
def test_a_file_without_a_scenario_is_refused(tmp_path, text):
    path = tmp_path / "mine.py"
    path.write_text(text)
    with pytest.raises(NoScenarioError, match=r"mine\.py"):
        load(path)
    with pytest.raises(NoScenarioError, match="cannot be read"):
        load(tmp_path / "not_there.py")


@pytest.mark.parametrize("seed", [7, 31])
def test_lively_stores_are_no_incident_and_not_written_to(tmp_path, seed):
    quiet = Scenario("life goes on", stores=2, seed=seed)
    quiet.between(0, 600).always(unwritten(), no_incident())
    stage = Virtual(quiet, tmp_path)
    life = Life(stage.world.bench.world, seed, 8.0)
    life.begin()
    assert [str(missed) for missed in play(quiet, stage)] == []
    assert life.happened > 150
    stage.controller.close()
