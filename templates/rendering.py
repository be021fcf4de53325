"""The intended configuration of many devices at once.

In: a content directory, the chain, its intent, devices. Out: a ``Rendering`` per device, or one ``RenderError`` with
every problem. Called by the commands ``render``, ``drift``, ``push`` and ``check``. Why a process of its own: templates
are content, and neither a sandbox nor a time limit inside this process stops every mistake in them.
"""

import hashlib
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inventory.intent import Intent
from inventory.model import Chain, Device, DeviceId, StoreId
from templates.line_rules import secret_words
from templates.template_set import Source, template_set
from templates.variables import variables_of

CHILD = Path(__file__).with_name("limited.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """One device's intended configuration. ``fingerprint``: SHA-256 of the text without blanks and comments."""

    device: DeviceId
    store: StoreId
    platform: str
    text: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateProblem:
    """One thing wrong with one device's rendering. ``line`` is 1-based, 0 when the whole template is meant."""

    device: str
    template: str
    line: int
    variable: str
    message: str

    def __str__(self) -> str:
        """Return ``s001-edge: sections/ntp.j2:3: settings.ntp: message``."""
        place = f"{self.template}:{self.line}" if self.line else self.template
        return ": ".join(part for part in (self.device, place, self.variable, self.message) if part)


class RenderError(Exception):
    """Something cannot be rendered; nothing was. ``problems`` holds everything found."""

    def __init__(self, problems: Sequence[TemplateProblem]) -> None:
        super().__init__("\n".join(str(p) for p in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What rendering may take: for one device, and for the whole batch per device on top of a start."""

    device_seconds: float = 2.0
    batch_seconds: float = 10.0
    batch_seconds_per_device: float = 0.05
    memory_bytes: int = 384 << 20
    memory_bytes_per_device: int = 64 << 10
    most_characters: int = 400_000


def render_all(
    content: Path, chain: Chain, intent: Intent, devices: Sequence[Device], limits: Limits | None = None
) -> tuple[Rendering, ...]:
    """Render the devices, in their order. Raises ``RenderError`` with every problem; nothing is ever returned in part.

    A device's template is ``<its role>.j2`` of its platform.
    """
    rendered: dict[DeviceId, Rendering] = {}
    problems: list[TemplateProblem] = []
    for platform in sorted({d.platform or "" for d in devices}):
        batch = [d for d in devices if (d.platform or "") == platform]
        found, wrong = _platform(content, chain, intent, platform, batch, limits or Limits())
        rendered.update({r.device: r for r in found})
        problems += wrong
    if problems:
        raise RenderError(problems)
    return tuple(rendered[d.id] for d in devices)


def significant(text: str) -> str:
    """The text without comments and blank lines: what two renderings are compared by."""
    lines = (line.rstrip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.lstrip().startswith("!")) + "\n"


def _platform(
    content: Path, chain: Chain, intent: Intent, platform: str, devices: Sequence[Device], limits: Limits
) -> tuple[list[Rendering], list[TemplateProblem]]:
    sources = template_set(content, platform) if platform else {}
    problems = _unusable(platform, devices, sources)
    if problems:
        return [], problems
    job = _job(chain, intent, devices, sources, limits)
    answers, said = _run(job)
    found: list[Rendering] = []
    for device in devices:
        answer = answers.get(device.id)
        if answer is None:
            problems.append(_problem(device.id, f"{device.role}.j2", said))
            break  # the devices after it were not tried
        problems += [TemplateProblem(device=device.id, **p) for p in answer["problems"]]
        problems += _secrets(device, platform, answer["text"])
        found.append(_rendering(device, platform, answer["text"]))
    return found, problems


def _secrets(device: Device, platform: str, text: str) -> list[TemplateProblem]:
    """Lines that are people's: they would stand in plans and ledgers, and would never be sent."""
    told = f"prints a line %r (line %d of {device.id}); accounts and secrets are never rendered"
    return [
        _problem(device.id, f"{device.role}.j2", told % (words, number))
        for number, line in enumerate(text.splitlines(), start=1)
        if (words := secret_words(platform, line))
    ]


def _unusable(platform: str, devices: Sequence[Device], sources: Mapping[str, Source]) -> list[TemplateProblem]:
    broken = [_problem("", name, source.problem) for name, source in sources.items() if source.problem]
    known = ", ".join(sorted(name for name in sources if "/" not in name)) or "none"
    missing = [
        _problem(d.id, f"{d.role}.j2", f"platform {platform or 'none'!r} has no such template (there are: {known})")
        for d in devices
        if f"{d.role}.j2" not in sources
    ]
    return broken + missing


def _problem(device: str, template: str, message: str) -> TemplateProblem:
    return TemplateProblem(device=device, template=template, line=0, variable="", message=message)


def _job(
    chain: Chain, intent: Intent, devices: Sequence[Device], sources: Mapping[str, Source], limits: Limits
) -> dict[str, Any]:
    return {
        "sources": {name: source.text for name, source in sources.items()},
        "shared": {},
        "device_seconds": limits.device_seconds,
        "processor_seconds": int(limits.batch_seconds + limits.batch_seconds_per_device * len(devices)),
        "memory_bytes": limits.memory_bytes + limits.memory_bytes_per_device * len(devices),
        "most_characters": limits.most_characters,
        "devices": [
            {"device": d.id, "template": f"{d.role}.j2", "variables": variables_of(chain, intent, d)} for d in devices
        ],
    }


def _run(job: Mapping[str, Any]) -> tuple[dict[str, dict[str, Any]], str]:
    """Return the rows of the child by device, and what to say about the first device that has none."""
    said = "rendering ended without a result"
    command = [sys.executable, "-I", str(CHILD)]
    with subprocess.Popen(  # noqa: S603 - our own interpreter and file
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}
    ) as child:
        try:
            answered, _ = child.communicate(json.dumps(job).encode(), timeout=2 * job["processor_seconds"])
        except subprocess.TimeoutExpired:
            child.kill()
            answered, _ = child.communicate()
            said = f"takes more than {2 * job['processor_seconds']} s"
    if child.returncode < 0:
        said = f"{said}: stopped by the limit on processor time or memory"
    rows = [json.loads(line) for line in answered.decode().split("\n")[:-1]]
    return {row["device"]: row for row in rows}, said


def _rendering(device: Device, platform: str, text: str) -> Rendering:
    digest = hashlib.sha256(significant(text).encode()).hexdigest()
    return Rendering(device=device.id, store=device.store, platform=platform, text=text, fingerprint=digest)
