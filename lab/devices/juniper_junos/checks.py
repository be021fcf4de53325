"""What ``commit check`` finds: statements that are well formed and cannot be.

In: a candidate configuration. Out: complaints, each with the level and the statement it is about; none lets it pass.
Called by ``database`` before every commit. The one about two families is word for word what switches say; the others
say the same as Junos does in words of the lab's own.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from lab.devices.juniper_junos.meaning import vlan_ids
from lab.devices.juniper_junos.tree import Section, Words

CLASSES = ("super-user", "superuser", "operator", "read-only", "unauthorized")
FAILED = "configuration check-out failed"
MISSING = "commit failed: (missing mandatory statements)"
_FAMILIES = (
    "When ethernet-switching family is configured on an interface, no other family type can be configured on the "
    "same interface."
)


@dataclass(frozen=True, slots=True)
class Complaint:
    """Why a candidate cannot be committed. ``last`` is what the commit as a whole says."""

    path: Words
    element: str
    message: str
    last: str = FAILED


def complaints(config: Section) -> list[Complaint]:
    """Return everything that stands against a candidate."""
    found = list(_mandatory(config))
    return found or [*_vlans(config), *_ports(config)]


def _mandatory(config: Section) -> Iterator[Complaint]:
    if config.value("system", "root-authentication", "encrypted-password") is None:
        yield Complaint((), "system", "Missing mandatory statement: 'root-authentication'", MISSING)
    defined = {name for name, _ in config.names("system", "login", "class")}
    for name, user in config.names("system", "login", "user"):
        given = user.value("class")
        path = ("system", "login", "user", name)
        if given is None:
            yield Complaint(path[:-1], f"user {name}", "Missing mandatory statement: 'class'", MISSING)
        elif given not in CLASSES and given not in defined:
            yield Complaint(path, f"class {given}", f"login class '{given}' is not defined")


def _vlans(config: Section) -> Iterator[Complaint]:
    seen: dict[int, str] = {}
    for name, number in vlan_ids(config).items():
        if number in seen:
            yield Complaint(("vlans", name), f"vlan-id {number}", f"vlan-id {number} is used by vlan {seen[number]}")
        seen[number] = name
    for name, section in config.names("vlans", "vlan"):
        irb = section.value("l3-interface")
        kind, _, unit = (irb or "").partition(".")
        if irb is not None and config.at("interfaces", kind, "unit", unit) is None:
            message = "Interface must already be defined under [edit interfaces]"
            yield Complaint(("vlans", name), f"l3-interface {irb}", message)


def _ports(config: Section) -> Iterator[Complaint]:
    known = vlan_ids(config)
    profiles = {name for name, _ in config.names("forwarding-options", "storm-control-profiles")}
    for name, section in config.names("interfaces", "interface"):
        for unit, inside in section.names("unit"):
            path = ("interfaces", name, "unit", unit)
            if inside.at("family", "inet") is not None and inside.at("family", "ethernet-switching") is not None:
                yield Complaint(path, "family", _FAMILIES)
            switching = inside.at("family", "ethernet-switching")
            if switching is not None:
                yield from _members(path, f"{name}.{unit}", switching, known, profiles)


def _members(
    path: Words, interface: str, switching: Section, known: dict[str, int], profiles: set[str]
) -> Iterator[Complaint]:
    here = (*path, "family", "ethernet-switching")
    members = switching.values("vlan", "members")
    for member in members:
        if member != "all" and member not in known and not member.replace("-", "").isdigit():
            yield Complaint((*here, "vlan"), f"members {member}", f"vlan '{member}' is not defined")
    if switching.value("interface-mode") != "trunk" and len(members) > 1:
        yield Complaint((*here, "vlan"), "members", f"Access interface <{interface}> has more than one vlan member")
    profile = switching.value("storm-control")
    if profile is not None and profile not in profiles:
        yield Complaint(here, f"storm-control {profile}", f"storm control profile '{profile}' is not defined")
