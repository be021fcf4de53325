"""A scenario in real time: a lab and a controller as a person starts them, and `storenet lab play` between them."""

import os
import time

import pytest
from typer.testing import CliRunner

from lab.addresses import choose, free_port
from lab.cli import lab_app
from lab.client import LabClient
from lab.practice import keep_environment
from lab.processes import Child
from lab.server import SECRETS
from lab.watching import Watching
from tests.scenarios.rehearsals import LEASE

pytestmark = pytest.mark.ssh

WORDS = dict.fromkeys(SECRETS, "a-word-4")


def until(ready, *children):
    end = time.monotonic() + 60
    while not ready():
        for child in children:
            child.check()
        assert time.monotonic() < end
        time.sleep(0.1)


@pytest.fixture
def practice(tmp_path):
    """A lab and a controller that was told everything by ``practice.env``."""
    client, port = LabClient(tmp_path), free_port()
    arguments = ["--dir", str(tmp_path), "--stores", str(LEASE.stores), "--seed", str(LEASE.seed), "--parent-pipe"]
    listening = choose(LEASE.seed, LEASE.stores).arguments()
    with Child("lab", "lab.server", [*arguments, *listening], {**os.environ, **WORDS}, tmp_path / "lab.txt") as lab:
        until(client.up, lab)
        path = keep_environment(tmp_path, WORDS, float(client.ask("status")["offset_seconds"]))
        kept = dict(line.split("=", 1) for line in path.read_text().splitlines())
        env = {**os.environ, **{name: word.strip("'") for name, word in kept.items()}}
        asked = ["run", "--port", str(port), "--parent-pipe"]
        with Child("controller", "controller.main", asked, env, tmp_path / "controller.txt") as controller:
            watching = Watching(f"http://127.0.0.1:{port}")
            until(lambda: watching.alive() and watching.all_seen(LEASE.stores), lab, controller)
            watching.close()
            yield tmp_path, f"http://127.0.0.1:{port}"


def test_a_lease_is_renewed_as_wanted(practice):
    directory, url = practice
    path = directory / "mine.py"
    path.write_text("from tests.scenarios.rehearsals import LEASE\n")
    played = CliRunner().invoke(lab_app, ["play", str(path), "--dir", str(directory), "--url", url])
    assert played.exit_code == 0, played.output
    assert "seen: an incident with signature wan_no_lease, store s001, status healed" in played.output


def test_what_is_not_seen_is_told_and_counts(practice):
    directory, url = practice
    path = directory / "mine.py"
    path.write_text(
        "from lab.scenario import Scenario, incident\n"
        "NEVER = Scenario('nothing is broken')\n"
        "NEVER.between(0, 2).want(incident('ap_hung'))\n"
    )
    played = CliRunner().invoke(lab_app, ["play", str(path), "--dir", str(directory), "--url", url])
    assert played.exit_code == 1
    assert "not seen: an incident with signature ap_hung; incidents: none" in played.output
    gone = CliRunner().invoke(lab_app, ["play", str(path), "--dir", str(directory), "--url", "http://127.0.0.1:9"])
    assert (gone.exit_code, "no controller answers" in gone.output) == (2, True)
