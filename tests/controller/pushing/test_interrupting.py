"""Which lines of a remedy may stop a port's traffic for a moment."""

import pytest

from inventory.looks import Look, Reading, TextRow
from inventory.model import DeviceId, StoreId
from playbooks.model import Target
from playbooks.push import interrupted_ports, push_actions, push_change


@pytest.mark.parametrize(
    ("lines", "ports"),
    [
        (("ntp server 192.0.2.1",), ()),
        (("interface GigabitEthernet0/1", " description to sw1"), ()),
        (("interface GigabitEthernet0/1", " no shutdown"), ("GigabitEthernet0/1",)),
        (("interface GigabitEthernet0/1.10", " ip address 10.1.10.1 255.255.255.0"), ("GigabitEthernet0/1",)),
        (("interface Gi1", " shutdown", "interface Gi2", " switchport access vlan 7"), ("Gi1", "Gi2")),
        (("router bgp 65001", " shutdown"), ()),
        (("interface Gi1", " storm-control broadcast level 2.00", " no power inline never"), ("Gi1",)),
    ],
)
def test_only_what_restarts_a_port_or_moves_its_hosts_counts(lines, ports):
    assert interrupted_ports(lines) == ports


def test_the_witness_is_the_configuration_itself():
    change = push_change(StoreId("s001"), DeviceId("s001-edge"), "cisco_ios", ("ntp server 192.0.2.1",), (), 60)
    action = push_actions(["cisco_ios"])[change.action]

    def said(text):
        return Reading(
            device=change.device, look=Look(getter="running_config"), rows=(TextRow(text=text),), taken_at=None
        )

    assert action.ran(change, said("hostname x\nntp server 192.0.2.1\nend")) is True
    assert action.ran(change, said("hostname x\nend")) is False
    assert action.ran(change, said("")) is None


def test_no_recipe_can_plan_it():
    with pytest.raises(LookupError, match="storenet push"):
        push_actions(["cisco_ios"])["push_cisco_ios"].plan(Target(chain=None, device="d", subject=""), None, {})
