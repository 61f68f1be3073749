"""Spark on two workers with one core each, compared with this process, also when a worker is lost.

    python benchmarks/spark.py

Interviews are synthetic, 30% of the answers missing, in Parquet. Both read the files, check every cell, and
train or score. Times of Spark include the start of a session. The master and both workers are processes on
this machine, so they share its cores with the driver. Memory is the peak of a worker with its Python.
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
from offerodds.benchmarks.cluster import Cluster, during_job, running
from offerodds.benchmarks.speed import interviews
from offerodds.training.spark.score import predict_spark
from offerodds.training.spark.train import train_spark
from offerodds.training.streaming.score_tables import score_table
from offerodds.training.streaming.train_tables import read_training_tables

T = TypeVar("T")
MODEL = OfferModel.default()
FILE_ROWS = 250_000
FITTING = 20  # number of a job in the middle of MLlib's fit
SCORES = ["probability", "low", "high"]


def main() -> None:
    """Print a table in Markdown."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=5_000_000, help="interviews")
    parser.add_argument("--memory", default="4g", help="of each worker")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        compare(Path(folder), arguments.rows, arguments.memory)


def compare(folder: Path, rows: int, memory: str) -> None:
    """Train on and score the same interviews in this process and on a cluster."""
    table = folder / "table"
    write(table, rows)
    os.environ["PYSPARK_SUBMIT_ARGS"] = f"--conf spark.executor.memory={_heap(memory)}m pyspark-shell"
    print(f"{rows:,} interviews\n\n| what | seconds | memory, GB |\n| --- | --- | --- |", flush=True)
    files = sorted(table.iterdir())
    in_process, seconds = timed(lambda: read_training_tables(files, "outcome", MODEL).train())
    print_row("training in this process", seconds, _own_memory())
    _, seconds = timed(lambda: [score_table(MODEL, file, folder / file.name) for file in files])
    print_row("scoring in this process", seconds, _own_memory())
    scored_in_process = pd.concat(pd.read_parquet(folder / file.name, columns=SCORES) for file in files)
    with running(folder, memory=memory) as cluster, peak_memory(cluster) as peak:
        on_cluster, seconds = timed(lambda: train_spark(str(table), master=cluster.master))
        print_row("training on two workers", seconds, max(peak.values()))
        out = folder / "spark.parquet"
        _, seconds = timed(lambda: predict_spark(MODEL, str(table), str(out), master=cluster.master))
        print_row("scoring on two workers", seconds, max(peak.values()))
        with during_job(lambda: cluster.kill("worker0"), jobs=FITTING) as killed:
            result, seconds = timed(lambda: train_spark(str(table), master=cluster.master))
        print_row("training, one worker killed", seconds, peak["worker1"])
    scored_on_cluster = pd.read_parquet(out, columns=["id", *SCORES]).sort_values("id")
    print()
    print(f"weights, Spark against this process: {max_difference(on_cluster, in_process):.1e} at most")
    print(
        f"weights, one worker killed against none ({killed.is_set()}): "
        f"{max_difference(result, on_cluster):.1e}"
    )
    print(f"standard deviations: {_max_sd_difference(on_cluster, in_process):.1e} at most, relative")
    print(f"the same counts and fingerprint: {on_cluster.training == in_process.training == result.training}")
    differences = np.abs(scored_on_cluster[SCORES].to_numpy() - scored_in_process.to_numpy())
    print(f"scores: {differences.max():.1e} at most, row by row")


def write(table: Path, rows: int) -> None:
    """Write synthetic interviews whose outcomes follow the default model, in several files."""
    table.mkdir()
    for number, first in enumerate(range(0, rows, FILE_ROWS)):
        frame = interviews(min(FILE_ROWS, rows - first), seed=number).frame
        frame = frame.assign(id=np.arange(first, first + len(frame)))  # Spark keeps no order of files
        frame.to_parquet(table / f"{number:04}.parquet", index=False)


@contextmanager
def peak_memory(cluster: Cluster) -> Iterator[dict[str, float]]:
    """Track the peak memory of each worker, in GB."""
    peak = dict.fromkeys(["worker0", "worker1"], 0.0)
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.5):
            for name in peak.keys() & cluster.processes.keys():
                with suppress(KeyError):  # killed meanwhile
                    peak[name] = max(peak[name], cluster.memory(name) / 1e9)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield peak
    finally:
        done.set()
        thread.join()


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """Return the result of some work, and its duration in seconds."""
    start = time.perf_counter()
    return work(), time.perf_counter() - start


def max_difference(one: TrainingResult, other: TrainingResult) -> float:
    """Compute the largest difference between the weights of two models."""
    return float(np.abs(one.model.posterior.mean - other.model.posterior.mean).max())


def _max_sd_difference(one: TrainingResult, other: TrainingResult) -> float:
    sd, other_sd = (np.sqrt(np.diag(each.model.posterior.covariance)) for each in (one, other))
    return float(np.abs(sd / other_sd - 1).max())


def print_row(what: str, seconds: float, memory: float) -> None:
    """Print a row."""
    print(f"| {what} | {seconds:.1f} | {memory:.1f} |", flush=True)


def _own_memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


def _heap(memory: str) -> int:
    """Compute the Java memory of a worker in MiB: all that it has."""
    return int(memory.removesuffix("g")) * 1024


if __name__ == "__main__":
    main()
