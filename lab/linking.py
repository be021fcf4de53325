"""Power and links after a change: who is fed, which ports are up, and what the devices log about it.

In: a store's fittings and the time. Out: states, link records and log lines; ``wan_turned`` tells whether the WAN
link came up or went down. Called by ``lab.shop``.
"""

from collections.abc import Callable

from lab.endpoints import AccessPoint
from lab.fittings import Fittings
from lab.gear import Gear, Link
from lab.model import PortSetting
from lab.net import End

RATES = {"trunk": 180.0, "wan": 120.0, "access_point": 60.0, "till": 9.0}
LONG_AGO = 86400.0


def power(shop: Fittings, at: float, boots: Callable[[AccessPoint], None]) -> None:
    """Feed access points, or cut them off; ``boots`` is told of each that begins to boot."""
    for ap in shop.access_points.values():
        feed = shop.feeding(ap.name)
        port = shop.settings[feed.node].ports.get(feed.port)
        gear = shop.gears[feed.node]
        fed = port is not None and not port.shutdown and port.power == "auto" and port.mode != "routed"
        fed = fed and feed.port not in gear.errdisabled
        short = feed.port.replace("GigabitEthernet", "Gi")
        if fed and ap.state == "off":
            ap.state = "booting"
            ap.boots += 1
            boots(ap)
            shop.say(feed.node, at, "ILPOWER-5-POWER_GRANTED", f"Interface {short}: Power granted")
        elif not fed and ap.state != "off":
            ap.state = "off"
            shop.say(feed.node, at, "ILPOWER-5-IEEE_DISCONNECT", f"Interface {short}: PD removed")


def links(shop: Fittings, at: float) -> bool | None:
    """Bring every link into its state. Return True or False when the WAN link came up or went down, else None."""
    wan_turned = None
    for gear in shop.gears.values():
        for port in gear.setting.ports.values():
            link = gear.links.setdefault(port.name, Link(counted=at, since=at if shop.begun else at - LONG_AGO))
            if _should_be_up(shop, gear, port) == link.up:
                continue
            _turn(shop, gear, port, link, at)
            if gear is shop.edge and port.name == shop.wan.port:
                wan_turned = link.up
    return wan_turned


def _should_be_up(shop: Fittings, gear: Gear, port: PortSetting) -> bool:
    if port.shutdown or port.name in gear.errdisabled:
        return False
    parent, dot, _ = port.name.partition(".")
    if dot:
        above = gear.port(parent)
        return above is not None and _should_be_up(shop, gear, above)
    if gear is shop.edge and port.name == shop.wan.port:
        return shop.wan.carrier_up
    if gear is shop.edge and port.name == shop.wan.cellular:
        return shop.wan.cellular_up
    if port.name.startswith(("Vlan", "Loopback")):
        return True
    return _far_end_up(shop, gear, port.name)


def _far_end_up(shop: Fittings, gear: Gear, port: str) -> bool:
    far = shop.floor.cables.get(End(gear.name, port))
    if far is None:
        return False
    if far.node in shop.access_points:
        return shop.access_points[far.node].state != "off"
    if far.node in shop.tills:
        return not shop.tills[far.node].off
    setting = shop.settings[far.node].ports.get(far.port)
    shut = far.node in shop.gears and far.port in shop.gears[far.node].errdisabled
    return setting is not None and not setting.shutdown and not shut


def _turn(shop: Fittings, gear: Gear, port: PortSetting, link: Link, at: float) -> None:
    link.count(at)
    link.up = not link.up
    known = gear.device.ports.get(port.name.partition(".")[0])
    link.rate = 0.0 if not link.up else RATES.get(known.use, 1.0) if known is not None else 0.5
    if not shop.begun:
        return
    link.since = at
    if "." in port.name:
        return
    word = "up" if link.up else "down"
    if port.shutdown:
        text = f"Interface {port.name}, changed state to administratively down"
        shop.say(gear.name, at, "LINK-5-CHANGED", text)
    else:
        shop.say(gear.name, at, "LINK-3-UPDOWN", f"Interface {port.name}, changed state to {word}")
    text = f"Line protocol on Interface {port.name}, changed state to {word}"
    shop.say(gear.name, at, "LINEPROTO-5-UPDOWN", text)
