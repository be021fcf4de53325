"""Whether devices still say what they should: only what was seen as intended before can be lost."""

import shutil
from datetime import UTC, date, datetime

import pytest

from controller.drifting import Drifting, deviate, no_deviation
from inventory.looks import Look, Reading, TextRow
from lab.netns.content import real_chain, write_real_content
from lab.netns.world import make_keys

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
EDGE, SWITCH = "s001-edge", "s001-sw1"


class Switches:
    """The ledger's switches, in memory."""

    def __init__(self):
        self.thrown = {}

    def switch(self, name):
        return self.thrown.get(name)

    def throw(self, name, reason):
        if reason is None:
            self.thrown.pop(name, None)
        else:
            self.thrown[name] = reason


@pytest.fixture(scope="module")
def content(tmp_path_factory):
    folder = tmp_path_factory.mktemp("content")
    chain = real_chain(1, make_keys(1))
    write_real_content(chain, folder)
    return folder, chain.chain


@pytest.fixture
def ledger():
    return Switches()


@pytest.fixture
def drifting(content, ledger):
    folder, chain = content
    return Drifting(folder, chain, ledger, lambda: date(2026, 3, 3))


def seen(drifting, **texts):
    answers = {
        name: {"running_config": Reading(device=name, look=Look(getter="x"), rows=(TextRow(text=t),), taken_at=NOW)}
        for name, t in {EDGE: texts.get("edge"), SWITCH: texts.get("switch")}.items()
        if t is not None
    }
    return {o.device: o.value for o in drifting.observations("s001", answers, NOW)}


def test_a_device_that_never_was_as_intended_has_lost_nothing(drifting):
    assert seen(drifting, edge="hostname s001-edge\n") == {EDGE: None, SWITCH: None}


def test_what_was_as_intended_is_missed(drifting):
    right = drifting.intended(EDGE)
    assert seen(drifting, edge=right)[EDGE] is False
    assert seen(drifting, edge=f"{right}ip route 7.0.0.0/8 Null0\n")[EDGE] is True
    assert seen(drifting)[EDGE] is None
    assert seen(drifting, edge=right)[EDGE] is False


def test_it_is_remembered_over_a_restart(drifting, content, ledger):
    right = drifting.intended(SWITCH)
    assert seen(drifting, switch=right)[SWITCH] is False
    again = Drifting(content[0], content[1], ledger, lambda: date(2026, 3, 3))
    assert seen(again, switch=right.replace(" switchport access vlan 10", " switchport access vlan 20"))[SWITCH] is True


def test_a_deviation_on_purpose_is_nobodys_loss_until_the_device_is_right_again(drifting, ledger):
    right = drifting.intended(EDGE)
    other = f"{right}ip route 7.0.0.0/8 Null0\n"
    seen(drifting, edge=right)
    deviate(ledger, EDGE, "s001-0001: steer_to_backup")
    assert seen(drifting, edge=right)[EDGE] is False
    assert seen(drifting, edge=other)[EDGE] is None
    assert seen(drifting, edge=right)[EDGE] is False
    assert "deviation/s001-edge" not in ledger.thrown
    assert seen(drifting, edge=other)[EDGE] is True


def test_an_intent_just_edited_is_not_restored(tmp_path, content, ledger):
    folder = tmp_path / "content"
    shutil.copytree(content[0], folder)
    drifting = Drifting(folder, content[1], ledger, lambda: date(2026, 3, 3))
    before = drifting.intended(EDGE)
    seen(drifting, edge=before)
    intent = folder / "inventory" / "intent.yaml"
    intent.write_text(intent.read_text().replace("syslog_level: informational", "syslog_level: warnings"))
    drifting.refresh()
    assert drifting.intended(EDGE) != before
    assert seen(drifting, edge=before)[EDGE] is None
    intent.write_text("standards: [")
    drifting.refresh()
    assert drifting.intended(EDGE) is None
    assert seen(drifting, edge=before)[EDGE] is None


def test_a_deviation_that_was_not_made_hides_nothing(drifting, ledger):
    right = drifting.intended(EDGE)
    seen(drifting, edge=right)
    deviate(ledger, EDGE, "s001-0001: steer_to_backup")
    no_deviation(ledger, EDGE)
    assert seen(drifting, edge=f"{right}ip route 7.0.0.0/8 Null0\n")[EDGE] is True
