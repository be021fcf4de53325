"""What ``router bgp`` means to the lab's world.

In: a ``Config``. Out: ``lab.model.BgpSetting``. Called by ``meaning``.
"""

from ipaddress import IPv4Address, IPv4Network

from lab.devices.cisco_ios.config import Config, Section
from lab.devices.cisco_ios.rule import Words
from lab.setting import BgpSetting, PeerSetting


def bgp_meaning(config: Config) -> BgpSetting | None:
    """Return the BGP process, None when there is none."""
    for words, section in config.sections("router", "bgp"):
        router_id = section.value("bgp", "router-id")
        return BgpSetting(
            asn=int(words[2]),
            router_id=IPv4Address(router_id[0]) if router_id else None,
            networks=tuple(_network(row) for row in section.starting("network")),
            peers=tuple(_peer(row, section) for row in section.starting("neighbor") if row[2] == "remote-as"),
        )
    return None


def _network(words: Words) -> IPv4Network:
    mask = words[3] if len(words) > 3 else "255.255.255.0"  # noqa: PLR2004
    return IPv4Network(f"{words[1]}/{mask}", strict=False)


def _peer(words: Words, section: Section) -> PeerSetting:
    head = words[:2]
    most = section.value(*head, "maximum-prefix") or ()
    return PeerSetting(
        address=IPv4Address(words[1]),
        remote_as=int(words[3]),
        shutdown=section.has(*head, "shutdown"),
        password=section.has(*head, "password"),
        description=" ".join(section.value(*head, "description") or ()),
        most=int(most[0]) if most else None,
        warn_percent=int(most[1]) if len(most) > 1 else 75,
    )
