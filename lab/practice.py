"""What a second terminal needs to work with a lab: the secrets and settings as a file of environment variables.

In: a lab's directory, its passwords, its clock's offset. Out: ``practice.env``, readable by its owner alone. Called by
the demo and ``storenet lab up``. Why: a person practises with the product's own commands, not with special ones.
"""

from collections.abc import Mapping
from pathlib import Path

FILE = "practice.env"


def keep_environment(directory: Path, words: Mapping[str, str], offset_seconds: float) -> Path:
    """Write the file and return its path. The lab's directory is the content; the controller's state is in it.

    A controller started with it shows the lab's page.
    """
    place = directory.absolute()
    settings = {
        "STORENET_CONTENT": str(place),
        "STORENET_STATE": str(place / "state"),
        "STORENET_PROFILE": "short",
        "STORENET_LAB": str(place),
        "STORENET_CLOCK_OFFSET_SECONDS": f"{offset_seconds:.3f}",
    }
    path = directory / FILE
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text("".join(f"{name}='{word}'\n" for name, word in {**words, **settings}.items()), encoding="utf-8")
    return path
