"""Spark on two workers of one core each, against this process: the same weights, also when a worker is lost.

    python benchmarks/spark.py

Interviews are synthetic, 30% of the answers missing, in Parquet. Both read the files, check every cell, and
learn or score. Times of Spark have the start of a session in them. The master and both workers are processes
on this machine, so that they share its cores with the driver; memory is the most that a worker and the Python
it started ever held.
"""

import argparse
import os
import resource
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd

from offerodds import OfferModel, TrainingResult
from offerodds.benchmarks.cluster import Cluster, at_work, running
from offerodds.benchmarks.speed import interviews
from offerodds.training.spark.score import predict_spark
from offerodds.training.spark.train import train_spark
from offerodds.training.streaming.score_tables import score_table
from offerodds.training.streaming.train_tables import read_training_tables

T = TypeVar("T")
MODEL = OfferModel.default()
FILE = 250_000  # rows
FITTING = 20  # jobs begun when MLlib is in the middle of its fit
SCORES = ["probability", "low", "high"]


def main() -> None:
    """Print a table in Markdown."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=5_000_000, help="interviews")
    parser.add_argument("--memory", default="4g", help="of each worker")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        compare(Path(folder), given.rows, given.memory)


def compare(folder: Path, rows: int, memory: str) -> None:
    """Learn from and score the same interviews in this process and on a cluster."""
    table = folder / "table"
    write(table, rows)
    os.environ["PYSPARK_SUBMIT_ARGS"] = f"--conf spark.executor.memory={_heap(memory)}m pyspark-shell"
    print(f"{rows:,} interviews\n\n| what | seconds | memory, GB |\n| --- | --- | --- |", flush=True)
    files = sorted(table.iterdir())
    alone, seconds = timed(lambda: read_training_tables(files, "outcome", MODEL).train())
    report("training in this process", seconds, _own_memory())
    _, seconds = timed(lambda: [score_table(MODEL, file, folder / file.name) for file in files])
    report("scoring in this process", seconds, _own_memory())
    scored = pd.concat(pd.read_parquet(folder / file.name, columns=SCORES) for file in files)
    with running(folder, memory=memory) as cluster, held(cluster) as most:
        whole, seconds = timed(lambda: train_spark(str(table), master=cluster.master))
        report("training on two workers", seconds, max(most.values()))
        out = folder / "spark.parquet"
        _, seconds = timed(lambda: predict_spark(MODEL, str(table), str(out), master=cluster.master))
        report("scoring on two workers", seconds, max(most.values()))
        with at_work(lambda: cluster.kill("worker0"), jobs=FITTING) as killed:
            result, seconds = timed(lambda: train_spark(str(table), master=cluster.master))
        report("training, one worker killed", seconds, most["worker1"])
    found = pd.read_parquet(out, columns=["id", *SCORES]).sort_values("id")
    print()
    print(f"weights, Spark against this process: {apart(whole, alone):.1e} apart at most")
    print(f"weights, one worker killed against none ({killed.is_set()}): {apart(result, whole):.1e}")
    print(f"standard deviations: {_spread(whole, alone):.1e} apart at most, relative")
    print(f"the same counts and fingerprint: {whole.training == alone.training == result.training}")
    print(
        f"scores: {np.abs(found[SCORES].to_numpy() - scored.to_numpy()).max():.1e} apart at most, row by row"
    )


def write(table: Path, rows: int) -> None:
    """Write synthetic interviews whose outcomes follow the default model, in files of some size."""
    table.mkdir()
    for number, first in enumerate(range(0, rows, FILE)):
        frame = interviews(min(FILE, rows - first), seed=number).frame
        frame = frame.assign(id=np.arange(first, first + len(frame)))  # Spark keeps no order of files
        frame.to_parquet(table / f"{number:04}.parquet", index=False)


@contextmanager
def held(cluster: Cluster) -> Iterator[dict[str, float]]:
    """Give the most memory that each worker has held so far, in GB."""
    most = dict.fromkeys(["worker0", "worker1"], 0.0)
    done = threading.Event()

    def look() -> None:
        while not done.wait(0.5):
            for name in most.keys() & cluster.processes.keys():
                with suppress(KeyError):  # killed meanwhile
                    most[name] = max(most[name], cluster.memory(name) / 1e9)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield most
    finally:
        done.set()
        thread.join()


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """Return what some work gives, and its seconds."""
    start = time.perf_counter()
    return work(), time.perf_counter() - start


def apart(one: TrainingResult, other: TrainingResult) -> float:
    """Return the largest difference of two models' weights."""
    return float(np.abs(one.model.posterior.mean - other.model.posterior.mean).max())


def _spread(one: TrainingResult, other: TrainingResult) -> float:
    sd, other_sd = (np.sqrt(np.diag(each.model.posterior.covariance)) for each in (one, other))
    return float(np.abs(sd / other_sd - 1).max())


def report(what: str, seconds: float, memory: float) -> None:
    """Print a row."""
    print(f"| {what} | {seconds:.1f} | {memory:.1f} |", flush=True)


def _own_memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


def _heap(memory: str) -> int:
    """Return what of a worker's memory its Java may have, in MiB: all that it offers."""
    return int(memory.removesuffix("g")) * 1024


if __name__ == "__main__":
    main()
