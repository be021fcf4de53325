"""``storenet init`` and ``storenet playbook``: a chain of one's own begins good; names that are not there are told."""

import json

import pytest
import typer
from typer.testing import CliRunner

import controller.main
from controller.cli import exit_codes, init, playbook

KNOWN = "ap_hung"


@pytest.fixture
def run(monkeypatch):
    for name in ("STORENET_STATE", "STORENET_CONTENT"):
        monkeypatch.delenv(name, raising=False)

    def command(*words):
        return CliRunner().invoke(controller.main._wire(typer.Typer()), [str(word) for word in words])

    return command


@pytest.fixture
def content(tmp_path, run):
    folder = tmp_path / "my chain"
    assert run("init", folder).exit_code == exit_codes.OK
    return folder


def test_a_new_chain_is_good_at_once(run, content):
    told = run("check", content)
    assert (told.exit_code, told.stderr) == (exit_codes.OK, "")
    assert "1 store, 2 devices, 1 function" in told.stdout


def test_a_new_chain_has_every_overlay_explained(content):
    for folder in (
        "anomaly/symptoms",
        "anomaly/signatures",
        "playbooks/recipes",
        "templates/cisco_ios/config",
        "controller/timing",
        "inventory/host_keys",
    ):
        assert (content / folder / "README.md").read_text().startswith("# ")
    assert {path.name for path in init.STARTER.rglob("*.yaml")} >= {"hosts.yaml", "intent.yaml"}


def test_the_examples_in_the_readmes_are_good_content(run, content):
    for name, folder in (("ap_lonely", "anomaly/symptoms"), ("tills_gone", "anomaly/signatures")):
        (content / folder / f"{name}.yaml").write_text(example(content / folder))
    (content / "playbooks/recipes/tills_gone.yaml").write_text(example(content / "playbooks/recipes"))
    (content / "controller/timing/patient.yaml").write_text(example(content / "controller/timing"))
    told = run("check", content)
    assert told.exit_code == exit_codes.OK, told.stderr
    assert "tills_gone" in run("playbook", "list", "--content", content).stdout


def example(folder):
    return (folder / "README.md").read_text().split("```yaml\n")[1].split("```")[0]


def test_init_says_what_is_next_and_lists_its_files(run, tmp_path):
    words = run("init", tmp_path / "a b").stdout
    assert f"storenet check '{tmp_path / 'a b'}'" in words
    assert "inventory/hosts.yaml" in json.loads(run("init", tmp_path / "c", "-o", "json").stdout)["files"]


def test_init_touches_nothing_that_is_used(run, content, tmp_path):
    (tmp_path / "file").write_text("mine")
    before = {path: path.stat().st_mtime_ns for path in content.rglob("*")}
    for used in (content, tmp_path / "file", tmp_path):
        told = run("init", used)
        assert (told.exit_code, told.stdout) == (exit_codes.USAGE, "")
    assert {path: path.stat().st_mtime_ns for path in content.rglob("*")} == before


def test_playbooks_are_listed_and_shown(run):
    listed = json.loads(run("playbook", "list", "-o", "json").stdout)["items"]
    by_name = {item["name"]: item for item in listed}
    assert by_name[KNOWN]["rungs"][0]["action"] == "power_cycle"
    assert by_name["bgp_neighbor_down"]["class"] == "G"
    assert "renew_lease, then bounce_port" in run("playbook", "list").stdout
    shown = run("playbook", "show", "port_errdisabled")
    assert shown.exit_code == exit_codes.OK
    assert "1. reenable_port: open the port again (down_seconds 3); proven within proof" in shown.stdout
    assert json.loads(run("playbook", "show", KNOWN, "-o", "json").stdout) == by_name[KNOWN]


def test_a_name_that_is_not_there_is_told_with_the_nearest(run, content):
    told = run("playbook", "show", "ap_hang")
    assert told.exit_code == exit_codes.NOT_FOUND
    assert "did you mean 'ap_hung'?" in told.stderr
    missing = run("playbook", "list", "--content", content / "nowhere")
    assert missing.exit_code == exit_codes.NOT_FOUND


def test_broken_content_is_told(run, content):
    (content / "playbooks/recipes/x.yaml").write_text("name: x\n")
    for words in (("list",), ("run", KNOWN, "--device", "s001-sw1", "--dry-run")):
        told = run("playbook", *words, "--content", content)
        assert told.exit_code == exit_codes.BAD_CONTENT
        assert "x.yaml" in told.stderr


WRONG = [
    (("ap_hung", "--device", "s001-sw1"), exit_codes.USAGE, "run by hand only with --dry-run"),
    (("ap_hang", "--device", "s001-sw1", "--dry-run"), exit_codes.NOT_FOUND, "did you mean 'ap_hung'"),
    (("ap_hung", "--device", "s001-sw2", "--dry-run"), exit_codes.NOT_FOUND, "did you mean 's001-sw1'"),
    (("ap_hung", "--device", "s001-sw1", "--dry-run"), exit_codes.USAGE, "no device of s001 has"),
    (("wan_no_lease", "--device", "s001-sw1", "--dry-run"), exit_codes.USAGE, "s001-edge of s001 has"),
    (
        ("port_errdisabled", "--device", "s001-sw1", "--dry-run"),
        exit_codes.USAGE,
        "--subject PORT: GigabitEthernet1/0/1",
    ),
    (
        ("port_errdisabled", "--device", "s001-sw1", "--subject", "GigabitEthernet1/0/6", "--dry-run"),
        exit_codes.NOT_FOUND,
        "did you mean 'GigabitEthernet1/0/",
    ),
]


@pytest.mark.parametrize(("words", "code", "said"), WRONG)
def test_what_cannot_be_rehearsed_is_refused_before_anything_is_dialled(run, content, words, code, said, monkeypatch):
    monkeypatch.setattr(playbook, "_rehearsed", None)
    told = run("playbook", "run", *words, "--content", content)
    assert (told.exit_code, told.stdout) == (code, "")
    assert said in told.stderr
