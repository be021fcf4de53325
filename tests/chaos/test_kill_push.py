"""kill -9 of a push, again and again: nothing is lost, nothing is sent twice without a reason, every store is whole."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest
from ruamel.yaml import YAML

from lab.client import LabClient

ROUNDS, KILLS_A_ROUND = 6, 6
STORES = 6
SECRETS = {"STORENET_READ_PASSWORD": "r-pass", "STORENET_WRITE_PASSWORD": "w-pass", "STORENET_ENABLE_SECRET": "e-pass"}


@pytest.fixture
def lab(tmp_path):
    words = ["lab.server", "--dir", tmp_path, "--seed", 63, "--stores", STORES, "--port", 2381, "--parent-pipe"]
    with (tmp_path / "lab.out").open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", *map(str, words)], env={**os.environ, **SECRETS}, stdin=subprocess.PIPE, stdout=out
        )
    client = LabClient(tmp_path)
    end = time.monotonic() + 30
    while not client.up():
        assert time.monotonic() < end
        time.sleep(0.05)
    yield tmp_path, client
    process.stdin.close()
    process.wait(20)


def push(folder, client, *args):
    place = {"STORENET_CONTENT": folder, "STORENET_STATE": folder / "state", "STORENET_PROFILE": "short"}
    place["STORENET_CLOCK_OFFSET_SECONDS"] = f"{client.ask('status')['offset_seconds']:.3f}"
    with (folder / "push.out").open("wb") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "controller.main", "push", *args, "--no-diff", "-o", "json"],
            env={**os.environ, **SECRETS, **{k: str(v) for k, v in place.items()}}, stdout=out, stderr=out,
        )  # fmt: skip


def rollouts(folder, *args):
    done = subprocess.run(
        [sys.executable, "-m", "controller.main", "rollouts", *args, "--state", folder / "state", "-o", "json"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return json.loads(done.stdout) if done.returncode == 0 else None


def intend(folder, contact):
    yaml, path = YAML(), folder / "inventory" / "intent.yaml"
    wanted = yaml.load(path.read_text())
    wanted["standards"]["contact"] = contact
    with path.open("w") as out:
        yaml.dump(wanted, out)


def pushed_under_fire(folder, client, dice, rollout):
    """Push, killing it about every third second, until the rollout is over; how often it was killed."""
    kills, begun = 0, False
    while True:
        process = push(folder, client, *(["--resume"] if begun else ["--all", "--yes"]))
        try:
            process.wait(dice.uniform(1.5, 6.0) if kills < KILLS_A_ROUND else 300)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            kills += 1
        process.wait()
        known = rollouts(folder, rollout)
        begun = known is not None
        if begun and known["ended_at"]:
            assert known["status"] == "done", known
            assert {d["state"] for d in known["devices"]} <= {"changed", "already_right"}, known
            return kills


@pytest.mark.chaos
@pytest.mark.ssh
def test_a_push_survives_kill_nine(lab):
    folder, client = lab
    dice = random.Random(20)
    kills = 0
    for number in range(1, ROUNDS + 1):
        intend(folder, f"Store networks, desk {number}")
        kills += pushed_under_fire(folder, client, dice, f"push_{number:04d}")
    assert kills >= ROUNDS
    look = push(folder, client, "--all", "--dry-run")
    assert look.wait(100) == 0
    answer = (folder / "push.out").read_text()
    assert {d["state"] for d in json.loads(answer[answer.index("{") :])["devices"]} == {"right"}
    served = client.ask("truth")["stores"]
    assert all(share == 1.0 for store in served.values() for share in store.values())
    sent_once_per_revert(folder)


def sent_once_per_revert(folder):
    """A line is sent to a device again only after the device had taken it back by its timer."""
    rows = [json.loads(line) for line in next((folder / "lab").glob("*.jsonl")).read_text().splitlines()]
    sent = {}
    for row in (r for r in rows if r["kind"] == "write" and r.get("changed")):
        key = (row["device"], row.get("section"), row["line"])
        if row["user"] == "timer":
            sent = {k: v for k, v in sent.items() if k[0] != row["device"]}
        elif row["user"] == "storenet-rw" and not row["line"].startswith(("configure", "copy", "file", "delete")):
            assert key not in sent, key
            sent[key] = True
