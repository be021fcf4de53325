"""Switches made of Open vSwitch on Linux, with dnsmasq for the store's DHCP and DNS, and our own agent on them.

``pack`` writes the agent as one file; ``docs/openvswitch.md`` says where it goes and who may run it.
"""

from inventory.platforms.openvswitch.pack import pack
from inventory.platforms.openvswitch.platform import PLATFORM

__all__ = ["PLATFORM", "pack"]
