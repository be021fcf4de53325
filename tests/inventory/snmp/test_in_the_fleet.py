"""Access points beside devices with sessions: looked at by the fleet, and told by ``storenet poll``."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
import typer
from typer.testing import CliRunner

from anomaly.collecting import looks_of
from controller.cli.poll import register
from controller.poll import Poller
from inventory.errors import AuthRefusedError, UnreachableError
from inventory.files import load_accounts, load_chain
from inventory.fleet import Fleet
from inventory.looks import Look, Reading
from inventory.session import Sessions
from lab.client import LabClient
from tests.inventory.chain_content import write_content
from tests.inventory.lab_process import SECRETS
from tests.inventory.snmp.agent_door import NOW, Door, Plate, set_words

HOST = "data: {store: s001, role: access_point, probe: 101}"
WORDS = {"STORENET_SNMP_READ": "look-word-1", "STORENET_SNMP_WRITE": "touch-word-2"}
PRIVATE = {"STORENET_SNMP_AUTH": "sign-word-3", "STORENET_SNMP_PRIVACY": "hide-word-4"}


def content(folder, port):
    said = f"snmp: {{version: 2c, community: 'env:T_COMMUNITY', address: 127.0.0.1, port: {port}}}"
    return write_content(folder, ("hosts", HOST, f"data: {{store: s001, role: access_point, probe: 101, {said}}}"))


class Staged:
    """Sessions that answer at once."""

    now = staticmethod(lambda: NOW)

    def __getitem__(self, device):
        def read_many(looks):
            return tuple(Reading(device=device, look=look, rows=(), taken_at=NOW) for look in looks)

        return SimpleNamespace(read_many=read_many)


def test_agents_and_sessions_are_looked_at_side_by_side(tmp_path, monkeypatch):
    set_words(monkeypatch)
    with Door(Plate()) as door:
        folder = content(tmp_path, door.port)
        chain = load_chain(folder)
        fleet = Fleet(folder, chain, Staged(), deadline=5)
        answers = list(fleet.look(chain.devices.values(), lambda d: (Look(getter="radios"),)))
        alone = dict(fleet.look([chain.devices["s001-ap1"]], lambda d: (Look(getter="radios"),)))
    assert sorted(name for name, _ in answers) == ["s001-ap1", "s001-edge", "s001-sw1"]
    assert [row.name for row in dict(answers)["s001-ap1"][0].rows] == ["Dot11Radio1", "Dot11Radio2", "Dot11Radio3"]
    assert len(alone["s001-ap1"][0].rows) == 3


def test_sessions_hand_out_what_asks_the_agent(tmp_path, monkeypatch):
    set_words(monkeypatch)
    with Door(Plate()) as door:
        folder = content(tmp_path, door.port)
        sessions = Sessions(load_chain(folder), load_accounts(folder), folder, lambda: NOW)
        assert sessions["s001-ap1"].read(Look(getter="software")).rows[0].version == "1.2"
        monkeypatch.delenv("T_COMMUNITY")
        with pytest.raises(AuthRefusedError):
            sessions["s001-ap1"].read(Look(getter="software"))


def test_a_store_is_seen_although_its_access_points_are_not_asked_this_time(tmp_path):
    chain = load_chain(content(tmp_path, 1161))
    rounds = []

    def failed(name):
        return UnreachableError(name, "silent")

    def look(devices, looks_for):
        return ((d.id, tuple(failed(d.id) for _ in looks)) for d in devices if (looks := looks_for(d)))

    lane = SimpleNamespace(see=lambda answers, at: rounds.append(set(answers)))
    at_once = SimpleNamespace(submit=lambda act, *given: act(*given))
    clock = SimpleNamespace(now=lambda: NOW)
    pace = SimpleNamespace(due=lambda store, at: bool(rounds))
    poller = Poller(chain, SimpleNamespace(look=look), {"s001": lane}, clock, at_once, pace=pace)
    poller.tick()
    poller.tick()
    assert rounds == [{"s001-edge", "s001-sw1"}, {"s001-edge", "s001-sw1", "s001-ap1"}]


def command():
    app = typer.Typer()
    app.callback()(lambda: None)
    register(app)
    return app


@contextlib.contextmanager
def lab(folder, words):
    with socket.socket() as probe:
        probe.bind(("127.20.1.1", 0))
        port = probe.getsockname()[1]
    options = ["--seed", "7", "--stores", "1", "--port", str(port), "--snmp", "--parent-pipe"]
    process = subprocess.Popen(
        [sys.executable, "-m", "lab.server", "--dir", str(folder), *options],
        stdin=subprocess.PIPE,
        env={**os.environ, **SECRETS, **words},
    )
    try:
        client, until = LabClient(folder), time.monotonic() + 30
        while not client.up():
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)
        yield client
    finally:
        process.stdin.close()
        process.wait(timeout=10)


@pytest.mark.ssh
@pytest.mark.parametrize("words", [WORDS, {**WORDS, **PRIVATE}], ids=["2c", "3"])
def test_a_real_look_at_a_lab(tmp_path, monkeypatch, words):
    for name, value in {**SECRETS, **words}.items():
        monkeypatch.setenv(name, value)
    with lab(tmp_path, words) as client:
        chain = load_chain(tmp_path)
        sessions = Sessions(chain, load_accounts(tmp_path), tmp_path, lambda: datetime.now(UTC))
        fleet = Fleet(tmp_path, chain, sessions)
        answers = dict(fleet.look(chain.devices.values(), lambda d: looks_of(d, chain)))
        sessions.close_all()
        assert set(answers) == set(chain.devices)
        assert all(isinstance(a, Reading) for name, those in answers.items() if "-ap" in name for a in those)
        client.ask("break", kind="ap_firmware_off", device="s001-ap1", variant="missed")
        told = CliRunner().invoke(command(), ["poll", "--content", str(tmp_path), "-o", "json"])
    seen = {item["device"]: item for item in json.loads(told.stdout)["items"]}
    values = {o["name"]: o["value"] for o in seen["s001-ap1"]["observations"]}
    assert (values["software_off"], values["told_by_agent"], values["stations"]) == ("8.5.140.0", True, 4.0)
    assert not any(word in told.output for word in words.values())
