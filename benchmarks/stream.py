"""Tables of any size on the command line: time and memory by number of rows, compared with a plain copy.

    python benchmarks/stream.py

Interviews are synthetic, 36 signs with 30% of the answers missing, as in `speed.py`. Each run is a process of
its own, including its start; memory is its peak. The copy is pyarrow reading and writing the same columns in
the same batches.
"""

import argparse
import statistics
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from offerodds.benchmarks.processes import measure
from offerodds.benchmarks.speed import interviews

PART_ROWS = 250_000  # simulated at once
CSV_ROWS = 1_000_000
GROWTH = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
COMMANDS: Mapping[str, Sequence[str]] = {
    "predict": ["-m", "offerodds", "predict", "{table}", "--force", "--out", "out{suffix}"],
    "train": ["-m", "offerodds", "train", "{table}", "--no-validate", "--force", "--out", "model.json"],
}
COPY = {
    ".parquet": """
import sys
from pyarrow import parquet
table, out = sys.argv[1:]
source = parquet.ParquetFile(table, pre_buffer=False)
with parquet.ParquetWriter(out, source.schema_arrow) as writer:
    for batch in source.iter_batches(65_536):
        writer.write_batch(batch)
""",
    ".csv": """
import sys
from pyarrow import csv
table, out = sys.argv[1:]
with csv.open_csv(table) as source, csv.CSVWriter(out, source.schema) as writer:
    for batch in source:
        writer.write_batch(batch)
""",
}


def main() -> None:
    """Print the tables in Markdown."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=GROWTH[-1], help="rows of the largest table")
    parser.add_argument("--runs", type=int, default=3, help="runs of each, of which the median is printed")
    arguments = parser.parse_args()
    sizes = [n for n in GROWTH if n < arguments.rows] + [arguments.rows]
    with tempfile.TemporaryDirectory() as folder:
        growth(Path(folder), sizes, arguments.runs)
        compare_with_copy(Path(folder), "CSV", min(CSV_ROWS, arguments.rows), arguments.runs)
        compare_with_copy(Path(folder), "Parquet", arguments.rows, arguments.runs)
        validation(Path(folder), min(CSV_ROWS, arguments.rows), arguments.runs)


def growth(folder: Path, sizes: Sequence[int], runs: int) -> None:
    """Print time and memory by number of rows; the largest table stays in the folder."""
    heads = [f"{name}, s | per row, µs | peak, MB" for name in COMMANDS]
    print(f"| table | rows | {' | '.join(heads)} |\n| --- |{' ---: |' * (1 + 3 * len(COMMANDS))}")
    csv_rows = min(CSV_ROWS, sizes[-1])
    for suffix, n in [(".csv", csv_rows), *((".parquet", n) for n in sizes)]:
        table = folder / f"table{suffix}"
        (to_csv if suffix == ".csv" else to_parquet)(table, n)
        cells = []
        for command in COMMANDS.values():
            arguments = [part.format(table=table, suffix=suffix) for part in command]
            seconds, memory = median([measure(arguments, folder) for _ in range(runs)])
            cells.append(f"{seconds:.2f} | {1e6 * seconds / n:.2f} | {memory:.0f}")
        print(f"| {suffix[1:]} | {n:,} | {' | '.join(cells)} |", flush=True)


def compare_with_copy(folder: Path, name: str, n: int, runs: int) -> None:
    """Print time and memory of scoring the table of a format in the folder and of copying it, in turn."""
    suffix = f".{name.lower()}"
    table = str(folder / f"table{suffix}")
    predict = [part.format(table=table, suffix=suffix) for part in COMMANDS["predict"]]
    ours, copies = [], []
    for _ in range(runs):
        ours.append(measure(predict, folder))
        copies.append(measure(["-c", COPY[suffix], table, f"copy{suffix}"], folder))
    (seconds, memory), (copying, copy_memory) = median(ours), median(copies)
    print(f"\n| {name} to {name}, {n:,} rows | seconds | peak, MB |\n| --- | ---: | ---: |")
    print(f"| `offerodds predict` | {seconds:.1f} | {memory:.0f} |")
    print(f"| pyarrow, no work | {copying:.1f} | {copy_memory:.0f} |")
    print(f"| ratio (target 3) | {seconds / copying:.2f} | |")


def validation(folder: Path, n: int, runs: int) -> None:
    """Print time and memory of training with and without validation."""
    to_parquet(folder / "some.parquet", n)
    train = ["-m", "offerodds", "train", "some.parquet", "--force", "--out", "model.json"]
    print(f"\n| training on {n:,} rows of Parquet | seconds | peak, MB |\n| --- | ---: | ---: |")
    for name, options in (("validated", []), ("`--no-validate`", ["--no-validate"])):
        seconds, memory = median([measure([*train, *options], folder) for _ in range(runs)])
        print(f"| {name} | {seconds:.1f} | {memory:.0f} |", flush=True)


def median(runs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Compute the median time in seconds and the peak memory in MB over runs."""
    return statistics.median(seconds for seconds, _ in runs), max(memory for _, memory in runs)


def parts(n: int) -> Iterator[pd.DataFrame]:
    """Simulate interviews with outcomes, in parts."""
    for first in range(0, n, PART_ROWS):
        yield interviews(min(PART_ROWS, n - first), seed=first).frame


def to_parquet(path: Path, n: int) -> None:
    """Write a table of ``n`` interviews."""
    writer = None
    for frame in parts(n):
        table = pa.Table.from_pandas(frame, preserve_index=False)
        writer = writer or parquet.ParquetWriter(path, table.schema)
        writer.write_table(table)
    if writer is not None:
        writer.close()


def to_csv(path: Path, n: int) -> None:
    """Write a table of ``n`` interviews."""
    with path.open("w", encoding="utf-8", newline="") as file:
        for number, frame in enumerate(parts(n)):
            frame.to_csv(file, index=False, header=not number)


if __name__ == "__main__":
    main()
