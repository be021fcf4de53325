"""Real stores come up, are logged in to in-band, and are gone with whoever made them - also when that is killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lab.netns.box import until
from lab.netns.world import why_not

pytestmark = [pytest.mark.netns, pytest.mark.skipif(bool(why_not()), reason=why_not() or "-")]
UP_SECONDS = 90.0
GONE_SECONDS = 30.0


def living(home: Path) -> list[str]:
    """Processes outside or inside that have to do with a lab's directory, or live in a namespace of its machines."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and process.name != str(os.getpid()):
            try:
                words = (process / "cmdline").read_bytes().decode(errors="replace")
                mounts = (process / "mounts").read_text()
            except OSError:
                continue
            if str(home) in words or str(home) in mounts:
                found.append(words.replace("\0", " "))
    return found


def network_spaces() -> int:
    return len({os.readlink(p / "ns/net") for p in Path("/proc").iterdir() if p.name.isdigit() and (p / "ns").exists()})


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_of_a_lab_that_ends_or_is_killed(tmp_path, number):
    home = tmp_path / "lab"
    lab = subprocess.Popen(
        [sys.executable, "-m", "lab.netns", "up", "--dir", str(home), "--stores", "1"],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        until(lambda: (home / "lab/control.json").exists() or lab.poll() is not None, "the lab is up", UP_SECONDS)
        assert lab.poll() is None, lab.stdout.read()
        assert len(living(home)) > 10
        lab.send_signal(number)
        lab.wait(GONE_SECONDS)
        until(lambda: not living(home), "every process is gone", GONE_SECONDS)
    finally:
        lab.kill()
        lab.wait(10)
        lab.stdout.close()
    assert time.monotonic() > 0
