"""Juniper Junos switches."""

from inventory.platforms.juniper_junos.platform import PLATFORM

__all__ = ["PLATFORM"]
