"""How long one prediction and ``--help`` take from the shell, against importing pandas and scikit-learn.

    python benchmarks/startup.py

The commands are run in turn, so that a drift of the machine's speed falls on all alike; medians of whole
processes.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parent.parent / "data" / "examples" / "interview.toml"
PEER = "import pandas; from sklearn.linear_model import LogisticRegression"
COMMANDS = {
    "predict": ["-m", "offerodds", "predict", str(EXAMPLE)],
    "--help": ["-m", "offerodds", "--help"],
    "importing the peer": ["-c", PEER],
}


def medians(runs: int) -> dict[str, float]:
    """Return the median wall time of each command in seconds, one warm-up run not counted."""
    seconds: dict[str, list[float]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"OFFERODDS_HOME": folder}
        for run in range(runs + 1):
            for name, arguments in COMMANDS.items():
                start = time.perf_counter()
                subprocess.run(
                    [sys.executable, *arguments], check=True, capture_output=True, env=environment, cwd=folder
                )
                if run:
                    seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in seconds.items()}


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=15, help="counted runs of each command")
    found = medians(parser.parse_args().runs)
    peer = found["importing the peer"]
    print(f"peer: python -c '{PEER}'")
    for name in ("predict", "--help"):
        print(f"offerodds {name:8} {found[name] / peer:.2f} of the peer")


if __name__ == "__main__":
    main()
