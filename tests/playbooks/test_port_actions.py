"""Writes to a port that errs: only where they cannot hurt other gear, each with its way back and its witness."""

from datetime import UTC, datetime

import pytest

from inventory.looks import Look, PortRow, Reading, TextRow
from inventory.model import Chain, Device, Port
from playbooks.actions import negotiate_port, shut_loop, slow_port
from playbooks.model import Target

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
UPLINK, TILL, SPARE = "GigabitEthernet1/0/1", "GigabitEthernet1/0/5", "GigabitEthernet1/0/9"
HEAD = f"interface {TILL}"
FORCED = (HEAD, " switchport access vlan 10", " speed 100", " duplex full", "end")
PLAIN = (HEAD, " switchport access vlan 10", "end")


class FakeReader:
    """Answers from tables; ``meant`` is the intended configuration."""

    def __init__(self, *rows, meant=None):
        self.rows, self.meant = rows, meant

    def read(self, device, look):
        return Reading(device=device, look=look, rows=self.rows, taken_at=NOW)

    def intended(self, _device):
        return self.meant


def text(*lines):
    return TextRow(text="\n".join(lines))


def witness(*lines):
    return Reading(device="w", look=Look(getter="port_config"), rows=(text(*lines),), taken_at=NOW)


def target(subject, *shown):
    ports = (
        Port(name=UPLINK, use="trunk", to="e", vlans=(10, 99)),
        Port(name=TILL, use="till", to="t", vlans=(10,)),
    )
    switch = Device(
        id="w",
        store="s",
        role="switch",
        address="127.0.0.2",
        platform="cisco_ios",
        ports={port.name: port for port in ports},
    )
    chain = Chain(stores={}, devices={"w": switch}, functions={})
    return Target(chain=chain, device="w", subject=subject, shown=shown)


def test_a_forced_port_negotiates_again_under_the_devices_timer():
    (change,) = negotiate_port.plan(target(TILL), FakeReader(text(*FORCED)), {"revert_seconds": "90"})
    assert (change.write.kind, change.write.revert_in_seconds, change.interrupts) == ("commit_confirm", 90, True)
    assert change.write.lines == (HEAD, " speed auto", " duplex auto")
    assert change.undo.lines == (HEAD, " speed 100", " duplex full")
    assert negotiate_port.ran(change, witness(*PLAIN)) is True
    assert negotiate_port.ran(change, witness(HEAD, " speed auto", "end")) is True
    assert negotiate_port.ran(change, witness(*FORCED)) is False
    assert negotiate_port.ran(change, witness("")) is None


def test_a_port_that_negotiates_is_left_alone():
    assert negotiate_port.plan(target(TILL), FakeReader(text(*PLAIN)), {}) == ()


def test_what_is_meant_to_be_forced_and_what_leads_to_gear_is_a_persons():
    with pytest.raises(LookupError, match="meant to be set by hand"):
        negotiate_port.plan(target(TILL), FakeReader(text(*FORCED), meant="\n".join(FORCED)), {})
    for subject in (UPLINK, SPARE):
        with pytest.raises(LookupError, match="a person sets it"):
            negotiate_port.plan(target(subject), FakeReader(text(*FORCED)), {})


def test_a_flapping_link_is_slowed_down_and_sped_up_again():
    (change,) = slow_port.plan(target(TILL), FakeReader(text(*PLAIN)), {})
    assert change.write.lines == (HEAD, " speed 100")
    assert change.undo.lines == (HEAD, " speed auto")
    assert slow_port.ran(change, witness(HEAD, " speed 100")) is True
    assert slow_port.ran(change, witness(*PLAIN)) is False
    assert slow_port.ran(change, witness("")) is None


def test_a_link_to_gear_or_one_that_somebody_has_set_is_not_slowed_down():
    with pytest.raises(LookupError, match="a person looks"):
        slow_port.plan(target(UPLINK), FakeReader(text(*PLAIN)), {})
    with pytest.raises(LookupError, match="has set the speed"):
        slow_port.plan(target(TILL), FakeReader(text(*FORCED)), {})


def storm(port):
    return ("broadcast_storm", "w", port)


def linked(*ports):
    return FakeReader(*(PortRow(name=port, status="connected", vlan="10") for port in ports))


@pytest.mark.parametrize("port", [TILL, SPARE])
def test_the_port_that_storms_is_shut_and_opened_again(port):
    off, on = shut_loop.plan(target("w", storm(port), ("cpu_busy", "w", "w")), linked(port), {"down_seconds": "10"})
    assert off.write.lines == (f"interface {port}", " shutdown")
    assert on.write.lines == off.undo.lines == (f"interface {port}", " no shutdown")
    assert (off.pause_seconds, off.port) == (10.0, port)
    assert shut_loop.ran(off, witness(f"interface {port}", " shutdown")) is True


def test_with_no_time_given_it_stays_shut():
    (off,) = shut_loop.plan(target("w", storm(TILL)), linked(TILL), {"down_seconds": "0"})
    assert off.write.lines[-1].strip() == "shutdown"


def test_nothing_is_shut_on_a_doubt():
    for shown in ((), (storm(TILL), storm(SPARE)), (("broadcast_storm", "other", TILL),)):
        with pytest.raises(LookupError, match="cannot be told which port"):
            shut_loop.plan(target("w", *shown), linked(TILL, SPARE), {})
    with pytest.raises(LookupError, match="other gear"):
        shut_loop.plan(target("w", storm(UPLINK)), linked(UPLINK), {})
    assert shut_loop.plan(target("w", storm(TILL)), linked(SPARE), {}) == ()
