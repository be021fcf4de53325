"""The content files of a chain, read but not yet joined.

In: built by ``inventory.files``. Out: read by ``inventory.chain_checks``, which cross-checks them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from inventory.file_shapes import (
    DefaultsFile,
    ElementShape,
    FunctionsFile,
    GroupsFile,
    GroupShape,
    HostsFile,
    HostShape,
    SnmpShape,
    StoresFile,
)
from inventory.platforms import Platform
from inventory.yaml_file import Located


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainFiles:
    """Every file; None where one could not be read, so that the others are still checked."""

    folder: Path
    hosts: Located[HostsFile] | None
    groups: Located[GroupsFile] | None
    defaults: Located[DefaultsFile] | None
    stores: Located[StoresFile] | None
    functions: Located[FunctionsFile] | None
    platforms: Mapping[str, Platform]


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """A host's own values with what it inherits from its groups and the defaults, as Nornir resolves them."""

    hostname: str | None
    port: int | None
    platform: str | None
    session: Literal["held", "per_poll"]
    snmp: SnmpShape | None = None
    software: str | None = None


def elements_of(files: ChainFiles) -> dict[str, Element]:
    """Return every host's resolved values."""
    groups = files.groups.model.root if files.groups else {}
    defaults: tuple[ElementShape, ...] = (files.defaults.model,) if files.defaults else ()
    found: dict[str, Element] = {}
    for name, host in (files.hosts.model.root if files.hosts else {}).items():
        parents = tuple(_parents(host.groups, groups, frozenset()))
        chain: tuple[ElementShape, ...] = (host, *parents, *defaults)
        own: tuple[HostShape | GroupShape, ...] = (host, *parents)
        found[name] = Element(
            hostname=next((e.hostname for e in chain if e.hostname is not None), None),
            port=next((e.port for e in chain if e.port is not None), None),
            platform=next((e.platform for e in chain if e.platform is not None), None),
            session=next((g.data.session for g in parents if g.data.session is not None), "held"),
            snmp=_snmp(files, own),
            software=next((g.data.software for g in own if g.data.software is not None), None),
        )
    return found


def _snmp(files: ChainFiles, own: tuple[HostShape | GroupShape, ...]) -> SnmpShape | None:
    """What holds for a host's agent; None unless it or a group of it says that there is one."""
    said = [one.data.snmp for one in own if one.data.snmp is not None]
    if not said:
        return None
    general = files.defaults.model.data.snmp if files.defaults else None
    layers = [*said, *(() if general is None else (general,))]
    fields = {name: getattr(one, name) for one in reversed(layers) for name in one.model_fields_set}
    return SnmpShape.model_construct(**fields)


def _parents(names: tuple[str, ...], groups: Mapping[str, GroupShape], seen: frozenset[str]) -> Iterator[GroupShape]:
    """Yield groups depth first, the way Nornir looks values up; a circle is walked once."""
    for name in names:
        if name in groups and name not in seen:
            yield groups[name]
            yield from _parents(groups[name].groups, groups, seen | {name})
