"""The lab as a process: its control socket, its devices on real SSH, and its end."""

import json
import os
import socket
import subprocess
import sys
import time

import pytest
from netmiko import ConnectHandler
from typer.testing import CliRunner

from lab.addresses import Listening, choose, free_port
from lab.cli import lab_app
from lab.client import LabClient, LabError
from lab.faults import discover
from lab.processes import Child, ChildError
from lab.server import SECRETS

pytestmark = pytest.mark.ssh  # it starts processes of its own

WORDS = dict(zip(SECRETS, ("read-word", "write-word", "enable-word"), strict=True))


def start(directory, *, stores=1, listening=None):
    listening = listening or choose(7, stores)
    arguments = ["--dir", str(directory), "--stores", str(stores), "--parent-pipe", *listening.arguments()]
    return Child("lab", "lab.server", arguments, {**os.environ, **WORDS}, directory / "output.txt")


def wait_until(ready, child=None):
    until = time.monotonic() + 20
    while not ready():
        assert time.monotonic() < until
        if child is not None:
            child.check()
        time.sleep(0.05)


@pytest.fixture
def lab(tmp_path):
    with start(tmp_path) as child:
        wait_until(LabClient(tmp_path).up, child)
        yield tmp_path


def dial(directory, device, *, user="storenet-ro", word="read-word"):
    lines = (directory / "inventory" / "host_keys" / device).read_text()
    address, _, port = lines.split()[0].removeprefix("[").partition("]:")
    return ConnectHandler(
        device_type="cisco_ios",
        host=address,
        port=int(port),
        username=user,
        password=word,
        ssh_strict=True,
        alt_host_keys=True,
        alt_key_file=str(directory / "inventory" / "host_keys" / device),
    )


@pytest.mark.ssh
def test_a_fault_is_put_in_seen_over_ssh_repaired_over_ssh_and_noticed(lab):
    client = LabClient(lab)
    broken = client.ask("break", kind="vlan_missing", variant="20", port="GigabitEthernet1/0/1")
    assert client.ask("truth")["stores"]["s001"]["click_and_collect"] == 0.0
    session = dial(lab, "s001-sw1", user="storenet-rw", word="write-word")
    assert "10,30,99" in session.send_command("show running-config interface GigabitEthernet1/0/1")
    session.send_config_set(["interface GigabitEthernet1/0/1", "switchport trunk allowed vlan add 20"])
    session.disconnect()
    truth = client.ask("truth")
    assert truth["stores"]["s001"]["click_and_collect"] == 1.0
    assert truth["faults"] == []
    (row,) = client.ask("status")["faults"]
    assert (row["id"], row["out_by"]) == (broken["id"], "repair")


@pytest.mark.ssh
def test_one_port_per_device_serves_every_device_on_one_address(tmp_path):
    base = free_port()
    with start(tmp_path, listening=Listening(port=base, one_port_per_device=True)) as child:
        wait_until(LabClient(tmp_path).up, child)
        for device in ("s001-edge", "s001-sw1"):
            session = dial(tmp_path, device)
            assert session.base_prompt == device
            session.disconnect()


def test_the_lab_speaks_of_itself_and_refuses_nonsense(lab):
    client = LabClient(lab)
    status = client.ask("status")
    assert (status["stores"], status["dealing"], status["faults"]) == (1, False, [])
    assert {row["fault"] for row in client.ask("faults")["faults"]} == set(discover())
    assert client.ask("targets", kind="ap_hung")["targets"]
    for command, fields, said in (
        ("dance", {}, "no such command"),
        ("break", {"kind": "gremlin"}, "no fault is named"),
        ("mend", {"id": "f999"}, "no fault has that id"),
        ("deal", {"faults": "many"}, "faults: many is not a number"),
        ("mix", {"shorten": "nan"}, "shorten: nan is not a number"),
        ("mix", {"incidents": 0}, "at least one incident"),
        ("break", {"kind": "ap_hung", "seconds": -1}, "seconds: -1 is not a number"),
        ("targets", {"kind": "gremlin"}, "no such fault"),
    ):
        with pytest.raises(LabError, match=said):
            client.ask(command, **fields)
    assert client.up()


def test_a_stranger_on_the_control_socket_is_refused(lab):
    path = lab / "lab" / "control.sock"
    if not path.exists():
        pytest.skip("the lab listens on TCP here")
    assert path.stat().st_mode & 0o077 == 0
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(path))
        line.sendall(b'{"command": "stop"}\nnot json\n')
        stream = line.makefile()
        assert "not a request of this lab" in stream.readline()
        assert "not JSON" in stream.readline()
    assert LabClient(lab).up()


def test_the_command_line_breaks_mends_and_tells(lab):
    run = CliRunner()
    told = run.invoke(lab_app, ["break", "ap_hung", "--device", "s001-ap1", "--dir", str(lab)])
    assert told.exit_code == 0
    assert "f001" in told.output
    assert "50%" in run.invoke(lab_app, ["truth", "--dir", str(lab)]).output
    assert run.invoke(lab_app, ["mend", "f001", "--dir", str(lab)]).exit_code == 0
    assert "50%" not in run.invoke(lab_app, ["truth", "--dir", str(lab)]).output
    assert "wan_no_lease" in run.invoke(lab_app, ["faults", "--dir", str(lab)]).output
    assert "seed 7" in run.invoke(lab_app, ["status", "--dir", str(lab)]).output
    assert run.invoke(lab_app, ["break", "gremlin", "--dir", str(lab)]).exit_code == 2


def told(lab, *words):
    """What a command tells programs."""
    ran = CliRunner().invoke(lab_app, [*words, "--dir", str(lab), "-o", "json"])
    assert ran.exit_code == 0, ran.output
    return json.loads(ran.output)


def test_faults_pass_by_themselves_or_are_mended_all_at_once(lab):
    told(lab, "break", "ap_hung", "--for", "0.2")
    told(lab, "break", "vlan_missing")
    until = time.monotonic() + 20
    while len(active := told(lab, "truth")["faults"]) != 1 and time.monotonic() < until:
        time.sleep(0.05)
    assert [row["fault"] for row in active] == ["vlan_missing"]
    assert [row["fault"] for row in told(lab, "mend", "--all")["faults"]] == ["vlan_missing"]
    assert [row["out_by"] for row in told(lab, "status")["faults"]] == ["itself", "lab"]
    assert CliRunner().invoke(lab_app, ["mend", "--dir", str(lab)]).exit_code == 2


def test_a_mix_comes_and_passes(lab):
    coming = told(lab, "mix", "--incidents", "3", "--minutes", "60", "--shorten", "1200", "--seed", "5")["coming"]
    assert len(coming) == 3
    again = CliRunner().invoke(lab_app, ["mix", "--dir", str(lab)])
    assert (again.exit_code, "a deal is going on" in again.output) == (2, True)
    until = time.monotonic() + 30
    while (status := told(lab, "status"))["dealing"] and time.monotonic() < until:
        time.sleep(0.05)
    assert status["done"] == 3
    assert {row["out_by"] for row in status["faults"]} <= {"itself", "lab"}


def test_a_lab_in_the_background_goes_up_and_down(tmp_path):
    run = CliRunner()
    up = run.invoke(lab_app, ["up", "--stores", "1", "--dir", str(tmp_path)])
    try:
        assert up.exit_code == 0, up.output
        kept = tmp_path / "practice.env"
        assert kept.stat().st_mode & 0o077 == 0
        words = dict(line.split("=", 1) for line in kept.read_text().splitlines())
        assert not [word for name, word in words.items() if "WORD" in name and word.strip("'") in up.output]
        assert words["STORENET_CONTENT"] == f"'{tmp_path}'"
        assert run.invoke(lab_app, ["up", "--stores", "1", "--dir", str(tmp_path)]).exit_code == 2
    finally:
        down = run.invoke(lab_app, ["down", "--dir", str(tmp_path)])
    assert down.exit_code == 0
    assert run.invoke(lab_app, ["status", "--dir", str(tmp_path)]).exit_code == 2


def test_the_lab_ends_when_its_parent_is_gone(tmp_path):
    child = start(tmp_path)
    try:
        wait_until(LabClient(tmp_path).up, child)
        child._process.stdin.close()
        assert child._process.wait(10) == 0
    finally:
        child._process.stdin = None
        child.stop()


def test_a_child_that_ends_early_is_told_with_its_last_words(tmp_path):
    child = Child(
        "lab", "lab.server", ["--dir", str(tmp_path), "--stores", "0"], {**os.environ, **WORDS}, tmp_path / "output.txt"
    )
    with child:
        child._process.wait(20)
        with pytest.raises(ChildError, match="1 to 3000 stores"):
            child.check()


def test_no_lab_is_started_without_secrets(tmp_path):
    bare = {name: value for name, value in os.environ.items() if name not in SECRETS}
    told = subprocess.run(
        [sys.executable, "-m", "lab.server", "--dir", str(tmp_path)],
        env=bare,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert told.returncode == 2
    assert "STORENET_READ_PASSWORD" in told.stderr


def test_nobody_answers_where_no_lab_is(tmp_path):
    assert not LabClient(tmp_path).up()
    with pytest.raises(LabError, match="no lab answers"):
        LabClient(tmp_path).ask("status")


def test_the_secrets_stay_out_of_everything_written(lab):
    for path in lab.rglob("*"):
        if path.is_file() and not path.is_symlink():
            text = path.read_bytes()
            assert not [word for word in WORDS.values() if word.encode() in text], path
