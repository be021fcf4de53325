"""What goes wrong at the switches of other vendors, on the lab's stores: each named at its place, nothing besides."""

import pytest

from anomaly.answers import ports_of
from inventory.looks import AccessRow, Look, PortRow, Reading
from lab.layout import Stock
from tests.anomaly.lab_bench import Bench

FAULTS = (
    ("duplex_mismatch", "till", 14),
    ("duplex_mismatch", "trunk", 14),
    ("cable_bad", "crc", 16),
    ("port_stuck", "", 24),
    ("port_flapping", "plug", 66),
    ("loop_on_edge_port", "till", 12),
    ("port_wrong_vlan", "", 14),
    ("ap_low_power", "", 40),
)
CASES = [(platform, *case) for platform in ("arista_eos", "juniper_junos") for case in FAULTS]


@pytest.fixture(scope="module")
def benches():
    """A store with switches of each vendor, calm."""
    made = {p: Bench(seed=7, stores=1, stock=Stock(vendors=(p,))) for p in ("arista_eos", "juniper_junos")}
    assert not [bench for bench in made.values() if bench.play("s001", 16)[-1].findings]
    return made


@pytest.mark.scenario
@pytest.mark.parametrize(
    ("platform", "name", "variant", "within"), [*CASES, ("arista_eos", "memory_leak", "exhausted", 12)]
)
def test_it_is_named_at_its_place_and_nothing_else_is(benches, platform, name, variant, within):
    bench = benches[platform]
    found = bench.breakages.faults[name].targets(bench.chain, bench.clock.now())
    target = next(t for t in found if t.variant == variant and bench.platforms[t.upstream] == platform)
    broken = bench.breakages.put_in(name, target)
    whole = {"loop_on_edge_port": target.upstream, "memory_leak": target.upstream, "ap_low_power": target.device}
    subject = whole.get(name, target.port)
    for _ in range(within // 2):
        sight = bench.round("s001")
        if sight.findings:
            break
    spots = {(f.signature, f.device, f.subject) for f in sight.findings}
    assert spots == {(name, whole.get(name, target.upstream), subject)}
    (finding,) = sight.findings
    confirmed = bench.watch.confirm(finding, bench.answers(bench.watch.looks_to_confirm(finding)), bench.clock.now())
    assert confirmed.ok, confirmed.why
    bench.breakages.take_out(broken)
    after = {(f.signature, f.device, f.subject) for sight in bench.play("s001", 40) for f in sight.findings}
    assert after <= spots
    assert not bench.round("s001").findings


def test_a_ports_vlan_may_be_told_with_the_trunks():
    def answered(getter, *rows):
        return {getter: Reading(device="w", look=Look(getter=getter), rows=rows, taken_at=None)}

    ports = answered(
        "ports", *(PortRow(name=name, status="connected", vlan=vlan) for name, vlan in (("a", ""), ("b", "7")))
    )
    trunks = answered("trunks", AccessRow(port="a", vlan=10), AccessRow(port="b", vlan=10))
    assert [row.vlan for row in ports_of({**ports, **trunks}).values()] == ["10", "7"]
    assert [row.vlan for row in ports_of(ports).values()] == ["", "7"]
    assert ports_of(trunks) == {}
