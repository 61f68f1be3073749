"""How long whole processes take, run in turn so that a drift of the machine's speed falls on all alike."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path


def medians(commands: Mapping[str, Sequence[str]], runs: int, folder: Path) -> dict[str, float]:
    """Return the median wall time of each command in seconds, one warm-up run not counted.

    Parameters
    ----------
    commands : mapping of str to sequence of str
        Name to arguments of Python.
    runs : int
        Counted runs of each.
    folder : Path
        Where they run, and where offerodds keeps what it keeps.
    """
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    environment = os.environ | {"OFFERODDS_HOME": str(folder)}
    for run in range(runs + 1):
        for name, arguments in commands.items():
            start = time.perf_counter()
            subprocess.run(
                [sys.executable, *arguments], check=True, capture_output=True, env=environment, cwd=folder
            )
            if run:
                seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in seconds.items()}
