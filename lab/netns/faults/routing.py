"""Faults of a store's router: what a person typed, what a daemon does, and a bug of FRR 8.4."""

from lab.netns.addresses import PRIMARY, TILLS
from lab.netns.fault import Act, RealFault
from lab.netns.world import RealStores
from lab.numbering import BACK_OFFICE, CARRIER_ASNS, asn, lan, wan_gateway


def _bgp(stores: RealStores, number: int, *lines: str) -> None:
    stores.store(number, "edge").configure(f"router bgp {asn(number)}", *lines)


def _shut(stores: RealStores, number: int) -> None:
    _bgp(stores, number, f"neighbor {wan_gateway(number)} shutdown")


def _unshut(stores: RealStores, number: int) -> None:
    _bgp(stores, number, f"no neighbor {wan_gateway(number)} shutdown")


def _wrong_as(stores: RealStores, number: int) -> None:
    _bgp(stores, number, f"neighbor {wan_gateway(number)} remote-as 64999")


def _right_as(stores: RealStores, number: int) -> None:
    _bgp(stores, number, f"neighbor {wan_gateway(number)} remote-as {CARRIER_ASNS[PRIMARY]}")


def _nowhere(stores: RealStores, number: int) -> None:
    stores.store(number, "edge").configure(f"ip route {BACK_OFFICE} Null0")


def _somewhere(stores: RealStores, number: int) -> None:
    stores.store(number, "edge").run("vtysh", "-c", "configure", "-c", f"no ip route {BACK_OFFICE} Null0", check=False)


def _forget(stores: RealStores, number: int) -> None:
    """The tills' network is no longer told to anybody: packets leave, nothing comes back."""
    _bgp(stores, number, "address-family ipv4 unicast", f"no network {lan(number, TILLS)}")


def _remember(stores: RealStores, number: int) -> None:
    _bgp(stores, number, "address-family ipv4 unicast", f"network {lan(number, TILLS)}")


def _add_and_remove(stores: RealStores, number: int) -> None:
    """FRR 8.4.4: a wider entry added to a prefix list and removed again takes the narrower one out of use.

    No line differs afterwards; the tills' network is no longer told.
    """
    edge, wider = stores.store(number, "edge"), f"ip prefix-list STORE seq 99 permit {lan(number, TILLS)} le 32"
    edge.configure(wider)
    edge.configure(f"no {wider}")


def _reindex(stores: RealStores, number: int) -> None:
    for name in ("PRIMARY-OUT", "BACKUP-OUT"):
        match = "match ip address prefix-list STORE"
        stores.store(number, "edge").configure(f"route-map {name} permit 10", f"no {match}", match)


def _kill(daemon: str, signal: str = "KILL") -> Act:
    def act(stores: RealStores, number: int) -> None:
        edge = stores.store(number, "edge")
        edge.run("kill", f"-{signal}", str(edge.process(daemon)))

    return act


def _nothing(stores: RealStores, number: int) -> None:
    """It has mended itself."""
    del stores, number


def _pull_the_route(stores: RealStores, number: int) -> None:
    stores.store(number, "edge").run("ip", "route", "del", "default")


FAULTS = (
    RealFault(
        name="bgp_shut",
        title="the primary's neighbour is shut by hand",
        ends="repaired",
        hurts=False,
        put_in=_shut,
        take_out=_unshut,
    ),
    RealFault(
        name="bgp_wrong_as",
        title="the primary's AS number is wrong",
        ends="repaired",
        hurts=False,
        put_in=_wrong_as,
        take_out=_right_as,
    ),
    RealFault(
        name="static_to_nowhere",
        title="a static route leads to nowhere",
        ends="repaired",
        hurts=True,
        put_in=_nowhere,
        take_out=_somewhere,
    ),
    RealFault(
        name="hand_edit",
        title="the tills' network is no longer told",
        ends="repaired",
        hurts=True,
        put_in=_forget,
        take_out=_remember,
    ),
    RealFault(
        name="prefix_list_bug",
        title="a prefix list forgets what it says",
        ends="repaired",
        hurts=True,
        put_in=_add_and_remove,
        take_out=_reindex,
    ),
    RealFault(
        name="bgpd_killed", title="bgpd dies", ends="by_itself", hurts=False, put_in=_kill("bgpd"), take_out=_nothing
    ),
    RealFault(
        name="zebra_killed",
        title="zebra dies",
        ends="by_itself",
        hurts=False,
        put_in=_kill("zebra"),
        take_out=_nothing,
    ),
    RealFault(
        name="bgpd_hung",
        title="bgpd hangs",
        ends="by_itself",
        hurts=False,
        put_in=_kill("bgpd", "STOP"),
        take_out=_nothing,
    ),
    RealFault(
        name="kernel_route_pulled",
        title="the default route vanishes from the kernel",
        ends="by_itself",
        hurts=False,
        put_in=_pull_the_route,
        take_out=_nothing,
    ),
)
