"""What one look costs: our held, tuned session beside plain Netmiko as people write it.

Both ask the same virtual devices for the same commands in one interleaved run on the same machine; the first round is
not counted. Figures are per command, median over rounds, and a ratio per pair. Run by ``make bench``; the result also
goes to ``benchmarks/results/look.json``. Absolute times depend on the machine; quote the ratios.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from netmiko import ConnectHandler

from inventory.files import load_accounts, load_chain
from inventory.looks import Look
from inventory.session import Sessions
from lab.client import LabClient
from lab.processes import Child

COMMANDS = {"interfaces": "show ip interface brief", "probes": "show ip sla summary", "arp": "show ip arp"}
SECRETS = {
    "STORENET_READ_PASSWORD": "bench-r",
    "STORENET_WRITE_PASSWORD": "bench-w",
    "STORENET_ENABLE_SECRET": "bench-e",
}
RESULT = Path(__file__).parent / "results" / "look.json"


def main() -> None:
    """Run the comparison and print its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--port", type=int, default=2399)
    options = parser.parse_args()
    os.environ.update(SECRETS)
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["--dir", folder, "--seed", "1", "--stores", "1", "--port", str(options.port), "--parent-pipe"]
        with Child("lab", "lab.server", arguments, dict(os.environ), Path(folder) / "lab.txt"):
            wait_for(LabClient(Path(folder)).up)
            figures = compare(Path(folder), options.rounds)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(figures, indent=2) + "\n")
    show(figures)


def compare(content: Path, rounds: int) -> dict[str, dict[str, float]]:
    """Interleave the two ways; returns median wall and CPU milliseconds per command, and the median ratio."""
    chain = load_chain(content)
    edge = next(d for d in chain.devices.values() if d.role == "edge")
    sessions = Sessions(chain, load_accounts(content), content, lambda: datetime.now(UTC))
    plain = ConnectHandler(
        device_type="cisco_ios", host=edge.address, port=edge.port, username="storenet-ro",
        password=SECRETS["STORENET_READ_PASSWORD"],
    )  # fmt: skip
    ways: dict[str, Callable[[], object]] = {
        "plain netmiko, held": lambda: [plain.send_command(c) for c in COMMANDS.values()],
        "storenet": lambda: sessions[edge.id].read_many([Look(getter=g) for g in COMMANDS]),
    }
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, way in ways.items():
            taken = timed(way)
            if number:
                times[name].append(taken)
    plain.disconnect()
    sessions.close_all()
    return figures_of(times)


def timed(way: Callable[[], object]) -> tuple[float, float]:
    """Wall and CPU milliseconds per command."""
    wall, cpu = time.perf_counter(), time.process_time()
    way()
    count = len(COMMANDS)
    return (time.perf_counter() - wall) * 1000 / count, (time.process_time() - cpu) * 1000 / count


def figures_of(times: dict[str, list[tuple[float, float]]]) -> dict[str, dict[str, float]]:
    """Medians per way, and the ratio of the first way to each, pair by pair."""
    first = next(iter(times.values()))
    return {
        name: {
            "wall_ms": round(statistics.median(w for w, _ in rows), 3),
            "cpu_ms": round(statistics.median(c for _, c in rows), 3),
            "times_faster": round(statistics.median(a[0] / b[0] for a, b in zip(first, rows, strict=True)), 1),
        }
        for name, rows in times.items()
    }


def show(figures: dict[str, dict[str, float]]) -> None:
    """Print the table."""
    print(f"{'per command':24}{'wall ms':>10}{'CPU ms':>10}{'times faster':>14}")
    for name, row in figures.items():
        print(f"{name:24}{row['wall_ms']:>10}{row['cpu_ms']:>10}{row['times_faster']:>14}")


def wait_for(true: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait until the lab answers; ``TimeoutError`` otherwise."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError("the lab did not come up")
        time.sleep(0.05)


if __name__ == "__main__":
    main()
