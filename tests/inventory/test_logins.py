import threading
from collections.abc import Callable
from datetime import datetime

import pytest

from inventory import connection
from inventory.connection import SessionLimits
from inventory.errors import UnreachableError
from inventory.looks import Look, Reading
from inventory.session import Sessions
from tests.inventory.lab_process import EDGE, SWITCH, RunningLab, silent_device, with_device

PORTS = Look(getter="ports")


@pytest.mark.ssh
def test_a_silent_device_takes_nobody_s_turn_to_log_in(
    lab: RunningLab, now: Callable[[], datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "_LOGINS", threading.BoundedSemaphore(1))
    with silent_device(lab.chain.devices[EDGE]) as silent:
        chain = with_device(lab.chain, silent)
        sessions = Sessions(chain, lab.accounts, lab.content, now, limits=SessionLimits(connect_seconds=2))
        answers: list[object] = []
        waiting = threading.Thread(target=lambda: answers.extend(sessions[EDGE].read_many((PORTS,))))
        waiting.start()
        assert isinstance(sessions[SWITCH].read(PORTS), Reading)
        assert answers == []
        sessions.close_all()
        waiting.join(20)
    assert [type(answer) for answer in answers] == [UnreachableError]
