"""Arista EOS switches."""

from inventory.platforms.arista_eos.platform import PLATFORM

__all__ = ["PLATFORM"]
