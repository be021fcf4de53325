"""What must not matter, and what must: the same day told otherwise."""

import numpy as np
import pytest

from anomaly.learn.prototypes import Prototype, Prototypes
from anomaly.replay.balance import Balance
from anomaly.replay.loglines import symptom_of
from anomaly.replay.records import LogLine
from tests.anomaly.replay.fabric import LEAVES, Fabric
from tests.anomaly.replay.test_replay import firsts, told


def hashed_otherwise():
    fabric = Fabric()
    for core, factor in enumerate((0.4, 0.4, 1.6, 1.6)):
        fabric.scale("spine2", f"core{core}", "out", 50, factor)
    return fabric


@pytest.mark.parametrize("factor", [0.01, 30])
def test_how_much_traffic_there_is_does_not_matter(tmp_path, factor):
    usual, other = hashed_otherwise(), hashed_otherwise()
    for place in other.kbps:
        other.scale(*place, 0, factor)
    assert firsts(told(tmp_path / "a", other)) == firsts(told(tmp_path / "b", usual))


def test_devices_that_fall_behind_together_lose_no_traffic_where_their_own_rate_goes_on(tmp_path):
    fabric = Fabric()
    fabric.behind = dict.fromkeys(LEAVES[:3], 50)
    assert {d.kind for d in told(tmp_path / "counted", fabric)} == {"blackhole"}
    fabric.metered = True
    assert told(tmp_path / "metered", fabric) == []


def test_the_devices_own_rate_bears_witness_of_a_fall_that_is_one(tmp_path):
    fabric = Fabric()
    fabric.metered = True
    for device, interface, way in list(fabric.kbps):
        if device in {"leaf1", "leaf2", "spine1"}:
            fabric.scale(device, interface, way, 50, 0.5)
    assert {row[2] for row in firsts(told(tmp_path, fabric))} == {"blackhole"}


def test_a_port_whose_counter_starts_again_makes_no_sum_wrong(tmp_path):
    fabric = Fabric()
    for place in (
        ("leaf1", "host0", "in"),
        ("leaf1", "up0", "out"),
        ("spine1", "down0", "in"),
        ("spine1", "core0", "out"),
    ):
        fabric.scale(*place, 40, 3.0)
    fabric.kbps["leaf1", "up0", "out"][40:46] = -1e6
    assert told(tmp_path, fabric) == []


def test_what_goes_missing_just_after_another_incident_is_one_of_its_own(tmp_path):
    fabric = Fabric()
    fabric.down("leaf4", "up1", 44)
    for host in range(4):
        fabric.scale("leaf2", f"host{host}", "out", 53, 0.5)
    found = firsts(told(tmp_path, fabric))
    assert [row[1:3] for row in found] == [("leaf4", "admin_shut"), ("leaf2", "blackhole")]


@pytest.mark.parametrize(
    ("mnemonic", "message", "said"),
    [
        ("ROUTING-BGP-5-ADJCHANGE", "neighbor 10.0.0.1 Down - Interface flap (VRF: default)", "log_session_lost"),
        ("ROUTING-BGP-5-ADJCHANGE", "neighbor 10.0.0.1 Down - Peer closing down the session", None),
        ("ROUTING-BGP-5-ADJCHANGE", "neighbor 10.0.0.1 Down - BGP Notification received, hold time expired", None),
        ("ROUTING-BGP-5-ADJCHANGE", "neighbor 10.0.0.1 Up (VRF: default)", None),
        (
            "L2-BFD-6-SESSION_STATE_DOWN",
            "BFD session to neighbor 10.0.0.1 on interface Hu0/0/0/1 has gone down. Reason: Control timer expired",
            "bfd_down",
        ),
        ("L2-BFD-6-SESSION_STATE_UP", "BFD session to neighbor 10.0.0.1 on interface Hu0/0/0/1 is up", "bfd_up"),
        ("L2-BFD-6-SESSION_STATE_DOWN", "no words that are known", None),
    ],
)
def test_a_log_line_says_what_the_router_did_itself(mnemonic, message, said):
    found = symptom_of(LogLine(ts=1.0, device="r", mnemonic=mnemonic, message=message))
    assert (found.name if found else None) == said


def leaking(ratio, usual):
    """How often in a row something is missing, after a short past, when a tenth less goes out."""
    balance = Balance(1)
    for share in usual:
        balance.missing(0, np.array([1e6]), np.array([1e6 * ratio * share]))
    return balance.missing(0, np.array([1e6]), np.array([0.9e6 * ratio]))[1]


def test_only_a_device_that_sends_on_what_it_hears_can_be_found_dropping():
    steady = [1.0, 1.0002, 0.9998, 1.0, 1.0001, 0.9999]
    assert leaking(1.0, steady) == 1
    assert leaking(0.02, steady) == 0
    assert leaking(1.9, steady) == 0
    assert leaking(1.0, [1.0, 1.04, 0.96, 1.03, 0.97, 1.02]) == 0


def confirmed(kind, *words):
    return Prototype(kind=kind, words=frozenset(words), run="r", device="d", ts=0.0)


def test_the_mark_of_a_kind_must_be_there():
    link = ("self:oper_down", "self:carrier")
    known = Prototypes(
        [
            confirmed("shut", "self:admin_down", *link),
            confirmed("shut", "self:admin_down", "self:bgp_loss", *link),
            confirmed("cleared", "self:bgp_loss"),
        ]
    )
    assert known.nearest(frozenset(link))[0] == ""
    assert known.nearest(frozenset({"self:admin_down", *link}))[0] == "shut"
    assert known.nearest(frozenset({"self:bgp_loss"}))[0] == "cleared"
