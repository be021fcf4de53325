"""Faults of a store's primary line: cut, silent, lossy, too narrow. They are made at the provider and beyond."""

from lab.netns.addresses import PRIMARY, VLANS, edge, loopback
from lab.netns.fault import RealFault
from lab.netns.world import RealStores
from lab.numbering import lan

LOSS_PERCENT = 20
WIDEST = 1000


def _at_provider(stores: RealStores, rules: str) -> None:
    stores.boxes[PRIMARY].sh(f"nft -f - <<'END'\n{rules}\nEND")


def _cut(stores: RealStores, number: int) -> None:
    stores.boxes[PRIMARY].run("ip", "link", "set", edge(number), "down")


def _mend(stores: RealStores, number: int) -> None:
    stores.boxes[PRIMARY].run("ip", "link", "set", edge(number), "up")


def _silence(stores: RealStores, number: int) -> None:
    """The carrier stays up; nothing passes."""
    name = edge(number)
    rules = f"chain in {{ type filter hook prerouting priority 0; iifname {name} drop; }}\n"
    rules += f"chain out {{ type filter hook postrouting priority 0; oifname {name} drop; }}"
    _at_provider(stores, f"table ip silent{number} {{\n{rules}\n}}")


def _lose(stores: RealStores, number: int) -> None:
    """Each way loses packets beyond the provider's first router: link, BFD and BGP see nothing of it."""
    own = ", ".join([str(loopback(number)), *(str(lan(number, vlan)) for vlan in VLANS)])
    dice = f"numgen random mod 100 < {LOSS_PERCENT} drop"
    up = f"chain up {{ type filter hook prerouting priority 0; iifname hq ip daddr {{ {own} }} {dice}; }}"
    _at_provider(stores, f"table ip lossy{number} {{\n{up}\n}}")
    down = f"chain down {{ type filter hook prerouting priority 0; iifname {PRIMARY} ip saddr {{ {own} }} {dice}; }}"
    stores.boxes["hq"].sh(f"nft -f - <<'END'\ntable ip lossy{number} {{\n{down}\n}}\nEND")


def _narrow(stores: RealStores, number: int) -> None:
    """Large packets vanish in the middle, and nobody is told."""
    name = edge(number)
    rules = f"chain way {{ type filter hook forward priority 0; iifname {name} ip length > {WIDEST} drop; "
    rules += f"oifname {name} ip length > {WIDEST} drop; }}"
    _at_provider(stores, f"table ip narrow{number} {{\n{rules}\n}}")


def _open(stores: RealStores, number: int) -> None:
    for box in (stores.boxes[PRIMARY], stores.boxes["hq"]):
        for kind in ("silent", "lossy", "narrow"):
            box.run("nft", "delete", "table", "ip", f"{kind}{number}", check=False)


FAULTS = (
    RealFault(name="wan_line_cut", title="the line is cut", ends="by_itself", hurts=False, put_in=_cut, take_out=_mend),
    RealFault(
        name="wan_black_hole",
        title="the line is up and silent",
        ends="by_itself",
        hurts=False,
        put_in=_silence,
        take_out=_open,
    ),
    RealFault(
        name="wan_loss",
        title="one packet in five is lost each way",
        ends="repaired",
        hurts=True,
        put_in=_lose,
        take_out=_open,
    ),
    RealFault(
        name="mtu_black_hole",
        title="large packets vanish",
        ends="repaired",
        hurts=True,
        put_in=_narrow,
        take_out=_open,
    ),
)
