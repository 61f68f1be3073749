"""Tables of any size on the command line: time, memory and disk by number of rows, beside a plain copy.

    python benchmarks/stream.py [--rows N ...] [--picture PNG]

Interviews are synthetic, 36 signs with 30% of the answers missing, as in `speed.py`. Each run is a process of
its own, including its start; memory is its peak, and "written" is what it wrote to disk: output and temporary
file. The copy is pyarrow reading and writing the same columns, of Parquet 65,536 rows at a time. The last
line is what that copy keeps in memory for each row group of a Parquet file until it is closed.
"""

import argparse
import statistics
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from multiprocessing import get_context
from pathlib import Path

import matplotlib as mpl
import pandas as pd
import pyarrow as pa
from matplotlib.figure import Figure
from pyarrow import parquet

from offerodds.benchmarks.pictures import STYLE
from offerodds.benchmarks.processes import Usage, measure
from offerodds.benchmarks.speed import interviews

PART_ROWS = 250_000  # simulated at once
CSV_ROWS = 1_000_000
ROW_GROUPS = (500, 2_500)
GROWTH = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
PREDICT, TRAIN, VALIDATED, COPY = "predict", "train", "train, validated", "pyarrow, no work"
TRAINING = ["-m", "offerodds", "train", "{table}", "--force", "--out", "model.json"]
COMMANDS: Mapping[str, Sequence[str]] = {
    PREDICT: ["-m", "offerodds", "predict", "{table}", "--force", "--out", "out{suffix}"],
    TRAIN: [*TRAINING, "--no-validate"],
    VALIDATED: TRAINING,
}
COPIES = {
    ".parquet": """
import sys
from pyarrow import parquet
table, out, *rows = sys.argv[1:]
source = parquet.ParquetFile(table, pre_buffer=False)
with parquet.ParquetWriter(out, source.schema_arrow) as writer:
    for batch in source.iter_batches(int(*rows or [65_536])):
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
    parser.add_argument("--rows", type=int, nargs="+", default=GROWTH, help="rows of the tables of Parquet")
    parser.add_argument("--runs", type=int, default=3, help="runs of each, of which the median is printed")
    parser.add_argument("--picture", type=Path, help="where a picture of the times goes (PNG)")
    arguments = parser.parse_args()
    tables = [(".csv", min(CSV_ROWS, max(arguments.rows))), *((".parquet", n) for n in arguments.rows)]
    heads = "table | rows | MB | what | seconds | processor, s | per row, µs | peak, MB | written, MB"
    print(f"| {heads} |\n| --- | ---: | ---: | --- |{' ---: |' * 5}")
    found = {(suffix, n): print_usage(suffix, n, arguments.runs) for suffix, n in tables}
    print("\n| ratio | predict | train | target |\n| --- | ---: | ---: | ---: |")
    for (suffix, n), used in found.items():
        processor = {what: each.processor for what, each in used.items()}
        ratio = processor[PREDICT] / processor[COPY]
        print(f"| processor time, {suffix[1:]}, {n:,} rows: beside pyarrow, no work | {ratio:.2f} | | 3 |")
    of_parquet = {n: used for (suffix, n), used in found.items() if suffix == ".parquet"}
    for n, used in of_parquet.items():
        if tenth := of_parquet.get(n // 10):
            for name, target in (("seconds", 11), ("memory", 1)):
                of_both = (
                    getattr(used[what], name) / getattr(tenth[what], name) for what in (PREDICT, TRAIN)
                )
                cells = " | ".join(f"{ratio:.2f}" for ratio in of_both)
                print(f"| {name}: {n:,} rows beside {n // 10:,} | {cells} | {target} |")
    print_row_groups()
    if arguments.picture:
        picture(of_parquet, arguments.picture)


def print_usage(suffix: str, n: int, runs: int) -> dict[str, Usage]:
    """Print and return what each command takes of time, memory and disk for a table of ``n`` rows."""
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder, f"table{suffix}")
        (to_csv if suffix == ".csv" else to_parquet)(table, n)
        commands = {
            name: [part.format(table=table, suffix=suffix) for part in command]
            for name, command in COMMANDS.items()
            if name != VALIDATED or n == CSV_ROWS
        }
        commands[COPY] = ["-c", COPIES[suffix], str(table), f"out{suffix}"]
        measured: dict[str, list[Usage]] = {name: [] for name in commands}
        for _ in range(runs):
            for name, command in commands.items():
                measured[name].append(measure(command, Path(folder)))
                Path(folder, f"out{suffix}").unlink(missing_ok=True)
        size = table.stat().st_size / 1e6
    found = {name: Usage(*map(statistics.median, zip(*each, strict=True))) for name, each in measured.items()}
    for name, used in found.items():
        cells = f"{used.seconds:.2f} | {used.processor:.2f} | {1e6 * used.seconds / n:.2f}"
        written = f"{used.memory:.0f} | {used.written:.0f}"
        print(f"| {suffix[1:]} | {n:,} | {size:.0f} | {name} | {cells} | {written} |", flush=True)
    return found


def print_row_groups() -> None:
    """Print what pyarrow keeps in memory for each row group, from copies with few and with many of them."""
    with tempfile.TemporaryDirectory() as folder:
        names = {n: f"{n}.parquet" for n in (1, *ROW_GROUPS)}
        to_parquet(Path(folder, names[1]), PART_ROWS)

        def peak(source: str, out: str, groups: int) -> float:
            rows = str(PART_ROWS // groups)
            return measure(["-c", COPIES[".parquet"], source, out, rows], Path(folder)).memory

        written = [peak(names[1], names[n], n) for n in ROW_GROUPS]
        read = [peak(names[n], "out.parquet", PART_ROWS // 65_536) for n in ROW_GROUPS]
        columns = parquet.ParquetFile(Path(folder, names[1])).metadata.num_columns
    each = (1e3 * (many - few) / (ROW_GROUPS[1] - ROW_GROUPS[0]) for few, many in (written, read))
    print("\na row group of {} columns: {:.0f} kB when written, {:.0f} kB when read".format(columns, *each))


def picture(found: Mapping[int, Mapping[str, Usage]], path: Path) -> None:
    """Plot the seconds by number of rows, beside lines of time in proportion to the rows."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(5.5, 4), layout="constrained")
        axis = figure.subplots()
        rows = sorted(found)
        for what, color in ((TRAIN, "#D55E00"), (PREDICT, "#0072B2")):
            seconds = [found[n][what].seconds for n in rows]
            axis.plot(rows, seconds, color=color, marker="o", markersize=4, label=what)
            proportional = [n * seconds[-1] / rows[-1] for n in rows]
            axis.plot(rows, proportional, color=color, linestyle=":", linewidth=1)
        axis.set(xscale="log", yscale="log", ylim=(0.1, None), xlabel="rows", ylabel="seconds")
        axis.legend(frameon=False, title="dotted: in proportion to the rows")
        figure.savefig(path, dpi=150, metadata={"Software": None})


def parts(n: int) -> Iterator[pd.DataFrame]:
    """Simulate interviews with outcomes, in parts, on all cores."""
    sizes = [(min(PART_ROWS, n - first), first) for first in range(0, n, PART_ROWS)]
    with get_context("spawn").Pool(maxtasksperchild=20) as pool:
        yield from pool.imap(_part, sizes)


def _part(size: tuple[int, int]) -> pd.DataFrame:
    """Simulate one part, given its number of rows and its seed."""
    return interviews(*size).frame


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
