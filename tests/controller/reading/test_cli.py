"""The reading commands: answers on stdout, words on stderr, exit codes that scripts can rely on."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from controller.api.records import Devices, IncidentDetail, Incidents
from controller.cli import exit_codes, filters, read
from inventory.yaml_file import Problem

CONTENT = {
    "hosts.yaml": """\
s001-edge:
  hostname: 127.20.1.1
  port: 2222
  platform: cisco_ios
  groups: [cisco_ios]
  data:
    store: s001
    role: edge
    ports:
      GigabitEthernet0/0: {use: wan, carrier: northtel}
      GigabitEthernet0/1: {use: trunk, to: s001-sw1, to_port: GigabitEthernet1/0/1, vlans: [10, 99]}
s001-sw1:
  hostname: 127.20.1.2
  port: 2222
  platform: cisco_ios
  groups: [cisco_ios]
  data:
    store: s001
    role: switch
    ports:
      GigabitEthernet1/0/1: {use: trunk, to: s001-edge, to_port: GigabitEthernet0/1, vlans: [10, 99]}
      GigabitEthernet1/0/5: {use: till, to: s001-till1, vlans: [10], mac: "02:53:00:01:05:01", address: 10.1.10.11}
""",
    "groups.yaml": "cisco_ios: {data: {session: held}}\n",
    "defaults.yaml": """\
data:
  accounts:
    read: {username: storenet-ro, password: "env:STORENET_READ_PASSWORD"}
    write: {username: storenet-rw, password: "env:STORENET_WRITE_PASSWORD", enable: "env:STORENET_ENABLE_SECRET"}
""",
    "stores.yaml": """\
stores:
  s001:
    name: Harbour Street
    region: north
    time_zone: Europe/London
    trading_hours: {mon-fri: "08:00-20:00", sat: "09:00-18:00", sun: closed}
    takings_per_hour: 900
    carriers: [northtel]
    functions: [pos]
""",
    "functions.yaml": """\
functions:
  pos:
    title: Tills
    criticality: 1
    served_by: till
    requirement: {vlan: 10, dhcp: true, target: 198.51.100.10, max_latency_ms: 250, max_loss_pct: 20, probe: 10}
""",
}


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "chain" / "inventory"
    (folder / "host_keys").mkdir(parents=True)
    for name, text in CONTENT.items():
        (folder / name).write_text(text)
    for device in ("s001-edge", "s001-sw1"):
        key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1aNq0b5uDqkL1JmVwCkVq7C2rK0r0r0r0r0r0r0r0r"
        (folder / "host_keys" / device).write_text(f"[127.20.1.1]:2222 {key}\n")
    return tmp_path / "chain"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch):
    for name in ("STORENET_STATE", "STORENET_CONTENT"):
        monkeypatch.delenv(name, raising=False)

    def command(*words, checkers=(), **environment):
        app = typer.Typer()
        read.register(app, checkers)
        return CliRunner().invoke(app, [str(w) for w in words], env=environment)

    return command


def test_incidents_as_a_table(desk, run):
    answer = run("incidents", "--state", desk.state)
    assert answer.exit_code == exit_codes.OK
    lines = answer.stdout.splitlines()
    assert lines[0].split() == ["incident", "opened", "status", "what"]
    assert lines[1].startswith("s002-0001")
    assert "2026-11-20T02:22:00Z  Healed" in lines[2]
    assert "\x1b" not in answer.stdout  # neither colours nor what a device sent
    assert answer.stderr == ""


def test_incidents_as_json_have_the_shape_of_the_api(desk, run):
    answer = run("incidents", "-o", "json", STORENET_STATE=str(desk.state))
    listed = json.loads(answer.stdout)
    Incidents.model_validate(listed)
    from_api = desk.get("/api/v1/incidents").json()["items"]
    assert [i["sentence"] for i in listed["items"]] == [i["sentence"] for i in from_api]


def test_incidents_are_narrowed(desk, run):
    def ids(*words):
        answer = run("incidents", "--state", desk.state, "-o", "json", *words)
        return [i["id"] for i in json.loads(answer.stdout)["items"]]

    assert ids("--open") == ["s002-0001"]
    assert ids("--store", "s001") == ["s001-0001"]
    assert ids("--limit", "1") == ["s002-0001"]
    assert ids("--store", "s003") == []


def test_no_incident_is_said_on_stderr(desk, run):
    answer = run("incidents", "--state", desk.state, "--store", "s003")
    assert (answer.exit_code, answer.stdout, answer.stderr) == (0, "", "There is no incident.\n")


def test_a_store_that_is_not_there(desk, run, content):
    answer = run("incidents", "--state", desk.state, "--store", "s009", "--content", content)
    assert answer.exit_code == exit_codes.NOT_FOUND
    assert "there is no store s009" in answer.stderr


def test_explain_tells_the_paragraph_the_story_and_json(desk, run):
    paragraph = run("explain", "s001-0001", "--state", desk.state)
    assert paragraph.stdout.startswith("Store s001")
    assert len(paragraph.stdout.splitlines()) == 1
    story = run("explain", "s001-0001", "--state", desk.state, "--story")
    assert len(story.stdout.splitlines()) == 11
    assert "2026-11-20T02:22:34Z  Written down and sent" in story.stdout
    detail = run("explain", "s001-0001", "--state", desk.state, "-o", "json")
    assert len(IncidentDetail.model_validate_json(detail.stdout).changes) == 1


@pytest.mark.parametrize("output", ["table", "json"])
def test_explain_what_is_not_there(desk, run, output):
    answer = run("explain", "s001-0009", "--state", desk.state, "-o", output)
    assert (answer.exit_code, answer.stdout) == (exit_codes.NOT_FOUND, "")
    assert "there is no incident s001-0009" in answer.stderr


def test_no_ledger_is_told_with_what_to_do(tmp_path, run):
    answer = run("incidents", "--state", tmp_path / "none")
    assert answer.exit_code == exit_codes.NOT_FOUND
    assert "--state DIR or STORENET_STATE" in answer.stderr
    assert not (tmp_path / "none").exists()


def test_a_file_that_is_no_ledger(tmp_path, run):
    (tmp_path / "ledger.sqlite").write_text("no database, a shopping list, really " * 40)
    answer = run("incidents", "--state", tmp_path)
    assert (answer.exit_code, answer.stdout) == (exit_codes.FAILED, "")
    assert answer.stderr.startswith("storenet: ")
    assert "Traceback" not in answer.stderr


def test_inventory_show(content, run):
    answer = run("inventory", "show", "--content", content)
    assert answer.exit_code == 0, answer.stderr
    assert answer.stdout.splitlines()[1].split() == [
        "s001-edge", "s001", "edge", "cisco_ios", "127.20.1.1", "north", "pos",
    ]  # fmt: skip
    answer = run("inventory", "show", "-F", "role=switch", "-F", "role=edge", "-F", "function=pos", "-o", "json",
                 STORENET_CONTENT=str(content))  # fmt: skip
    assert [d.device for d in Devices.model_validate_json(answer.stdout).items] == ["s001-edge", "s001-sw1"]


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        ("rolle=edge", "unknown filter key 'rolle'; did you mean 'role'? (allowed: device, store, role, platform"),
        ("role", "is not KEY=VALUE"),
        ("role=", "is not KEY=VALUE"),
        ("role=swich", "no device has role=swich; did you mean 'switch'? (there are: edge, switch)"),
    ],
)
def test_a_filter_that_does_not_fit_says_what_would(content, run, pair, said):
    answer = run("inventory", "show", "--content", content, "-F", pair)
    assert (answer.exit_code, answer.stdout) == (exit_codes.USAGE, "")
    assert said in answer.stderr


def test_an_empty_selection_is_an_error(desk):
    with pytest.raises(filters.FilterError, match="no device fits -F role=edge -F device=s001-sw1 at once"):
        filters.select(desk.chain, ["role=edge", "device=s001-sw1"])


def test_inventory_without_content(run, tmp_path):
    assert run("inventory", "show").exit_code == exit_codes.USAGE
    assert run("inventory", "show", "--content", tmp_path / "none").exit_code == exit_codes.NOT_FOUND


def test_check_good_content(content, run):
    answer = run("check", content)
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert answer.stdout == f"{content} is good: 1 store, 2 devices, 1 function.\n"


def test_check_lists_every_room_s_problems(content, run):
    functions = content / "inventory" / "functions.yaml"
    functions.write_text(functions.read_text().replace("served_by: till", "served_by: tils"))
    other = Problem("symptoms/x.yaml", 3, "holds", "is missing", ("brief", "steady"))
    checkers = (lambda _: [other], lambda _: [other])
    answer = run("check", content, checkers=checkers)
    assert (answer.exit_code, answer.stdout) == (exit_codes.BAD_CONTENT, "")
    lines = answer.stderr.splitlines()
    assert lines[0].startswith(f"{functions}:5: functions.pos.served_by: ")
    assert "till" in lines[0]
    assert lines.count("symptoms/x.yaml:3: holds: is missing (allowed: brief, steady)") == 1
    told = json.loads(run("check", content, "-o", "json", checkers=checkers).stdout)
    assert told["ok"] is False
    assert told["problems"][-1] == {
        "file": "symptoms/x.yaml", "line": 3, "field": "holds", "message": "is missing", "allowed": ["brief", "steady"],
    }  # fmt: skip


def test_check_of_nothing(tmp_path, run):
    assert run("check", tmp_path / "none").exit_code == exit_codes.NOT_FOUND


def test_kill_switch(desk, run):
    state = ("--state", desk.state)
    assert run("kill-switch", "show", *state).stdout.startswith("off")
    answer = run("kill-switch", "on", "carrier work", *state)
    assert answer.stdout.startswith("on: carrier work")
    assert desk.ledger.switch("kill") == "carrier work"
    assert json.loads(run("kill-switch", "show", *state, "-o", "json").stdout)["thrown"] is True
    assert run("kill-switch", "off", *state).exit_code == 0
    assert desk.ledger.switch("kill") is None


@pytest.mark.parametrize("reason", ["", "  ", "x" * 201, "a\x1b[2Jb", "a\nb", "a\u202eb"])
def test_kill_switch_wants_a_fit_reason(desk, run, reason):
    answer = run("kill-switch", "on", reason, "--state", desk.state)
    assert answer.exit_code == exit_codes.USAGE
    assert desk.ledger.switch("kill") is None


def test_kill_switch_makes_no_ledger(tmp_path, run):
    answer = run("kill-switch", "on", "stop", "--state", tmp_path / "none")
    assert answer.exit_code == exit_codes.NOT_FOUND
    assert not (tmp_path / "none").exists()


def test_usage_errors_are_2(run):
    assert run("incidents", "--limit", "0").exit_code == exit_codes.USAGE
    assert run("incidents", "-o", "xml").exit_code == exit_codes.USAGE
