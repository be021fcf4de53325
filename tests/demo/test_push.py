"""``storenet push`` as a network admin runs it: real SSH, real templates, no controller running and with one."""

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest
from ruamel.yaml import YAML

from lab.client import LabClient
from lab.told import truth

pytestmark = [pytest.mark.ssh, pytest.mark.demo]
SECRETS = {"STORENET_READ_PASSWORD": "r-pass", "STORENET_WRITE_PASSWORD": "w-pass", "STORENET_ENABLE_SECRET": "e-pass"}
QUIET = re.compile(r"login|read")


def storenet(chain, *args):
    offset = LabClient(chain).ask("status")["offset_seconds"]
    place = {"STORENET_CONTENT": chain, "STORENET_STATE": chain / "state", "STORENET_PROFILE": "short"}
    words = {**os.environ, **SECRETS, **place, "STORENET_CLOCK_OFFSET_SECONDS": f"{offset:.3f}"}
    return subprocess.run(
        [sys.executable, "-m", "controller.main", *map(str, args)],
        capture_output=True, text=True, timeout=200, check=False, env={k: str(v) for k, v in words.items()},
    )  # fmt: skip


@pytest.fixture(scope="module")
def chain(tmp_path_factory):
    folder = tmp_path_factory.mktemp("chain")
    command = [sys.executable, "-m", "lab.server", "--dir", folder, "--seed", "31", "--stores", "3", "--port", "2379"]
    with (folder / "lab.out").open("ab") as out:
        lab = subprocess.Popen(
            [*map(str, command), "--parent-pipe"], env={**os.environ, **SECRETS}, stdin=subprocess.PIPE, stdout=out
        )
    try:
        end = time.monotonic() + 30
        while not LabClient(folder).up():
            assert time.monotonic() < end
            time.sleep(0.05)
        yield folder
    finally:
        lab.stdin.close()
        lab.wait(20)


def writes(chain):
    return [w for w in truth(next((chain / "lab").glob("*.jsonl"))).writes if w.user == "storenet-rw"]


def intend(chain, **standards):
    """Change the chain's standards in its intent file."""
    yaml, path = YAML(), chain / "inventory" / "intent.yaml"
    wanted = yaml.load(path.read_text())
    wanted["standards"].update(standards)
    with path.open("w") as out:
        yaml.dump(wanted, out)


def until_it_pushes(chain, controller):
    """Wait until the controller holds the lease by which pushes are its own."""
    end, holder = time.monotonic() + 60, ""
    while f":{controller.pid}:" not in holder:
        assert controller.poll() is None
        assert time.monotonic() < end, f"pushes belong to {holder}"
        time.sleep(0.1)
        with closing(sqlite3.connect(f"file:{chain / 'state' / 'ledger.sqlite'}?mode=ro", uri=True)) as ledger:
            holder = "".join(row[0] or "" for row in ledger.execute("select holder from leases where store = '@push'"))


def test_1_nothing_is_pushed_by_accident(chain):
    assert storenet(chain, "push").returncode == 2
    nobody = storenet(chain, "push", "--limit", "store=s9")
    assert nobody.returncode == 2
    assert "there are" in nobody.stderr
    assert "--yes" in storenet(chain, "push", "--all", "--no-diff").stderr
    look = storenet(chain, "push", "--all", "--dry-run", "-o", "json")
    assert look.returncode == 0, look.stderr
    assert {d["state"] for d in json.loads(look.stdout)["devices"]} >= {"differs"}
    assert writes(chain) == []


def test_2_every_store_is_brought_to_its_intent_and_a_second_push_writes_nothing(chain):
    done = storenet(chain, "push", "--all", "--yes", "--no-diff", "-o", "json")
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert told["status"] == "done"
    assert {d["state"] for d in told["devices"]} == {"changed"}
    count = len(writes(chain))
    again = storenet(chain, "push", "--all", "--yes")
    assert again.returncode == 0
    assert "differs" not in again.stdout
    assert len(writes(chain)) == count
    assert all(v == 1.0 for s in ("s001", "s002", "s003") for v in LabClient(chain).ask("truth")["stores"][s].values())


@pytest.mark.parametrize("value", [None, ""])
def test_3_a_blank_variable_is_refused_before_any_connection(chain, value):
    shutil.copy(chain / "inventory" / "intent.yaml", chain / "intent.kept")
    log = next((chain / "lab").glob("*.jsonl"))
    size = log.stat().st_size
    try:
        intend(chain, contact=value)
        done = storenet(chain, "push", "--all", "--yes")
    finally:
        shutil.copy(chain / "intent.kept", chain / "inventory" / "intent.yaml")
    assert done.returncode == 3
    assert "contact" in done.stderr
    assert "intent.yaml" in done.stderr
    assert '"login"' not in log.read_text()[size:]


def test_4_what_cuts_management_goes_no_further_than_the_canary(chain):
    """The one network that may manage the stores is typed wrong: every vty would refuse the controller."""
    shutil.copy(chain / "inventory" / "intent.yaml", chain / "intent.kept")
    before = len(writes(chain))
    try:
        intend(chain, management_networks=["203.0.113.0/24"])
        done = storenet(chain, "push", "--all", "--yes", "--no-diff", "-o", "json")
        again = storenet(chain, "push", "--all", "--yes", "--no-diff")
    finally:
        shutil.copy(chain / "intent.kept", chain / "inventory" / "intent.yaml")
    assert done.returncode == 1, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert told["status"] == "halted"
    lost = [d for d in told["devices"] if d["state"] != "held"]
    assert [d["state"] for d in lost] == ["undone"]
    assert lost[0]["store"] == told["canary"]
    assert "management was lost" in lost[0]["reason"]
    assert {w.device for w in writes(chain)[before:]} == {lost[0]["device"]}
    assert again.returncode == 1
    assert "quarantine" in again.stderr
    clean = storenet(chain, "push", "--all", "--dry-run", "-o", "json")
    assert {d["state"] for d in json.loads(clean.stdout)["devices"]} == {"right"}


def test_5_a_running_controller_carries_it_out_and_a_person_halts_it(chain):
    offset = LabClient(chain).ask("status")["offset_seconds"]
    words = ("run", "--content", chain, "--state", chain / "state", "--profile", "short", "--port", 0)
    controller = subprocess.Popen(
        [sys.executable, "-m", "controller.main", *map(str, words), "--clock-offset", str(offset), "--parent-pipe"],
        env={**os.environ, **SECRETS}, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until_it_pushes(chain, controller)
        intend(chain, contact="Store networks, night desk")
        done = storenet(chain, "push", "--all", "--yes", "--no-diff", "-o", "json", "--title", "night desk")
        assert done.returncode == 0, done.stdout + done.stderr
        told = json.loads(done.stdout)
        assert (told["status"], told["title"]) == ("done", "night desk")
        assert controller.poll() is None
    finally:
        controller.send_signal(signal.SIGTERM)
        controller.stdin.close()
        assert controller.wait(60) == 0
