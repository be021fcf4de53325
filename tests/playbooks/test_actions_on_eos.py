"""The same actions in the words of Arista EOS."""

from datetime import UTC, datetime

import pytest

from inventory.looks import ErrDisabledRow, Look, PortRow, Reading, TextRow, TrunkRow
from inventory.model import Chain, Device, Port
from playbooks.actions import allow_vlans, bounce_port, power_cycle, reenable_port
from playbooks.codec import dump_changes, load_changes
from playbooks.model import Target

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
UPLINK, AP_PORT, TILL = "Ethernet1", "Ethernet2", "Ethernet5"


def target(device: str, subject: str) -> Target:
    switch = Device(
        id="w",
        store="s",
        role="switch",
        address="127.0.0.2",
        platform="arista_eos",
        ports={
            UPLINK: Port(name=UPLINK, use="trunk", to="e", vlans=(10, 20, 99)),
            AP_PORT: Port(name=AP_PORT, use="access_point", to="a", vlans=(20, 99), poe=True),
            TILL: Port(name=TILL, use="till", to="t", vlans=(10,)),
        },
    )
    ap = Device(id="a", store="s", role="access_point", address="10.0.0.1")
    return Target(
        chain=Chain(stores={}, devices={d.id: d for d in (switch, ap)}, functions={}), device=device, subject=subject
    )


class Answers:
    def __init__(self, *rows):
        self.rows = rows

    def read(self, device, look):
        return Reading(device=device, look=look, rows=self.rows, taken_at=NOW)


def port(*lines: str) -> TextRow:
    return TextRow(text="\n".join((f"interface {AP_PORT}", *lines)))


def shows(*lines: str) -> Reading:
    return Answers(port(*lines)).read("w", Look(getter="port_config"))


def test_power_is_taken_and_given():
    off, on = load_changes(dump_changes(power_cycle.plan(target("a", "a"), Answers(port()), {})))
    assert (off.write.lines, on.write.lines) == (
        (f"interface {AP_PORT}", " poe disabled"),
        (f"interface {AP_PORT}", " no poe disabled"),
    )
    without, with_power = shows("   description to a", "   poe disabled"), shows("   poe priority critical")
    assert [power_cycle.ran(off, without), power_cycle.ran(off, with_power)] == [True, False]
    assert [power_cycle.ran(on, without), power_cycle.ran(on, with_power)] == [False, True]
    assert power_cycle.ran(on, Answers(TextRow(text="")).read("w", Look(getter="port_config"))) is None


def test_a_port_left_without_power_is_only_switched_on():
    (on,) = power_cycle.plan(target("a", "a"), Answers(port("   poe disabled")), {})
    assert on.write.lines[-1] == " no poe disabled"


def test_a_port_is_taken_down_and_up_unless_somebody_has_shut_it():
    down, up = bounce_port.plan(target("w", TILL), Answers(port()), {})
    assert (down.write.lines[-1], up.write.lines[-1]) == (" shutdown", " no shutdown")
    assert bounce_port.plan(target("w", TILL), Answers(port("   shutdown")), {}) == ()


@pytest.mark.parametrize(("cause", "opens"), [("link-flap", True), ("bpduguard", False), ("portchannelguard", False)])
def test_a_port_the_switch_has_shut(cause, opens):
    answers = Answers(
        PortRow(name=TILL, status="err-disabled", vlan="10"), ErrDisabledRow(port=TILL, cause=cause), port()
    )
    if opens:
        assert len(reenable_port.plan(target("w", TILL), answers, {})) == 2
    else:
        with pytest.raises(LookupError, match=cause):
            reenable_port.plan(target("w", TILL), answers, {})


def test_only_the_lacking_vlan_is_added():
    (change,) = allow_vlans.plan(target("w", UPLINK), Answers(TrunkRow(port=UPLINK, allowed=frozenset({10, 99}))), {})
    assert change.write.lines == (f"interface {UPLINK}", " switchport trunk allowed vlan add 20")
    assert change.write.kind == "commit_confirm"
