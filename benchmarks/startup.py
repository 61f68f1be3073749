"""Time of one prediction and of ``--help`` from the shell, compared with importing pandas and scikit-learn.

    python benchmarks/startup.py

Medians of whole processes, run in turn, so that changes of speed affect all equally.
"""

import argparse
import tempfile
from pathlib import Path

from offerodds.benchmarks.processes import medians

EXAMPLE = Path(__file__).resolve().parent.parent / "data" / "examples" / "interview.toml"
PEER = "import pandas; from sklearn.linear_model import LogisticRegression"
COMMANDS = {
    "predict": ["-m", "offerodds", "predict", str(EXAMPLE)],
    "--help": ["-m", "offerodds", "--help"],
    "importing the peer": ["-c", PEER],
}


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=15, help="counted runs of each command")
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        seconds = medians(COMMANDS, runs, Path(folder))
    peer = seconds["importing the peer"]
    print(f"peer: python -c '{PEER}'")
    for name in ("predict", "--help"):
        print(f"offerodds {name:8} {seconds[name] / peer:.2f} of the peer")


if __name__ == "__main__":
    main()
