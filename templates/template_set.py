"""The configuration templates of a platform: what ships, and what the content directory puts over it by name.

In: a content directory and a platform. Out: sources by name (``edge.j2``, ``sections/ntp.j2``) and where each came
from. Called by ``templates.rendering``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
FOLDER = "config"
MOST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One template: its text, or why it cannot be used."""

    path: Path
    text: str = ""
    problem: str = ""


def template_set(content: Path, platform: str) -> dict[str, Source]:
    """Return every template of the platform by name; the content directory's win."""
    found: dict[str, Source] = {}
    for root in (HERE, content / "templates"):
        folder = root / platform / FOLDER
        for path in sorted(folder.rglob("*.j2")):
            found[path.relative_to(folder).as_posix()] = _source(folder, path)
    return found


def shipped_platforms() -> tuple[str, ...]:
    """Platforms that have configuration templates."""
    return tuple(_platforms())


def _platforms() -> Iterator[str]:
    for folder in sorted(HERE.iterdir()):
        if (folder / FOLDER).is_dir():
            yield folder.name


def _source(folder: Path, path: Path) -> Source:
    if not path.resolve().is_relative_to(folder.resolve()):
        return Source(path=path, problem="leads out of the template set")
    try:
        text = path.read_bytes()[: MOST_BYTES + 1].decode("utf-8")
    except OSError as error:
        return Source(path=path, problem=f"cannot be read: {error.strerror}")
    except UnicodeDecodeError:
        return Source(path=path, problem="is not UTF-8 text")
    return (
        Source(path=path, text=text) if len(text) <= MOST_BYTES else Source(path=path, problem="is larger than 1 MiB")
    )
