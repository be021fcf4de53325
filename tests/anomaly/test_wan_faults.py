"""Faults of the way out as the store's edge shows them: each is named alone, and none is taken for another."""

from contextlib import contextmanager

import pytest

from tests.anomaly.lab_bench import Bench

pytestmark = pytest.mark.scenario
PORT, EDGE = "GigabitEthernet0/0", "s001-edge"
KNOWN = [
    ("wan_brownout", "loss", "wan_brownout", EDGE),
    ("wan_brownout", "latency", "wan_brownout", EDGE),
    ("wan_saturated_by_guests", "", "wan_saturated_by_guests", EDGE),
    ("mtu_black_hole", "", "mtu_black_hole", EDGE),
    ("wan_stuck_on_backup", "hand", "wan_stuck_on_backup", PORT),
    ("modem_hung", "tracked", "modem_hung", PORT),
    ("wan_gateway_silent", "tracked", "wan_gateway_silent", PORT),
    ("not_the_network", "refused", "not_the_network", "pos"),
    ("wan_no_lease", "renew", "wan_no_lease", PORT),
    ("wan_carrier_down", "", "wan_carrier_down", PORT),
]
LINES = {signature for *_, signature, _ in KNOWN}


@pytest.fixture(scope="module")
def bench():
    bench = Bench(seed=7, stores=1)
    assert not bench.play("s001", 40)[-1].findings
    return bench


@contextmanager
def broken(bench, name, variant=None):
    """The fault is in; afterwards it is out, and nothing is left of it."""
    found = bench.breakages.faults[name].targets(bench.chain, bench.clock.now())
    one = bench.breakages.put_in(name, next(t for t in found if variant in (None, t.variant)))
    try:
        yield
    finally:
        bench.breakages.take_out(one)
        rounds = bench.play("s001", 44)
    assert not rounds[-1].findings
    assert "unknown" not in {signature for signature, *_ in named(rounds)}


def named(rounds):
    return {(f.signature, f.device, f.subject) for sight in rounds for f in sight.findings}


@pytest.mark.parametrize(("fault", "variant", "signature", "subject"), KNOWN)
def test_each_is_named_alone_and_confirmed_by_one_fresh_look(bench, fault, variant, signature, subject):
    with broken(bench, fault, variant):
        rounds = bench.play("s001", 36)
        assert named(rounds) == {(signature, EDGE, subject)}
        (finding,) = rounds[-1].findings
        bench.forward(2)
        fresh = bench.answers(bench.watch.looks_to_confirm(finding))
        assert bench.watch.confirm(finding, fresh, bench.clock.now()).ok


def test_a_store_that_cannot_be_reached_is_not_guessed_at(bench):
    with broken(bench, "wan_gateway_silent", "carrier"):
        assert named(bench.play("s001", 24)) == {("store_dark", EDGE, EDGE)}


OTHERS = ["ap_hung", "bgp_neighbor_down", "service_dns_ntp_radius", "change_under_way"]


@pytest.mark.parametrize("fault", OTHERS)
def test_other_faults_and_decoys_are_none_of_these(bench, fault):
    with broken(bench, fault):
        assert not {signature for signature, *_ in named(bench.play("s001", 24))} & LINES


def test_guests_that_fetch_without_harm_are_no_fault(bench):
    """A line that is full while nobody suffers; and one that is slow while it is not full is no guest's doing."""
    shop = bench.world.shops["s001"]
    link = shop.edge.links[PORT]
    link.inflow = 20_000.0
    assert not named(bench.play("s001", 20))
    link.inflow = 0.0
    assert not named(bench.play("s001", 20))
