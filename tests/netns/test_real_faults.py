"""Every fault of the real stores: put in, felt by the till as it says of itself, taken out, and nothing is left."""

import time
from collections.abc import Iterator

import pytest

from lab.netns.baseline import wait_until_well
from lab.netns.box import until
from lab.netns.fault import real_faults
from lab.netns.lab import RealLab
from lab.netns.truth import payments, trading
from lab.netns.world import RealStores, why_not

pytestmark = [pytest.mark.netns, pytest.mark.skipif(bool(why_not()), reason=why_not() or "-")]
FAULTS = real_faults()
STORE, OTHER = 1, 2
TRIES = 8
FEW = 3
FELT_SECONDS = 40.0
COMMON = {"payment_dead", "hq_dns_dead"}
QUICK = {"port_wrong_vlan", "prefix_list_bug", "dnsmasq_hung", "payment_dead"}


@pytest.fixture(scope="module")
def stores(tmp_path_factory) -> Iterator[RealStores]:
    lab = RealLab(tmp_path_factory.mktemp("real"), 2)
    try:
        yield lab.stores
    finally:
        lab.close()


def setting(stores: RealStores) -> tuple[str, ...]:
    """All that is set on the store's two devices."""
    edge, switch = stores.store(STORE, "edge"), stores.store(STORE, "sw1")
    return (
        edge.vtysh("show running-config"),
        switch.run("ovs-vsctl", "--columns=name,tag,trunks,vlan_mode", "list", "port"),
        switch.sh("cat /etc/dnsmasq.d/*.conf"),
        stores.boxes["northtel"].run("nft", "list", "ruleset"),
        stores.boxes["hq"].run("nft", "list", "ruleset"),
    )


def missed(stores: RealStores, number: int, since: float) -> int:
    """How many of the last tries since then did not go through."""
    return sum(not payment.paid for payment in payments(stores, number, since)[-TRIES:])


def cases() -> list[object]:
    return [pytest.param(name, marks=() if name in QUICK else pytest.mark.netns_long) for name in FAULTS]


@pytest.mark.parametrize("name", [*cases()])
def test_a_fault_is_felt_as_it_says_and_leaves_nothing(stores, name):
    fault = FAULTS[name]
    for number in (STORE, OTHER):
        wait_until_well(stores, number)
    before = setting(stores)
    put_in = time.time()
    fault.put_in(stores, STORE)
    try:
        felt = time.time()
        if fault.hurts:
            until(lambda: missed(stores, STORE, felt) >= FEW, "payments fail", FELT_SECONDS)
        else:
            until(lambda: trading(stores, STORE, felt), "the till pays all the same", FELT_SECONDS)
        if name not in COMMON:
            assert missed(stores, OTHER, put_in) == 0
    finally:
        fault.take_out(stores, STORE)
    wait_until_well(stores, STORE, time.time())
    assert setting(stores) == before
