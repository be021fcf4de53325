"""The demo command end to end, as a process of its own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-c", "from lab.cli import demo_app; demo_app()"]


def group_is_gone(directory):
    """Whether no process has this directory on its command line."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if str(directory).encode() in words and int(path.parent.name) != os.getpid():
            return False
    return True


def _hears_ctrl_c():
    """What is started in a shell's background is deaf to SIGINT: people start a demo in the foreground."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.demo
@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_demo_that_is_ended_ends_what_it_started(tmp_path, number):
    demo = subprocess.Popen(
        [*COMMAND, "--stores", "1", "--dir", str(tmp_path)],
        stdout=subprocess.DEVNULL,
        preexec_fn=_hears_ctrl_c,  # noqa: PLW1509 - no threads run here
    )
    ledger, until = tmp_path / "state" / "ledger.sqlite", time.monotonic() + 60
    while not ledger.exists() and time.monotonic() < until and demo.poll() is None:
        time.sleep(0.1)
    assert ledger.exists()
    demo.send_signal(number)
    demo.wait(40)
    while not group_is_gone(tmp_path) and time.monotonic() < until + 20:
        time.sleep(0.1)
    assert group_is_gone(tmp_path)
