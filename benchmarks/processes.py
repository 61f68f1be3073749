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


_MEASURE = """
import resource, subprocess, sys, time
start = time.perf_counter()
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""


def measured(arguments: Sequence[str], folder: Path) -> tuple[float, float]:
    """Return the wall time of a run of Python in seconds, and the most memory it held in MB.

    A small process starts it, since a process counts as its own what the one that started it held.

    Parameters
    ----------
    arguments : sequence of str
        Of Python.
    folder : Path
        Where it runs, and where offerodds keeps what it keeps.
    """
    ran = subprocess.run(
        [sys.executable, "-c", _MEASURE, sys.executable, *arguments],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"OFFERODDS_HOME": str(folder)},
        cwd=folder,
    )
    seconds, kilobytes = ran.stdout.split()
    return float(seconds), float(kilobytes) * 1024 / 1e6
