"""Changes that cut management in-band: the device takes them back, and the till pays again with nobody's help."""

import time
from collections.abc import Iterator

import pytest

from lab.netns.addresses import MANAGEMENT, at, loopback, switch
from lab.netns.baseline import wait_until_well
from lab.netns.box import until
from lab.netns.cutting import Cut, management_cuts
from lab.netns.lab import RealLab
from lab.netns.world import RealStores, why_not

pytestmark = [pytest.mark.netns, pytest.mark.netns_long, pytest.mark.skipif(bool(why_not()), reason=why_not() or "-")]
QUICK = {"both_lines_shut", "trunk_without_management"}
TIMER_SECONDS = 8
CUT_SECONDS = 30.0
BACK_SECONDS = 60.0


@pytest.fixture(scope="module")
def stores(tmp_path_factory) -> Iterator[RealStores]:
    lab = RealLab(tmp_path_factory.mktemp("cuts"), 1)
    try:
        wait_until_well(lab.stores, 1)
        yield lab.stores
    finally:
        lab.close()


def reached(stores: RealStores, cut: Cut) -> bool:
    """Whether sshd of the device that is cut answers the controller."""
    address = at(1, MANAGEMENT, 2).ip if cut.device == switch(1) else loopback(1)
    dialled = f"exec 3<>/dev/tcp/{address}/22; head -1 <&3"
    return "SSH-2.0" in stores.controller.run("timeout", "2", "bash", "-c", dialled, check=False)


def type_under_timer(stores: RealStores, cut: Cut) -> None:
    """Make the change with the device's agent, as a push does; nobody will confirm it."""
    lines, box = "\n".join(cut.lines), stores.boxes[cut.device]
    if cut.device == switch(1):
        box.sh(f"storenet-ovs shell <<'E'\nconfigure\n{lines}\ncommit confirmed {TIMER_SECONDS}\nexit\nE\n")
    else:
        box.sh(f"storenet-frr apply --seconds {TIMER_SECONDS} <<'E'\n{lines}\nE\n")


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name in QUICK else pytest.mark.netns_long) for name in management_cuts(1)],
)
def test_the_device_takes_back_what_cut_it_off(stores, name):
    cut = management_cuts(1)[name]
    assert reached(stores, cut)
    type_under_timer(stores, cut)
    until(lambda: not reached(stores, cut), "management is cut", CUT_SECONDS)
    until(lambda: reached(stores, cut), "the device came back by itself", BACK_SECONDS)
    wait_until_well(stores, 1, time.time())
