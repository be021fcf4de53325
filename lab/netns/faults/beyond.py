"""Faults that the edge's own routing cannot see: a way that is broken further out, and a wrong preference at home."""

from lab.netns.addresses import PRIMARY, VLANS
from lab.netns.fault import RealFault
from lab.netns.world import RealStores
from lab.numbering import BACK_OFFICE, lan


def _far_silence(stores: RealStores, number: int) -> None:
    """The provider loses what goes between the store's networks and the back office; sessions and management live."""
    own = ", ".join(str(lan(number, vlan)) for vlan in VLANS)
    rules = f"chain out {{ type filter hook forward priority 0; ip saddr {{ {own} }} ip daddr {BACK_OFFICE} drop; }}\n"
    rules += f"chain in {{ type filter hook forward priority 0; ip saddr {BACK_OFFICE} ip daddr {{ {own} }} drop; }}"
    stores.boxes[PRIMARY].sh(f"nft -f - <<'END'\ntable ip far{number} {{\n{rules}\n}}\nEND")


def _heard_again(stores: RealStores, number: int) -> None:
    stores.boxes[PRIMARY].run("nft", "delete", "table", "ip", f"far{number}", check=False)


def _prefer(stores: RealStores, number: int, preference: int) -> None:
    edge = stores.store(number, "edge")
    edge.configure("route-map PRIMARY-IN permit 10", f"set local-preference {preference}")


def _dear_way(stores: RealStores, number: int) -> None:
    """The primary is preferred less than the backup: the till pays, over the line that costs."""
    _prefer(stores, number, 50)


def _cheap_way(stores: RealStores, number: int) -> None:
    _prefer(stores, number, 200)


FAULTS = (
    RealFault(
        name="wan_far_black_hole",
        title="the provider loses the way to the payment gateway, and nothing else",
        ends="repaired",
        hurts=True,
        put_in=_far_silence,
        take_out=_heard_again,
    ),
    RealFault(
        name="preference_edited",
        title="the backup line is preferred by hand",
        ends="repaired",
        hurts=False,
        put_in=_dear_way,
        take_out=_cheap_way,
    ),
)
