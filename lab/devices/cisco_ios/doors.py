"""The doors of a device: from where its vty lines take sessions, and whom they let in.

In: the running configuration. Out: numbers of open lines; the privilege of an account. Called by the device for its
SSH server. Passwords are kept as hashes: a hash that the lab's startup configuration holds stands for the account's
own password, a hash of a password typed in plain is worked out again.
"""

from collections.abc import Iterator
from ipaddress import IPv4Address

from lab.devices.cisco_ios.access import filter_named
from lab.devices.cisco_ios.config import Config, Entry, Section
from lab.devices.cisco_ios.rules import hide_secret
from lab.filters import lets, ssh

DEFAULT_LINES = 5
OWN_HASH = "$9$lab$"
ANY_ADDRESS = IPv4Address(0)


def open_lines(running: Config, source: IPv4Address) -> tuple[int, ...]:
    """Return the vty lines that take an SSH session from an address, lowest first."""
    return tuple(
        number for number, section in sorted(_lines(running)) if _takes_ssh(section) and _from(running, section, source)
    )


def privilege(running: Config, line: int, user: str, password: str) -> int | None:
    """Return the level an account starts with on a line, None when it is not let in."""
    section = dict(_lines(running)).get(line)
    if section is None or not _asks_local_accounts(running.root, section):
        return None
    entry = running.root.find("username", user)
    if entry is None or not _is_password(entry, password):
        return None
    words = entry.words
    return int(words[words.index("privilege") + 1]) if "privilege" in words else 1


def _lines(running: Config) -> Iterator[tuple[int, Section]]:
    found = list(running.sections("line", "vty"))
    if not found:
        yield from ((number, Section("line")) for number in range(DEFAULT_LINES))
    for words, section in found:
        yield from ((number, section) for number in range(int(words[2]), int(words[-1]) + 1))


def _takes_ssh(section: Section) -> bool:
    value = section.value("transport", "input")
    words = " ".join(value).split() if value is not None else ["all"]
    return "ssh" in words or "all" in words


def _from(running: Config, section: Section, source: IPv4Address) -> bool:
    value = section.value("access-class")
    if value is None:
        return True
    return lets(filter_named(running.root, value[0]), ssh(source, ANY_ADDRESS))


def _asks_local_accounts(root: Section, section: Section) -> bool:
    value = section.value("login")
    if not root.has("aaa", "new-model"):
        return value == ("local",)
    name = value[1] if value is not None and value[:1] == ("authentication",) else "default"
    for words in root.starting("aaa", "authentication"):
        kind, listed, *methods = " ".join(words[2:]).split()
        if (kind, listed) == ("login", name):
            return "local" in methods or "local-case" in methods
    return name == "default"


def _is_password(entry: Entry, password: str) -> bool:
    words = entry.words
    if words[-1].startswith(OWN_HASH):
        return True
    at = words.index("secret") + 1
    return hide_secret((), (*words[:at], password)) == words
