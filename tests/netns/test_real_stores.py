"""Real stores come up, can be logged in to in-band, and are gone with whoever made them - also when that is killed."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.client import LabClient, LabError
from lab.netns.addresses import MANAGEMENT, at, loopback
from lab.netns.box import GroundError, until
from lab.netns.truth import STEADY
from lab.netns.world import RealStores, why_not

pytestmark = [pytest.mark.netns, pytest.mark.skipif(bool(why_not()), reason=why_not() or "-")]
UP_SECONDS = 90.0
FELT_SECONDS = 40.0
GONE_SECONDS = 30.0


@pytest.fixture
def home(tmp_path) -> Path:
    return tmp_path / "lab"


@pytest.fixture
def lab(home) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "lab.netns", "up", "--dir", str(home), "--stores", "1"],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        until(lambda: LabClient(home).up() or process.poll() is not None, "the lab is up", UP_SECONDS)
        assert process.poll() is None
        yield process
    finally:
        process.kill()
        process.wait(10)


def living(home: Path) -> list[str]:
    """Processes that stand on a machine of the lab: its files are among what they have mounted."""
    found = []
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and str(home / "machines") in (process / "mounts").read_text():
                found.append((process / "cmdline").read_bytes().decode(errors="replace").replace("\0", " "))
        except OSError:
            continue
    return found


def share_paid(home: Path) -> float:
    return LabClient(home).ask("truth")["stores"]["s001"]["pos"]


def logged_in_to(home: Path, address: str) -> bool:
    """Whether sshd of a device answers the controller through the store's own lines."""
    network = LabClient(home).ask("status")["controller"]
    dialled = ("timeout", "10", "bash", "-c", f"exec 3<>/dev/tcp/{address}/22; head -1 <&3")
    answer = subprocess.run(["nsenter", f"--net={network}", *dialled], capture_output=True, check=False).stdout
    return answer.startswith(b"SSH-2.0")


def test_a_lab_takes_orders_and_leaves_nothing(home, lab):
    client = LabClient(home)
    assert share_paid(home) == 1.0
    assert logged_in_to(home, str(loopback(1)))
    assert logged_in_to(home, str(at(1, MANAGEMENT, 2).ip))
    assert "vlan_missing" in {row["fault"] for row in client.ask("faults")["faults"]}
    with pytest.raises(LabError, match="no fault is named vlan; there are"):
        client.ask("break", kind="vlan")
    with pytest.raises(LabError, match="no store is named s002; there are s001"):
        client.ask("break", kind="vlan_missing", store="s002")
    row = client.ask("break", kind="vlan_missing", store="s001")
    until(lambda: share_paid(home) == 0.0, f"the last {STEADY} payments failed", FELT_SECONDS)
    assert client.ask("status")["faults"] == [row]
    assert client.ask("mend", id=row["id"])["faults"][0]["out_by"] == "lab"
    until(lambda: share_paid(home) == 1.0, "the till pays again", FELT_SECONDS)
    client.ask("stop")
    assert lab.wait(GONE_SECONDS) == 0
    assert not living(home)
    assert not (home / "machines").exists()


def test_nothing_is_left_of_a_lab_that_is_killed(home, lab):
    assert len(living(home)) > 20
    lab.send_signal(signal.SIGKILL)
    lab.wait(GONE_SECONDS)
    until(lambda: not living(home), "every process is gone", GONE_SECONDS)


def test_too_many_stores_are_refused(tmp_path):
    with pytest.raises(GroundError, match="1 to 100 real stores, not 0"):
        RealStores(tmp_path, 0, {}, {})
