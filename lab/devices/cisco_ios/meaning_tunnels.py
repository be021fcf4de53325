"""What tunnel interfaces and their keys mean to the lab's world.

In: a ``Config``. Out: ``lab.model.TunnelSetting``s. Called by ``meaning``.
"""

from collections.abc import Iterator
from ipaddress import IPv4Address

from lab.devices.cisco_ios.config import Config, Section
from lab.service_model import TunnelSetting


def tunnel_meaning(config: Config) -> Iterator[TunnelSetting]:
    """Yield every tunnel interface that has two ends."""
    for name, section in config.interfaces():
        source, destination = section.value("tunnel", "source"), section.value("tunnel", "destination")
        if source and destination:
            peer = IPv4Address(destination[0])
            yield TunnelSetting(
                port=name,
                source=source[0],
                destination=peer,
                key=_key(config.root, peer),
                protected=_protected(config, section),
            )


def _key(root: Section, peer: IPv4Address) -> str | None:
    """The key agreed on with a peer; one for everybody fits when there is none of its own."""
    keys = {words[-1]: words[-3] for words in root.starting("crypto", "isakmp", "key")}
    return keys.get(str(peer)) or keys.get("0.0.0.0")  # noqa: S104 - IOS's word for everybody


def _protected(config: Config, section: Section) -> bool:
    """Whether what goes in is encrypted by a profile that exists, with a transform set that exists."""
    profile = section.value("tunnel", "protection", "ipsec", "profile")
    entry = config.root.find("crypto", "ipsec", "profile", profile[0]) if profile else None
    chosen = entry.section.value("set", "transform-set") if entry is not None and entry.section is not None else None
    sets = {words[3] for words, _ in config.sections("crypto", "ipsec", "transform-set")}
    return chosen is not None and chosen[0] in sets and any(config.sections("crypto", "isakmp", "policy"))
