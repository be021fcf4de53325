"""``storenet render``, ``storenet drift`` and what ``storenet check`` says of intent and templates."""

import json
import shutil
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from controller.cli import drift, exit_codes, read, render
from controller.cli.intended import intended_problems
from lab.chain import make_chain
from lab.content import write_content
from tests.inventory.lab_process import SECRETS, free_port, running_lab


@pytest.fixture
def run():
    app = typer.Typer()
    read.register(app, [intended_problems])
    render.register(app)
    drift.register(app)

    def invoke(*words: object):
        return CliRunner().invoke(app, [str(word) for word in words])

    return invoke


@pytest.fixture
def spoilt(ground, tmp_path):
    """A content directory whose templates hold two mistakes."""
    content = tmp_path / "content"
    shutil.copytree(ground.content / "inventory", content / "inventory")
    folder = content / "templates" / "cisco_ios" / "config" / "sections"
    folder.mkdir(parents=True)
    (folder / "ntp.j2").write_text("ntp source {{ sauce }}\nntp server {{ settings.ntp }}\n", encoding="utf-8")
    return content


def test_one_device_is_printed_as_it_is(ground, run):
    answer = run("render", "--content", ground.content, "-F", "device=s001-edge")
    assert (answer.exit_code, answer.stdout) == (0, ground.renderings["s001-edge"].text)


def test_several_devices_are_told_apart(ground, run):
    answer = run("render", "--content", ground.content, "-F", "store=s002")
    assert answer.stdout.count("! --- s002-") == 3


def test_programs_get_everything(ground, run):
    answer = run("render", "--content", ground.content, "-F", "role=switch", "-o", "json")
    items = json.loads(answer.stdout)["items"]
    assert {i["device"]: i["fingerprint"] for i in items} == {
        name: r.fingerprint for name, r in ground.renderings.items() if "-sw" in name
    }
    assert items[0]["text"].startswith("service timestamps")


def test_a_file_per_device(ground, run, tmp_path):
    out = tmp_path / "out"
    answer = run("render", "--content", ground.content, "--out", out)
    assert answer.exit_code == 0
    assert {p.stem for p in out.iterdir()} == set(ground.renderings)
    assert (out / "s001-sw1.cfg").read_text(encoding="utf-8") == ground.renderings["s001-sw1"].text
    Path(out / "file").write_text("", encoding="utf-8")
    assert run("render", "--content", ground.content, "--out", out / "file").exit_code == exit_codes.FAILED


@pytest.mark.parametrize("command", ["render", "drift"])
def test_with_a_mistake_nothing_is_written_nor_dialled(run, spoilt, tmp_path, command):
    out = ["--out", tmp_path / "out"] if command == "render" else []
    answer = run(command, "--content", spoilt, "-F", "store=s001", *out)
    assert answer.exit_code == exit_codes.BAD_CONTENT
    assert "s001-edge: sections/ntp.j2:1: sauce: 'sauce' is not defined" in answer.stderr
    assert "s001-sw1: sections/ntp.j2:2: settings.ntp: 'ntp' is not defined" in answer.stderr
    assert "4 problems" in answer.stderr
    assert not (tmp_path / "out").exists()


def test_check_tells_of_intent_and_templates(ground, run, spoilt):
    assert run("check", ground.content).exit_code == 0
    answer = run("check", spoilt)
    assert answer.exit_code == exit_codes.BAD_CONTENT
    assert "sections/ntp.j2:1: sauce: 'sauce' is not defined (for s001-edge)" in answer.stderr
    intent = spoilt / "inventory" / "intent.yaml"
    intent.write_text(intent.read_text(encoding="utf-8").replace("asn: 64501", "asn: none"), encoding="utf-8")
    assert "carriers.northtel.asn" in run("check", spoilt).stderr
    intent.unlink()
    assert run("check", spoilt).exit_code == 0


def test_an_unknown_filter_is_a_usage_error(ground, run):
    assert run("render", "--content", ground.content, "-F", "store=s999").exit_code == exit_codes.USAGE
    assert run("drift", "--content", ground.content, "-F", "role=access_point").exit_code == exit_codes.USAGE


def test_devices_that_do_not_answer_are_told(run, tmp_path, monkeypatch):
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    write_content(make_chain(7, 1, port=free_port()), tmp_path)
    answer = run("drift", "--content", tmp_path, "-o", "json", "--deadline", "3")
    assert answer.exit_code == exit_codes.UNREACHABLE
    assert {i["state"] for i in json.loads(answer.stdout)["items"]} == {"silent"}


@pytest.mark.ssh
def test_drift_is_read_from_the_devices(run, tmp_path, monkeypatch):
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    with running_lab(tmp_path) as lab:
        answer = run("drift", "--content", lab.content, "-o", "json")
        items = {i["device"]: i for i in json.loads(answer.stdout)["items"]}
        assert set(items) == {"s001-edge", "s001-sw1"}
        assert {i["state"] for i in items.values()} <= {"right", "drifted"}
        drifted = [name for name, item in items.items() if item["state"] == "drifted"]
        assert answer.exit_code == (exit_codes.FAILED if drifted else exit_codes.OK)
        for item in items.values():
            assert bool(item["remedy"]) == bool(item["undo"]) == bool(item["diff"]) == (item["state"] == "drifted")
            assert item["missing"] + item["extra"] < 20
        table = run("drift", "--content", lab.content).stdout
        assert ("to take it back:" in table) == bool(drifted)
        assert "to take it back:" not in run("drift", "--content", lab.content, "--no-diff").stdout
