"""One store's cables, and how far a frame gets.

In: the devices' settings and which ports are up. Out: which members (gateway, till, access point, wireless client)
a tagged frame reaches. Called by ``lab.shop``. Why: VLANs are walked the way switches forward them - both ends of
every trunk are asked - and not looked up in anybody's intent.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from inventory.model import Device
from lab.setting import DeviceSetting, PortSetting

UNTAGGED = 0
Kind = Literal["edge", "switch", "access_point", "till"]


@dataclass(frozen=True, slots=True)
class End:
    """One end of a cable."""

    node: str
    port: str


@dataclass(frozen=True, slots=True)
class Member:
    """Something with an address in a VLAN. ``tag`` is the VLAN it speaks in as seen by its own port."""

    kind: Literal["gateway", "switch", "access_point", "wireless", "till"]
    name: str
    tag: int


def cables(devices: tuple[Device, ...]) -> dict[End, End]:
    """Return every cable, from both ends. An access point's uplink is ``uplink``, a till's port ``eth0``."""
    found: dict[End, End] = {}
    for device in devices:
        for port in device.ports.values():
            if port.to is None:
                continue
            far = port.to_port or ("uplink" if port.use == "access_point" else "eth0")
            found[End(device.id, port.name)] = End(port.to, far)
            found[End(port.to, far)] = End(device.id, port.name)
    return found


def leaves(port: PortSetting, vlan: int) -> int | None:
    """The tag a frame of ``vlan`` leaves a switch port with, or None when the port does not carry it."""
    if port.mode == "access":
        return UNTAGGED if vlan == port.access_vlan else None
    if port.mode != "trunk" or not _allows(port, vlan):
        return None
    return UNTAGGED if vlan == port.native_vlan else vlan


def enters(port: PortSetting, tag: int, known: frozenset[int]) -> int | None:
    """The VLAN a frame with ``tag`` lands in at a switch port, or None when it is dropped."""
    if port.mode == "access":
        vlan = port.access_vlan if tag == UNTAGGED else None
    elif port.mode == "trunk":
        vlan = port.native_vlan if tag == UNTAGGED else tag
        vlan = vlan if _allows(port, vlan) else None
    else:
        vlan = None
    return vlan if vlan in known else None


def _allows(port: PortSetting, vlan: int) -> bool:
    return port.allowed is None or vlan in port.allowed


class Floor:
    """The cabling of one store with the settings and link states of the moment."""

    def __init__(
        self,
        devices: tuple[Device, ...],
        settings: Mapping[str, DeviceSetting],
        link_up: Callable[[str, str], bool],
        bridges: Callable[[str], bool],
    ) -> None:
        self.kinds: dict[str, Kind] = {d.id: d.role for d in devices}
        self.cables = cables(devices)
        self._settings = settings
        self._link_up = link_up
        self._bridges = bridges
        self._lan: dict[str, dict[int, str]] = {
            d.id: {v: p.name for p in d.ports.values() for v in p.vlans} for d in devices
        }
        self.ports: dict[str, tuple[str, ...]] = {}
        for end in self.cables:
            self.ports[end.node] = (*self.ports.get(end.node, ()), end.port)

    def move(self, old: End, new: End) -> None:
        """Pull a cable out at one end and plug it in elsewhere."""
        far = self.cables.pop(old)
        self.cables[new], self.cables[far] = far, new
        self.ports[old.node] = tuple(port for port in self.ports[old.node] if port != old.port)
        self.ports[new.node] = (*self.ports.get(new.node, ()), new.port)

    def beyond(self, node: str, port: str, tag: int) -> Iterator[Member]:
        """Yield what a frame reaches that leaves ``node`` by ``port`` with ``tag``."""
        far = self.cables.get(End(node, port))
        if far is None or not self._link_up(node, port):
            return
        kind = self.kinds.get(far.node, "till")
        if kind == "switch":
            yield from self._into_switch(far, tag)
        elif kind == "edge":
            if gateway_on(self._settings[far.node], far.port, tag) is not None:
                yield Member("gateway", far.node, tag)
        elif kind == "access_point":
            yield from self._into_access_point(far.node, tag)
        elif tag == UNTAGGED:
            yield Member("till", far.node, UNTAGGED)

    def behind(self, switch: str, vlan: int) -> Iterator[tuple[str, Member]]:
        """Yield (port, member) for everything a switch can hear in one VLAN."""
        setting = self._settings[switch]
        if vlan not in setting.vlans:
            return
        for port in self.ports.get(switch, ()):
            tag = leaves(setting.ports[port], vlan) if port in setting.ports else None
            if tag is not None:
                for member in self.beyond(switch, port, tag):
                    yield port, member

    def _into_switch(self, far: End, tag: int) -> Iterator[Member]:
        setting = self._settings[far.node]
        port = setting.ports.get(far.port)
        vlan = enters(port, tag, setting.vlans) if port is not None else None
        if vlan is None:
            return
        svi = setting.ports.get(f"Vlan{vlan}")
        if svi is not None and not svi.shutdown and svi.address is not None:
            yield Member("switch", far.node, vlan)
        for name in self.ports[far.node]:
            onward = setting.ports.get(name)
            out = leaves(onward, vlan) if onward is not None and name != far.port else None
            if out is not None:
                yield from self.beyond(far.node, name, out)

    def _into_access_point(self, name: str, tag: int) -> Iterator[Member]:
        if tag == UNTAGGED:
            yield Member("access_point", name, UNTAGGED)
            return
        lan = self._lan[name].get(tag)
        if lan is None:
            yield Member("wireless", name, tag)
        elif self._bridges(name):
            yield from self.beyond(name, lan, UNTAGGED)


def gateway_on(setting: DeviceSetting, port: str, tag: int) -> PortSetting | None:
    """The edge's sub-interface that takes frames with ``tag`` on ``port``, if it is there and not shut."""
    for sub in setting.ports.values():
        if sub.tag == tag and sub.name.partition(".")[0] == port and not sub.shutdown:
            return sub
    return None
