"""A fault in a lab store, the line its device logs over UDP, and the look that follows - over real SSH.

The polls are an hour apart: a store that is looked at is looked at because of a hint.
"""

import json
import os
import re
import sqlite3
import subprocess
import sys
import time
import urllib.request
from contextlib import closing

import pytest

from lab.client import LabClient

SECRETS = {"STORENET_READ_PASSWORD": "r-pass", "STORENET_WRITE_PASSWORD": "w-pass", "STORENET_ENABLE_SECRET": "e-pass"}
PLACE = "127.0.0.1:5531"
TURNS = 1500


def until(true):
    for _ in range(TURNS):
        if found := true():
            return found
        time.sleep(0.02)
    return pytest.fail("it did not come to pass")


def start(folder, module, *words):
    command = [sys.executable, "-m", module, *map(str, words), "--parent-pipe"]
    env = {**os.environ, **SECRETS, "STORENET_SYSLOG": PLACE}
    with (folder / f"{module}.out").open("ab") as out:
        return subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=out, stderr=out)


def stop(process):
    process.stdin.close()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@pytest.fixture
def lab(tmp_path):
    process = start(
        tmp_path, "lab.server", "--dir", tmp_path, "--seed", 7, "--stores", 3, "--port", 2331, "--syslog", PLACE
    )
    client = LabClient(tmp_path)
    until(client.up)
    yield client
    stop(process)


@pytest.fixture
def controller(tmp_path, lab):
    profile = tmp_path / "controller" / "timing" / "hourly.yaml"
    profile.parent.mkdir(parents=True, exist_ok=True)
    profile.write_text("poll_interval: 3600\n")
    offset = lab.ask("status")["offset_seconds"]
    words = ("run", "--content", tmp_path, "--state", tmp_path / "state", "--profile", "hourly", "--port", 0)
    process = start(tmp_path, "controller.main", *words, "--clock-offset", offset)
    yield until(lambda: re.search(r"http://[\d.:]+\d", (tmp_path / "controller.main.out").read_text()))[0]
    stop(process)


def seen(folder):
    """Which stores were looked at."""
    with closing(sqlite3.connect(f"file:{folder / 'state' / 'ledger.sqlite'}?mode=ro", uri=True)) as ledger:
        return {row[0] for row in ledger.execute("select store from stores")}


def hints(url):
    with urllib.request.urlopen(f"{url}/api/v1/hints") as answer:
        return json.load(answer)["items"]


@pytest.mark.ssh
def test_a_fault_that_logs_is_looked_at_at_once(lab, controller, tmp_path):
    assert hints(controller) == []
    assert seen(tmp_path) == set()
    lab.ask("break", kind="wan_carrier_down", store="s002")
    until(lambda: seen(tmp_path))
    assert seen(tmp_path) == {"s002"}
    told = [h for h in reversed(hints(controller)) if h["store"] == "s002"]
    assert told[0]["did"] == "looks"
    assert {h["did"] for h in told[1:]} <= {"looked_lately"}
    assert {h["device"] for h in told} == {"s002-edge"}
    assert "LINK-3-UPDOWN" in {h["mnemonic"] for h in told}
    rows = [json.loads(line) for line in (tmp_path / "lab" / "log.jsonl").read_text().splitlines()]
    assert [row for row in rows if row["kind"] == "write"] == []
