"""kill -9 at random moments: nothing acknowledged is lost, no effect is made twice, tokens only grow."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from anomaly.library import load_library
from controller.incident import fold
from controller.journal import Journal
from controller.ledgers.sqlite import SqliteLedger
from controller.taught import learned_of
from inventory.errors import StaleTokenError

pytestmark = pytest.mark.scenario  # it starts processes of its own

KILLS = 6
SCRIPT = Path(__file__).parent / "dying_controller.py"


def _run_and_kill(ledger_path: Path, effects: Path, lines_to_live: int) -> list[list[str]]:
    """Run the controller until it has said so many lines, kill it, return everything it said."""
    paths = os.pathsep.join([str(Path.cwd()), *filter(None, sys.path)])
    child = subprocess.Popen(
        [sys.executable, str(SCRIPT), str(ledger_path), str(effects)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": paths},
    )
    said = [child.stdout.readline() for _ in range(lines_to_live)]
    child.kill()
    said += child.stdout.readlines()
    child.wait()
    child.stdout.close()
    assert child.returncode == -9
    return [line.split() for line in said if line.endswith("\n")]


@pytest.fixture
def lives(ledger_path, tmp_path):
    dice = random.Random(20261120)
    effects = tmp_path / "effects"
    effects.touch()
    said = [_run_and_kill(ledger_path, effects, dice.randint(1, 25)) for _ in range(KILLS)]
    ledger = SqliteLedger.open(ledger_path)
    yield ledger, said, effects.read_text().split()
    ledger.close()


def test_a_killed_controller_loses_nothing_and_repeats_nothing(lives, clock):
    ledger, said, effects = lives
    facts = [line for life in said for line in life]
    opened = [line[1] for line in facts if line[0] == "opened"]
    done = [line[1] for line in facts if line[0] == "done"]
    known = {incident.id: incident for incident in ledger.incidents()}

    assert set(opened) <= set(known), "an acknowledged event was lost"
    assert len(opened) == len(set(opened)), "an incident number was given twice"
    assert [line[1] for line in facts if line[0] == "token"] == [str(n + 1) for n in range(KILLS)]

    per_incident = [name.rpartition(".")[0] for name in effects]
    assert len(per_incident) == len(set(per_incident)), "an effect was made twice"
    assert set(done) <= set(per_incident), "a finished workflow has no effect"
    assert {line[1] for line in facts if line[0] == "intended"} <= {i.id for i in ledger.intents()}
    for name, incident in known.items():
        assert fold(ledger.events(name)) == incident, "the projection is not the fold"

    reviewed = [line[1] for line in facts if line[0] == "reviewed"]
    taught = learned_of(ledger.reviews(), load_library())
    assert reviewed
    assert set(reviewed) <= {e.incident for e in taught.learned["seen_s001_0001"].examples}, "a lesson was lost"
    assert {r.incident for r in ledger.reviews()} == {name for name, i in known.items() if i.review}

    newest = ledger.live_token("s001")
    assert newest == KILLS
    successor = Journal(ledger, "me", clock, 60)
    clock.sleep(10 * 366 * 86400)
    assert successor.token("s001") == newest + 1
    leftover = next((i for i in ledger.intents() if i.token < newest), None)
    assert leftover is not None
    with pytest.raises(StaleTokenError):
        successor.assert_live(leftover)
