"""What lines about services mean to the lab's world: shared addresses, DHCP snooping, time servers.

In: parts of a ``Config``. Out: parts of ``lab.model.DeviceSetting``. Called by ``meaning``.
"""

from ipaddress import IPv4Address

from lab.devices.cisco_ios.config import Section
from lab.devices.cisco_ios.tokens import vlan_numbers
from lab.service_model import StandbySetting

USUAL_PRIORITY = "100"


def standby_groups(section: Section) -> tuple[StandbySetting, ...]:
    """Return the groups by which an interface shares addresses with other gateways."""
    numbers = [words[1] for words in section.starting("standby") if words[2:3] == ("ip",)]
    return tuple(_group(section, number) for number in numbers)


def _group(section: Section, number: str) -> StandbySetting:
    secret = section.value("standby", number, "authentication")
    return StandbySetting(
        number=int(number),
        address=IPv4Address((section.value("standby", number, "ip") or ("0.0.0.0",))[0]),  # noqa: S104 - no address yet
        priority=int((section.value("standby", number, "priority") or (USUAL_PRIORITY,))[0]),
        preempt=section.has("standby", number, "preempt"),
        secret=secret[-1] if secret else None,
    )


def snooped_vlans(root: Section) -> frozenset[int]:
    """Nothing is watched before the switch is told to watch at all."""
    value = root.value("ip", "dhcp", "snooping", "vlan")
    on = root.has("ip", "dhcp", "snooping")
    return (vlan_numbers(value[0]) if on and value else None) or frozenset()


def time_servers(root: Section) -> tuple[IPv4Address, ...]:
    """Return the time servers that are told by address."""
    hosts = (words[2] for words in root.starting("ntp", "server"))
    return tuple(IPv4Address(host) for host in hosts if host.replace(".", "").isdigit())
