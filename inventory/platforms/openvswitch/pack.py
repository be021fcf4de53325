"""The agent as one file, to be copied to a switch.

In: where to write it. Out: the file, an executable zip archive. Called by whoever sets up a switch.
"""

import io
import zipfile
from pathlib import Path

AGENT = Path(__file__).with_name("agent")
NAME = "storenet-ovs"
START = """import os
import sys

from agent.main import main

sys.exit(main(sys.argv, os.path.realpath(sys.argv[0])))
"""


def pack(folder: Path) -> Path:
    """Write ``storenet-ovs`` into a folder and return its path."""
    packed = io.BytesIO(b"#!/usr/bin/python3 -I\n")
    packed.seek(0, io.SEEK_END)
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr("__main__.py", START)
        for path in sorted(AGENT.glob("*.py")):
            archive.writestr(f"agent/{path.name}", path.read_text(encoding="utf-8"))
    target = folder / NAME
    target.write_bytes(packed.getvalue())
    target.chmod(0o755)
    return target
