"""Backup lines, tunnels and shared gateways of emulated stores: each fault by its name alone, and what resembles it.

The other variants are played through to their ending in ``tests/scenarios/test_backup_and_tunnels.py``.
"""

import pytest

from tests.anomaly.lab_bench import Bench

pytestmark = pytest.mark.scenario
EDGE, CELL = "s001-edge", "Cellular0/2/0"
FAULTS = [
    ("lte_weak_signal", "roaming", (EDGE, CELL), 8),
    ("ike_failing", "blocked", (EDGE, EDGE), 16),
    ("site_id_duplicate", "", (EDGE, EDGE), 56),
    ("gateway_dual_active", "l2_split", ("s001-sw1", "s001-sw1"), 8),
]


@pytest.fixture(scope="module")
def bench():
    bench = Bench(seed=7, stores=1)
    assert not bench.play("s001", 20)[-1].findings
    return bench


def put(bench, name, variant=""):
    return bench.breakages.put_in(name, bench.breakages.find(name, store="s001", variant=variant or None))


def spots(rounds):
    return {(f.signature, f.device, f.subject) for sight in rounds for f in sight.findings}


@pytest.mark.parametrize(("name", "variant", "root", "seconds"), FAULTS)
def test_a_fault_is_named_at_its_root_and_nothing_else_is(bench, name, variant, root, seconds):
    broken = put(bench, name, variant)
    rounds = bench.play("s001", seconds)
    assert spots(rounds) == {(name, *root)}
    (finding,) = rounds[-1].findings
    answers = bench.answers(bench.watch.looks_to_confirm(finding))
    assert bench.watch.confirm(finding, answers, bench.clock.now()).ok
    bench.breakages.take_out(broken)
    assert not bench.play("s001", 26)[-1].findings


def test_a_modem_and_a_tunnel_at_once_are_two_faults(bench):
    broken = [put(bench, "lte_silently_dead", "radio"), put(bench, "tunnel_one_way")]
    rounds = bench.play("s001", 16)
    assert spots(rounds) == {("lte_silently_dead", EDGE, CELL), ("tunnel_one_way", EDGE, EDGE)}
    for one in broken:
        bench.breakages.take_out(one)
    assert not bench.play("s001", 30)[-1].findings


def test_a_gateway_that_leads_alone_or_a_hung_session_elsewhere_is_no_such_fault(bench):
    shop = bench.world.shops["s001"]
    bench.world.type_in(EDGE, "interface GigabitEthernet0/1.10", "standby 10 ip 10.1.10.254", "end")
    shop.clear_peer(bench.clock.seconds(), None)
    assert not spots(bench.play("s001", 20))
    bench.world.type_in(EDGE, "interface GigabitEthernet0/1.10", "no standby 10 ip", "end")
    bench.play("s001", 10)
