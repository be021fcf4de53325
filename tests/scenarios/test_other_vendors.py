"""Stores with switches of other vendors: what is mended on them, in their words, and what is left to a person."""

import pytest

from lab.layout import Stock
from tests.scenarios.stage import Controller, World
from tests.scenarios.test_port_faults import ended

EOS, JUNOS = "arista_eos", "juniper_junos"
MEMBERS = "unit 0 family ethernet-switching vlan members"


@pytest.fixture
def played(request, tmp_path):
    """A store of the vendor asked for, or the one of two that is closed, looked at for a while."""
    platform, closed = request.param
    world = World(stores=2 if closed else 1, stock=Stock(vendors=(platform,)))
    if closed:
        now = world.bench.clock.now()
        world.store = next(name for name, shop in world.chain.stores.items() if not shop.is_trading(now))
    controller = Controller(world, tmp_path / "ledger.sqlite")
    controller.play(10)
    yield world, controller
    controller.close()


def switch_lines(world):
    """What was written, without the words that only lead to the port."""
    return [line for _, line in world.writes if not line.startswith("interface ")]


MENDED = (
    (EOS, "port_stuck", "", "shutdown, no shutdown"),
    (EOS, "loop_on_edge_port", "spare", "shutdown, no shutdown"),
    (EOS, "port_wrong_vlan", "", "switchport access vlan 10"),
    (JUNOS, "port_stuck", "", "set interfaces {0} disable, delete interfaces {0} disable"),
    (JUNOS, "loop_on_edge_port", "till", "set interfaces {0} disable, delete interfaces {0} disable"),
    (JUNOS, "port_flapping", "negotiation", "set interfaces {0} speed 100m"),
    (
        JUNOS,
        "port_wrong_vlan",
        "",
        f"delete interfaces {{0}} {MEMBERS}, set interfaces {{0}} {MEMBERS} 10",
    ),
)


@pytest.mark.parametrize(
    ("played", "name", "variant", "written"), [((p, False), *rest) for p, *rest in MENDED], indirect=["played"]
)
def test_what_a_port_needs_is_done_once(played, name, variant, written):
    world, controller = played
    broken = world.put_in(name, variant=variant)
    incident = ended(controller, "healed")
    assert (incident.signature, incident.status, incident.device) == (name, "healed", broken.target.upstream)
    assert switch_lines(world) == written.format(broken.target.port).split(", ")
    assert not world.present(broken)
    controller.play(20)
    assert len(controller.incidents()) == 1
    assert set(world.bench.world.functions(world.store).values()) == {1.0}


@pytest.mark.parametrize("played", [(EOS, True), (JUNOS, True)], indirect=True)
def test_a_forced_port_negotiates_again_once_the_store_is_closed(played):
    world, controller = played
    broken = world.put_in("duplex_mismatch", variant="till", store=world.store)
    incident = ended(controller, "healed")
    assert (incident.signature, incident.status, incident.store) == ("duplex_mismatch", "healed", world.store)
    assert not world.present(broken)
    port = f"interfaces {broken.target.port}"
    words = {
        EOS: ["no speed"],
        JUNOS: [f"delete {port} {w}" for w in ("speed", "link-mode", "ether-options no-auto-negotiation")],
    }
    assert switch_lines(world) == words[world.bench.platforms[broken.target.upstream]]


@pytest.mark.parametrize(
    ("played", "name", "variant"),
    [
        ((EOS, False), "port_flapping", "negotiation"),
        ((EOS, False), "memory_leak", "climbing"),
        ((EOS, False), "cable_bad", "slow"),
        ((JUNOS, False), "cable_bad", "slow"),
        ((JUNOS, False), "duplex_mismatch", "trunk"),
    ],
    indirect=["played"],
)
def test_what_is_not_to_be_mended_from_afar_is_told(played, name, variant):
    world, controller = played
    broken = world.put_in(name, variant=variant)
    incident = ended(controller, "escalated")
    assert (incident.signature, incident.status, incident.device) == (name, "escalated", broken.target.upstream)
    assert world.writes == []
