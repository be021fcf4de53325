"""``storenet incidents close``, ``storenet signature learned | export``: what was learned, or why it was not."""

import json

import pytest
import typer
from typer.testing import CliRunner

from anomaly.library import load_library
from controller.cli import exit_codes, read, signature
from tests.controller.reading.test_api_reviews import dead_function
from tests.controller.reading.test_cli import CONTENT


@pytest.fixture
def content(tmp_path):
    folder = tmp_path / "chain" / "inventory"
    (folder / "host_keys").mkdir(parents=True)
    for name, text in CONTENT.items():
        (folder / name).write_text(text)
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1aNq0b5uDqkL1JmVwCkVq7C2rK0r0r0r0r0r0r0r0r"
    for device in ("s001-edge", "s001-sw1"):
        (folder / "host_keys" / device).write_text(f"[127.20.1.1]:2222 {key}\n")
    return tmp_path / "chain"


@pytest.fixture
def run(monkeypatch, desk, content):
    desk.ledger.append(dead_function())
    app = typer.Typer()
    read.register(app, ())
    signature.register(app)

    def command(*words, state=desk.state, folder=content):
        environment = {"STORENET_STATE": str(state), **({"STORENET_CONTENT": str(folder)} if folder else {})}
        return CliRunner().invoke(app, [str(w) for w in words], env=environment)

    return command


CLOSE = ("incidents", "close", "s001-0009", "--code", "another", "--fixed-by", "restarted the resolver", "--by", "jane")


def test_closing_says_what_was_learned(run, desk):
    answer = run(*CLOSE)
    assert answer.exit_code == exit_codes.OK, answer.stderr
    assert answer.stdout == (
        "Said of s001-0009: jane closed it: something else fixed it: restarted the resolver; it was at s001-edge pos. "
        "It is kept as an example of seen_s001_0009.\n"
    )
    assert desk.ledger.incident("s001-0009").review.code == "another"


def test_closing_as_json_has_the_shape_of_the_api(run, desk):
    told = json.loads(run(*CLOSE, "-o", "json").stdout)
    assert told.pop("dry_run") is False
    assert told == desk.get("/api/v1/incidents/s001-0009").json()["review"]


def test_a_dry_run_only_tells(run, desk):
    answer = run(*CLOSE, "--dry-run")
    assert answer.stdout.startswith("Would be said of s001-0009: jane closed it")
    assert desk.ledger.reviews() == ()


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("s001-0009", "--code", "another"), exit_codes.USAGE, "--fixed-by: must say what fixed it (possible: plain"),
        (("s001-9999", "--code", "ignorable"), exit_codes.NOT_FOUND, "incident s001-9999: there is no such incident"),
        (("s001-0009", "--code", "wrong"), exit_codes.USAGE, "--code: does not fit: it was named by no signature"),
        (
            ("s001-0009", "--code", "ignorable", "--root", "s001-egde"),
            exit_codes.USAGE,
            "--root: is not a device of store s001; did you mean 's001-edge'? (possible: s001-edge, s001-sw1)",
        ),
        (
            ("s001-0009", "--code", "ignorable", "--root", "s001-sw1:GigabitEthernet1/0/6"),
            exit_codes.USAGE,
            "--root: is not a part of s001-sw1; did you mean 'GigabitEthernet1/0/",
        ),
        (
            ("s001-0009", "--code", "another", "--playbook", "wan_no_leese"),
            exit_codes.USAGE,
            "--playbook: is not the name of a playbook; did you mean 'wan_no_lease'?",
        ),
        (("s002-0001", "--code", "ignorable"), exit_codes.NOT_FOUND, "its store is not in this chain"),
        (("s001-0009", "--code", "fixed"), exit_codes.USAGE, "'another'"),
        (("s001-0009",), exit_codes.USAGE, "--code"),
    ],
)
def test_what_does_not_fit_is_said_with_what_would(run, desk, words, code, says):
    answer = run("incidents", "close", *words)
    assert answer.exit_code == code
    assert says in " ".join(answer.stderr.split())
    assert desk.ledger.reviews() == ()


def test_it_needs_the_content_and_a_ledger(run, tmp_path):
    assert run(*CLOSE, folder=None).exit_code == exit_codes.USAGE
    assert run(*CLOSE, state=tmp_path / "none").exit_code == exit_codes.NOT_FOUND


def test_the_root_is_a_till_and_counts_as_its_port(run, desk):
    assert run(*CLOSE, "--root", "s001-sw1:s001-till1").exit_code == exit_codes.OK
    [review] = desk.ledger.reviews()
    assert (review.root_kind, review.subject) == ("switch_port", "GigabitEthernet1/0/5")


def test_listing_still_lists(run):
    assert "s001-0009" in run("incidents").stdout
    assert "s001-0009" in run("incidents", "--open", "--store", "s001").stdout


def test_what_was_learned_is_listed(run, desk):
    empty = run("signature", "learned")
    assert (empty.stdout, "Nothing was learned yet" in empty.stderr) == ("", True)
    run(*CLOSE)
    assert "seen_s001_0009" in run("signature", "learned").stdout
    assert json.loads(run("signature", "learned", "-o", "json").stdout) == (
        desk.get("/api/v1/signatures/learned").json()
    )


def test_a_learned_signature_is_exported_as_a_content_file_that_checks(run, content):
    run(*CLOSE)
    answer = run("signature", "export", "seen_s001_0009")
    assert answer.exit_code == exit_codes.OK
    assert "#   s001-0009, 2026-11-20 03:12 UTC" not in answer.stdout  # the review's own time, not the incident's
    assert "restarted the resolver" in answer.stdout.splitlines()[1]
    folder = content / "anomaly" / "signatures"
    folder.mkdir(parents=True)
    (folder / "seen_s001_0009.yaml").write_text(answer.stdout)
    spec = load_library(content).signatures["seen_s001_0009"]
    assert (spec.fault_class, spec.root, spec.threshold) == ("E", "function", 0.7)
    gone = run("signature", "learned")  # the written one has taken its place
    assert "Nothing was learned yet" in gone.stderr


def test_exporting_what_is_not_there_says_what_is(run):
    run(*CLOSE)
    answer = run("signature", "export", "seen_s001_0008")
    assert answer.exit_code == exit_codes.NOT_FOUND
    assert "did you mean 'seen_s001_0009'?" in answer.stderr
