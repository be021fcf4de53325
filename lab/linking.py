"""Power and links after a change: who is fed, which ports are up, and what the devices log about it.

In: a store's fittings and the time. Out: states, link records and log lines; ``wan_turned`` tells whether the WAN
link came up or went down. Called by ``lab.shop``.
"""

from collections.abc import Callable

from lab.endpoints import AccessPoint
from lab.fittings import Fittings
from lab.gear import Gear, Link
from lab.negotiating import negotiate
from lab.net import End
from lab.setting import PortSetting

RATES = {"trunk": 180.0, "wan": 120.0, "access_point": 60.0, "till": 9.0}
LONG_AGO = 86400.0
BUDGET_WATTS = 370.0
PD_WATTS = 15.4
COMPACT_WATTS = 22.0
TRIPPED = "Power Controller reports power Tstart error detected"


def power(shop: Fittings, at: float, boots: Callable[[AccessPoint], None]) -> None:
    """Feed what hangs on the ports, or cut it off; ``boots`` is told of each access point that begins to boot."""
    for gear in shop.gears.values():
        if gear.wear:
            _release(gear)
    for ap in shop.access_points.values():
        feed = shop.feeding(ap.name)
        gear = shop.gears[feed.node]
        port = gear.port(feed.port)
        fed = port is not None and shop.feeds(gear, port) and ap.broken != "dark" and not ap.resting
        fed = fed and (ap.state != "off" or _affords(shop, gear, feed.port, at))
        if fed and ap.state == "off":
            ap.boot(at)
            boots(ap)
            shop.say(feed.node, at, "ILPOWER-5-POWER_GRANTED", f"Interface {_short(feed.port)}: Power granted")
        elif not fed and ap.state != "off":
            ap.state = "off"
            wear = gear.wear.get(feed.port)
            if wear is not None and wear.poe == "faulty":
                text = f"Controller port error, Interface {_short(feed.port)}: {TRIPPED}"
                shop.say(feed.node, at, "ILPOWER-3-CONTROLLER_PORT_ERR", text)
            shop.say(feed.node, at, "ILPOWER-5-IEEE_DISCONNECT", f"Interface {_short(feed.port)}: PD removed")


def drawn_on(shop: Fittings, gear: Gear, port: str, at: float) -> float:
    """What a switch gives by one port, in watts."""
    if port in gear.plugged:
        return gear.plugged[port].watts if _plugged_up(shop, gear, port) else 0.0
    far = shop.floor.cables.get(End(gear.name, port))
    if far is not None and shop.uplinks.get(far.node) == End(gear.name, port):
        return COMPACT_WATTS if shop.gears[far.node].state != "off" else 0.0
    ap = shop.access_points.get(far.node) if far is not None else None
    return ap.watts(int(at // 60)) if ap is not None else 0.0


def spare_watts(shop: Fittings, gear: Gear, at: float) -> float:
    """What is left of a switch's power."""
    ports = {*shop.floor.ports.get(gear.name, ()), *gear.plugged}
    return BUDGET_WATTS - sum(drawn_on(shop, gear, port, at) for port in ports)


def _release(gear: Gear) -> None:
    """What power was stuck on is gone once the port has given none; what a port did not hear, once it was shut."""
    for name, wear in gear.wear.items():
        port = gear.port(name)
        shut = port is None or port.shutdown or not gear.powered
        if shut or (port is not None and port.power == "never"):
            wear.poe = ""
        if shut:
            wear.deaf = False
        if wear.loop == "pulled" and port is not None and (port.shutdown or name in gear.errdisabled):
            wear.loop = ""
            gear.plugged.pop(name, None)


def _affords(shop: Fittings, gear: Gear, port: str, at: float) -> bool:
    """Whether there is power left for one more; a refusal is written down once."""
    if not gear.plugged or spare_watts(shop, gear, at) >= PD_WATTS:
        gear.refusing.discard(port)
        return True
    if port not in gear.refusing:
        gear.refusing.add(port)
        gear.denied[port] = gear.denied.get(port, 0) + 1
        text = f"Interface {_short(port)}: inline power denied. Reason: insufficient power"
        shop.say(gear.name, at, "ILPOWER-5-ILPOWER_POWER_DENY", text)
    return False


def _plugged_up(shop: Fittings, gear: Gear, name: str) -> bool:
    """Whether something nobody planned is on: it has a supply of its own, or the port feeds it."""
    port, thing = gear.port(name), gear.plugged.get(name)
    return thing is not None and port is not None and (not thing.watts or shop.feeds(gear, port))


def _short(port: str) -> str:
    return port.replace("GigabitEthernet", "Gi")


def links(shop: Fittings, at: float) -> bool | None:
    """Bring every link into its state. Return True or False when the WAN link came up or went down, else None."""
    wan_turned = None
    for gear in shop.gears.values():
        for port in gear.setting.ports.values():
            link = gear.links.setdefault(port.name, Link(counted=at, since=at if shop.begun else at - LONG_AGO))
            turned = _should_be_up(shop, gear, port) != link.up
            if turned:
                _turn(shop, gear, port, link, at)
            if gear.wear:
                _wear(gear, port, link, at)
            if not turned:
                continue
            if gear is shop.edge and port.name == shop.wan.port:
                wan_turned = link.up
    for ap in shop.access_points.values():
        _quiet(shop, ap, at)
    _beyond(shop, at)
    negotiate(shop, at)
    return wan_turned


def _beyond(shop: Fittings, at: float) -> None:
    """The edge hears nothing from a modem that hangs; a cellular interface that is shut ends its session."""
    edge, wan = shop.edge, shop.wan
    link, wear = edge.links.get(wan.port), edge.wear.get(wan.port)
    deaf = wan.modem.state == "hung" or (wear is not None and wear.deaf)
    if link is not None and link.deaf != deaf:
        link.count(at)
        link.deaf = deaf
    below = edge.links.get(wan.cellular)
    if below is not None and below.deaf == wan.cell.answered:
        below.count(at)
        below.deaf = not wan.cell.answered
    cellular = edge.port(wan.cellular)
    if cellular is not None and cellular.shutdown:
        wan.cell.reconnect()


def _quiet(shop: Fittings, ap: AccessPoint, at: float) -> None:
    """A port hears nothing from an access point that does not speak, unless something wired speaks through it."""
    feed = shop.feeding(ap.name)
    gear = shop.gears[feed.node]
    link, wear = gear.links.get(feed.port), gear.wear.get(feed.port)
    speaks = ap.alive or (ap.bridges and End(ap.name, "lan1") in shop.floor.cables)
    deaf = not speaks or (wear is not None and wear.deaf)
    if link is not None and link.deaf != deaf:
        link.count(at)
        link.deaf = deaf


def _wear(gear: Gear, port: PortSetting, link: Link, at: float) -> None:
    """Let what is wrong with a port show in what it counts from now on."""
    link.count(at)
    wear = gear.wear.get(port.name)
    cable = wear.cable if wear is not None else None
    link.deaf = wear is not None and wear.deaf
    link.damage = cable.damage if cable is not None else 0.0
    link.speed = min(cable.top_speed if cable is not None else 1000, 1000 if port.speed == "auto" else int(port.speed))
    link.storm = gear.storm_on(port.name)


def _should_be_up(shop: Fittings, gear: Gear, port: PortSetting) -> bool:
    if port.shutdown or port.name in gear.errdisabled or not gear.powered or _cut(gear, port.name):
        return False
    parent, dot, _ = port.name.partition(".")
    if dot:
        above = gear.port(parent)
        return above is not None and _should_be_up(shop, gear, above)
    if gear is shop.edge and port.name in (shop.wan.port, shop.wan.cellular):
        if port.name == shop.wan.port:
            return shop.wan.linked
        return shop.wan.cellular_up and shop.wan.cell.state == "online"
    if port.name.startswith(("Vlan", "Loopback")) or port.name in shop.associations:
        return port.name not in shop.associations or shop.associations[port.name].up
    return _far_end_up(shop, gear, port.name)


def _cut(gear: Gear, port: str) -> bool:
    """Whether nothing gets through the cable just now."""
    wear = gear.wear.get(port)
    return wear is not None and (wear.dropped or (wear.cable is not None and wear.cable.open))


def _far_end_up(shop: Fittings, gear: Gear, port: str) -> bool:
    far = shop.floor.cables.get(End(gear.name, port))
    if far is None or port in gear.plugged:
        return _plugged_up(shop, gear, port)
    if far.node in shop.access_points:
        return shop.access_points[far.node].state != "off"
    if far.node in shop.tills:
        return not shop.tills[far.node].off
    setting = shop.settings[far.node].ports.get(far.port)
    other = shop.gears.get(far.node)
    if other is not None and (far.port in other.errdisabled or not other.powered):
        return False
    return setting is not None and not setting.shutdown


def _rate(shop: Fittings, gear: Gear, port: str) -> float:
    known = gear.device.ports.get(port.partition(".")[0])
    return shop.bustle * (RATES.get(known.use, 1.0) if known is not None else 0.5)


def bustle(shop: Fittings, busy: float, at: float) -> None:
    """From now on the shop is so busy: 1 is as usual."""
    shop.bustle = busy
    for gear in shop.gears.values():
        for name, link in gear.links.items():
            link.count(at)
            link.rate = _rate(shop, gear, name) if link.up else 0.0


def _turn(shop: Fittings, gear: Gear, port: PortSetting, link: Link, at: float) -> None:
    link.count(at)
    link.up = not link.up
    link.rate = _rate(shop, gear, port.name) if link.up else 0.0
    if not shop.begun:
        return
    link.since = at
    link.resets += 1
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
