"""Fuzzes one target with atheris: ``python -m tests.fuzz.run TARGET [--seconds 60] [--corpus DIR]``.

Linux only, and only where atheris is installed (``make fuzz`` does that). Ends with another code than 0 when an input
makes the target raise, takes more than ten seconds, or lets the process grow beyond ``RSS_MB``; the input is left in
the corpus directory and printed. ``tests/fuzz/test_targets.py`` puts less through the same targets everywhere.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["controller.intake", "controller.api", "inventory", "anomaly.recordings"]):
    from tests.fuzz import hints, told
    from tests.fuzz.corpus import seeds

TARGETS = {**hints.TARGETS, **told.TARGETS}
INPUT_SECONDS, RSS_MB, LONGEST = 10, 700, 4096


def main():
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("target", choices=sorted(TARGETS))
    asked.add_argument("--seconds", type=int, default=60)
    asked.add_argument("--corpus", type=Path, help="where inputs are kept between runs; without it nothing is kept")
    chosen = asked.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        corpus = chosen.corpus or Path(passing)
        corpus.mkdir(parents=True, exist_ok=True)
        for number, raw in enumerate(seeds(chosen.target)):
            (corpus / f"seed-{number:03}").write_bytes(raw)
        bounds = {
            "max_total_time": chosen.seconds,
            "timeout": INPUT_SECONDS,
            "rss_limit_mb": RSS_MB,
            "max_len": LONGEST,
            "artifact_prefix": f"{chosen.corpus or tempfile.gettempdir()}/",
        }
        words = [f"-{name}={value}" for name, value in bounds.items()]
        atheris.Setup([sys.argv[0], *words, "-print_final_stats=1", str(corpus)], TARGETS[chosen.target])
        atheris.Fuzz()


if __name__ == "__main__":
    main()
