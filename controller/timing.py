"""How long things take: named seconds, one profile per temper.

In: ``controller/profiles/<profile>.yaml``, overlaid by ``<content>/controller/timing/<profile>.yaml``.
Out: ``Timing``. Called by ``controller.main``; symptoms, playbooks and the workflows name durations, never numbers.
A file may give only some of the names: the rest come from the shipped profile of that name, else from ``standard``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

PROFILES = Path(__file__).parent / "profiles"
BASE = "standard"


class TimingFile(BaseModel):
    """A profile as people write it: seconds by name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

