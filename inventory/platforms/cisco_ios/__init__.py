"""Cisco IOS and IOS-XE routers and switches."""

from inventory.platforms.cisco_ios.platform import PLATFORM

__all__ = ["PLATFORM"]
