"""The log buffer as EOS writes it.

In: the log of the view, whose lines carry another vendor's stamp and mnemonics. Out: lines of ``show logging``. Called
by ``shows_system``. What EOS has no message for keeps its text; what it says once is not said twice.
"""

import re
from collections.abc import Callable, Mapping

from lab.setting import DeviceSetting

_LINE = re.compile(r"\*?(?P<when>\w{3} +\d+ \d\d:\d\d:\d\d)(?:\.\d+)?(?: \w+)?: %(?P<mnemonic>[\w-]+): (?P<text>.*)")
_PROTOCOL = re.compile(r"(Line protocol on Interface )(\S+)(, changed state to .*)")
_ERROR = re.compile(r"(\S+) error detected on ([\w/]+)")
_FLAPPING = re.compile(r"Host (\S+) in vlan (\d+) is flapping between port (\S+) and port (\S+)", re.IGNORECASE)
_UNSAID = ("LINK-", "ILPOWER-5-", "SYS-2-MALLOCFAIL")
_AGENTS = {"LINEPROTO": "Ebra", "ETH": "Ebra", "SPANTREE": "Stp", "POE": "PoeAgent", "LLDP": "Lldp"}


def eos_lines(lines: list[str], setting: DeviceSetting) -> list[str]:
    """Return the lines of a log buffer, oldest first, as EOS would have written them."""
    return [told for line in lines if (told := _eos(line, setting))]


def _eos(line: str, setting: DeviceSetting) -> str:
    found = _LINE.fullmatch(line)
    if found is None:
        return line
    if found["mnemonic"].startswith(_UNSAID):
        return ""
    mnemonic, text = found["mnemonic"], found["text"]
    translate = _WORDS.get(mnemonic)
    if translate is not None:
        mnemonic, text = translate(text)
    elif mnemonic.startswith("ILPOWER-"):
        mnemonic = f"POE-{mnemonic.removeprefix('ILPOWER-')}"
    elif mnemonic == "LINEPROTO-5-UPDOWN":
        text = _PROTOCOL.sub(lambda match: f"{match[1]}{_described(match[2], setting)}{match[3]}", text)
    agent = _AGENTS.get(mnemonic.partition("-")[0], "ConfigAgent")
    return f"{found['when']} {setting.hostname} {agent}: %{mnemonic}: {text}"


def _described(port: str, setting: DeviceSetting) -> str:
    known = setting.ports.get(port)
    return f"{port} ({known.description})" if known is not None and known.description else port


def _shut(text: str) -> tuple[str, str]:
    found = _ERROR.search(text)
    return "ETH-4-ERRDISABLE", f"{found[1]} error detected on {found[2]}." if found is not None else text


def _flapping(text: str) -> tuple[str, str]:
    found = _FLAPPING.search(text)
    if found is None:
        return "ETH-4-HOST_FLAPPING", text
    return (
        "ETH-4-HOST_FLAPPING",
        f"Host {found[1]} in VLAN {found[2]} is flapping between interface {found[3]} and interface {found[4]}",
    )


_WORDS: Mapping[str, Callable[[str], tuple[str, str]]] = {
    "PM-4-ERR_DISABLE": _shut,
    "PM-4-ERR_RECOVER": lambda text: ("ETH-4-ERRDISABLE_RECOVERY", text),
    "SPANTREE-2-BLOCK_BPDUGUARD": lambda text: ("SPANTREE-4-BLOCK_BPDUGUARD", text),
    "SW_MATM-4-MACFLAP_NOTIF": _flapping,
}
