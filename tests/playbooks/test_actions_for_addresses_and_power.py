"""Actions for address pools, strangers that hand out addresses, and a switch's power budget, on IOS."""

from datetime import UTC, datetime

import pytest

from inventory.looks import InterfaceRow, LeaseRow, MacRow, NeighborRow, PoeRow, PortRow, Reading, TextRow
from inventory.model import Chain, Device, Function, Port, Requirement
from inventory.service_rows import ConflictRow, DhcpPoolRow, PoeBudgetRow, SnoopedRow, TrustRow
from playbooks.actions import grant_power, release_stale_leases, shut_dhcp_stranger
from playbooks.model import Target

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
TRUNK, AP, TILL, KNOWN, SPARE, OTHER = (f"GigabitEthernet1/0/{n}" for n in (1, 2, 3, 4, 5, 6))
TILL_MAC, STRANGER, GUEST, GONE = (f"02:00:00:00:00:{n:02d}" for n in (1, 66, 30, 31))


def function(name, served_by, vlan):
    needs = Requirement(vlan=vlan, dhcp=True, target="198.51.100.1", max_latency_ms=100, max_loss_pct=10, probe=vlan)
    return Function(name=name, title=name.title(), criticality=1, served_by=served_by, requirement=needs)


def make_chain():
    ports = (
        Port(name=TRUNK, use="trunk", to="e", vlans=(10, 30)),
        Port(name=AP, use="access_point", to="a", vlans=(30,), poe=True),
        Port(name=TILL, use="till", to="t", vlans=(10,), mac=TILL_MAC),
        Port(name=KNOWN, use="other", to="signage", vlans=(30,), poe=True),
    )
    trunk = Port(name="Gi0/1", use="trunk", to="w", vlans=(10, 30))
    shared = {"store": "s", "address": "127.0.0.1", "platform": "cisco_ios"}
    edge = Device(id="e", role="edge", ports={"Gi0/1": trunk}, **shared)
    switch = Device(id="w", role="switch", ports={p.name: p for p in ports}, **shared)
    ap = Device(id="a", store="s", role="access_point", address="10.0.0.1")
    functions = (function("pos", "till", 10), function("guest_wifi", "access_point", 30))
    return Chain(stores={}, devices={d.id: d for d in (edge, switch, ap)}, functions={f.name: f for f in functions})


class Answers:
    """Answers by getter, the same at every device."""

    def __init__(self, **rows):
        self.rows = rows

    def read(self, device, look):
        return Reading(device=device, look=look, rows=tuple(self.rows.get(look.getter, ())), taken_at=NOW)


def target(device, subject):
    return Target(chain=make_chain(), device=device, subject=subject)


# address pools ---------------------------------------------------------------------------------------------------

POOLS = [
    DhcpPoolRow(name=str(v), first=f"10.1.{v}.1", last=f"10.1.{v}.254", total=254, leased=244, excluded=10, spent=True)
    for v in (10, 30)
]
GATEWAYS = [
    InterfaceRow(name=f"Gi0/1.{v}", address=f"10.1.{v}.1", method="", admin_up=True, oper_up=True) for v in (10, 30)
]
LEASES = [
    LeaseRow(address="10.1.30.11", mac=GUEST),
    LeaseRow(address="10.1.30.12", mac=GONE),
    LeaseRow(address="10.1.30.13", mac=""),
    LeaseRow(address="10.1.10.12", mac=GONE),
    LeaseRow(address="10.1.30.14", mac=TILL_MAC),
]


def pools(**more):
    given = {"dhcp_pools": POOLS, "interfaces": GATEWAYS, "leases": LEASES}
    return Answers(**{**given, "macs": [MacRow(vlan=30, mac=GUEST, port=AP)], **more})


def test_only_leases_of_the_pool_whose_holders_no_switch_sees_are_released():
    (change,) = release_stale_leases.plan(target("e", "guest_wifi"), pools(), {})
    assert change.write.lines == ("clear ip dhcp binding 10.1.30.12",)
    assert (change.write.kind, change.undo, change.device) == ("exec", None, "e")


def test_conflicts_of_the_pool_are_cleared_too():
    lost = [ConflictRow(address="10.1.30.99"), ConflictRow(address="10.1.10.99")]
    released, cleared = release_stale_leases.plan(target("e", "guest_wifi"), pools(dhcp_conflicts=lost), {})
    assert cleared.write.lines == ("clear ip dhcp conflict 10.1.30.99",)
    left = Reading(device="e", look=cleared.witness, rows=tuple(lost), taken_at=NOW)
    assert release_stale_leases.ran(cleared, left) is False
    assert release_stale_leases.ran(released, left) is True


def test_no_more_than_so_many():
    many = [LeaseRow(address=f"10.1.30.{n}", mac=f"02:99:00:00:00:{n:02x}") for n in range(11, 200)]
    (change,) = release_stale_leases.plan(target("e", "guest_wifi"), pools(leases=many), {"at_most": "7"})
    assert len(change.write.lines) == 7


@pytest.mark.parametrize(
    ("subject", "more", "why"),
    [
        ("pos", {}, "a person decides"),
        ("guest_wifi", {"macs": []}, "no switch of the store tells"),
        ("guest_wifi", {"dhcp_pools": POOLS[:1]}, "no pool for VLAN 30"),
        ("guest_wifi", {"leases": LEASES[:1]}, "is there"),
    ],
)
def test_when_no_lease_is_released(subject, more, why):
    with pytest.raises(LookupError, match=why):
        release_stale_leases.plan(target("e", subject), pools(**more), {})


# strangers -------------------------------------------------------------------------------------------------------

TRUSTED = [TrustRow(port=port, trusted=True) for port in (TRUNK, SPARE)]
UP = [PortRow(name=port, status="connected", vlan="10") for port in (TILL, SPARE, OTHER)]
MACS = [MacRow(vlan=10, mac=TILL_MAC, port=TILL), MacRow(vlan=10, mac=STRANGER, port=SPARE)]
LURED = SnoopedRow(mac=TILL_MAC, address="192.168.0.101", vlan=10, port=TILL)


def strangers(**more):
    given = {"dhcp_pools": POOLS, "snooping_trust": TRUSTED, "ports": UP, "macs": MACS, "snooped": [LURED]}
    return Answers(**{**given, **more})


def test_the_strangers_port_is_shut_and_the_lured_till_asks_anew():
    shut, down, up = shut_dhcp_stranger.plan(target("w", "w"), strangers(), {"down_seconds": "4"})
    assert shut.write.lines == (f"interface {SPARE}", " shutdown")
    assert shut.undo.lines == (f"interface {SPARE}", " no shutdown")
    assert [c.port for c in (down, up)] == [TILL, TILL]
    assert (down.pause_seconds, down.interrupts) == (4.0, True)
    closed = Reading(device="w", look=shut.witness, rows=(TextRow(text=f"interface {SPARE}\n shutdown"),), taken_at=NOW)
    assert [shut_dhcp_stranger.ran(c, closed) for c in (shut, up)] == [True, False]


@pytest.mark.parametrize(
    "more",
    [
        {"snooped": []},  # nobody holds an alien lease
        {"snooping_trust": TRUSTED[:1]},  # nobody may speak there
        {"ports": UP[:1]},  # nothing hangs there
        {"ports": [PortRow(name=SPARE, status="connected", vlan="30")]},  # another VLAN
        {"macs": MACS[:1]},  # nobody speaks there
        {"macs": [*MACS, MacRow(vlan=10, mac=TILL_MAC, port=SPARE)]},  # something of the inventory is there
        {"neighbors": [NeighborRow(local_port=SPARE, neighbor="w2")]},  # gear is there
        {"snooping_trust": [TrustRow(port=TILL, trusted=True)]},  # it is a till's
        {"dhcp_pools": []},
        {
            "snooping_trust": [*TRUSTED, TrustRow(port=OTHER, trusted=True)],
            "macs": [*MACS, MacRow(vlan=10, mac=GONE, port=OTHER)],
        },
    ],
)
def test_a_port_is_shut_only_when_it_is_certain(more):
    with pytest.raises(LookupError):
        shut_dhcp_stranger.plan(target("w", "w"), strangers(**more), {})


# power -----------------------------------------------------------------------------------------------------------


def poe(port, oper, watts=0.0):
    return PoeRow(port=port, admin="auto", oper=oper, watts=watts)


def power(*rows, left=2.0, **more):
    budget = PoeBudgetRow(available=370.0, used=370.0 - left, remaining=left)
    return Answers(poe=[poe(AP, "power-deny"), *rows], poe_budget=[budget], **more)


def test_what_nobody_knows_goes_dark_before_what_is_known():
    answers = power(poe(KNOWN, "on", 60.0), poe(SPARE, "on", 15.0), poe(OTHER, "on", 30.0), poe(TILL, "on", 60.0))
    (change,) = grant_power.plan(target("a", "a"), answers, {})
    assert change.write.lines == (f"interface {OTHER}", " power inline never")
    assert change.undo.lines == (f"interface {OTHER}", " power inline auto")
    first, second = grant_power.plan(target("a", "a"), power(poe(KNOWN, "on", 20.0), poe(SPARE, "on", 15.0)), {})
    assert [first.port, second.port] == [SPARE, KNOWN]


@pytest.mark.parametrize(
    "answers",
    [
        power(),
        power(poe(TILL, "on", 60.0)),
        power(poe(SPARE, "on", 7.0), poe(OTHER, "on", 7.0)),
        power(poe(SPARE, "on", 60.0), neighbors=[NeighborRow(local_port=SPARE, neighbor="ap9")]),
        power(poe(SPARE, "on", 60.0), macs=[MacRow(vlan=10, mac=TILL_MAC, port=SPARE)]),
        Answers(poe=[poe(TILL, "on")]),
        power(left=99.0),
    ],
)
def test_nothing_goes_dark_that_is_missed_or_does_not_help(answers):
    with pytest.raises(LookupError):
        grant_power.plan(target("a", "a"), answers, {})


def test_a_faulty_port_is_cycled_and_one_that_has_power_is_left_alone():
    text = [TextRow(text=f"interface {AP}")]
    off, on = grant_power.plan(target("a", "a"), Answers(poe=[poe(AP, "faulty")], port_config=text), {})
    assert [c.write.lines[-1].strip() for c in (off, on)] == ["power inline never", "power inline auto"]
    assert grant_power.plan(target("a", "a"), Answers(poe=[poe(AP, "on", 6.3)]), {}) == ()
