"""300 of 1,000 stores lose their carrier, half of them by link and half by lease: one parent, no repair, no noise."""

import pytest

from tests.scenarios.stage import Controller, World

STORES, HIT = 1000, 300


@pytest.mark.chaos
@pytest.mark.timeout(1200)
def test_three_hundred_of_a_thousand_stores_lose_their_carrier(tmp_path):
    world = World(seed=11, stores=STORES)
    shops = world.chain.stores
    sharing = [s for s, shop in shops.items() if shop.carriers[0] == "northtel"]
    hit, elsewhere = sharing[:HIT], [s for s in shops if s not in sharing]
    controller = Controller(world, tmp_path / "ledger.sqlite")
    controller.play(4)
    broken = [world.put_in("wan_carrier_down", store=store) for store in hit[::2]]
    broken += [world.put_in("wan_no_lease", store=store, variant="renew") for store in hit[1::2]]
    local = [
        world.put_in("vlan_missing", store=hit[0]),
        world.put_in("vlan_missing", store=hit[1]),
        world.put_in("wan_no_lease", store=elsewhere[1], variant="renew"),
    ]
    controller.play(24)
    (parent,) = (i for i in controller.incidents() if i.signature == "fleet_common_cause")
    children = controller.file.incidents(parent=parent.id)
    assert {c.store for c in children} == set(hit)
    assert {(c.signature, c.status) for c in children} == {("wan_carrier_down", "mitigated"), ("wan_no_lease", "held")}
    assert not any(c.escalation for c in children)
    edges = {world.chain.edge_of(store).id for store in sharing}
    assert [w for w in world.writes if w[0] in edges] == []
    assert not any(world.present(one) for one in local)
    assert len(controller.incidents()) == 1 + HIT + len(local)
    for one in broken:
        world.bench.breakages.take_out(one)
    controller.play(24)
    assert all(i.closed_at for i in controller.incidents())
    assert controller.incidents()[-1].id != parent.id
    assert [w for w in world.writes if w[0] in edges] == []
    controller.close()
