"""A third of a chain loses its carrier, half by link and half by lease: one parent, no repair for it, no noise.

Faults that have nothing to do with it are found and repaired meanwhile.
"""

import pytest

from tests.scenarios.stage import Controller, World


def everything(controller):
    """Every incident, newest first, however many."""
    return controller.file.incidents(limit=100_000)


@pytest.mark.chaos
@pytest.mark.timeout(5400)
@pytest.mark.parametrize(("stores", "many"), [(1000, 300), (3000, 1000)])
def test_many_stores_lose_their_carrier(tmp_path, stores, many):
    world = World(seed=11, stores=stores)
    shops = world.chain.stores
    sharing = [s for s, shop in shops.items() if shop.carriers[0] == "northtel"]
    hit, elsewhere = sharing[:many], [s for s in shops if s not in sharing]
    controller = Controller(world, tmp_path / "ledger.sqlite")
    controller.play(4)
    broken = [world.put_in("wan_carrier_down", store=store) for store in hit[::2]]
    broken += [world.put_in("wan_no_lease", store=store, variant="renew") for store in hit[1::2]]
    local = [
        world.put_in("vlan_missing", store=hit[0]),
        world.put_in("vlan_missing", store=hit[1]),
        world.put_in("wan_no_lease", store=elsewhere[1], variant="renew"),
        world.put_in("ap_hung", store=elsewhere[2]),
        world.put_in("dhcp_pool_exhausted", store=elsewhere[3], variant="guests"),
    ]
    controller.play(30)
    (parent,) = (i for i in everything(controller) if i.signature == "fleet_common_cause")
    children = controller.file.incidents(parent=parent.id, limit=100_000)
    assert {c.store for c in children} == set(hit)
    assert {(c.signature, c.status) for c in children} == {("wan_carrier_down", "mitigated"), ("wan_no_lease", "held")}
    assert not any(c.escalation for c in children)
    edges = {world.chain.edge_of(store).id for store in sharing}
    assert [w for w in world.writes if w[0] in edges] == []
    assert not any(world.present(one) for one in local)
    assert len(everything(controller)) == 1 + many + len(local)
    for one in broken:
        world.bench.breakages.take_out(one)
    controller.play(24)
    assert all(i.closed_at for i in everything(controller))
    assert everything(controller)[-1].id != parent.id
    assert [w for w in world.writes if w[0] in edges] == []
    controller.close()
