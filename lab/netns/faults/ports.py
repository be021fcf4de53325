"""Faults of a store's switch, and of whoever plugs something into it."""

from lab.netns.addresses import CAMERAS, MANAGEMENT, TILLS, VLANS, at
from lab.netns.fault import RealFault
from lab.netns.world import RealStores


def _set(stores: RealStores, number: int, *words: str) -> None:
    stores.store(number, "sw1").run("ovs-vsctl", "set", "port", *words)


def _drop_vlan(stores: RealStores, number: int) -> None:
    _set(stores, number, "uplink", f"trunks={CAMERAS},{MANAGEMENT}")


def _all_vlans(stores: RealStores, number: int) -> None:
    _set(stores, number, "uplink", f"trunks={','.join(map(str, VLANS))}")


def _among_cameras(stores: RealStores, number: int) -> None:
    _set(stores, number, "till1", f"tag={CAMERAS}")


def _among_tills(stores: RealStores, number: int) -> None:
    _set(stores, number, "till1", f"tag={TILLS}")


def _down(stores: RealStores, number: int) -> None:
    """The port goes down although nobody shut it by the switch's own words."""
    stores.store(number, "sw1").run("ip", "link", "set", "till1", "down")


def _up(stores: RealStores, number: int) -> None:
    stores.store(number, "sw1").run("ip", "link", "set", "till1", "up")


def _claim(stores: RealStores, number: int) -> None:
    """Something on a spare port takes the gateway's address, and says so again and again."""
    gateway = at(number, TILLS, 1)
    spare = stores.store(number, "spare1")
    spare.sh(f"ip addr add {gateway} dev eth0; rm -f /run/quiet")
    spare.sh(
        f"(while [ ! -e /run/quiet ]; do arping -q -A -c 1 -I eth0 {gateway.ip}; sleep 0.3; done) >/dev/null 2>&1 &"
    )


def _renounce(stores: RealStores, number: int) -> None:
    spare = stores.store(number, "spare1")
    spare.sh("touch /run/quiet; ip addr flush dev eth0")
    stores.store(number, "till1").sh("ip neigh flush all", check=False)


FAULTS = (
    RealFault(
        name="vlan_missing",
        title="the tills' VLAN is missing on the trunk",
        ends="repaired",
        hurts=True,
        put_in=_drop_vlan,
        take_out=_all_vlans,
    ),
    RealFault(
        name="port_wrong_vlan",
        title="the till's port is in the wrong VLAN",
        ends="repaired",
        hurts=True,
        put_in=_among_cameras,
        take_out=_among_tills,
    ),
    RealFault(
        name="port_down", title="the till's port is down", ends="repaired", hurts=True, put_in=_down, take_out=_up
    ),
    RealFault(
        name="duplicate_address",
        title="something claims the gateway's address",
        ends="repaired",
        hurts=True,
        put_in=_claim,
        take_out=_renounce,
    ),
)
