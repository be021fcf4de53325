"""What is wrong and goes on by itself: links that flap, loops that storm, radar, power that fails, cable tests.

In: a ``Shop``, what ails and the time (lab seconds). Out: changes in the store's time. Called by ``lab.world``,
``lab.view`` and faults. Why: what lasts is state (``lab.wear``); only what moves by itself needs the store's queue.
"""

from functools import partial

from lab.cell import BOOT_SECONDS
from lab.endpoints import CHANNELS, RADAR_FREE, AccessPoint
from lab.gear import Gear
from lab.guarding import pass_over
from lab.powering import follow, follow_modem
from lab.shop import Shop
from lab.wear import CableTest, Loose

TEST_SECONDS = 4.0
RADAR_SECONDS = 40.0
LISTEN_SECONDS = 15.0  # a minute in life
MOST_HEARD = 40  # lines an access point keeps
COMPLAIN_SECONDS = 10.0


def flap(shop: Shop, gear: Gear, port: str, loose: Loose, at: float) -> None:
    """From now on the port's link comes and goes."""
    gear.worn(port).loose = loose
    shop.act(at, partial(_drop, shop, gear, port, loose, at))


def _drop(shop: Shop, gear: Gear, port: str, loose: Loose, at: float) -> None:
    wear, setting = gear.worn(port), gear.port(port)
    if wear.loose is not loose:
        return
    if setting is None or not gear.up(port) or setting.speed == str(loose.calm_at):
        shop.later(at + loose.up_seconds, partial(_drop, shop, gear, port, loose, at + loose.up_seconds))
        return
    wear.dropped = True
    most, within = gear.setting.flap_limit
    wear.drops = [*(when for when in wear.drops if when > at - within), at]
    if len(wear.drops) >= most:
        gear.violations[port] = "link-flap"
        shop.later(at, partial(pass_over, gear))
    shop.later(at + loose.down_seconds, partial(_rise, shop, gear, port, loose, at + loose.down_seconds))


def _rise(shop: Shop, gear: Gear, port: str, loose: Loose, at: float) -> None:
    if gear.worn(port).loose is loose:
        gear.worn(port).dropped = False
        shop.later(at + loose.up_seconds, partial(_drop, shop, gear, port, loose, at + loose.up_seconds))


def calm(shop: Shop, gear: Gear, port: str, at: float) -> None:
    """The plug sits firmly again."""

    def happen() -> None:
        gear.worn(port).loose, gear.worn(port).dropped = None, False

    shop.act(at, happen)


def loop(shop: Shop, gear: Gear, port: str, at: float, *, stays: bool) -> None:
    """Something is plugged in that sends every frame back."""
    wear = gear.worn(port)
    wear.loop, wear.since = "stays" if stays else "pulled", at
    shop.act(at, partial(_storm, shop, gear, port, at))


def _storm(shop: Shop, gear: Gear, port: str, at: float) -> None:
    shop.later(at + 1.0, partial(_complain, shop, gear, port, at, at + 1.0))


def _complain(shop: Shop, gear: Gear, port: str, began: float, at: float) -> None:
    """What the switch writes down while the loop lasts; storm control may shut the port."""
    wear, setting = gear.worn(port), gear.port(port)
    if not wear.loop or wear.since != began or setting is None:
        return
    if gear.storm_on(port):
        short = _short(port)
        if setting.storm_level is not None and at < began + COMPLAIN_SECONDS:
            text = f"A Broadcast storm detected on {short}. A packet filter action has been applied on the interface."
            shop.say(gear.name, at, "STORM_CONTROL-3-FILTERED", text)
        if setting.storm_level is not None and setting.storm_shuts:
            gear.violations[port] = "storm-control"
        for (vlan, mac), heard in list(gear.macs.now.items()):
            if vlan == setting.access_vlan and heard != port:
                where = f"port {_short(heard)} and port {short}"
                text = f"Host {_dotted(mac)} in vlan {vlan} is flapping between {where}"
                shop.say(gear.name, at, "SW_MATM-4-MACFLAP_NOTIF", text)
    then = at + COMPLAIN_SECONDS
    shop.later(then, partial(_complain, shop, gear, port, began, then))


def unloop(shop: Shop, gear: Gear, port: str, at: float) -> None:
    """It is pulled out."""

    def happen() -> None:
        gear.worn(port).loop = ""
        if gear.violations.get(port) == "storm-control":
            del gear.violations[port]

    shop.act(at, happen)


def radar(shop: Shop, ap: AccessPoint, at: float) -> None:
    """A radar comes near: again and again the access point has to leave its channel."""
    ap.radar_since = at
    shop.act(at, partial(_hit, shop, ap, at, at))


def _hit(shop: Shop, ap: AccessPoint, since: float, at: float) -> None:
    if ap.radar_since != since:
        return
    if ap.alive and ap.channel not in RADAR_FREE:
        ap.radar_hits += 1
        ap.heard_radar = (*ap.heard_radar[-MOST_HEARD:], at)
        ap.checking = True
        ap.channel = (
            CHANNELS[(CHANNELS.index(ap.channel) + 1) % len(CHANNELS)] if ap.channel in CHANNELS else CHANNELS[0]
        )
        shop.later(at + LISTEN_SECONDS, partial(_free, ap, ap.boots))
    shop.later(at + RADAR_SECONDS, partial(_hit, shop, ap, since, at + RADAR_SECONDS))


def _free(ap: AccessPoint, boot: int) -> None:
    if ap.boots == boot:
        ap.checking = False


def test_cable(shop: Shop, gear: Gear, port: str, at: float) -> None:
    """Begin a cable test: the link goes away while it lasts."""
    wear, link = gear.worn(port), gear.links[port]
    gear.tests[port] = CableTest(began=at, done=at + TEST_SECONDS, cable=wear.cable, speed=link.speed)

    def begin() -> None:
        wear.dropped = True

    def end() -> None:
        wear.dropped = False

    shop.act(at, begin)
    shop.later(at + TEST_SECONDS, end)


def power(shop: Shop, gear: Gear, at: float) -> None:
    """Let a device follow its power after something has changed about it."""
    shop.act(at, partial(follow, shop, gear, at, shop.later))


def power_modem(shop: Shop, at: float) -> None:
    """Let the carrier's modem follow its power after something has changed about it."""
    shop.act(at, partial(follow_modem, shop, at, shop.later))


def restart_cell(shop: Shop, at: float) -> None:
    """Take the cellular modem's power away for a moment; it is up again a little later."""
    cell, where = shop.wan.cell, _slot(shop.wan.cellular)

    def down() -> None:
        cell.state = "off"
        cell.restart()
        shop.say(shop.edge.name, at, "CELLWAN-2-MODEM_DOWN", f"Modem in slot {where} is DOWN")

    def up(start: int) -> None:
        if cell.starts == start:
            cell.state = "online"
            shop.say(shop.edge.name, at + BOOT_SECONDS, "CELLWAN-2-MODEM_UP", f"Modem in slot {where} is now UP")

    shop.act(at, down)
    shop.later(at + BOOT_SECONDS, partial(up, cell.starts))


def _slot(port: str) -> str:
    """Where the modem sits: ``0/2`` for Cellular0/2/0."""
    return port.removeprefix("Cellular").rpartition("/")[0]


def _short(port: str) -> str:
    return port.replace("GigabitEthernet", "Gi")


def _dotted(mac: str) -> str:
    digits = mac.replace(":", "")
    return f"{digits[:4]}.{digits[4:8]}.{digits[8:]}"
