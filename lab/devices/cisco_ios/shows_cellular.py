"""The commands about a cellular modem: what it tells, starting it anew, its profile.

In: a shell and canonical words. Out: text, as IOS prints it on an ISR with an LTE module (formats of Cisco's guide to
cellular WAN interfaces). Called by ``exec_commands`` through ``shows_services``.
"""

from collections.abc import Callable, Iterator

from lab.cell import CellLook
from lab.devices.cisco_ios.rule import Words
from lab.devices.cisco_ios.shows import clock_text
from lab.devices.cisco_ios.tables import Table
from lab.devices.cisco_ios.terminal import ENABLED, Terminal

_PACKET_BYTES = 300
_NO_SUCH = "% Invalid input detected at '^' marker.\n\n"
_NOT_UP = "Modem is not up. Command cannot be executed.\n"


def _look(shell: Terminal, words: Words, at: int) -> CellLook | None:
    return shell.device.view.cell.look(f"Cellular{words[at]}")


def _hardware(_shell: Terminal, look: CellLook) -> Iterator[str]:
    yield "Modem Firmware Version = SWI9X30C_02.24.05.06"
    yield "Modem Firmware built = 2017/05/19 06:23:09"
    yield "Device Model ID: MC7455"
    yield f"International Mobile Subscriber Identity (IMSI) = {look.country}10{look.serial[2:].zfill(10)}"
    yield f"International Mobile Equipment Identity (IMEI) = 35907206{look.serial[3:]}"
    yield f"Factory Serial Number (FSN) = {look.serial}"
    yield f"Modem Status = {'Modem Online' if look.online else 'Offline'}"
    yield "Current Modem Temperature = 41 deg C"


def _profile(_shell: Terminal, look: CellLook) -> Iterator[str]:
    yield f"Profile 1 = {'ACTIVE' if look.connected else 'INACTIVE'}* **"
    yield "--------"
    yield "PDP Type = IPv4"
    if look.connected and look.address is not None:
        yield f"PDP address = {look.address}"
    yield f"Access Point Name (APN) = {look.apn}"
    yield "Authentication = None"
    yield ""
    yield "  * - Default profile "
    yield " ** - LTE attach profile "
    yield ""
    yield "Configured default profile for active SIM 0 is profile 1."


def _connection(_shell: Terminal, look: CellLook) -> Iterator[str]:
    if not look.connected:
        yield "Profile 1, Packet Session Status = INACTIVE"
        return
    yield "Profile 1, Packet Session Status = ACTIVE"
    yield f"        {look.port}:"
    yield f"        Data Packets Transmitted = {look.sent}, Received = {look.received}"
    sent, received = look.sent * _PACKET_BYTES, look.received * _PACKET_BYTES
    yield f"        Data Transmitted = {sent} bytes, Received = {received} bytes"
    yield f"        IP address = {look.address}"


def _network(shell: Terminal, look: CellLook) -> Iterator[str]:
    yield f"Current System Time = {clock_text(shell.device.view.now())}"
    yield f"Current Service Status = {'Normal' if look.registered else _no_service(look)}"
    yield f"Current Service = {'Packet switched' if look.registered else 'Unknown'}"
    yield f"Current Roaming Status = {'Roaming' if look.roaming else 'Home'}"
    yield "Network Selection Mode = Automatic"
    yield f"Network = {look.carrier}"
    yield f"Mobile Country Code (MCC) = {look.country}"
    yield f"Mobile Network Code (MNC) = {look.network}"
    yield f"Packet switch domain(PS) state = {'Attached' if look.registered else 'Not attached'}"
    yield f"Registration state(EMM) = {'Registered' if look.registered else 'Not Registered'}"
    if not look.registered and look.radio:
        yield "EMM Sub State = PLMN Search"
    elif look.registered:
        yield "EMM Sub State = Normal Service"
    yield "Tracking Area Code (TAC) = 3587"
    yield "Cell ID = 23756810"


def _no_service(look: CellLook) -> str:
    return "Emergency Only" if look.radio and look.online else "No service"


def _radio(_shell: Terminal, look: CellLook) -> Iterator[str]:
    if not look.radio:
        yield "Radio power mode = offline, Reason = Modem low power"
        return
    yield "Radio power mode = online"
    yield "LTE Rx Channel Number = 2050"
    yield "LTE Tx Channel Number = 20050"
    yield "LTE Band = 20"
    yield "LTE Bandwidth = 10 MHz"
    yield f"Current RSSI = {look.rssi} dBm"
    yield f"Current RSRP = {look.rsrp} dBm"
    yield f"Current RSRQ = {look.rsrq} dB"
    yield f"Current SNR = {look.snr}  dB"
    yield "Physical Cell Id = 0x55"
    yield "Radio Access Technology(RAT) Preference = AUTO"
    yield "Radio Access Technology(RAT) Selected = LTE"


def _security(_shell: Terminal, _look: CellLook) -> Iterator[str]:
    yield "Active SIM = 0"
    yield "SIM switchover attempts = 0"
    yield "Card Holder Verification (CHV1) = Disabled"
    yield "SIM Status = OK"
    yield "SIM User Operation Required = None"
    yield "Number of CHV1 Retries remaining = 3"


_PARTS: dict[str, tuple[str, Callable[[Terminal, CellLook], Iterator[str]]]] = {
    "hardware": ("Hardware Information", _hardware),
    "profile": ("Profile Information", _profile),
    "connection": ("Data Connection Information", _connection),
    "network": ("Network Information", _network),
    "radio": ("Radio Information", _radio),
    "security": ("Modem Security Information", _security),
}


def _show(shell: Terminal, words: Words) -> str:
    look = _look(shell, words, 2)
    if look is None:
        return _NO_SUCH
    if not look.online and words[3] != "hardware":
        return _NOT_UP
    if words[3] != "all":
        return "".join(f"{row}\n" for row in _PARTS[words[3]][1](shell, look)) + "\n"
    parts = ((title, "=" * len(title), *tell(shell, look), "") for title, tell in _PARTS.values())
    return "".join(f"{row}\n" for part in parts for row in part)


def _restart(shell: Terminal, words: Words) -> str:
    look = _look(shell, words, 2)
    if look is None:
        return _NO_SUCH
    shell.device.record_write(shell.user, " ".join(words), f"interface {look.port}")
    shell.device.view.cell.restart(look.port)
    return ""


def _apn(shell: Terminal, words: Words) -> str:
    look = _look(shell, words, 1)
    if look is None:
        return _NO_SUCH
    if not look.online:
        return _NOT_UP
    if words[5] != "1":
        return f"Profile {words[5]} is not the attach profile\n"
    shell.device.record_write(shell.user, " ".join(words), f"interface {look.port}", changed=words[6] != look.apn)
    shell.device.view.cell.set_apn(look.port, words[6])
    return f"Profile {words[5]} already exists with above parameters\n" if words[6] == look.apn else ""


TABLE: Table = [
    ("show cellular <word> (all|hardware|connection|network|radio|security)", 1, _show),
    ("show cellular <word> profile [<1-16>]", 1, _show),
    ("test cellular <word> (modem-reset|modem-power-cycle)", ENABLED, _restart),
    ("cellular <word> lte profile create <1-16> <word> [none] [ipv4]", ENABLED, _apn),
]
