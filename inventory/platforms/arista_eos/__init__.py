"""Arista EOS: campus switches with power on their ports."""

from inventory.platforms.arista_eos.platform import PLATFORM

__all__ = ["PLATFORM"]
