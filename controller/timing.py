"""How long things take: named seconds, one profile per temper.

In: ``controller/profiles/<profile>.yaml``, overlaid by ``<content>/controller/timing/<profile>.yaml``.
Out: ``Timing``. Called by ``controller.main``; symptoms, playbooks and the workflows name durations, never numbers.
A content file may give only some of the names: the rest come from the shipped profile of that name, else ``standard``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from inventory.yaml_file import ContentError, Problem, nearest, read_yaml

PROFILES = Path(__file__).parent / "profiles"
BASE = "standard"
_WEEK = 7 * 86400
Seconds = Annotated[float, Field(gt=0, le=_WEEK, allow_inf_nan=False)]


class TimingFile(BaseModel):
    """A profile as people write it. What a name means is told in ``controller/profiles/standard.yaml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    poll_interval: Seconds | None = None
    slow_look: Seconds | None = None
    device_deadline: Seconds | None = None
    hold_brief: Seconds | None = None
    hold_steady: Seconds | None = None
    hold_patient: Seconds | None = None
    clear_after: Seconds | None = None
    settle: Seconds | None = None
    proof_short: Seconds | None = None
    proof: Seconds | None = None
    proof_retry: Seconds | None = None
    held_retry: Seconds | None = None
    quiet: Seconds | None = None
    lease_ttl: Seconds | None = None
    held_call: Seconds | None = None
    together: Seconds | None = None
    revert: Seconds | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """A profile: its name and every duration in seconds."""

    name: str
    seconds: Mapping[str, float]


def load_timing(content: Path | None, profile: str) -> Timing:
    """Return a profile, the content directory's words over the shipped ones. Raises ``ContentError``."""
    own = content / "controller" / "timing" if content is not None else None
    profiles = sorted({*_profiles_in(PROFILES), *(_profiles_in(own) if own else ())})
    if profile not in profiles:
        message = f"there is no timing profile {profile!r}{nearest(profile, profiles)}"
        raise ContentError([Problem(str(own or PROFILES), 0, "profile", message, tuple(profiles))])
    shipped = profile if profile in _profiles_in(PROFILES) else BASE
    files = [PROFILES / f"{shipped}.yaml"]
    if own is not None and profile in _profiles_in(own):
        files.append(own / f"{profile}.yaml")
    seconds = {name: value for file in files for name, value in _read(file).items()}
    return Timing(name=profile, seconds=MappingProxyType(seconds))


def _profiles_in(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(file.stem for file in folder.glob("*.yaml")))


def _read(file: Path) -> dict[str, float]:
    problems: list[Problem] = []
    told = read_yaml(file, TimingFile, problems)
    if told is None:
        raise ContentError(problems)
    return told.model_dump(exclude_none=True)
