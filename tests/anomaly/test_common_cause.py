"""When faults in many stores are one fault: never below k, only with a share that stands out, whatever the order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anomaly.common_cause import RULES, Change, Ground, Sign, Spot, common_causes, ground_of, things_of
from lab.chain import make_chain

START = datetime(2026, 3, 3, 12, tzinfo=UTC)
TOGETHER = timedelta(minutes=15)
CARRIERS = ("northtel", "metroline", "fibreway")


def ground(stores, carriers=CARRIERS, regions=("north", "south")):
    names = [f"s{n:04d}" for n in range(stores)]
    lines = {(f"{s}-edge", "wan"): carriers[n % len(carriers)] for n, s in enumerate(names)}
    region = {s: regions[(n // len(carriers)) % len(regions)] for n, s in enumerate(names)}
    members = {("carrier", c): frozenset(s for s in names if lines[(f"{s}-edge", "wan")] == c) for c in carriers}
    members |= {("region", r): frozenset(s for s in names if region[s] == r) for r in regions}
    places = {s: (("region", region[s]),) for s in names}
    return Ground(stores=frozenset(names), lines=lines, services={}, places=places, members=members)


def sign(number, signature="wan_no_lease", subject="wan", after=0, *, firing=True):
    store = f"s{number:04d}"
    spot = Spot(store, signature, f"{store}-edge", subject)
    return Sign(spot=spot, since=START + timedelta(seconds=after), firing=firing)


def subjects(signs, where, **given):
    return [cause.subject for cause in common_causes(signs, where, TOGETHER, **given)]


def on(carrier, number):
    return [CARRIERS.index(carrier) + len(CARRIERS) * n for n in range(number)]


def test_a_carrier_that_fails_is_one_cause_by_link_and_by_lease():
    hit = on("northtel", 12)
    signs = [sign(n, "wan_no_lease" if n % 2 else "wan_carrier_down", firing=False) for n in hit]
    (cause,) = common_causes(signs, ground(40), TOGETHER)
    assert (cause.kind, cause.subject, cause.sharing) == ("carrier", "carrier northtel", 14)
    assert cause.signatures == ("wan_carrier_down", "wan_no_lease")
    assert (len(cause.stores), cause.firing, cause.need) == (12, 0, 5)
    assert "12 of 14 stores that share carrier northtel" in cause.reason
    assert "of the 26 other stores 0 do" in cause.reason


def test_four_faults_on_one_carrier_are_four_faults():
    assert subjects([sign(n) for n in on("northtel", 4)], ground(6 * 3)) == []
    assert subjects([sign(n) for n in on("northtel", 5)], ground(6 * 3)) == ["carrier northtel"]


def test_a_large_carrier_needs_its_share():
    where = ground(900)
    assert subjects([sign(n) for n in on("northtel", 14)], where) == []
    assert subjects([sign(n) for n in on("northtel", 15)], where) == ["carrier northtel"]


def test_what_is_as_frequent_elsewhere_is_no_cause_of_the_carrier():
    where = ground(300)
    signs = [sign(n) for n in on("northtel", 30)] + [sign(n) for n in on("metroline", 20)]
    assert subjects(signs, where) == []
    assert subjects([sign(n) for n in range(160)], where) == ["the whole chain: line"]


def test_one_fault_elsewhere_does_not_hide_a_cause_in_a_small_chain():
    where = ground(8, carriers=("northtel", "northtel", "northtel", "metroline"))
    signs = [sign(n) for n in (0, 1, 2, 4, 5, 6)]
    assert subjects([*signs, sign(3)], where) == ["carrier northtel"]


def test_faults_that_began_hours_apart_are_no_cause():
    signs = [sign(n, after=index * 1000) for index, n in enumerate(on("northtel", 10))]
    assert subjects(signs, ground(40)) == []


def test_a_standing_cause_is_given_up_at_half():
    where = ground(300)
    for number, there in ((5, True), (2, False)):
        signs = [sign(n, after=number * 5000) for n in on("northtel", number)]
        assert (subjects(signs, where, standing={"carrier northtel"}) != []) is there


def test_local_faults_of_one_kind_in_a_region_need_more():
    where = ground(60)
    north = sorted(where.members[("region", "north")])
    numbers = [int(s[1:]) for s in north]
    assert subjects([sign(n, "ap_hung", "ap") for n in numbers[:5]], where) == []
    assert subjects([sign(n, "ap_hung", "ap") for n in numbers[:6]], where) == ["region north: ap_hung"]


def test_what_a_rollout_changed_comes_before_all_else():
    where = ground(60)
    numbers = [0, 1, 3, 4, 7, 9]
    changes = {f"s{n:04d}": Change(rollout="push_0001", at=START - timedelta(minutes=2)) for n in (*numbers, 11, 12)}
    signs = [sign(n, "vlan_missing", "port") for n in numbers]
    assert subjects(signs, where, changes=changes) == ["change push_0001: vlan_missing"]
    earlier = {s: replace(c, at=START + timedelta(minutes=1)) for s, c in changes.items()}
    assert subjects(signs, where, changes=earlier) == []


def test_the_things_of_a_spot_are_known_without_any_other_store():
    spot = sign(3).spot
    names = [thing.subject for thing in things_of(spot, ground(40), {}, START)]
    assert names == ["carrier northtel", "region south: line", "the whole chain: line"]


def test_the_ground_of_a_real_chain():
    chain = make_chain(7, 12).chain
    where = ground_of(chain)
    for store, shop in chain.stores.items():
        assert store in where.members[("carrier", shop.carriers[0])]
        assert store in where.members[("carrier", f"{shop.carriers[1]} (backup)")]
        assert store in where.members[("region", shop.region)]


HITS = st.lists(
    st.builds(
        sign,
        st.integers(0, 59),
        st.sampled_from(["wan_no_lease", "wan_carrier_down", "ap_hung"]),
        st.sampled_from(["wan", "port"]),
        st.integers(0, 3000),
        firing=st.booleans(),
    ),
    max_size=60,
    unique_by=lambda s: s.spot,
)


@settings(max_examples=200, deadline=None)
@given(HITS, st.randoms(use_true_random=False))
def test_the_order_of_what_is_seen_does_not_matter_and_judging_again_changes_nothing(signs, chance):
    where = ground(60)
    causes = common_causes(signs, where, TOGETHER)
    mixed = list(signs)
    chance.shuffle(mixed)
    assert common_causes(mixed, where, TOGETHER) == causes
    standing = {c.subject for c in causes}
    assert standing <= set(subjects(signs, where, standing=standing))


@settings(max_examples=200, deadline=None)
@given(HITS)
def test_never_below_k_and_never_below_the_share(signs):
    where = ground(60)
    for cause in common_causes(signs, where, TOGETHER):
        rule = RULES[cause.kind]
        assert len(cause.stores) >= max(rule.least, rule.share * cause.sharing)
        assert cause.firing <= len(cause.stores) <= cause.sharing


@settings(max_examples=200, deadline=None)
@given(HITS)
def test_a_sign_belongs_to_one_cause_at_most(signs):
    told = [s.spot for cause in common_causes(signs, ground(60), TOGETHER) for s in cause.signs]
    assert len(told) == len(set(told))


@pytest.mark.parametrize("seed", range(3))
def test_chance_alone_makes_no_cause(seed):
    """A day of 1,000 stores with ten times the published rate of line faults."""
    chance = Random(seed)
    signs = [sign(n, after=chance.randrange(86_400)) for n in chance.sample(range(1000), 30)]
    assert subjects(signs, ground(1000)) == []


def test_a_carrier_s_routers_are_a_cause_of_their_own():
    chain = make_chain(7, 40).chain
    edges = {s: chain.edge_of(s).id for s, shop in chain.stores.items() if shop.carriers[0] == "northtel"}
    signs = [Sign(spot=Spot(s, "bgp_neighbor_down", e, e), since=START, firing=True) for s, e in edges.items()]
    assert subjects(signs, ground_of(chain)) == ["carrier northtel: bgp_neighbor_down"]


def placed(stores, kind, name, hit):
    """As ``ground``, with some stores on a hub or a warehouse of their own kind."""
    where = ground(stores)
    on_it = frozenset(f"s{n:04d}" for n in hit)
    places = {s: (*(((kind, name),) if s in on_it else ()), *those) for s, those in where.places.items()}
    return replace(where, places=places, members={**where.members, (kind, name): on_it})


@pytest.mark.parametrize("kind", ["hub", "warehouse"])
def test_what_a_hub_or_a_warehouse_shares_is_named_before_its_region(kind):
    hit = range(0, 60, 10)
    signs = [sign(n, "unknown", "pos") for n in hit]
    assert subjects(signs, placed(60, kind, "leeds", hit)) == [f"{kind} leeds: unknown"]
    assert subjects(signs[:4], placed(60, kind, "leeds", hit)) == []


def test_a_server_that_many_stores_need_is_one_cause_and_its_other_stores_do_not_hide_it():
    where = replace(ground(60), services={"pos": "198.51.100.10", "guest_wifi": "198.51.100.20"})
    every = where.stores
    where = replace(where, members={**where.members, ("service", "198.51.100.10"): every})
    signs = [sign(n, "not_the_network", "pos") for n in range(0, 60, 5)]
    assert subjects(signs, where) == ["service 198.51.100.10: not_the_network"]


def test_the_places_of_a_chain_are_those_of_its_inventory():
    chain = make_chain(seed=3, stores=4).chain
    moved = {s: replace(store, hub="leeds", warehouse="") for s, store in chain.stores.items()}
    where = ground_of(replace(chain, stores=moved))
    assert where.members[("hub", "leeds")] == frozenset(chain.stores)
    assert not any(kind == "warehouse" for kind, _ in where.members)
    target = chain.functions["pos"].requirement.target
    assert where.members[("service", target)] == frozenset(chain.stores)
