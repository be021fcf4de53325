"""Memory that a device's software takes and never gives back, until it restarts.

In: a leak put in, and the time (lab seconds). Out: how much is taken, log lines when nothing is left. Called by
``lab.service_view`` and a fault. Why: how much is gone follows from since when it leaks; only what is said needs the
store's queue.
"""

from functools import partial

from lab.endpoints import noise
from lab.gear import Gear
from lab.service_model import MemoryLook
from lab.shop import Shop

TOTAL = {"edge": 1_526_726_656, "switch": 265_289_728}
BASE_SHARE = 0.38
FULL_SECONDS = 600.0  # weeks in life
SPARE_BYTES = 300_000
SAY_SECONDS = 30.0
TAKER = "SNMP ENGINE"


def memory(shop: Shop, gear: Gear, at: float) -> MemoryLook:
    """How the processor's memory stands."""
    total = TOTAL[gear.device.role]
    base = int(total * (BASE_SHARE + 0.01 * noise(gear.name, "memory", int(at // 60))))
    found = shop.leaks.get(gear.name)
    room = total - base - SPARE_BYTES
    lost = 0 if found is None else min(room, int(room * (at - found) / FULL_SECONDS))
    return MemoryLook(total=total, used=base + lost, lost=lost, taker=TAKER)


def leak(shop: Shop, gear: Gear, since: float, at: float) -> None:
    """It has leaked since ``since``."""

    def happen() -> None:
        shop.leaks[gear.name] = since

    shop.act(at, happen)
    full = max(at, since + FULL_SECONDS)
    shop.later(full, partial(_say, shop, gear, since, full))


def stop(shop: Shop, gear: Gear, at: float) -> None:
    """The software starts anew, and gives everything back."""
    if gear.name in shop.leaks:
        shop.act(at, partial(_forget, shop, gear))


def _forget(shop: Shop, gear: Gear) -> None:
    shop.leaks.pop(gear.name, None)


def _say(shop: Shop, gear: Gear, since: float, at: float) -> None:
    """Again and again something asks for memory and gets none."""
    if shop.leaks.get(gear.name) != since:
        return
    text = (
        "Memory allocation of 65536 bytes failed from 0x60A4B2C8, alignment 0 \n"
        f"Pool: Processor  Free: {SPARE_BYTES}  Cause: Memory fragmentation \n"
        f'Alternate Pool: None  Free: 0  Cause: No Alternate pool \n -Process= "{TAKER}", ipl= 0, pid= 193'
    )
    shop.say(gear.name, at, "SYS-2-MALLOCFAIL", text)
    shop.later(at + SAY_SECONDS, partial(_say, shop, gear, since, at + SAY_SECONDS))
