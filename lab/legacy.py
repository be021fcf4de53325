"""What people left behind on the devices before there was a controller: small things, none of which hurts trading.

In: a device and its store. Out: ``Left``. Called by ``lab.startup`` and its parts. Why: a fresh lab must show drift as
real chains have it - an old server here, a hand-edited description there, and devices that are just right.
"""

from dataclasses import dataclass
from random import Random

from inventory.model import Device, Store

OLD_NTP = "198.51.100.9"
OLD_CONTACT = "IT desk 4411"
OLD_BANNER = "Authorised use only."
UNTOUCHED_SHARE = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Differences of one device from the standard; everything False on a device nobody touched."""

    old_ntp: bool = False
    no_regional_log: bool = False
    old_contact: bool = False
    old_banner: bool = False
    web_server: bool = False
    consultant: bool = False
    hand_description: bool = False
    unreachables: bool = False
    no_storm_control: bool = False
    no_link_flap: bool = False
    wide_lease: bool = False
    consultants_address: str = "203.0.113.77"


SHARES = {
    "old_ntp": 0.35,
    "no_regional_log": 0.3,
    "old_contact": 0.25,
    "old_banner": 0.2,
    "web_server": 0.15,
    "consultant": 0.3,
    "hand_description": 0.4,
    "unreachables": 0.25,
    "no_storm_control": 0.3,
    "no_link_flap": 0.25,
    "wide_lease": 0.15,
}


def left_behind(device: Device, store: Store) -> Left:
    """The same device of the same chain always has the same past."""
    chance = Random(f"{device.id}/{store.name}/{store.takings_per_hour}/left")
    if chance.random() < UNTOUCHED_SHARE:
        return Left()
    found = {name: chance.random() < share for name, share in SHARES.items()}
    return Left(**found, consultants_address=f"203.0.113.{chance.randrange(65, 95)}")
