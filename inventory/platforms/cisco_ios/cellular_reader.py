"""Reader of what IOS tells of a cellular modem. Pure: text in, rows out.

Called through ``platform.PLATFORM.getters``. Format after Cisco's guides to cellular WAN interfaces (EHWIC, NIM and
fixed modems, ``show cellular <slot> all``): ``name = value`` lines under headings, in an order that differs by modem.
What a modem leaves out is None. One that is being started anew says so, and nothing else: that is no answer.
"""

import re
from collections.abc import Mapping

from inventory.edge_rows import CellularRow
from inventory.platforms import ParseDoubt
from inventory.platforms.cisco_ios.names import full_port
from inventory.platforms.cisco_ios.tables import lines_of

Args = Mapping[str, str]
COMMAND = "show cellular all"
_VALUE = re.compile(r"\s*(?P<name>[A-Z][^=]*?)\s*=\s*(?P<value>.*?)\s*\Z")
_PROFILE = re.compile(r"\s*Profile (?P<number>\d+) = (?P<state>ACTIVE|INACTIVE)\s*(?P<default>\*(?!\*))?")
_DEFAULT = re.compile(r"\s*Configured default profile.* is profile (\d+)")
_SESSION = re.compile(r"\s*Profile (\d+), Packet Session Status = (\w+)")
_PACKETS = re.compile(r"\s*Data Packets Transmitted = (\d+)\s*,\s*Received = (\d+)")
_BYTES = re.compile(r"\s*Data Transmitted = (\d+) bytes\s*,\s*Received = (\d+) bytes")
_LEVEL = re.compile(r"(-?\d+(?:\.\d+)?)\s*dBm?\Z")
_ON = ("on", "online")


def cellular(output: str, args: Args) -> tuple[CellularRow, ...]:
    """Read ``show cellular <slot> all``. Raises ``ParseDoubt`` for a modem that tells nothing of its radio."""
    lines = lines_of(output)
    told = _values(lines)
    if not {"Radio power mode", "Current Service Status"} <= told.keys():
        raise ParseDoubt(f"{COMMAND}: neither radio nor service in the answer ({len(lines)} lines)")
    default = _default(lines)
    sent, received = _counted(lines)
    return (
        CellularRow(
            port=full_port(f"Cellular{args.get('slot', '')}"),
            radio=told["Radio power mode"].partition(",")[0].strip().lower() in _ON,
            registered=_registered(told),
            session=_session(lines, default),
            roaming=_roaming(told),
            sim=told.get("SIM Status"),
            profile=int(default) if default else None,
            apn=_apn(lines, default),
            rsrp_dbm=_level(told.get("Current RSRP")),
            rssi_dbm=_level(told.get("Current RSSI")),
            sent=sent,
            received=received,
        ),
    )


def _values(lines: list[str]) -> dict[str, str]:
    """Every ``name = value``; of a name that comes more than once the first."""
    found: dict[str, str] = {}
    for line in lines:
        pair = _VALUE.match(line)
        if pair:
            found.setdefault(pair["name"], pair["value"])
    return found


def _registered(told: Mapping[str, str]) -> bool | None:
    """By what LTE says of itself, else by the service it has."""
    state = told.get("Registration state(EMM)")
    if state is not None:
        return state == "Registered"
    return told["Current Service Status"] == "Normal"


def _roaming(told: Mapping[str, str]) -> bool | None:
    """None where there is no network to roam in."""
    word = told.get("Current Roaming Status")
    return None if word is None or not _registered(told) else word == "Roaming"


def _default(lines: list[str]) -> str | None:
    """The number of the profile that data goes by."""
    marked = [m["number"] for line in lines if (m := _PROFILE.match(line)) and m["default"]]
    named = [m[1] for line in lines if (m := _DEFAULT.match(line))]
    only = [m["number"] for line in lines if (m := _PROFILE.match(line))]
    return next(iter([*marked, *named, *(only if len(only) == 1 else [])]), None)


def _session(lines: list[str], default: str | None) -> bool | None:
    states = {m[1]: m[2] == "ACTIVE" for line in lines if (m := _SESSION.match(line))}
    if not states:
        return None
    return states[default] if default in states else any(states.values())


def _apn(lines: list[str], default: str | None) -> str | None:
    """The access point name in the default profile's block."""
    number: str | None = None
    for line in lines:
        head, pair = _PROFILE.match(line), _VALUE.match(line)
        if head:
            number = head["number"]
        elif number == default and number is not None and pair and pair["name"] == "Access Point Name (APN)":
            return pair["value"] or None
    return None


def _counted(lines: list[str]) -> tuple[int | None, int | None]:
    """Packets, or bytes where packets are not told."""
    for pattern in (_PACKETS, _BYTES):
        found = next((m for line in lines if (m := pattern.match(line))), None)
        if found:
            return int(found[1]), int(found[2])
    return None, None


def _level(text: str | None) -> float | None:
    found = _LEVEL.match(text) if text else None
    return float(found[1]) if found else None
