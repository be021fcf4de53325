"""The device's log as Junos writes it.

In: the log buffer of the view, whose lines carry another vendor's stamp and mnemonic. Out: lines of ``messages``.
Called by the RPCs and the shows.
"""

import re

from lab.devices.juniper_junos.device import JunosDevice

_LINE = re.compile(r"\*?(?P<when>\w{3} +\d+ \d\d:\d\d:\d\d)(?:\.\d+)?[^%]*%(?P<mnemonic>[\w-]+): (?P<text>.*)")
_PORT = re.compile(r"Interface (?P<port>[^,]+), changed state to (?P<state>.+)")
_LINK = ("LINK-3-UPDOWN", "LINK-5-CHANGED")
_FIRST_INDEX = 514


def log_lines(device: JunosDevice) -> list[str]:
    """Return the log, oldest first."""
    return [line for told in device.view.syslog() if (line := _junos(device, told))]


def _junos(device: JunosDevice, told: str) -> str:
    found = _LINE.match(told)
    if found is None:
        return told
    head = f"{found['when']}  {device.hostname}"
    port = _PORT.search(found["text"])
    if found["mnemonic"] == "LINEPROTO-5-UPDOWN" and port is not None:
        return ""
    if port is not None and found["mnemonic"] in _LINK:
        return f"{head} mib2d[2117]: {_trap(device, port['port'], port['state'])}"
    process = "mgd[4107]" if found["mnemonic"].startswith("UI_") else "init"
    return f"{head} {process}: {found['mnemonic']}: {found['text']}"


def _trap(device: JunosDevice, port: str, state: str) -> str:
    index = _FIRST_INDEX + (device.ports.index(port) if port in device.ports else 0)
    up, admin = state == "up", "administratively" not in state
    return (
        f"SNMP_TRAP_LINK_{'UP' if up else 'DOWN'}: ifIndex {index}, ifAdminStatus {'up(1)' if admin else 'down(2)'}, "
        f"ifOperStatus {'up(1)' if up else 'down(2)'}, ifName {port}"
    )
