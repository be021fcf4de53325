"""Speed, duplex and VLAN of a port in the words of Arista EOS and of Juniper Junos, typed into the lab's switches."""

from dataclasses import dataclass

import pytest

from inventory.looks import Look
from inventory.model import Chain, Port
from lab.layout import Stock
from playbooks.actions import negotiate_port, set_access_vlan, slow_port
from playbooks.codec import dump_changes, load_changes
from playbooks.model import Target
from templates.render import render
from tests.anomaly.lab_bench import Bench

FORCED = {
    "arista_eos": ("speed forced 100full",),
    "juniper_junos": (
        "set interfaces {port} speed 100m",
        "set interfaces {port} link-mode full-duplex",
        "set interfaces {port} ether-options no-auto-negotiation",
    ),
}


@dataclass
class Switch:
    """A store's first switch on the bench, read by the real readers."""

    bench: Bench
    platform: str
    name: str = "s001-sw1"
    meant: str | None = None

    @property
    def till(self) -> str:
        return next(p.name for p in self.bench.chain.chain.devices[self.name].ports.values() if p.use == "till")

    def read(self, _device, look):
        return self.bench.ask(self.name, look)

    def intended(self, _device):
        return self.meant

    def type_in(self, lines):
        self.bench.shells[self.name][0].device.apply(lines, "storenet-rw")

    def target(self) -> Target:
        return Target(chain=self.bench.chain.chain, device=self.name, subject=self.till)

    def port(self):
        return self.bench.shells[self.name][0].device.setting.ports[self.till]

    def force(self):
        lines = [line.format(port=self.till) for line in FORCED[self.platform]]
        self.type_in(lines if self.platform == "juniper_junos" else [f"interface {self.till}", *lines, "end"])


@pytest.fixture(scope="module", params=["arista_eos", "juniper_junos"])
def switch(request) -> Switch:
    return Switch(Bench(seed=7, stores=1, stock=Stock(vendors=(request.param,))), request.param)


def put_right(switch, action, plan):
    """Carry out a change and its undo as they stand in the journal; each is read back by its witness."""
    (change,) = load_changes(dump_changes(plan))
    before = switch.port()
    assert action.ran(change, switch.read("", change.witness)) is False
    switch.type_in(change.write.lines)
    after = switch.port()
    assert action.ran(change, switch.read("", change.witness)) is True
    switch.type_in(change.undo.lines)
    assert switch.port() == before
    assert action.ran(change, switch.read("", change.witness)) is False
    switch.type_in(change.write.lines)
    return change, after


def test_a_forced_port_negotiates_again(switch):
    assert negotiate_port.plan(switch.target(), switch, {}) == ()
    switch.force()
    assert (switch.port().speed, switch.port().duplex) == ("100", "full")
    change, after = put_right(switch, negotiate_port, negotiate_port.plan(switch.target(), switch, {}))
    assert (after.speed, after.duplex) == ("auto", "auto")
    assert change.write.kind == "commit_confirm"
    assert negotiate_port.plan(switch.target(), switch, {}) == ()


def test_what_is_meant_to_be_forced_is_left_alone(switch):
    switch.force()
    switch.meant = switch.read("", Look(getter="running_config")).rows[0].text
    with pytest.raises(LookupError, match="meant to be set by hand"):
        negotiate_port.plan(switch.target(), switch, {})
    with pytest.raises(LookupError, match="has set the speed"):
        slow_port.plan(switch.target(), switch, {})
    switch.meant = None
    switch.type_in(negotiate_port.plan(switch.target(), switch, {})[0].write.lines)


def test_a_till_is_put_back_into_its_vlan(switch):
    guests = [f"interface {switch.till}", "switchport access vlan 30", "end"]
    assert set_access_vlan.plan(switch.target(), switch, {}) == ()
    switch.type_in(guests)
    change, after = put_right(switch, set_access_vlan, set_access_vlan.plan(switch.target(), switch, {}))
    assert (change.port, after.access_vlan) == (switch.till, 10)


def test_a_trunk_is_not_put_into_a_vlan(switch):
    chain = switch.bench.chain.chain
    uplink = next(port for port in chain.devices[switch.name].ports.values() if port.use == "trunk")
    odd = Chain(
        stores=chain.stores,
        functions=chain.functions,
        devices={
            switch.name: _with(chain.devices[switch.name], Port(name=uplink.name, use="till", vlans=(10,), to="t")),
        },
    )
    with pytest.raises(LookupError, match="as an access port"):
        set_access_vlan.plan(Target(chain=odd, device=switch.name, subject=uplink.name), switch, {})


def _with(device, port):
    return type(device)(
        id=device.id,
        store=device.store,
        role=device.role,
        address=device.address,
        platform=device.platform,
        ports={port.name: port},
    )


def test_a_flapping_link_is_slowed_down_where_that_is_still_negotiated(switch):
    if switch.platform == "arista_eos":
        with pytest.raises(ValueError, match="no template 'slow_port'"):
            slow_port.plan(switch.target(), switch, {})
        return
    _, after = put_right(switch, slow_port, slow_port.plan(switch.target(), switch, {}))
    assert (after.speed, after.duplex) == ("100", "auto")
    switch.type_in(render(switch.platform, "full_speed", port=switch.till))
