"""What stands by is not what the store trades over: neither's proof fails for the other's sake."""

from types import SimpleNamespace

from controller.events import Check
from controller.excuses import counting
from inventory.model import Chain, Device, Port

PORTS = {"w": Port(name="w", use="wan"), "b": Port(name="b", use="backup_wan")}
EDGE = Device(id="e", store="s", role="edge", address="192.0.2.1", ports=PORTS)
CHAIN = Chain(stores={}, devices={"e": EDGE}, functions={})
CHECKS = (
    Check(function="pos", name="target_answers", ok=False, value="no"),
    Check(function="pos", name="till_answers", ok=True, value="yes"),
    Check(function="guest_wifi", name="target_answers", ok=False, value="no"),
)


def incident(subject, *functions):
    return SimpleNamespace(device="e", subject=subject, fault_class="A", functions=functions)


def kept(mine, *others):
    return [(c.function, c.name) for c in counting(CHECKS, mine, others, CHAIN)]


ALL = [(c.function, c.name) for c in CHECKS]


def test_a_backup_s_repair_does_not_fail_for_what_another_incident_touches():
    assert kept(incident("b"), incident("e", "pos")) == ALL[1:]
    assert kept(incident("b")) == ALL


def test_a_broken_backup_excuses_nothing_of_what_the_store_trades_over():
    assert kept(incident("w"), incident("b", "pos")) == ALL
    assert kept(incident("e"), incident("b", "pos")) == ALL
    assert kept(incident("e"), incident("w", "pos")) == [("pos", "till_answers")]
