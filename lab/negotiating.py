"""What the two ends of a cable agree on - speed and duplex - and what comes of it when only one of them asks.

In: a store's fittings and the time. Out: links with their speed, duplex and what they count from now on; log lines.
Called by ``lab.linking``. An end that is set to a speed and a duplex does not negotiate; the other end then finds the
speed by listening and has to take half duplex (IEEE 802.3, parallel detection).
"""

from lab.fittings import Fittings
from lab.gear import Gear, Link
from lab.net import End
from lab.setting import PortSetting

FULL_SPEED = 1000
DAMAGE = 0.06  # the share of frames cut off by the half-duplex end, as the full-duplex end counts them
COLLIDING = 0.04  # the share of its own frames in which the half-duplex end hears the other too late
AUTO = PortSetting(name="")


def negotiate(shop: Fittings, at: float) -> None:
    """Bring speed and duplex of every link into line with both its ends."""
    for gear in shop.gears.values():
        for name, port in gear.setting.ports.items():
            link = gear.links.get(name)
            if link is None or "." in name:
                continue
            far = _far(shop, gear, name)
            if link.uneven or not (_plain(port) and _plain(far)):
                _agree(shop, gear, port, far, link, at)


def _plain(port: PortSetting) -> bool:
    return port.speed == "auto" and port.duplex == "auto"


def _far(shop: Fittings, gear: Gear, name: str) -> PortSetting:
    """How the other end is set; what nobody configures negotiates."""
    far = shop.floor.cables.get(End(gear.name, name))
    other = shop.settings.get(far.node) if far is not None else None
    return other.ports.get(far.port, AUTO) if other is not None and far is not None else AUTO


def _agree(shop: Fittings, gear: Gear, port: PortSetting, far: PortSetting, link: Link, at: float) -> None:
    wear = gear.wear.get(port.name)
    cable = wear.cable if wear is not None else None
    speed, half = agreed(port, far)
    mismatch = link.up and half != agreed(far, port)[1]
    damage = DAMAGE if mismatch and not half else 0.0
    link.count(at)
    began = mismatch and not link.mismatch
    link.uneven, link.half, link.mismatch = not (_plain(port) and _plain(far)), half, mismatch
    link.speed = min(speed, cable.top_speed if cable is not None else FULL_SPEED)
    link.damage = max(damage, cable.damage if cable is not None else 0.0)
    link.colliding = COLLIDING if mismatch and half else 0.0
    if began:
        _complain(shop, gear, port.name, at, half=half)


def agreed(own: PortSetting, far: PortSetting) -> tuple[int, bool]:
    """Speed and half duplex of an end, as it is set and as it takes the other."""
    if _fixed(own):
        return int(own.speed), own.duplex == "half"
    if _fixed(far):
        return int(far.speed), True
    speeds = [int(port.speed) for port in (own, far) if port.speed != "auto"]
    return min([FULL_SPEED, *speeds]), "half" in (own.duplex, far.duplex)


def _fixed(port: PortSetting) -> bool:
    """Whether an end does not negotiate; gigabit over copper always does."""
    return port.speed in ("10", "100") and port.duplex != "auto"


def _complain(shop: Fittings, gear: Gear, port: str, at: float, *, half: bool) -> None:
    """A device hears from its neighbour's hello that they disagree."""
    far = shop.floor.cables.get(End(gear.name, port))
    if far is None or far.node not in shop.gears:
        return
    own, other = ("not full duplex", "full duplex") if half else ("not half duplex", "half duplex")
    text = f"duplex mismatch discovered on {port} ({own}), with {far.node} {far.port} ({other})."
    shop.say(gear.name, at, "CDP-4-DUPLEX_MISMATCH", text)
