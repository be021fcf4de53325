"""Commands that need devices, or refuse to start, run as a person would."""

import json
import os
import shutil
import subprocess
import sys
import time

import pytest

from lab.client import LabClient
from lab.told import truth

pytestmark = [pytest.mark.ssh, pytest.mark.demo]
SECRETS = {"STORENET_READ_PASSWORD": "r-pass", "STORENET_WRITE_PASSWORD": "w-pass", "STORENET_ENABLE_SECRET": "e-pass"}


def storenet(*args, **environment):
    return subprocess.run(
        [sys.executable, "-m", "controller.main", *map(str, args)],
        capture_output=True, text=True, timeout=60, check=False, env={**os.environ, **SECRETS, **environment},
    )  # fmt: skip


@pytest.fixture(scope="module")
def chain(tmp_path_factory):
    folder = tmp_path_factory.mktemp("chain")
    command = [sys.executable, "-m", "lab.server", "--dir", folder, "--seed", "3", "--stores", "2", "--port", "2377"]
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


def test_poll_tells_what_every_named_device_said(chain):
    done = storenet("poll", "--limit", "store=s001", "--content", chain, "-o", "json")
    assert done.returncode == 0, done.stderr
    items = json.loads(done.stdout)["items"]
    assert {item["store"] for item in items} == {"s001"}
    seen = {o["name"]: o["value"] for item in items for o in item["observations"]}
    assert seen["wan_link"] == "up"
    assert all(item["problems"] == [] for item in items)


def test_poll_with_a_wrong_password_says_so_and_exits_5(chain):
    done = storenet("poll", "-F", "role=edge", "--content", chain, STORENET_READ_PASSWORD="not-this-one")
    assert done.returncode == 5
    assert "refused" in done.stdout
    assert "not-this-one" not in done.stdout + done.stderr


def test_an_empty_selection_is_an_error(chain):
    done = storenet("poll", "--limit", "store=s999", "--content", chain)
    assert done.returncode == 2
    assert "s001" in done.stderr


def test_a_dry_run_plans_on_the_real_devices_and_writes_nothing(chain, tmp_path):
    words = ("playbook", "run", "ap_hung", "--device", "s001-ap1", "--dry-run", "-o", "json")
    done = storenet(*words, "--content", chain, "--state", tmp_path)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["shows"] is False
    (rung,) = told["rungs"]
    assert [change["lines"][-1] for change in rung["changes"]] == [" power inline never", " power inline auto"]
    assert "there is no ledger" in done.stderr
    assert truth(next((chain / "lab").glob("*.jsonl"))).writes == []


def test_run_refuses_content_with_every_mistake_at_once(chain, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(chain / "inventory", broken / "inventory")
    stores = broken / "inventory" / "stores.yaml"
    stores.write_text(stores.read_text().replace("time_zone:", "timezone:", 1))
    functions = broken / "inventory" / "functions.yaml"
    functions.write_text(functions.read_text().replace("criticality: 1", "criticality: soon", 1))
    done = storenet("run", "--content", broken, "--state", tmp_path / "state")
    assert done.returncode == 3
    for part in ("stores.yaml:", "timezone", "time_zone", "functions.yaml:", "criticality"):
        assert part in done.stderr
    assert "Traceback" not in done.stderr
