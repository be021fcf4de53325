"""Ports a switch shuts by itself: err-disabled, with a cause.

In: a store's fittings and the time, what violates a port's guards. Out: which ports are shut, log lines. Called by
``lab.shop`` before links are worked out. A person's ``shutdown`` takes the state away; opening the port again heals
what has passed, and is undone at once while its cause is still there. What the configuration says may recover by itself
does so after its interval.
"""

from collections.abc import Callable

from lab.fittings import Fittings
from lab.gear import Gear

TRANSIENT = frozenset({"link-flap", "dhcp-rate-limit", "inline-power"})
Recover = Callable[[Gear, str, float], None]


def guard(shop: Fittings, at: float, recover: Recover) -> None:
    """Shut what violates its guards; ``recover`` is told of each port that opens again by itself, and when."""
    for gear in shop.gears.values():
        for port in [name for name in gear.errdisabled if _shut(gear, name)]:
            del gear.errdisabled[port]
            gear.reopening.pop(port, None)
        for port, cause in gear.violations.items():
            if port not in gear.errdisabled and not _shut(gear, port):
                _disable(shop, gear, port, cause, at)
                if cause in gear.setting.recovered_causes:
                    gear.reopening[port] = at + gear.setting.recovery_seconds
                    recover(gear, port, gear.reopening[port])


def pass_over(gear: Gear) -> None:
    """Causes that last no longer than the moment they were noticed are gone; their ports stay shut."""
    for port in [name for name, cause in gear.violations.items() if cause in TRANSIENT]:
        del gear.violations[port]


def reopen(shop: Fittings, gear: Gear, port: str, at: float) -> None:
    """The switch tries again by itself."""
    cause = gear.errdisabled.pop(port, None)
    gear.reopening.pop(port, None)
    if cause is not None:
        short = _short(port)
        text = f"Attempting to recover from {cause} err-disable state on {short}"
        shop.say(gear.name, at, "PM-4-ERR_RECOVER", text)


def _shut(gear: Gear, port: str) -> bool:
    setting = gear.port(port)
    return setting is None or setting.shutdown


def _disable(shop: Fittings, gear: Gear, port: str, cause: str, at: float) -> None:
    gear.errdisabled[port] = cause
    short = _short(port)
    if cause == "bpduguard":
        text = f"Received BPDU on port {short} with BPDU Guard enabled. Disabling port."
        shop.say(gear.name, at, "SPANTREE-2-BLOCK_BPDUGUARD", text)
    text = f"{cause} error detected on {short}, putting {short} in err-disable state"
    shop.say(gear.name, at, "PM-4-ERR_DISABLE", text)


def _short(port: str) -> str:
    return port.replace("GigabitEthernet", "Gi")
