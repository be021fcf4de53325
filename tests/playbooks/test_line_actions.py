"""What is planned for lines: back to the primary, packets that fit. And when nothing is."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from inventory.line_rows import LargePingRow
from inventory.looks import Look, Reading, TextRow
from inventory.model import Chain, Device, Function, Port, Requirement, Store
from playbooks.actions import mend_black_hole, return_to_primary
from playbooks.codec import dump_changes, load_changes
from playbooks.model import Target

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
WAN, LTE, TRUNK = "GigabitEthernet0/0", "Cellular0/2/0", "GigabitEthernet0/1"
DEFAULT = "ip route 0.0.0.0 0.0.0.0"


def chain(**needs):
    ports = {
        WAN: Port(name=WAN, use="wan"),
        LTE: Port(name=LTE, use="backup_wan"),
        TRUNK: Port(name=TRUNK, use="trunk", to="w", vlans=(10,)),
    }
    edge = Device(id="e", store="s", role="edge", address="127.0.0.1", platform="cisco_ios", ports=ports)
    given = {
        "vlan": 10,
        "dhcp": True,
        "target": "198.51.100.10",
        "max_latency_ms": 250,
        "max_loss_pct": 20,
        "probe": 10,
    }
    pos = Function(
        name="pos", title="Tills", criticality=1, served_by="till", requirement=Requirement(**{**given, **needs})
    )
    store = Store(
        id="s",
        name="S",
        region="north",
        time_zone=ZoneInfo("UTC"),
        trading_hours={"mon": (time(8), time(20))},
        takings_per_hour=1.0,
        carriers=(),
        functions=("pos",),
    )
    return Chain(stores={"s": store}, devices={"e": edge}, functions={"pos": pos})


class Router:
    """Tells its configuration, and answers echoes up to a size."""

    def __init__(self, *config, largest=1500, intended=None):
        self.config, self.largest, self._intended, self.asked = config, largest, intended, []

    def read(self, device, look):
        if look.getter == "large_ping":
            size = int(look.args["size"])
            self.asked.append((look.args["source"], size))
            back = 2 if size <= self.largest else 0
            rows = (LargePingRow(destination=look.args["destination"], size=size, sent=2, received=back, told=0),)
        else:
            rows = (TextRow(text="\n".join(self.config)),)
        return Reading(device=device, look=look, rows=rows, taken_at=NOW)

    def intended(self, device):
        del device
        return self._intended


def back(router):
    return return_to_primary.plan(Target(chain=chain(), device="e", subject=WAN), router, {"revert_seconds": "60"})


def fit(router, **needs):
    target = Target(chain=chain(**({"packet_bytes": 1500} | needs)), device="e", subject="e")
    return mend_black_hole.plan(target, router, {})


def text(*lines):
    return Reading(device="e", look=Look(getter="x"), rows=(TextRow(text="\n".join(lines)),), taken_at=NOW)


@pytest.mark.parametrize(
    ("intended", "behind"),
    [(None, f"{DEFAULT} {LTE} 200"), (f"{DEFAULT} {LTE} 250 name lte", f"{DEFAULT} {LTE} 250 name lte")],
)
def test_a_backup_put_first_by_hand_is_put_behind_again(intended, behind):
    by_hand = f"{DEFAULT} {LTE} 5"
    (change,) = back(Router(f"{DEFAULT} dhcp 10", by_hand, "end", intended=intended))
    assert change.write.kind == "commit_confirm"
    assert change.write.revert_in_seconds == 60
    assert change.write.lines == (f"no {by_hand}", behind)
    assert change.undo.lines == (f"no {behind}", by_hand)
    assert load_changes(dump_changes((change,))) == (change,)


def test_an_operation_that_hangs_is_begun_anew():
    schedule = "ip sla schedule 90 life forever start-time now"
    config = ("track 90 ip sla 90 reachability", f"{DEFAULT} dhcp 10 track 90", f"{DEFAULT} {LTE} 200", schedule, "end")
    stopped, begun = back(Router(*config))
    assert (stopped.write.lines, begun.write.lines) == (("no ip sla schedule 90",), (schedule,))
    assert stopped.undo == begun.write
    assert return_to_primary.ran(stopped, text(*config)) is False
    assert return_to_primary.ran(stopped, text("end")) is True
    assert return_to_primary.ran(begun, text(*config)) is True
    assert return_to_primary.ran(begun, text("end")) is False
    assert return_to_primary.ran(begun, text("")) is None


@pytest.mark.parametrize(
    ("config", "why"),
    [
        ((f"{DEFAULT} dhcp 10", f"{DEFAULT} {LTE} 3"), "was steered"),
        ((f"{DEFAULT} dhcp 10", f"{DEFAULT} {LTE} 200"), "nothing in the routes"),
        ((f"{DEFAULT} dhcp 10",), "not just one default route"),
        ((f"{DEFAULT} dhcp 10", f"{DEFAULT} {LTE} 5", f"{DEFAULT} {LTE} 200 name old"), "not just one default route"),
        (
            (f"{DEFAULT} dhcp 10 track 7", f"{DEFAULT} {LTE} 200", "track 7 interface Gi0/0 line-protocol"),
            "something else",
        ),
        ((f"{DEFAULT} dhcp 10 track 7", f"{DEFAULT} {LTE} 200", "track 7 ip sla 7"), "not scheduled"),
        ((), "not just one default route"),
    ],
)
def test_what_is_not_understood_is_left_to_a_person(config, why):
    with pytest.raises(LookupError, match=why):
        back(Router(*config))


@pytest.mark.parametrize("largest", [1499, 1492, 1400, 1281])
def test_packets_are_fitted_to_what_was_seen_to_pass(largest):
    router = Router(f"interface {WAN}", " ip address dhcp", "end", largest=largest)
    (change,) = fit(router)
    told = int(change.write.lines[1].split()[-1])
    assert largest - 4 <= told <= largest
    assert change.write.lines == (f"interface {WAN}", f" ip mtu {told}", f" ip tcp adjust-mss {told - 40}")
    assert change.undo.lines == (f"interface {WAN}", f" no ip mtu {told}", f" no ip tcp adjust-mss {told - 40}")
    assert {source for source, _ in router.asked} == {f"{TRUNK}.10"}
    running = text(f"interface {WAN}", f" ip mtu {told}", f" ip tcp adjust-mss {told - 40}", "end")
    assert mend_black_hole.ran(change, running) is True
    assert mend_black_hole.ran(change, text(f"interface {WAN}", "end")) is False
    assert mend_black_hole.ran(change, text("")) is None


@pytest.mark.parametrize(
    ("lines", "largest", "needs", "why"),
    [
        ((" ip mtu 1400",), 1400, {}, "somebody has set a packet size"),
        ((" ip tcp adjust-mss 1360",), 1400, {}, "somebody has set a packet size"),
        ((), 1500, {}, "packets of 1500 bytes pass now"),
        ((), 600, {}, "not even packets of 1280 bytes pass"),
        ((), 1400, {"packet_bytes": None}, "no function of the store says"),
        ((), 1400, {"vlan": 77}, "cannot be measured"),
    ],
)
def test_packets_that_cannot_be_fitted_are_left_alone(lines, largest, needs, why):
    with pytest.raises(LookupError, match=why):
        fit(Router(f"interface {WAN}", *lines, "end", largest=largest), **needs)
