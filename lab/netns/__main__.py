"""The command ``python -m lab.netns``: real stores in the foreground.

In: ``up --dir DIR --stores N``. Out: stores until SIGINT, SIGTERM or ``storenet lab down --dir DIR``.
"""

import argparse
import asyncio
import sys
from pathlib import Path

from lab.netns.addresses import MOST_REAL_STORES
from lab.netns.box import GroundError
from lab.netns.serving import Serving
from lab.netns.world import why_not


def main() -> int:
    """Bring the stores up and stay."""
    parser = argparse.ArgumentParser(prog="python -m lab.netns", description="Stores of real software.")
    up = parser.add_subparsers(required=True, metavar="up").add_parser("up", help="boot stores and stay")
    up.add_argument("--dir", type=Path, required=True, help="the lab's directory")
    up.add_argument("--stores", type=int, default=1, help=f"1 to {MOST_REAL_STORES}")
    given = parser.parse_args()
    if why := why_not():
        sys.stderr.write(f"no real stores here: {why}\n")
        return 2
    try:
        asyncio.run(_serve(given.dir, given.stores))
    except GroundError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


async def _serve(directory: Path, stores: int) -> None:
    serving = Serving(directory, stores)
    network = f"/proc/{serving.lab.stores.controller.network}/ns/net"
    sys.stdout.write(
        f"set -a; . {serving.keep_environment()}; set +a\n"
        f"nsenter --net={network} storenet run\n"
        f"storenet lab status|faults|break|mend|truth|down --dir {directory}\n"
    )
    sys.stdout.flush()
    await serving.run()


if __name__ == "__main__":
    sys.exit(main())
