"""Autonomous access points of Cisco: which objects tell what, and how to read them. Pure: values in, rows out.

Called through ``dialects``. Objects: SNMPv2-MIB, IF-MIB, ENTITY-MIB, IEEE802dot11-MIB (the channels of the OFDM and
DSSS tables), CISCO-DOT11-ASSOCIATION-MIB and CISCO-SYSLOG-MIB. The last keeps one line only unless told otherwise:
``logging history size 50`` and ``logging history informational`` on the access point let it tell of radar.
"""

import re
from collections.abc import Mapping
from typing import Literal

from inventory.radio_rows import RadioEventRow, RadioRow, SoftwareRow, StationRow
from inventory.snmp.asking import Told
from inventory.snmp.ber import Oid
from inventory.snmp.standard import DESCRIPTION, UP_TIME, column, number, text, up_seconds

_IF: Oid = (1, 3, 6, 1, 2, 1, 2, 2, 1)
IF_NAME, IF_TYPE, IF_ADMIN, IF_OPER = ((*_IF, n) for n in (2, 3, 7, 8))
_PLATE: Oid = (1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1)
SOFTWARE, SERIAL, MODEL = ((*_PLATE, n) for n in (10, 11, 13))
OFDM_CHANNEL: Oid = (1, 2, 840, 10036, 4, 11, 1, 1)
DSSS_CHANNEL: Oid = (1, 2, 840, 10036, 4, 5, 1, 1)
CLIENTS: Oid = (1, 3, 6, 1, 4, 1, 9, 9, 273, 1, 1, 2, 1, 1)
SIGNAL: Oid = (1, 3, 6, 1, 4, 1, 9, 9, 273, 1, 3, 1, 1, 3)
_HISTORY: Oid = (1, 3, 6, 1, 4, 1, 9, 9, 41, 1, 2, 3, 1)
SAID_BY, SAID, SAID_AT = ((*_HISTORY, n) for n in (2, 4, 6))
WIRELESS = 71  # ifType ieee80211
STATES: Mapping[int, Literal["up", "down", "checking"]] = {1: "up", 2: "down", 5: "checking"}
UP = 1
RADAR = ("DOT11", "DFS_TRIGGERED")
TICKS_WRAP = 1 << 32
MAC_ARCS, OCTET = 6, 256
LOWEST_DBM, HIGHEST_DBM = -127, 0
_VERSION = re.compile(r"\bVersion ([^\s,]+)")
SOFTWARE_OBJECTS = ((DESCRIPTION,), (SOFTWARE, SERIAL, MODEL))
RADIO_OBJECTS = ((), (IF_NAME, IF_TYPE, IF_ADMIN, IF_OPER, OFDM_CHANNEL, DSSS_CHANNEL, CLIENTS))
STATION_OBJECTS = ((), (SIGNAL,))
EVENT_OBJECTS = ((), (SAID_BY, SAID, SAID_AT))


def software(told: Told) -> tuple[SoftwareRow, ...]:
    """Read what runs: the first version the plate names, else the one of the description. Raises ``ValueError``."""
    described = _VERSION.search(text(told.get(DESCRIPTION)))
    version = _first(told, SOFTWARE) or (described[1] if described else "")
    if not version:
        raise ValueError("no version of its software is told")
    row = SoftwareRow(
        version=version, model=_first(told, MODEL), serial=_first(told, SERIAL), up_seconds=up_seconds(told)
    )
    return (row,)


def radios(told: Told) -> tuple[RadioRow, ...]:
    """Read every radio; a virtual one of it is not one. Raises ``ValueError`` when a radio's state is not told."""
    admin, oper, clients = column(told, IF_ADMIN), column(told, IF_OPER), column(told, CLIENTS)
    channels = {**column(told, DSSS_CHANNEL), **column(told, OFDM_CHANNEL)}
    names = column(told, IF_NAME)
    found = [index for index, kind in column(told, IF_TYPE).items() if kind == WIRELESS]
    rows = []
    for index in sorted(found):
        name = text(names.get(index))
        if "." in name:
            continue
        if not name or index not in admin or index not in oper:
            raise ValueError(f"the state of radio {name or index} is not told")
        rows.append(
            RadioRow(
                name=name,
                admin_up=admin[index] == UP,
                state=STATES.get(number(oper[index]) or 0, "other"),
                channel=number(channels.get(index)),
                clients=number(clients.get(index)),
            )
        )
    if not rows:
        raise ValueError("no radio at all")
    return tuple(rows)


def stations(told: Told) -> tuple[StationRow, ...]:
    """Read every client with its signal. Raises ``ValueError`` for a row that is none."""
    rows = []
    for index, value in column(told, SIGNAL).items():
        signal, mac = number(value), index[-MAC_ARCS:]
        if signal is None or len(index) < MAC_ARCS + 2 or max(mac) >= OCTET:
            raise ValueError("the signal of a client cannot be read")
        if LOWEST_DBM <= signal < HIGHEST_DBM:
            rows.append(StationRow(radio=index[0], mac=":".join(f"{arc:02x}" for arc in mac), signal_dbm=signal))
    return tuple(rows)


def events(told: Told) -> tuple[RadioEventRow, ...]:
    """Read what it has written down, with how long ago that was."""
    speakers, words = column(told, SAID_BY), column(told, SAID)
    now = number(told.get(UP_TIME)) or 0
    rows = []
    for index, value in column(told, SAID_AT).items():
        at = number(value)
        if at is None or index not in words or index not in speakers:
            continue
        radar = (text(speakers[index]), text(words[index])) == RADAR
        rows.append(RadioEventRow(radar=radar, age_seconds=((now - at) % TICKS_WRAP) / 100))
    return tuple(rows)


def _first(told: Told, oid: Oid) -> str:
    rows = column(told, oid)
    return next((found for index in sorted(rows) if (found := text(rows[index]))), "")
