"""Actions for what a store's own gear does beside switching: services, leases, lines, claims, intent."""

from datetime import UTC, datetime

import pytest

from inventory.looks import (
    BgpRow,
    ClaimRow,
    InterfaceRow,
    LeaseRow,
    Look,
    MacRow,
    PingRow,
    Reading,
    ServiceRow,
    TextRow,
)
from inventory.model import Chain, Device, Port
from playbooks.actions import (
    reapply_policy,
    release_stale_leases,
    restart_service,
    restore_intended,
    shut_rogue_port,
    steer_to_backup,
)
from playbooks.model import Target

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
TILL, ROGUE, GATEWAY = "02:00:00:00:00:01", "02:00:00:00:00:66", "02:00:00:00:00:fe"


def chain():
    edge = Device(
        id="e",
        store="s",
        role="edge",
        address="127.0.0.1",
        platform="frr",
        advertises=4,
        ports={p.name: p for p in (Port(name="wan0", use="wan"), Port(name="lte0", use="backup_wan"))},
    )
    switch = Device(
        id="w",
        store="s",
        role="switch",
        address="127.0.0.2",
        platform="openvswitch",
        serves=frozenset({"probes", "dhcp"}),
        ports={
            "uplink": Port(name="uplink", use="trunk", to="e", vlans=(10, 20)),
            "till1": Port(name="till1", use="till", to="t", vlans=(10,), mac=TILL),
        },
    )
    return Chain(stores={}, devices={"e": edge, "w": switch}, functions={})


class Answers:
    """Answers by getter; ``ping`` by destination."""

    def __init__(self, intended=None, **rows):
        self.rows = rows
        self.text = intended

    def read(self, device, look):
        rows = self.rows.get(look.getter, ())
        if look.getter == "ping":
            rows = [r for r in rows if r.destination == look.args["destination"]]
        return Reading(device=device, look=look, rows=tuple(rows), taken_at=NOW)

    def intended(self, device):
        return self.text


def target(device):
    return Target(chain=chain(), device=device, subject=device)


def reading(*rows):
    return Reading(device="w", look=Look(getter="x"), rows=rows, taken_at=NOW)


def service(name, *, running=True, answers=True):
    return ServiceRow(name=name, running=running, answers=answers)


def test_only_the_dead_service_is_restarted_and_seen_to_answer():
    reader = Answers(services=[service("dhcp"), service("dns", answers=False)])
    (change,) = restart_service.plan(target("w"), reader, {})
    assert change.write.kind == "exec"
    assert "dns" in change.write.lines[0]
    assert restart_service.ran(change, reading(service("dns"))) is True
    assert restart_service.ran(change, reading(service("dns", running=False, answers=None))) is False
    assert restart_service.ran(change, reading()) is None


def leases(number):
    return [LeaseRow(address=f"10.1.10.{100 + n}", mac=f"02:00:00:00:01:{n:02x}") for n in range(number)]


def silent(address):
    return PingRow(destination=address, sent=1, received=0, average_ms=None)


def test_leases_of_the_store_and_of_whoever_answers_are_kept():
    own = LeaseRow(address="10.1.10.200", mac=TILL)
    held = leases(4)
    pings = [silent(lease.address) for lease in held[1:]]
    pings.append(PingRow(destination=held[0].address, sent=1, received=1, average_ms=1.0))
    (change,) = release_stale_leases.plan(target("w"), Answers(leases=[own, *held], macs=[], ping=pings), {})
    assert change.touches == tuple(lease.address for lease in held[1:])
    assert release_stale_leases.ran(change, reading(own, held[0])) is True
    assert release_stale_leases.ran(change, reading(own, *held)) is False


def test_a_pool_used_by_people_is_not_emptied():
    held = leases(2)
    pings = [PingRow(destination=lease.address, sent=1, received=1, average_ms=1.0) for lease in held]
    with pytest.raises(LookupError, match="is there"):
        release_stale_leases.plan(target("w"), Answers(leases=held, macs=[], ping=pings), {})


def bgp(neighbor, state="established", prefixes=3, advertised=4):
    return BgpRow(
        neighbor=neighbor,
        remote_as="65001",
        state=state,
        prefixes=prefixes,
        since_seconds=9.0,
        advertised=advertised,
    )


LINES = [
    InterfaceRow(name="wan0", address="198.18.1.2/30", method="static", admin_up=True, oper_up=True),
    InterfaceRow(name="lte0", address="100.72.1.2/30", method="static", admin_up=True, oper_up=True),
]
CONFIG = TextRow(text="router bgp 4200000001\n neighbor 198.18.1.1 remote-as 64501\n!")


def test_steering_takes_the_primary_out_and_needs_a_backup_that_carries():
    sessions = [bgp("198.18.1.1"), bgp("100.72.1.1")]
    reader = Answers(bgp=sessions, interfaces=LINES, running_config=[CONFIG])
    (change,) = steer_to_backup.plan(target("e"), reader, {"revert_seconds": "60"})
    assert change.write.kind == "commit_confirm"
    assert any("198.18.1.1" in line for line in change.write.lines)
    assert steer_to_backup.ran(change, reading(bgp("198.18.1.1", state="shut"), sessions[1])) is True
    assert steer_to_backup.ran(change, reading(*sessions)) is False
    dead = Answers(bgp=[bgp("198.18.1.1"), bgp("100.72.1.1", state="down")], interfaces=LINES, running_config=[CONFIG])
    with pytest.raises(LookupError, match="nothing to steer to"):
        steer_to_backup.plan(target("e"), dead, {})
    shut = Answers(bgp=[bgp("198.18.1.1", state="shut"), bgp("100.72.1.1")], interfaces=LINES, running_config=[CONFIG])
    assert steer_to_backup.plan(target("e"), shut, {}) == ()


MAPS = TextRow(
    text="ip prefix-list OWN seq 5 permit 10.1.10.0/24\n!\nroute-map OUT permit 10\n match ip address prefix-list OWN\n"
    "exit\n!\nroute-map IN permit 10\n set local-preference 200\nexit"
)


def test_a_policy_is_applied_anew_and_read_back_by_what_is_told():
    applied, change = reapply_policy.plan(target("e"), Answers(running_config=[MAPS]), {})
    assert sum("OWN" in line for line in applied.write.lines) >= 2
    assert not any("IN" in line.split() for line in applied.write.lines)
    assert applied.action == "push_frr"
    assert reapply_policy.ran(change, reading(bgp("198.18.1.1"))) is True
    assert reapply_policy.ran(change, reading(bgp("198.18.1.1", advertised=1))) is False
    assert reapply_policy.ran(change, reading()) is None


def claim(*macs):
    return ClaimRow(address="10.1.10.1", vlan=10, macs=frozenset(macs))


def learned(**ports):
    return [MacRow(vlan=10, mac=mac, port=port) for port, mac in ports.items()]


def test_the_rogues_port_is_shut_and_nothing_else():
    macs = learned(uplink=GATEWAY, till1=TILL, spare=ROGUE)
    (change,) = shut_rogue_port.plan(target("w"), Answers(claims=[claim(GATEWAY, ROGUE)], macs=macs), {})
    assert any("spare" in line for line in change.write.lines)
    assert not any("uplink" in line or "till1" in line for line in change.write.lines)


@pytest.mark.parametrize(
    "macs",
    [learned(uplink=GATEWAY), learned(uplink=ROGUE), learned(uplink=GATEWAY, till1=TILL)],
    ids=["unseen", "behind the uplink", "only the till"],
)
def test_nothing_is_shut_when_it_cannot_be_told_whose_port(macs):
    with pytest.raises(LookupError):
        shut_rogue_port.plan(target("w"), Answers(claims=[claim(GATEWAY, ROGUE)], macs=macs), {})


INTENDED = "hostname w\n!\ninterface Gi1\n switchport access vlan 10\n!\ninterface Gi2\n switchport access vlan 20\n"


def ios_target():
    known = chain()
    switch = Device(id="w", store="s", role="switch", address="127.0.0.2", platform="cisco_ios")
    return Target(chain=Chain(stores={}, devices={**known.devices, "w": switch}, functions={}), device="w", subject="w")


def test_the_fewest_lines_restore_what_was_intended_and_shut_ports_stay_shut():
    running = TextRow(
        text=INTENDED.replace("vlan 10", "vlan 30").replace("interface Gi2\n", "interface Gi2\n shutdown\n")
    )
    reader = Answers(intended=INTENDED, running_config=[running])
    (change,) = restore_intended.plan(ios_target(), reader, {})
    assert change.write.lines == ("interface Gi1", " switchport access vlan 10")
    assert (
        restore_intended.plan(ios_target(), Answers(intended=INTENDED, running_config=[TextRow(text=INTENDED)]), {})
        == ()
    )


def test_a_port_shut_by_a_person_is_a_persons():
    running = TextRow(text=INTENDED.replace("interface Gi2\n", "interface Gi2\n shutdown\n"))
    with pytest.raises(LookupError, match="a person has shut"):
        restore_intended.plan(ios_target(), Answers(intended=INTENDED, running_config=[running]), {})
    with pytest.raises(LookupError, match="not known"):
        restore_intended.plan(ios_target(), Answers(running_config=[running]), {})
