"""The store's wiring: paths, what is behind a place, and how places are related."""

from anomaly.topology import Place, functions_touched, management_vlans, tree_of


def gi(device, number):
    return Place(f"s001-{device}", f"GigabitEthernet1/0/{number}")


def tree(chain):
    return tree_of(chain, "s001")


def test_the_way_to_a_till_behind_an_access_point(chain):
    till = next(e for e in tree(chain).endpoints() if e.name == "s001-till3")
    assert till.place == Place("s001-ap2", "s001-till3")
    assert till.path == (
        Place("s001-edge", "GigabitEthernet0/1"),
        gi("sw1", 1),
        gi("sw1", 3),
        Place("s001-ap2", "lan1"),
    )


def test_what_is_behind_either_end_of_a_trunk(chain):
    for end in (gi("sw1", 24), gi("sw2", 1)):
        assert tree(chain).behind(end) == {"s001-sw2", "s001-ap4"}
    assert tree(chain).behind(gi("sw1", 1)) == {"s001-sw1", "s001-sw2", "s001-ap1", "s001-ap2", "s001-ap4"}


def test_places_behind_a_port(chain):
    behind = tree(chain).places_behind(gi("sw1", 3))
    assert {Place("s001-ap2", "s001-ap2"), Place("s001-ap2", "s001-till3")} <= behind
    assert not any(place.device == "s001-sw1" for place in behind)
    assert tree(chain).places_behind(gi("sw1", 5)) == {Place("s001-sw1", "s001-till1")}


def test_ports_above_and_across(chain):
    wiring = tree(chain)
    assert wiring.upstream_port(Place("s001-ap1", "s001-ap1")) == gi("sw1", 2)
    assert wiring.upstream_port(Place("s001-sw1", "s001-till1")) == gi("sw1", 5)
    assert wiring.upstream_port(Place("s001-edge", "s001-edge")) is None
    assert wiring.other_end(gi("sw1", 24)) == gi("sw2", 1)
    assert wiring.other_end(gi("sw2", 1)) == gi("sw1", 24)
    assert wiring.other_end(gi("sw1", 2)) == Place("s001-ap1", "s001-ap1")


def test_management_vlans_are_those_no_function_uses(chain):
    ports = chain.devices["s001-sw1"].ports
    assert management_vlans(chain, ports["GigabitEthernet1/0/2"]) == {99}
    assert management_vlans(chain, ports["GigabitEthernet1/0/5"]) == frozenset()


def test_functions_a_fault_can_hurt(chain):
    def touched(place, vlans=()):
        return functions_touched(chain, "s001", place, frozenset(vlans))

    everything = ("pos", "click_and_collect", "guest_wifi")
    assert touched(Place("s001-edge", "GigabitEthernet0/0")) == everything
    assert touched(gi("sw1", 1)) == everything
    assert touched(gi("sw1", 1), [20]) == ("click_and_collect",)
    assert touched(gi("sw1", 1), [99]) == everything
    assert touched(Place("s001-ap1", "s001-ap1")) == ("click_and_collect", "guest_wifi")
    assert touched(Place("s001-ap2", "s001-ap2")) == everything
    assert touched(gi("sw1", 5)) == ("pos",)
    assert touched(Place("s001-edge", "guest_wifi")) == ("guest_wifi",)
