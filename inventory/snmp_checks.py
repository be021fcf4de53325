"""What is said of a device's SNMP agent: is it enough to ask it, and as a record.

In: an ``Element`` with everything resolved. Out: problems by field; the ``SnmpAgent``. Called by ``chain_checks`` and
``files``.
"""

from collections.abc import Iterator
from ipaddress import ip_address

from inventory.chain_files import Element
from inventory.file_shapes import SnmpShape
from inventory.secrets import SecretRef
from inventory.snmp_agents import SNMP_PORT, Community, SnmpAgent, UsmUser

VERSIONS = ("2c", "3")
NEEDED = {"2c": ("community",), "3": ("user", "auth_password", "privacy_password")}
Wrong = tuple[str, str, tuple[str, ...]]
"""The field (empty: the whole), what is wrong with it, and what is allowed."""


def snmp_problems(name: str, element: Element, taken: dict[tuple[str, int], str]) -> Iterator[Wrong]:
    """Yield what is wrong with a host's agent; ``taken`` holds the addresses of those before it."""
    said = element.snmp
    if said is None:
        return
    if element.platform is not None:
        yield "", f"a host with a platform ({element.platform}) is looked at through its session: leave snmp out", ()
        return
    if said.version is None:
        yield "version", "is missing here, in the host's groups and in defaults.yaml", VERSIONS
    for field in NEEDED.get(said.version or "", ()):
        if getattr(said, field) is None:
            where = "here, in the host's groups and in defaults.yaml"
            yield field, f"is missing {where}; version {said.version} needs it", NEEDED[said.version or ""]
    address = _address(element)
    if address is None:
        yield "address", f"is missing, and the hostname {element.hostname!r} is no IP address", ()
        return
    at = address, said.port or SNMP_PORT
    if at in taken:
        yield "address", f"{address} port {at[1]} is also where {taken[at]} answers SNMP", ()
    taken.setdefault(at, name)


def agent_of(element: Element) -> SnmpAgent | None:
    """The agent of a host that passed the checks; None where there is none."""
    said, address = element.snmp, _address(element)
    if said is None or address is None:
        return None
    return SnmpAgent(
        address=address, port=said.port or SNMP_PORT, dialect=said.dialect or "aironet", asks_as=_somebody(said)
    )


def _somebody(said: SnmpShape) -> Community | UsmUser:
    if said.version == "2c":
        return Community(word=SecretRef(said.community or ""))
    return UsmUser(
        name=said.user or "",
        auth=said.auth or "sha256",
        word=SecretRef(said.auth_password or ""),
        privacy=said.privacy or "aes128",
        privacy_word=SecretRef(said.privacy_password or ""),
    )


def _address(element: Element) -> str | None:
    """Where the agent answers: its own address, else the host's where that is one."""
    if element.snmp is not None and element.snmp.address is not None:
        return element.snmp.address
    try:
        return str(ip_address(element.hostname or ""))
    except ValueError:
        return None
