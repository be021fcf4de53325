"""Symptoms of a whole store as words that mean the same in every store."""

from anomaly.learn.features import columns_of, vocabulary, words_of
from anomaly.library import load_library
from anomaly.topology import Place

SWITCH, EDGE = "s001-sw1", "s001-edge"


def at(device, subject=None):
    return Place(device, subject or device)


def test_role_and_place_are_said_and_no_name(chain):
    words = words_of(
        [
            ("wan_no_address", at(EDGE, "GigabitEthernet0/0")),
            ("device_silent", at(SWITCH)),
            ("till_unseen", at(SWITCH, "s001-till1")),
            ("function_down", at(EDGE, "pos")),
            ("bgp_session_down", at(EDGE, "198.18.1.1")),
        ],
        chain,
        "s001",
    )
    assert words == {
        "wan_no_address@edge:wan/top",
        "device_silent@switch:device/top",
        "till_unseen@switch:endpoint/below",
        "function_down@edge:function/top",
        "bgp_session_down@edge:part/top",
    }


def test_the_words_do_not_depend_on_the_order(chain):
    seen = [("till_unseen", at(SWITCH, "s001-till1")), ("device_silent", at(SWITCH))]
    assert words_of(seen, chain, "s001") == words_of(reversed(seen), chain, "s001")


def test_most_of_the_places_of_a_kind(chain):
    points = [d.id for d in chain.devices.values() if d.role == "access_point"]
    assert "ap_silent@access_point:device/most" in words_of([("ap_silent", at(p)) for p in points[:2]], chain, "s001")
    assert not any("most" in w for w in words_of([("ap_silent", at(points[0]))], chain, "s001"))


def test_what_the_chain_does_not_know_says_nothing(chain):
    assert words_of([("device_silent", at("s009-sw1"))], chain, "s001") == frozenset()


def test_every_word_is_in_the_vocabulary(chain):
    names = load_library().symptoms
    every = frozenset(vocabulary(names))
    places = [at(d.id) for d in chain.devices.values()]
    places += [at(d.id, port) for d in chain.devices.values() for port in d.ports]
    words = words_of([(name, place) for name in names for place in places], chain, "s001")
    assert words <= every
    assert columns_of([]) == ()
