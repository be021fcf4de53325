"""The process dies at every call to the ledger or to a device; the next one finishes, and nothing is done twice."""

import os

import pytest

from tests.scenarios.stage import Controller, Crash, Trap, World

# every n-th call; `make chaos` takes every third
STEP = int(os.environ.get("CRASH_STEP", "43"))
EFFECTS = ("power inline", "shutdown", "no shutdown", "renew dhcp", "switchport trunk allowed")


def story(tmp_path, fault, trap, variant=None):
    """Play one fault with one crash; returns the world and the controller that finished."""
    world = World(seed=3)
    path = tmp_path / f"{fault}-{trap.at}-{trap.after}.sqlite"
    broken = world.put_in(fault, **({"variant": variant} if variant else {}))
    controller = None
    try:
        controller = Controller(world, path, trap)
        controller.play(60)
    except Crash:
        controller and controller.close()
        controller = Controller(world, path, name="host:2:2") if controller else Controller(world, path)
        controller.play(80)
    return world, broken, controller


def calls(tmp_path, fault, variant=None):
    trap = Trap()
    story(tmp_path, fault, trap, variant)[2].close()
    return trap.calls


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(("fault", "variant"), [("ap_hung", None), ("vlan_missing", None), ("wan_no_lease", "stuck")])
def test_a_crash_anywhere_loses_nothing_and_doubles_nothing(tmp_path, fault, variant, after):
    (tmp_path / "count").mkdir()
    points = calls(tmp_path / "count", fault, variant)
    assert points > 40
    for at in range(1 + after, points, STEP):
        world, broken, controller = story(tmp_path, fault, Trap(at, after=after), variant)
        told = [(i.signature, i.status) for i in controller.incidents()]
        assert told == [(fault, "healed")], f"crash at call {at}"
        assert not world.present(broken)
        effects = [w for w in world.writes if w[1].startswith(EFFECTS)]
        assert len(effects) == len(set(effects)), f"crash at call {at}: {effects}"
        assert not controller.file.intents(open_only=True), f"crash at call {at}"
        assert not world.pending
        controller.close()
