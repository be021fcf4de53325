"""What a fault is to the real lab: put in and taken out by the machines' own consoles, never by the controller's path.

In: running stores and a store's number. Out: a broken store. Modules in ``lab/netns/faults`` hold them in ``FAULTS``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, cast

from inventory.discover import discover
from lab.netns.world import RealStores

Ends = Literal["repaired", "by_itself", "no_store_change"]
Act = Callable[[RealStores, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class RealFault:
    """One kind of fault.

    ``ends``: how it ends in truth - by a change to the store, by what the store does alone, or without any change to
    it, which is not to blame or does not suffer. ``hurts``: the till cannot pay while it lasts; otherwise the backup
    takes over.
    """

    name: str
    title: str
    ends: Ends
    hurts: bool
    put_in: Act
    take_out: Act


def real_faults() -> Mapping[str, RealFault]:
    """Every fault by name."""
    modules = discover("lab.netns.faults").values()
    return {fault.name: fault for module in modules for fault in cast("tuple[RealFault, ...]", module.FAULTS)}
