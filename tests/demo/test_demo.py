"""The README's demo, run as a person would."""

import json
import re
import subprocess
import sys

import pytest

pytestmark = [pytest.mark.demo, pytest.mark.ssh, pytest.mark.timeout(400)]
STORENET = (sys.executable, "-m", "controller.main")
FAULT_KEYS = {
    "id", "kind", "class", "store", "device", "expected", "ended_as", "injected_at", "detected_at", "signature",
    "named_correctly", "restored_at", "verified_by_truth", "function_seconds_lost", "incident",
}  # fmt: skip
SUMMARY_KEYS = {
    "healed", "mitigated", "escalated", "held", "untouched", "recovered", "wrongly_changed",
    "median_detect_s", "median_restore_s", "false_incidents",
}  # fmt: skip


def demo(*args, timeout=380):
    return subprocess.run(
        [*STORENET, "demo", *map(str, args)], check=False, capture_output=True, text=True, timeout=timeout
    )


def test_every_kind_of_fault_ends_as_computed_beforehand(tmp_path):
    report_file, chain = tmp_path / "report.json", tmp_path / "chain"
    done = demo("--once", "--seed", 5, "--stores", 4, "--faults", 8, "--json", report_file, "--dir", chain)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert "timing profile short" in done.stdout
    report = json.loads(report_file.read_text())
    assert set(report) == {"seed", "stores", "devices", "faults", "summary"}
    assert set(report["summary"]) == SUMMARY_KEYS
    assert len(report["faults"]) == 8
    assert all(set(fault) == FAULT_KEYS for fault in report["faults"])
    assert {f["kind"] for f in report["faults"]} >= {"wan_no_lease", "wan_carrier_down", "ap_hung", "vlan_missing"}
    assert all(f["ended_as"] == f["expected"] for f in report["faults"])
    assert report["summary"]["wrongly_changed"] == report["summary"]["false_incidents"] == 0
    scored = subprocess.run(
        [*STORENET, "lab", "score", chain / "lab" / "log.jsonl", chain / "state" / "ledger.sqlite", "-o", "json"],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert json.loads(scored.stdout) == report
    told_by_explain(chain / "state", next(f["incident"] for f in report["faults"] if f["kind"] == "vlan_missing"))
    secrets_stay_secret(chain, done)


def told_by_explain(state, incident):
    told = subprocess.run(
        [*STORENET, "explain", incident, "--state", state], capture_output=True, text=True, timeout=60, check=True
    ).stdout
    for word in ("evidence", "vlan_missing", "attempt budget", "switchport trunk allowed vlan add", "echoes from"):
        assert word in told


def secrets_stay_secret(chain, done):
    """Whatever was written down anywhere, no password is in it: they are 20 letters and more, made per run."""
    startup = "".join(p.read_text() for p in (chain / "lab").rglob("*") if p.is_file() and p.suffix != ".jsonl")
    secrets = set(re.findall(r"(?:secret|password) \d? ?(\S{12,})", startup))
    logs = done.stdout + done.stderr + "".join(p.read_text() for p in (chain / "output").iterdir())
    assert not [s for s in secrets if s in logs]


def test_a_quiet_chain_stays_quiet(tmp_path):
    done = demo("--once", "--seed", 3, "--stores", 3, "--faults", 0, "--duration", 30, "--json", tmp_path / "r.json")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    report = json.loads((tmp_path / "r.json").read_text())
    assert report["faults"] == []
    assert report["summary"]["wrongly_changed"] == report["summary"]["false_incidents"] == 0
