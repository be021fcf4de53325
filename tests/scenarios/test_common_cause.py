"""A carrier fails under many stores: one parent, no repair for it, everything else is still healed."""

import os
from collections import Counter

import pytest

from tests.scenarios.stage import Controller, Crash, Trap, World

STORES = 24


def stores_on(world, carrier):
    return [s for s, shop in world.chain.stores.items() if shop.carriers[0] == carrier]


def outage(world, stores, fault="wan_carrier_down", **wanted):
    return [world.put_in(fault, store=store, **wanted) for store in stores]


def biggest(world):
    ((carrier, _),) = Counter(shop.carriers[0] for shop in world.chain.stores.values()).most_common(1)
    return carrier


def writes_on_wan(world, stores):
    """Writes to the edges of these stores: every repair of a line goes there."""
    edges = {world.chain.edge_of(store).id for store in stores}
    return [w for w in world.writes if w[0] in edges]


@pytest.fixture(scope="module")
def worlds():
    return {}


@pytest.fixture
def world():
    return World(seed=5, stores=STORES)


@pytest.fixture
def controller(world, tmp_path):
    controller = Controller(world, tmp_path / "ledger.sqlite")
    controller.play(4)
    yield controller
    controller.close()


def parents_of(controller):
    return [i for i in controller.incidents() if i.signature == "fleet_common_cause"]


@pytest.mark.parametrize(
    ("fault", "wanted", "child"),
    [("wan_carrier_down", {}, "mitigated"), ("wan_no_lease", {"variant": "renew"}, "held")],
)
def test_a_carrier_is_one_parent_and_local_faults_are_healed(world, controller, fault, wanted, child):
    carrier = biggest(world)
    hit = stores_on(world, carrier)
    elsewhere = [s for s in world.chain.stores if s not in hit]
    broken = outage(world, hit, fault, **wanted)
    local = [
        world.put_in("vlan_missing", store=hit[0]),
        world.put_in("ap_hung", store=elsewhere[0]),
        world.put_in("wan_no_lease", store=elsewhere[1], variant="renew"),
    ]
    controller.play(60)
    (parent,) = parents_of(controller)
    assert (parent.status, parent.subject, parent.store) == ("escalated", f"carrier {carrier}", "")
    assert "ticket" in parent.escalation
    children = controller.file.incidents(parent=parent.id)
    assert {c.store for c in children} == set(hit)
    assert {(c.signature, c.status) for c in children} == {(fault, child)}
    assert not any(c.escalation for c in children)
    assert writes_on_wan(world, hit) == []
    assert not any(world.present(one) for one in local)
    alone = [i for i in controller.incidents() if i.id != parent.id and not i.parent]
    assert sorted((i.signature, i.status) for i in alone) == [
        ("ap_hung", "healed"),
        ("vlan_missing", "healed"),
        ("wan_no_lease", "healed"),
    ]
    for one in broken:
        world.bench.breakages.take_out(one)
    controller.play(40)
    assert all(i.closed_at for i in controller.incidents())
    assert len(parents_of(controller)) == 1
    last = max(i.closed_at for i in controller.incidents() if i.parent)
    assert parents_of(controller)[0].closed_at > last
    assert writes_on_wan(world, hit) == []
    told = controller.kinds(parent.id)
    assert (told[0], told[1], told[-1]) == ("opened", "escalated", "closed")
