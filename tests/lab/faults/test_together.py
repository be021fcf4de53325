"""Faults put in together, in any order, on the same ports: every look answers, and all is well once they are out."""

from random import Random

import pytest

from tests.lab.faults.test_lan_faults import MINE as FLOOR
from tests.lab.faults.test_wan_faults import MINE as LINES
from tests.lab.test_faults import KINDS, WHOLE
from tests.lab.test_peering import run

NEEDS_A_LOOP = {"management_lost_after_change", "fleet_common_cause"}
LOOKS = (
    "show interfaces",
    "show interfaces status",
    "show interfaces counters errors",
    "show power inline detail",
    "show mac address-table",
    "show cdp neighbors detail",
    "show lldp neighbors detail",
    "show processes cpu",
    "show spanning-tree",
    "show storm-control",
    "show ip route",
    "show ip arp",
    "show ip sla statistics",
    "show cellular 0/2/0 all",
    "show track",
    "show logging",
)


@pytest.mark.parametrize("seed", range(8))
def test_eight_at_a_time(new_bench, seed):
    chance, bench = Random(seed), new_bench(7, 2)
    names = sorted((KINDS | FLOOR | LINES) - NEEDS_A_LOOP)
    broken = []
    for _ in range(8):
        name = chance.choice(names)
        targets = bench.breakages.faults[name].targets(bench.chain, bench.clock.now())
        taken = [one.target for one in broken if one.fault.name == name]
        free = [t for t in targets if all((t.device, t.port) != (o.device, o.port) for o in taken)]
        if free:
            broken.append(bench.breakages.put_in(name, chance.choice(free)))
        bench.forward(chance.choice((0.5, 3, 12, 40)))
        device = chance.choice(list(bench.devices))
        for look in LOOKS:
            assert run(bench, look, device)
    assert not bench.rows("lab_error")
    chance.shuffle(broken)
    for one in broken:
        bench.breakages.take_out(one)
        bench.forward(2)
    bench.forward(60)
    assert all(bench.world.functions(store) == WHOLE for store in ("s001", "s002"))
    assert not [one.fault.name for one in broken if one.fault.present(bench.world, one.target)]
