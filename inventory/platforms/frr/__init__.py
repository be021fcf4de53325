"""Linux routers with FRRouting (8.4 and later), and our own agent on them.

``pack`` writes the agent as one file; ``docs/frr.md`` says where it goes and who may run it.
"""

from inventory.platforms.frr.pack import pack
from inventory.platforms.frr.platform import PLATFORM

__all__ = ["PLATFORM", "pack"]
