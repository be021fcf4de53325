"""What a service beyond the store answers for does not fail the repair of something else."""

from types import SimpleNamespace

from controller.events import Check
from controller.excuses import counting
from inventory.model import Chain

CHAIN = Chain(stores={}, devices={}, functions={"pos": SimpleNamespace(), "guest_wifi": SimpleNamespace()})
CHECKS = tuple(
    Check(function=function, name=name, ok=False, value="no")
    for function in ("pos", "guest_wifi")
    for name in ("names_resolved", "till_answers")
)


def incident(subject, fault_class):
    return SimpleNamespace(device="e", subject=subject, fault_class=fault_class, functions=("pos",))


def kept(*others):
    return {(c.function, c.name) for c in counting(CHECKS, incident("w", "A"), others, CHAIN)}


def test_names_of_a_function_whose_resolver_is_dead_do_not_count():
    assert kept(incident("pos", "E")) == {(c.function, c.name) for c in CHECKS} - {("pos", "names_resolved")}


def test_everything_counts_beside_what_the_store_can_repair_itself():
    assert kept(incident("pos", "A")) == kept(incident("e", "E")) == kept() == {(c.function, c.name) for c in CHECKS}
