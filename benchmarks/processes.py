"""Time and memory of whole processes, run in turn, so that changes of speed affect all equally."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

# the first run compiles, as an installation does; otherwise every run might
_AS_INSTALLED = {"PYTHONDONTWRITEBYTECODE": ""}


def medians(commands: Mapping[str, Sequence[str]], runs: int, folder: Path) -> dict[str, float]:
    """Measure the median wall time of each command in seconds, after one warm-up run.

    Commands are arguments of Python by name; the folder is their working directory, and home of offerodds.
    """
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    environment = os.environ | _AS_INSTALLED | {"OFFERODDS_HOME": str(folder)}
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
seconds, used = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
print(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e6, used.ru_oublock * 512 / 1e6)
sys.exit(code)
"""


class Usage(NamedTuple):
    """What a process used.

    Parameters
    ----------
    seconds, processor : float
        Wall time, and processor time of all its threads, seconds.
    memory : float
        Peak memory, MB.
    written : float
        Written to disk, MB.
    """

    seconds: float
    processor: float
    memory: float
    written: float


def measure(arguments: Sequence[str], folder: Path) -> Usage:
    """Measure what a run of Python with these arguments uses.

    A small process starts it, because the peak of a process includes that of its parent when it is forked.
    The folder is its working directory, home of offerodds, and for temporary files too.
    """
    ran = subprocess.run(
        [sys.executable, "-c", _MEASURE, sys.executable, *arguments],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | _AS_INSTALLED | {"OFFERODDS_HOME": str(folder), "TMPDIR": str(folder)},
        cwd=folder,
    )
    return Usage(*map(float, ran.stdout.split()))
