"""Devices without power, and with it again: what they forget, and how long they boot.

In: a store's fittings, the time, mains, outlets and ports that feed a device. Out: device states. Called by
``lab.shop`` before access points are fed, and by ``lab.ailing``. Why: a compact switch may hang on its uplink's power -
whoever takes that away takes the switch down.
"""

from collections.abc import Callable
from functools import partial

from lab.fittings import Fittings
from lab.gear import Gear
from lab.wan import MODEM_BOOT_SECONDS, Modem

BOOT_SECONDS = 5.0
Later = Callable[[float, Callable[[], None]], None]


def follow(shop: Fittings, gear: Gear, at: float, later: Later) -> None:
    """Let a device follow its power: mains, its outlet, the port that feeds it."""
    fed = shop.mains[gear.name] and shop.outlets[gear.name] and not gear.broken and _uplink_feeds(shop, gear)
    if not fed and gear.state != "off":
        gear.state = "off"
        gear.forget()
        if gear is shop.edge:
            shop.wan.cell.restart()
    elif fed and gear.state == "off":
        gear.state = "booting"
        gear.boots += 1
        shop.restarted.append(gear.name)
        later(at + BOOT_SECONDS, partial(_up, shop, gear, gear.boots, at + BOOT_SECONDS))


def follow_modem(shop: Fittings, at: float, later: Later) -> None:
    """Let the carrier's modem follow its power; one that hung has forgotten it when it has booted."""
    modem, fed = shop.wan.modem, shop.mains[shop.modem] and shop.outlets[shop.modem]
    if not fed and modem.state != "off":
        modem.state = "off"
    elif fed and modem.state == "off":
        modem.state = "booting"
        modem.boots += 1
        later(at + MODEM_BOOT_SECONDS, partial(_booted, modem, modem.boots))


def _booted(modem: Modem, boot: int) -> None:
    if modem.boots == boot and modem.state == "booting":
        modem.state = "running"


def cascade(shop: Fittings, at: float, later: Later) -> None:
    """Let every device that hangs on its uplink's power follow it."""
    for name in shop.uplinks:
        follow(shop, shop.gears[name], at, later)


def _uplink_feeds(shop: Fittings, gear: Gear) -> bool:
    feed = shop.uplinks.get(gear.name)
    if feed is None:
        return True
    upper = shop.gears[feed.node]
    port = upper.port(feed.port)
    return port is not None and shop.feeds(upper, port)


def _up(shop: Fittings, gear: Gear, boot: int, at: float) -> None:
    if gear.boots == boot and gear.state == "booting":
        gear.state = "running"
        shop.say(gear.name, at, "SYS-5-RESTART", "System restarted --")
