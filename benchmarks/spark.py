"""Spark on two workers with one core each, compared with MLlib there, and with this process.

    python benchmarks/spark.py
    python benchmarks/spark.py --hosts
    python benchmarks/spark.py --passes

Interviews are synthetic, 30% of the answers missing, in Parquet. All read the files and check every cell;
then they train, or score. Times of Spark include the start of a session, but not of the driver's Java. The
master and both workers are processes on this machine, so they share its cores with the driver. Memory is the
peak of a worker with its Python.

The peer is MLlib's LogisticRegression as it comes, without a prior or offset. Its features come from the same
files and the same code, as vectors in a cached table.

``--hosts`` makes each a host of its own, in a network namespace (only root may), and takes down the link of
one host, then of both. ``--passes`` prints how often the workers go over the interviews.
"""

import argparse
import os
import pickle
import resource
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from unittest.mock import patch

import numpy as np
import pandas as pd

from offerodds import ClusterError, OfferModel, TrainingResult, simulate
from offerodds.benchmarks.cluster import Cluster, cut_off, during_job, hosts, running
from offerodds.benchmarks.speed import interviews
from offerodds.training.spark import dataset as spark_dataset
from offerodds.training.spark.features import extract_batches
from offerodds.training.spark.input import Table, read_spark_table
from offerodds.training.spark.score import predict_spark
from offerodds.training.spark.session import session
from offerodds.training.spark.train import train_spark
from offerodds.training.streaming.score_tables import score_table
from offerodds.training.streaming.train_tables import read_training_tables
from offerodds.training.train import ExtractedRows

if TYPE_CHECKING:
    import pyarrow as pa

T = TypeVar("T")
MODEL = OfferModel.default()
FILE_ROWS, MIN_FILES = 250_000, 4
FITTING = 5  # number of a job in the middle of the passes
PASSES_ROWS, EMPLOYERS = 65_000, 200
SCORES = ["probability", "low", "high"]


def main() -> None:
    """Print a table in Markdown."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=5_000_000, help="interviews")
    parser.add_argument("--memory", default="4g", help="of each worker")
    parser.add_argument("--hosts", action="store_true", help="lose one host, and both")
    parser.add_argument("--passes", action="store_true", help="count passes")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if arguments.passes:
            print_passes(Path(folder))
        elif arguments.hosts:
            lose_hosts(Path(folder), arguments.rows, arguments.memory)
        else:
            compare(Path(folder), arguments.rows, arguments.memory)


def compare(folder: Path, rows: int, memory: str) -> None:
    """Train on and score the same interviews in this process and on a cluster."""
    table = prepare(folder, rows, memory)
    print("| what | seconds | memory, GB |\n| --- | --- | --- |", flush=True)
    files = sorted(table.iterdir())
    in_process, seconds = timed(lambda: read_training_tables(files, "outcome", MODEL).train())
    print_row("training in this process", seconds, _own_memory())
    _, seconds = timed(lambda: [score_table(MODEL, file, folder / file.name) for file in files])
    print_row("scoring in this process", seconds, _own_memory())
    scored_in_process = pd.concat(pd.read_parquet(folder / file.name, columns=SCORES) for file in files)
    with running(folder, memory=memory) as cluster, peak_memory(cluster) as peak:
        with session(cluster.master) as spark:  # so that the driver's Java runs in all
            spark.range(1).count()
        with counted_passes() as passes:
            on_cluster, seconds = timed(lambda: train_spark(str(table), master=cluster.master))
        print_row("training on two workers", seconds, max(peak.values()))
        print_row(f"of that {len(passes)} passes", sum(passes), max(peak.values()))
        mllib, mllib_seconds = timed(lambda: fit_mllib(table, cluster.master))
        print_row("MLlib on two workers", mllib_seconds, max(peak.values()))
        print_row(f"of that {mllib.steps} steps", mllib.seconds, max(peak.values()))
        print(f"| **offerodds / MLlib** | {seconds / mllib_seconds:.2f} | |", flush=True)
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


def prepare(folder: Path, rows: int, memory: str) -> Path:
    """Write the interviews, and set the memory of workers."""
    write(table := folder / "table", rows)
    os.environ["PYSPARK_SUBMIT_ARGS"] = f"--conf spark.executor.memory={_heap(memory)}m pyspark-shell"
    print(f"{rows:,} interviews\n")
    return table


@dataclass(frozen=True)
class MLlibFit:
    """The fit of MLlib: its duration without the features, in seconds, and its number of steps."""

    seconds: float
    steps: int


def fit_mllib(table: Path, master: str) -> MLlibFit:
    """Fit MLlib's logistic regression to the same features, from the same files."""
    from pyspark.ml.classification import LogisticRegression
    from pyspark.ml.functions import array_to_vector

    with session(master) as spark:
        read = read_spark_table(spark, [str(table)])
        vectors = partial(_vectors, table=read.schema)
        rows = read.frame.mapInArrow(vectors, "features array<double>, label double")
        cached = rows.withColumn("features", array_to_vector(rows["features"])).persist()
        cached.count()
        fitted, seconds = timed(lambda: LogisticRegression().fit(cached))
        return MLlibFit(seconds, fitted.summary.totalIterations)


def _vectors(batches: "Iterator[pa.RecordBatch]", table: Table) -> "Iterator[pa.RecordBatch]":
    """Yield the features and outcomes that a worker of offerodds stores, as rows."""
    import pyarrow as pa

    frames = (batch.to_pandas() for batch in batches)
    for stored in extract_batches(frames, table=table, outcome="outcome", prior_model=MODEL, group=""):
        if isinstance(block := pickle.loads(stored.block[0]), ExtractedRows):
            rows = block.decided
            values = rows.X[:, 1:]
            starts = np.arange(0, values.size + 1, values.shape[1], dtype=np.int32)
            features = pa.ListArray.from_arrays(starts, values.ravel())
            yield pa.RecordBatch.from_arrays([features, pa.array(rows.y)], names=["features", "label"])


@contextmanager
def counted_passes() -> Iterator[list[float]]:
    """Collect the duration of every pass of the workers over the features, in seconds."""
    durations: list[float] = []
    map_reduce = spark_dataset.map_reduce

    def count(*arguments: object) -> object:
        found, seconds = timed(lambda: map_reduce(*arguments))  # type: ignore[arg-type]
        durations.append(seconds)
        return found

    with patch.object(spark_dataset, "map_reduce", count):
        yield durations


def print_passes(folder: Path) -> None:
    """Print how often the workers go over the interviews, by what these have."""
    frame, rng = simulate(PASSES_ROWS, seed=1, answered=0.7), np.random.default_rng(1)
    frame["company"] = rng.integers(EMPLOYERS, size=PASSES_ROWS).astype(str)
    silent = (frame["outcome"] != "offer") & (rng.random(PASSES_ROWS) < 0.2)
    pending = frame.assign(
        outcome=frame["outcome"].where(~silent, "pending"),
        days_since_interview=np.where(silent, rng.integers(1, 40, PASSES_ROWS), np.nan),
    )
    pending.loc[silent, "prompt_response"] = None
    print(f"| {PASSES_ROWS:,} synthetic interviews, {EMPLOYERS} employers | passes |\n| --- | ---: |")
    with session("local[2]"):
        for what, table, group in [
            ("decided interviews", frame, None),
            ("with pending ones", pending, None),
            ("with employers", frame, "company"),
            ("with both", pending, "company"),
        ]:
            table.to_parquet(folder / "table.parquet")
            with counted_passes() as passes:
                train_spark(str(folder / "table.parquet"), group=group)
            print(f"| {what} | {len(passes)} |", flush=True)


def lose_hosts(folder: Path, rows: int, memory: str) -> None:
    """Train on two hosts; then again, and take down the link of one, and of both."""
    table = prepare(folder, rows, memory)
    workers = ["worker0", "worker1"]
    with (
        hosts(["master", *workers]) as addresses,
        running(folder, memory=memory, addresses=addresses) as cluster,
    ):
        undisturbed, seconds = timed(lambda: train_spark(str(table), master=cluster.master))
        print(f"two hosts: {seconds:.1f} s", flush=True)
        for lost, what in zip(workers, ("one host lost", "the other lost too"), strict=True):
            start = time.perf_counter()
            with during_job(partial(cut_off, lost), jobs=FITTING) as cut:
                try:
                    result = train_spark(str(table), master=cluster.master)
                    found = f"weights differ by {max_difference(result, undisturbed):.1e}"
                except ClusterError as error:
                    found = str(error)
            print(f"{what} ({cut.is_set()}): {time.perf_counter() - start:.1f} s; {found}", flush=True)


def write(table: Path, rows: int) -> None:
    """Write synthetic interviews whose outcomes follow the default model, in several files."""
    table.mkdir()
    size = min(FILE_ROWS, -(-rows // MIN_FILES))
    for number, first in enumerate(range(0, rows, size)):
        frame = interviews(min(size, rows - first), seed=number).frame
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
