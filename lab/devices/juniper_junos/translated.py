"""What a person meant who is said to type the lab's common words, in the words of this device.

In: lines such as ``interface ge-0/0/5`` and ``shutdown``, by which the lab's faults say what somebody did on any
switch. Out: lines of ``set`` and ``delete``; lines of ``set`` pass as they are. Called by the device's ``apply``.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

_SWITCHING = "unit 0 family ethernet-switching"
_MEMBERS = f"{_SWITCHING} vlan members"
_OWN = ("set ", "delete ", "activate ", "deactivate ")
_SPEEDS = {"10": "10m", "100": "100m", "1000": "1g"}
_MODES = {"full": "full-duplex", "half": "half-duplex"}


def as_set(lines: Sequence[str]) -> list[str]:
    """Return what the lines mean here. Words that this device has nothing for are left out."""
    found: list[str] = []
    port = ""
    for line in map(str.strip, lines):
        if line.startswith(_OWN):
            found.append(line)
        elif line.startswith("interface "):
            port = line.removeprefix("interface ")
        elif line in ("end", "exit"):
            port = ""
        elif port:
            found.extend(_port(port, line))
        elif line.startswith("vlan ") and line.removeprefix("vlan ").isdigit():
            found.append(f"set vlans VLAN{line[5:]} vlan-id {line[5:]}")
    return found


def _port(port: str, line: str) -> Iterator[str]:
    for words, mean in _WORDS.items():
        if line == words or line.startswith(f"{words} "):
            yield from mean(f"interfaces {port}", line.removeprefix(words).strip())
            return
    power = {"power inline never": "set", "power inline auto": "delete", "no power inline never": "delete"}.get(line)
    if power is not None:
        yield f"{power} poe interface {port} disable"


def _numbers(text: str) -> Iterator[int]:
    for part in text.replace(" ", "").split(","):
        low, _, high = part.partition("-")
        yield from range(int(low), int(high or low) + 1)


def _access(port: str, number: str) -> Iterator[str]:
    yield f"delete {port} {_MEMBERS}"
    yield f"set {port} {_MEMBERS} {number}"


def _allowed(port: str, text: str) -> Iterator[str]:
    verb, _, numbers = text.partition(" ")
    if verb not in ("add", "remove"):
        yield f"delete {port} {_MEMBERS}"
        verb, numbers = "add", text
    for number in _numbers(numbers):
        yield f"{'set' if verb == 'add' else 'delete'} {port} {_MEMBERS} {number}"


def _mode(port: str, mode: str) -> Iterator[str]:
    yield f"set {port} {_SWITCHING} interface-mode {mode}"


def _speed(port: str, speed: str) -> Iterator[str]:
    yield f"set {port} speed {_SPEEDS[speed]}" if speed in _SPEEDS else f"delete {port} speed"


def _duplex(port: str, mode: str) -> Iterator[str]:
    """A mode alone is still negotiated, so a person who wants it says that, too."""
    yield f"set {port} link-mode {_MODES[mode]}" if mode in _MODES else f"delete {port} link-mode"
    yield f"{'set' if mode in _MODES else 'delete'} {port} ether-options no-auto-negotiation"


def _said(verb: str, words: str) -> Callable[[str, str], Iterator[str]]:
    return lambda port, _: iter([f"{verb} {port} {words}"])


_WORDS: Mapping[str, Callable[[str, str], Iterator[str]]] = {
    "shutdown": _said("set", "disable"),
    "no shutdown": _said("delete", "disable"),
    "description": lambda port, text: iter([f'set {port} description "{text}"']),
    "no description": _said("delete", "description"),
    "switchport access vlan": _access,
    "switchport mode": _mode,
    "switchport trunk allowed vlan": _allowed,
    "switchport trunk native vlan": lambda port, text: iter([f"set {port} native-vlan-id {text}"]),
    "speed": _speed,
    "duplex": _duplex,
}
