"""Syslog messages read: RFC 5424, RFC 3164, and what network gear sends instead of either.

In: one message as bytes. Out: its mnemonic (cheaply, for every message), and host and text (for the few that matter).
Called by ``sieve``. Nothing here raises for any bytes, and nothing looks further than the first kilobytes.
"""

import re
from dataclasses import dataclass
from typing import Literal

LONGEST = 8192
_SEARCHED = 1024
_PRIORITY = re.compile(rb"<(\d{1,3})>")
_MOST_PRIORITY = 191
_PERCENT = re.compile(rb"%([A-Z][A-Z0-9_]{0,40}(?:-[A-Z0-9_]{1,40}){0,4})(?=[:\s])")
_TAG = re.compile(rb"(?<![\w-])([A-Z][A-Z0-9]{1,30}(?:_[A-Z0-9]{1,30}){1,6})(?![\w-])")
_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._:-]{0,251}[A-Za-z0-9])?"
_NEW = re.compile(
    r"1 (?P<time>-|\d{4}-\d\d-\d\dT\S{1,32}) (?P<host>\S{1,255}) (?P<app>\S{1,48}) \S{1,128} \S{1,32} ?(?P<rest>.*)",
    re.DOTALL,
)
_OLD = re.compile(
    rf"(?P<time>[A-Z][a-z]{{2}} [ \d]\d \d\d:\d\d:\d\d)(?:\.\d{{1,6}})? (?P<host>{_NAME}):? (?P<rest>.*)", re.DOTALL
)
_GEAR = re.compile(rf"(?:\d{{1,10}}: )?(?P<host>{_NAME}): (?:\d{{1,10}}: )?(?=[*.]?[A-Z\d])(?P<rest>.*)", re.DOTALL)
Form = Literal["5424", "3164", "gear", "bare"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message. ``host`` is "" when it names none; ``mnemonic`` "" when it has none."""

    form: Form
    priority: int | None
    host: str
    mnemonic: str
    text: str


def mnemonic_of(raw: bytes) -> bytes:
    """Return ``LINK-3-UPDOWN``, ``ADJCHANGE`` or ``SNMP_TRAP_LINK_DOWN``; nothing when there is no such word.

    ``%WORD:`` is what Cisco, Arista and FRR put before their text; a bare word with underscores is Junos' tag.
    """
    found = _PERCENT.search(raw, 0, _SEARCHED) if b"%" in raw else None
    found = found or _TAG.search(raw, 0, _SEARCHED)
    return found.group(1) if found else b""


def parse(raw: bytes) -> Message:
    """Return the message, as far as it can be read; a form nobody knows has no host and the whole as its text."""
    raw = raw[:LONGEST]
    mnemonic = mnemonic_of(raw).decode("ascii")
    priority = _PRIORITY.match(raw)
    number = int(priority.group(1)) if priority else None
    body = raw[priority.end() :] if priority and number is not None and number <= _MOST_PRIORITY else raw
    text = body.decode("utf-8", "replace").strip("\r\n\0 ").removeprefix("\ufeff")
    form, host, rest = _split(text)
    return Message(
        form=form,
        priority=number if number is not None and number <= _MOST_PRIORITY else None,
        host="" if host == "-" else host.rstrip(":"),
        mnemonic=mnemonic,
        text=rest,
    )


def _split(text: str) -> tuple[Form, str, str]:
    """Form, host and the rest. Old gear puts a counter first, and its name with a colon behind."""
    new = _NEW.match(text)
    if new:
        return "5424", new["host"], _without_structure(new["rest"])
    old = _OLD.match(text)
    if old:
        return "3164", old["host"], old["rest"]
    gear = _GEAR.match(text)
    if gear and not gear["host"].isdigit():
        return "gear", gear["host"], gear["rest"]
    return "bare", "", text


def _without_structure(rest: str) -> str:
    """The message behind RFC 5424's structured elements; a broken element is left where it is."""
    if rest.startswith("- "):
        return rest[2:].removeprefix("\ufeff")
    at = 0
    while at < len(rest) and rest[at] == "[":
        end = _end_of_element(rest, at)
        if end is None:
            return rest
        at = end
    return rest[at:].removeprefix(" ").removeprefix("\ufeff") if at else rest.removeprefix("-")


def _end_of_element(rest: str, start: int) -> int | None:
    """Where ``[id name="value"]`` ends; a bracket inside a value does not count, nor an escaped quote."""
    quoted, at = False, start
    while at < len(rest):
        letter = rest[at]
        if letter == "\\" and quoted:
            at += 1
        elif letter == '"':
            quoted = not quoted
        elif letter == "]" and not quoted:
            return at + 1
        at += 1
    return None
