from datetime import UTC, datetime

import pytest

from inventory.looks import ErrDisabledRow, Look, PortRow, Reading, TextRow, TrunkRow
from inventory.model import Chain, Device, Port
from playbooks.actions import allow_vlans, bounce_port, power_cycle, reenable_port, renew_lease
from playbooks.codec import change_record, dump_changes, load_change, load_changes, with_token
from playbooks.model import TOKEN, Target

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
UPLINK, AP_PORT, WAN = "GigabitEthernet1/0/1", "GigabitEthernet1/0/2", "GigabitEthernet0/0"


def chain():
    edge = Device(
        id="e",
        store="s",
        role="edge",
        address="127.0.0.1",
        platform="cisco_ios",
        ports={WAN: Port(name=WAN, use="wan")},
    )
    switch = Device(
        id="w",
        store="s",
        role="switch",
        address="127.0.0.2",
        platform="cisco_ios",
        ports={
            UPLINK: Port(name=UPLINK, use="trunk", to="e", vlans=(10, 20, 30, 99)),
            AP_PORT: Port(name=AP_PORT, use="access_point", to="a", vlans=(20, 99), poe=True),
        },
    )
    ap = Device(id="a", store="s", role="access_point", address="10.0.0.1")
    return Chain(stores={}, devices={d.id: d for d in (edge, switch, ap)}, functions={})


class FakeReader:
    def __init__(self, *rows):
        self.rows = rows

    def read(self, device, look):
        return Reading(device=device, look=look, rows=self.rows, taken_at=NOW)


def text(*lines):
    return TextRow(text="\n".join(lines))


def reading(*rows):
    return Reading(device="w", look=Look(getter="x"), rows=rows, taken_at=NOW)


def target(device, subject):
    return Target(chain=chain(), device=device, subject=subject)


def test_power_cycle_goes_to_the_switch_port_and_can_be_read_back():
    off, on = power_cycle.plan(
        target("a", "a"), FakeReader(text(f"interface {AP_PORT}", " switchport")), {"off_seconds": "3"}
    )
    assert (off.device, off.port, off.pause_seconds) == ("w", AP_PORT, 3.0)
    assert off.undo == on.write
    never = reading(text(f"interface {AP_PORT}", " power inline never"))
    auto = reading(text(f"interface {AP_PORT}"))
    assert [power_cycle.ran(off, never), power_cycle.ran(off, auto)] == [True, False]
    assert [power_cycle.ran(on, never), power_cycle.ran(on, auto)] == [False, True]


def test_power_cycle_of_a_port_left_without_power_only_switches_on():
    (on,) = power_cycle.plan(target("a", "a"), FakeReader(text(f"interface {AP_PORT}", " power inline never")), {})
    assert on.write.lines[-1] == " power inline auto"


@pytest.mark.parametrize("action", [power_cycle, bounce_port])
def test_empty_output_is_no_witness(action):
    device = ("a", "a") if action is power_cycle else ("e", WAN)
    first = action.plan(target(*device), FakeReader(text("interface x")), {})[0]
    assert action.ran(first, reading(text(""))) is None


def test_a_port_shut_by_a_person_is_not_bounced():
    assert bounce_port.plan(target("e", WAN), FakeReader(text(f"interface {WAN}", " shutdown")), {}) == ()


def shut_by_switch(cause, port=AP_PORT):
    status = PortRow(name=port, status="err-disabled", vlan="trunk")
    return FakeReader(status, *((ErrDisabledRow(port=port, cause=cause),) if cause else ()))


def test_a_port_that_flapped_is_opened_over_shut_and_no_shut():
    down, up = reenable_port.plan(target("w", AP_PORT), shut_by_switch("link-flap"), {"down_seconds": "5"})
    assert down.write.lines == (f"interface {AP_PORT}", " shutdown")
    assert up.write.lines == (f"interface {AP_PORT}", " no shutdown")
    assert (down.pause_seconds, down.interrupts, down.undo) == (5.0, True, up.write)
    assert reenable_port.ran(up, reading(text(f"interface {AP_PORT}"))) is True
    assert reenable_port.ran(up, reading(text(f"interface {AP_PORT}", " shutdown"))) is False


@pytest.mark.parametrize("cause", ["bpduguard", "psecure-violation", "loopback", "something-new", None])
def test_what_a_guard_shut_is_never_opened(cause):
    with pytest.raises(LookupError, match=cause or "a cause that is not told"):
        reenable_port.plan(target("w", AP_PORT), shut_by_switch(cause), {})


def test_an_uplink_is_not_opened_and_an_open_port_needs_nothing():
    with pytest.raises(LookupError, match="leads to other gear"):
        reenable_port.plan(target("w", UPLINK), shut_by_switch("link-flap", UPLINK), {})
    open_port = FakeReader(PortRow(name=AP_PORT, status="connected", vlan="trunk"))
    assert reenable_port.plan(target("w", AP_PORT), open_port, {}) == ()


def test_allow_vlans_adds_exactly_what_is_missing_under_the_device_s_timer():
    rows = TrunkRow(port=UPLINK, allowed=frozenset({20, 99}))
    (change,) = allow_vlans.plan(target("w", UPLINK), FakeReader(rows), {})
    assert change.write.kind == "commit_confirm"
    assert change.write.revert_in_seconds >= 60
    assert change.write.lines[-1] == " switchport trunk allowed vlan add 10,30"
    assert change.undo.lines[-1] == " switchport trunk allowed vlan remove 10,30"
    assert allow_vlans.ran(change, reading(rows)) is False
    assert allow_vlans.ran(change, reading(TrunkRow(port=UPLINK, allowed=frozenset({10, 20, 30, 99})))) is True
    assert allow_vlans.ran(change, reading()) is None


def test_allow_vlans_says_already_right():
    rows = TrunkRow(port=UPLINK, allowed=frozenset(range(1, 4095)))
    assert allow_vlans.plan(target("w", UPLINK), FakeReader(rows), {}) == ()


def test_a_renewal_leaves_its_token_in_the_log():
    (change,) = renew_lease.plan(target("e", WAN), FakeReader(), {})
    named = with_token(change, "s-0001:x.1")
    assert named.write.lines == ("send log 6 s-0001:x.1", f"renew dhcp {WAN}")
    assert TOKEN not in str(change_record(named))
    line = "Mar  3 12:00:00.000: %SYS-6-USERLOG_INFO: Message from tty2: s-0001:x.1"
    assert renew_lease.ran(named, reading(text(line))) is True
    assert renew_lease.ran(named, reading(text("show logging | include s-0001:x.1"))) is False


def test_changes_survive_the_journal():
    changes = power_cycle.plan(target("a", "a"), FakeReader(text("interface x")), {})
    assert load_changes(dump_changes(changes)) == changes
    assert load_change(change_record(changes[0])) == changes[0]
