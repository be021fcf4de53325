"""A carrier fails under many stores: one parent, no repair for it, everything else is still healed."""

from collections import Counter

import pytest

from controller.quarantine import lift, quarantined
from inventory.errors import UnreachableError
from lab.chain import make_chain
from tests.scenarios.stage import Controller, Crash, World

STORES = 8


def a_seed_with(hit, stores=STORES):
    """A chain in which so many stores are on one carrier."""
    for seed in range(200):
        shops = make_chain(seed, stores).chain.stores.values()
        if Counter(shop.carriers[0] for shop in shops).most_common(1)[0][1] == hit:
            return seed
    raise AssertionError(f"no chain has {hit} of {stores} stores on one carrier")


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


@pytest.fixture
def world():
    return World(seed=a_seed_with(6), stores=STORES)


@pytest.fixture
def controller(world, tmp_path):
    controller = Controller(world, tmp_path / "ledger.sqlite")
    controller.play(4)
    yield controller
    controller.close()


def parents_of(controller):
    return [i for i in controller.incidents() if i.signature == "fleet_common_cause"]


@pytest.mark.parametrize(
    ("variant", "fault", "child"), [("link", "wan_carrier_down", "mitigated"), ("lease", "wan_no_lease", "held")]
)
def test_a_carrier_is_one_parent_and_local_faults_are_healed(world, controller, variant, fault, child):
    carrier = biggest(world)
    hit = stores_on(world, carrier)
    elsewhere = [s for s in world.chain.stores if s not in hit]
    broken = [world.put_in("fleet_common_cause", device=carrier, variant=variant)]
    local = [
        world.put_in("vlan_missing", store=hit[0]),
        world.put_in("ap_hung", store=elsewhere[0]),
        world.put_in("wan_no_lease", store=elsewhere[1], variant="renew"),
    ]
    controller.play(46)
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
    controller.play(24)
    assert all(i.closed_at for i in controller.incidents())
    assert len(parents_of(controller)) == 1
    last = max(i.closed_at for i in controller.incidents() if i.parent)
    assert parents_of(controller)[0].closed_at > last
    assert writes_on_wan(world, hit) == []
    told = controller.kinds(parent.id)
    assert (told[0], told[1], told[-1]) == ("opened", "escalated", "closed")


@pytest.mark.parametrize("point", ["before the parent", "in the middle of joining"])
def test_a_crash_at_the_parent_opens_no_second_one(world, controller, tmp_path, monkeypatch, point):
    hit = stores_on(world, biggest(world))
    outage(world, hit, "wan_no_lease", variant="renew")
    real = controller.parents.ledger

    def append(*events):
        kind = "parent" if events[0].store == "" else "joining"
        if point == "before the parent" and kind == "parent":
            raise Crash
        real.append(*(events[:1] if kind == "joining" else events))
        if kind in point:
            raise Crash

    monkeypatch.setattr(controller.parents, "ledger", Proxy(real, append))
    with pytest.raises(Crash):
        controller.play(30)
    again = Controller(world, tmp_path / "ledger.sqlite", name="host:2:2")
    again.play(40)
    (parent,) = parents_of(again)
    assert {c.store for c in again.file.incidents(parent=parent.id)} == set(hit)
    assert world.writes == []
    again.close()


class Proxy:
    def __init__(self, inner, append):
        self._inner, self.append = inner, append

    def __getattr__(self, name):
        return getattr(self._inner, name)


def test_what_is_left_when_the_carrier_is_back_is_repaired_or_handed_over(world, controller):
    hit = stores_on(world, biggest(world))
    leases = outage(world, hit[1:], "wan_no_lease", variant="renew")
    line = outage(world, hit[:1])
    controller.play(40)
    for one in leases[1:]:
        world.bench.breakages.take_out(one)
    controller.play(60)
    told = {i.store: i for i in controller.incidents() if i.parent}
    assert (told[hit[1]].status, world.present(leases[0])) == ("healed", False)
    assert told[hit[0]].status == "mitigated"
    assert "carrier" in told[hit[0]].escalation
    assert parents_of(controller)[0].closed_at is None
    world.bench.breakages.take_out(line[0])
    controller.play(30)
    assert parents_of(controller)[0].closed_at is not None


def test_held_for_long_calls_a_person_once_and_is_healed_all_the_same(tmp_path):
    world = World()
    controller = Controller(world, tmp_path / "ledger.sqlite")
    controller.file.throw("kill", "carrier works tonight")
    world.put_in("wan_no_lease", variant="renew")
    controller.play(180)
    (incident,) = controller.incidents()
    assert incident.status == "held"
    assert "carrier works tonight" in incident.escalation
    assert controller.kinds(incident.id).count("escalated") == 1
    controller.file.throw("kill", None)
    controller.play(40)
    assert controller.incidents()[0].status == "healed"
    controller.close()


def test_a_write_that_nobody_can_tell_of_puts_its_device_in_quarantine(tmp_path, monkeypatch):
    world = World()
    controller = Controller(world, tmp_path / "ledger.sqlite")
    real, lost = world.session, []

    def moody(device):
        session = real(device)
        apply, read = session.apply, session.read

        def lose(write, permit):
            told = apply(write, permit)
            lost.append(device)
            return told

        def silent(look):
            if lost and look.getter != "ping":
                raise UnreachableError(device, "gone after the write")
            return read(look)

        session.apply, session.read = lose, silent
        return session

    monkeypatch.setattr(world, "session", moody)
    world.put_in("ap_hung")
    controller.play(60)
    (incident,) = controller.incidents()
    assert incident.status == "escalated"
    assert list(quarantined(controller.file)) == lost[:1]
    monkeypatch.setattr(world, "session", real)
    before = len(world.writes)
    world.put_in("vlan_missing", upstream=lost[0])
    controller.play(30)
    last = controller.incidents()[0]
    assert (last.signature, last.status) == ("vlan_missing", "held")
    assert "quarantine" in last.held_because
    assert len(world.writes) == before
    lift(controller.file, lost[0])
    controller.play(40)
    assert controller.incidents()[0].status == "healed"
    controller.close()


def test_what_nobody_may_repair_in_every_store_calls_one_person(world, controller):
    outage(world, world.chain.stores, "bgp_neighbor_down")
    controller.play(30)
    (parent,) = parents_of(controller)
    assert parent.subject == "the whole chain: bgp_neighbor_down"
    children = controller.file.incidents(parent=parent.id)
    assert {c.store for c in children} == set(world.chain.stores)
    assert not any(c.escalation for c in children)
    assert world.writes == []
