"""Looks at a modem, tunnels and shared gateways over real SSH, with the account that may only look; and one write."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from inventory.edge_rows import CellularRow
from inventory.errors import DoubtfulOutputError
from inventory.looks import Look, TextRow
from inventory.session import Sessions
from inventory.writes import Write
from templates.render import render
from tests.inventory.lab_process import EDGE, Leave, RunningLab

pytestmark = pytest.mark.ssh
CELLULAR = Look(getter="cellular", args={"slot": "0/2/0"})
TOKEN = "s001-0001-1"


@pytest.fixture
def sessions(lab: RunningLab, now: Callable[[], datetime]) -> Iterator[Sessions]:
    made = Sessions(lab.chain, lab.accounts, lab.content, now)
    yield made
    made.close_all()


def test_the_account_that_only_looks_sees_modem_tunnels_and_gateways(sessions: Sessions) -> None:
    (row,) = sessions[EDGE].read(CELLULAR).rows
    assert isinstance(row, CellularRow)
    assert (row.radio, row.registered, row.session, row.apn) == (True, True, True, "mobilco.stores")
    for getter in ("tunnels", "standby", "edge_log"):
        assert sessions[EDGE].read(Look(getter=getter)).rows == ()


def test_a_modem_is_started_anew_and_leaves_our_token_in_the_log(sessions: Sessions) -> None:
    lines = render("cisco_ios", "reset_modem", slot="0/2/0", token=TOKEN)
    sessions[EDGE].apply(Write(kind="exec", lines=lines), Leave())
    (told,) = sessions[EDGE].read(Look(getter="log", args={"text": TOKEN})).rows
    assert isinstance(told, TextRow)
    assert "Message from tty" in told.text
    with pytest.raises(DoubtfulOutputError, match="neither radio nor service"):
        sessions[EDGE].read(CELLULAR)
