"""File splits: counting and checking their rows on the workers, and numbering the rows within each file.

Spark reads a file in splits, each by one worker. A worker knows neither the row of the file at which a split
begins nor the faults that other workers find. It counts the rows of each split; put in order, the counts of a
file's splits give every row its number.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote

import numpy as np
import numpy.typing as npt

from ...data.errors import SHOWN_FAULTS, AnswerError, Fault, InputError, Kind, Remedy
from ...data.language import N_
from .input import BLOCK, SOURCE, TORN, Table

if TYPE_CHECKING:
    import pandas as pd


@dataclass
class FileSplit:
    """The rows and faults of one split of a file.

    Parameters
    ----------
    source : str
        The file.
    block : int
        Byte at which the split begins.
    n_rows, n_bad, n_faults : int
        Number of rows so far, of those with faults, and of their faults.
    faults : list of Fault
        The first faults, with rows counted from 1 within the split.
    """

    source: str
    block: int
    n_rows: int = 0
    n_bad: int = 0
    n_faults: int = 0
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class SplitRows:
    """Consecutive rows of one split, as they come in one batch.

    Parameters
    ----------
    split : FileSplit
    n_before : int
        Number of rows of the split in earlier batches.
    positions : (n,) array of int
        Their positions in the batch.
    cells : DataFrame
        With the columns of the file.
    torn : list of n str or None
        The text of a row with too many or too few cells.
    """

    split: FileSplit
    n_before: int
    positions: npt.NDArray[np.intp]
    cells: "pd.DataFrame"
    torn: list[str | None]


class SplitChecker:
    """Counts and checks the rows of all splits that one worker reads."""

    def __init__(self, table: Table) -> None:
        self._names, self._cell_names, self._delimiter = table.names, table.cell_names, table.delimiter
        self._splits: dict[tuple[str, int], FileSplit] = {}

    def by_split(self, batch: "pd.DataFrame") -> Iterator[SplitRows]:
        """Yield the rows of a batch split by split, and count them."""
        groups = batch.groupby([SOURCE, BLOCK], sort=False).indices
        for key, indices in groups.items():
            (source, block), positions = cast("tuple[str, int]", key), np.asarray(indices)
            split = self._splits.setdefault((source, block), FileSplit(unquote(source), int(block)))
            rows = batch.iloc[positions]
            cells = rows[self._cell_names].set_axis(list(self._names), axis=1)
            torn = rows[TORN].astype(object)
            text = torn.where(torn.notna(), None).tolist()
            yield SplitRows(split, split.n_rows, positions, cells, text)
            split.n_rows += len(positions)

    def check(self, rows: SplitRows, read: "Callable[[pd.DataFrame], object]") -> list[Fault]:
        """Find the faults of some rows, with rows counted from 1 among them, and add them to the split.

        Parameters
        ----------
        rows : SplitRows
        read : callable
            Given cells, raises an AnswerError with all their faults.
        """
        faults = self._torn_faults(rows)
        whole = np.flatnonzero([row is None for row in rows.torn])
        try:
            read(rows.cells.iloc[whole] if faults else rows.cells)
        except AnswerError as error:
            faults += [replace(fault, row=int(whole[(fault.row or 1) - 1]) + 1) for fault in error.faults]
        if faults:
            faults.sort(key=lambda fault: fault.row or 0)
            self._record(rows, faults)
        return faults

    def to_data(self) -> list[dict[str, object]]:
        """Convert the splits to plain data, which a worker can send to the driver."""
        return [
            asdict(split) | {"faults": [fault_to_data(fault) for fault in split.faults]}
            for split in self._splits.values()
        ]

    def _record(self, rows: SplitRows, faults: list[Fault]) -> None:
        split = rows.split
        split.n_faults += len(faults)
        split.n_bad += len({fault.row for fault in faults})
        split.faults += [replace(fault, row=rows.n_before + (fault.row or 0)) for fault in faults]
        split.faults.sort(key=lambda fault: fault.is_skippable)  # never dropped if no row can be skipped
        del split.faults[SHOWN_FAULTS:]

    def _torn_faults(self, rows: SplitRows) -> list[Fault]:
        """Find the rows with too many or too few cells."""
        expected = str(len(self._names))
        problem, remedy = N_("wrong number of cells"), Remedy.NO_LINE_BREAKS
        return [
            Fault(problem, row=i, seen=self._count_cells(row), expected=expected, remedy=remedy)
            for i, row in enumerate(rows.torn, start=1)
            if row is not None
        ]

    def _count_cells(self, row: str) -> str:
        return str(len(next(csv.reader(io.StringIO(row), delimiter=self._delimiter or ","), [])))


class SplitSummary:
    """The splits of all workers, in the order of their files.

    Parameters
    ----------
    worker_data : iterable of str
        The result of `SplitChecker.to_data` on each worker, as JSON.
    files : sequence of str
        In the order in which faults are shown.
    """

    def __init__(self, worker_data: Iterable[str], files: Iterable[str]) -> None:
        rank = {display_path(file): i for i, file in enumerate(files)}
        splits = [
            FileSplit(**split | {"faults": [fault_from_data(fault) for fault in split["faults"]]})
            for data in worker_data
            for split in json.loads(data)
        ]
        self._splits = sorted(
            splits,
            key=lambda split: (rank.get(display_path(split.source), len(rank)), split.source, split.block),
        )
        self.n_rows = sum(split.n_rows for split in splits)
        self.n_bad = sum(split.n_bad for split in splits)

    @property
    def is_skippable(self) -> bool:
        """Whether the table can be used without the rows that have faults."""
        return all(fault.is_skippable for split in self._splits for fault in split.faults)

    def rows_before(self) -> dict[tuple[str, int], int]:
        """Count the rows of its file before each split: by file and block."""
        before_split: dict[tuple[str, int], int] = {}
        of_file: dict[str, int] = {}
        for split in self._splits:
            before_split[split.source, split.block] = of_file.get(split.source, 0)
            of_file[split.source] = before_split[split.source, split.block] + split.n_rows
        return before_split

    def check(self) -> None:
        """Raise the faults, if there are any.

        Raises
        ------
        InputError
            The first faults with their rows, and the number of faults.
        """
        before = self.rows_before()
        first = [
            replace(
                fault,
                source=display_path(split.source),
                row=(fault.row or 0) + before[split.source, split.block],
            )
            for split in self._splits
            for fault in sorted(split.faults, key=lambda fault: fault.row or 0)
        ]
        if count := sum(split.n_faults for split in self._splits):
            raise InputError(first[:SHOWN_FAULTS], count)


def fault_to_data(fault: Fault) -> dict[str, object]:
    """Convert a fault to plain data, with codes by name."""
    remedy = fault.remedy.name if isinstance(fault.remedy, Remedy) else None
    return asdict(fault) | {"remedy": remedy, "kind": fault.kind.name}


def fault_from_data(data: dict[str, Any]) -> Fault:
    """Convert the result of `fault_to_data` back."""
    remedy = data["remedy"] and Remedy[data["remedy"]]
    return Fault(**data | {"remedy": remedy, "kind": Kind[data["kind"]]})


def display_path(file: str) -> str:
    """Write the address of a file on this disk as a plain path.

    Examples
    --------
    >>> display_path("file:///home/me/mine.csv"), display_path("file:/home/me/mine.csv")
    ('/home/me/mine.csv', '/home/me/mine.csv')
    >>> display_path("s3a://ours/mine.csv")
    's3a://ours/mine.csv'
    """
    return "/" + file.removeprefix("file:").lstrip("/") if file.startswith("file:") else file
