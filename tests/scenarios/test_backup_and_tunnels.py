"""Modems, tunnels and BGP sessions: set up anew where that is safe and helps, left to a person where it does not."""

from collections import Counter

import pytest

from lab.chain import make_chain
from tests.scenarios.stage import Controller, World, lines, only


def play_to_the_end(controller, seconds):
    """Until the one incident is over or with a person."""
    for _ in range(seconds // 2):
        controller.poll()
        if any(incident.status in ("healed", "escalated") for incident in controller.incidents()):
            return
    raise AssertionError(f"not over after {seconds} seconds: {controller.incidents()}")


HEALED = [
    ("lte_wedged", "session", ["shutdown", "no shutdown"]),
    ("lte_wedged", "modem", ["shutdown", "no shutdown", "test cellular 0/2/0 modem-reset"]),
    ("lte_weak_signal", "apn", ["cellular 0/2/0 lte profile create 1 mobilco.stores none ipv4"]),
    ("lte_silently_dead", "radio", ["test cellular 0/2/0 modem-reset"]),
    ("tunnel_one_way", "", ["clear crypto sa peer 198.51.100.2"]),
    ("bgp_neighbor_down", "stuck", ["clear ip bgp 198.18.1.1 soft", "clear ip bgp 198.18.1.1"]),
]


@pytest.mark.parametrize(("name", "variant", "written"), HEALED)
def test_what_hangs_is_set_up_anew(world, controller, name, variant, written):
    broken = world.put_in(name, variant=variant)
    play_to_the_end(controller, 60)
    assert (only(controller).signature, only(controller).status) == (name, "healed")
    assert lines(world) == written
    assert not world.present(broken)
    assert set(world.bench.world.functions(world.store).values()) == {1.0}


LEFT = [
    ("lte_weak_signal", "weak", "look at the antenna"),
    ("lte_silently_dead", "sim", "its card"),
    ("lte_silently_dead", "plan", "whether the plan's data is used up"),
    ("ike_failing", "psk", "class H"),
    ("gateway_dual_active", "config", "class H"),
]


@pytest.mark.parametrize(("name", "variant", "told"), LEFT)
def test_what_is_not_ours_to_mend_is_a_person_s_and_nothing_is_written(world, controller, name, variant, told):
    broken = world.put_in(name, variant=variant)
    play_to_the_end(controller, 50)
    assert (only(controller).signature, only(controller).status) == (name, "escalated")
    assert told in only(controller).escalation
    assert world.writes == []
    assert world.present(broken)


def test_a_modem_is_left_alone_while_the_store_trades_over_it(world, controller):
    world.put_in("wan_carrier_down")
    controller.play(20)
    world.put_in("lte_weak_signal", variant="apn")
    controller.play(40)
    assert lines(world) == []
    assert {i.signature: i.status for i in controller.incidents()}["wan_carrier_down"] == "mitigated"


def test_a_cellular_carrier_s_outage_calls_one_person_not_one_for_every_store(tmp_path):
    hit = 6
    seed = next(seed for seed in range(200) if most_on_one_cellular_carrier(seed) == hit)
    world = World(seed=seed, stores=8)
    controller = Controller(world, tmp_path / "ledger.sqlite")
    controller.play(6)
    carrier, _ = Counter(s.carriers[1] for s in world.chain.stores.values()).most_common(1)[0]
    for store in (name for name, shop in world.chain.stores.items() if shop.carriers[1] == carrier):
        world.put_in("lte_silently_dead", store=store, variant="sim")
    controller.play(20)
    told = Counter((i.signature, i.status) for i in controller.incidents())
    controller.close()
    assert told == {("fleet_common_cause", "escalated"): 1, ("lte_silently_dead", "held"): hit}
    assert world.writes == []


def most_on_one_cellular_carrier(seed):
    shops = make_chain(seed, 8).chain.stores.values()
    return Counter(shop.carriers[1] for shop in shops).most_common(1)[0][1]
