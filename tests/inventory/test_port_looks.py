"""The deep looks at ports over real SSH, with the account that may only look."""

import pytest

from inventory.connection import SessionLimits
from inventory.looks import Look, Reading
from inventory.platforms.cisco_ios.port_reader import GETTERS
from inventory.session import Sessions
from tests.inventory.conftest import NOON
from tests.inventory.lab_process import EDGE, SWITCH, RunningLab

pytestmark = pytest.mark.ssh
QUICK = SessionLimits(connect_seconds=4.0, read_seconds=2.0, write_seconds=0.7, turn_seconds=0.3, settle_seconds=0.05)


def test_every_deep_look_is_answered(lab: RunningLab) -> None:
    sessions = Sessions(lab.chain, lab.accounts, lab.content, lambda: NOON, limits=QUICK)
    on_the_switch = [name for name in GETTERS if name != "line_health"]
    try:
        for device, names in ((SWITCH, on_the_switch), (EDGE, ["line_health", "load", "memory"])):
            answers = sessions[device].read_many([Look(getter=name) for name in names])
            assert [a.look.getter for a in answers if isinstance(a, Reading)] == names
            assert all(a.rows for a in answers if isinstance(a, Reading) and a.look.getter != "link_downs")
    finally:
        sessions.close_all()
