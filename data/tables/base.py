"""Tables in batches: reader, writer and record of a format, and the rows that are rejected for their faults.

This module and those of the formats load numpy, pandas and pyarrow only to read or write: help texts list the
formats, and must be fast.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from ..errors import SHOWN_FAULTS, Fault, FileError, InputError, Remedy, clip
from ..language import N_, _, number
from ..limits import COLUMNS, FAULTS, too_large

if TYPE_CHECKING:
    from typing import Self

    import numpy as np
    import numpy.typing as npt
    import pandas as pd


Progress = Callable[[int, float], object]
"""Called with the number of rows processed so far, and their fraction of all, from 0 to 1."""

SCORE_COLUMNS = ("probability", "low", "high")
"""Columns that scoring adds to a table."""


@dataclass(frozen=True)
class Batch:
    """A batch of consecutive rows of a table.

    Parameters
    ----------
    frame : DataFrame
        The n rows that have one cell for each column.
    rows : (n,) array of int
        Number of each row in its file, counted from 1 without the header.
    ragged : mapping of int to sequence of str
        The cells of rows with too many or too few of them, as in a faulty CSV file, by the number of the row.
    """

    frame: "pd.DataFrame"
    rows: "npt.NDArray[np.int64]"
    ragged: Mapping[int, Sequence[str]] = field(default_factory=dict)

    def ragged_faults(self, source: str) -> list[Fault]:
        """Report the rows with too many or too few cells."""
        expected = str(len(self.frame.columns))
        return [
            Fault("wrong number of cells", source, row, seen=str(len(cells)), expected=expected)
            for row, cells in self.ragged.items()
        ]

    def drop_rows(self, rows: Collection[int | None]) -> "Batch":
        """Copy the batch without the rows of these numbers, and without ragged rows."""
        import numpy as np

        remaining = ~np.isin(self.rows, [row for row in rows if row is not None])
        return Batch(self.frame[remaining], self.rows[remaining])

    def locate_faults(self, faults: Iterable[Fault], source: str) -> list[Fault]:
        """Give the faults of the batch, whose rows count from 1, the name of the file and the rows there.

        Faults of columns come first, then of rows in their order, ragged rows included.
        """
        numbers = self.rows.tolist()
        numbered = [fault.at(source, fault.row and numbers[fault.row - 1]) for fault in faults]
        return sorted(numbered + self.ragged_faults(source), key=lambda fault: fault.row or 0)


class TableReader(ABC):
    """An open table; its batches can be read repeatedly, but not by two loops at once.

    The constructor of a format takes the path, the largest number of rows in a batch (None for the best size
    of the format), and the columns used besides the built-in ones, by which CSV finds its header. Close the
    reader at the end, or use it as a context manager.
    """

    names: tuple[str, ...]
    """Names of the columns."""
    source: str
    """Name of the file."""
    delimiter: str = ","
    """Separator between the cells of a row, in formats that have one."""
    remarks: tuple[str, ...] = ()
    """Remarks on the reading: lines skipped, columns without a name, an unusual encoding."""
    n_rows: int = 0
    """Number of rows, where the format states it; else 0."""

    twins: Mapping[str, str] = {}
    """Columns that share the name of another one that is used: their new names, and that name."""
    days_to_add: int = 0
    """Days to add to numbers that stand for days: workbooks that count from 1904 write smaller ones."""

    @abstractmethod
    def __iter__(self) -> Iterator[Batch]:
        """Yield all rows from the first one on, in at least one batch, which may be empty.

        Raises
        ------
        FileError
            A later part of the file cannot be read in this format.
        """

    @property
    @abstractmethod
    def fraction_read(self) -> float:
        """Fraction of the file read so far, from 0 to 1."""

    def read_all(self) -> "pd.DataFrame":
        """Read all rows into one frame, with the remarks in ``attrs["remarks"]``.

        Raises
        ------
        FileError
            A row has too many or too few cells; every such row is listed.
        """
        import pandas as pd

        batches = [*self]
        if faults := [fault for batch in batches for fault in batch.ragged_faults(self.source)]:
            raise FileError(faults)
        frame: pd.DataFrame = pd.concat([batch.frame for batch in batches], ignore_index=True)
        frame.attrs["remarks"] = [*self.remarks]
        return frame

    @abstractmethod
    def close(self) -> None:
        """Close the file."""

    def __enter__(self) -> "Self":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class TableWriter(ABC):
    """A writer of a table in batches; the first batch determines the columns.

    Parameters
    ----------
    file : binary file
        The file to write; it stays open.
    source : str
        Name of the file in messages.
    """

    def __init__(self, file: BinaryIO, source: str) -> None:
        self._file, self._source, self._begun = file, source, False

    def write(self, frame: "pd.DataFrame") -> None:
        """Write one batch, which may be empty.

        Raises
        ------
        FileError
            The file cannot be written, or the format cannot hold the cells.
        """
        with self._errors_as_faults():
            self._write(frame)
        self._begun = True

    def __enter__(self) -> "Self":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            with self._errors_as_faults():
                self._finish()

    @contextmanager
    def _errors_as_faults(self) -> Iterator[None]:
        try:
            yield
        except FileError:
            raise
        except (ValueError, TypeError, NotImplementedError) as error:  # from pandas or pyarrow
            seen = clip(str(error).splitlines()[0], 100)
            raise FileError([Fault("cannot be written in this format", self._source, seen=seen)]) from None

    @abstractmethod
    def _write(self, frame: "pd.DataFrame") -> None: ...

    def _finish(self) -> None:  # noqa: B027 (most formats have no end)
        """Write the end of the file."""


@dataclass(frozen=True)
class TableFormat:
    """A table format.

    Parameters
    ----------
    name : str
        Name for users.
    suffixes : tuple of str
        Suffixes of file names, in lower case.
    media_type : str
        Media type for downloads.
    reader : callable
        A subclass of `TableReader`, or a function that creates one.
    writer : callable
        A subclass of `TableWriter`.
    spark : mapping of str to object
        Arguments of Spark's ``DataFrameWriter.save``; empty if Spark does not support the format.
    package, extra : str
        The package that reads and writes the format, and the extra that installs it; empty if none is needed.
    writer_package : str
        The package that writes the format, if it is another one.
    read_only : tuple of str
        Those of the suffixes that cannot be written.
    """

    name: str
    suffixes: tuple[str, ...]
    media_type: str
    reader: Callable[[str | Path, int | None, Iterable[str]], TableReader]
    writer: Callable[[BinaryIO, str], TableWriter]
    spark: Mapping[str, Any] = field(default_factory=dict)
    package: str = ""
    extra: str = ""
    writer_package: str = ""
    read_only: tuple[str, ...] = ()


def header_faults(header: Sequence[str], path: str | Path) -> list[Fault]:
    """Check the names of the columns: present, not too many, different, and not a whole line."""
    if len(header) > COLUMNS:
        return [too_large(str(path), len(header), N_("{n} columns"), COLUMNS)]
    names = [name.strip() for name in header]
    if not names:
        return [Fault("the table has no columns", source=str(path))]
    faults = [
        Fault("a column has no name", str(path), seen=_("column {number}", number=i))
        for i, name in enumerate(names, start=1)
        if not name
    ]
    repeated = sorted({name for name in names if name and names.count(name) > 1})
    faults += [Fault("two columns share this name", str(path), field=clip(name)) for name in repeated]
    if len(names) == 1 and re.search(r"[|:]", names[0]):
        faults.append(
            Fault("wrong delimiter", str(path), seen=clip(names[0]), expected="comma, semicolon or tab")
        )
    return faults


def rejection_columns(columns: Collection[str]) -> list[str]:
    """Choose names for the columns before the cells of rejected rows, different from all of ``columns``.

    Examples
    --------
    >>> rejection_columns(["row", "rapport"])
    ['source', 'row_', 'fault']
    """
    names = ["source", "row", "fault"]
    for i in range(len(names)):
        while names[i] in columns:
            names[i] += "_"
    return names


def fault_text_by_row(faults: Iterable[Fault]) -> dict[int, str]:
    """Join the faults of each row into one line, by the number of the row.

    Examples
    --------
    >>> fault_text_by_row([Fault("not an answer", "mine.csv", 7, "rapport"), Fault("torn", row=7)])
    {7: 'rapport: not an answer; torn'}
    """
    texts: dict[int, list[str]] = {}
    for fault in faults:
        texts.setdefault(fault.row or 0, []).append(str(fault.at("", None)))
    return {row: "; ".join(each) for row, each in texts.items()}


def rejected_frame(batch: Batch, faults: Iterable[Fault], source: str, delimiter: str) -> "pd.DataFrame":
    """Select the rows of a batch with faults, in order; columns for file, row and faults precede the cells.

    The faults have the numbers of their rows, ragged rows included. The delimiter joins surplus cells of a
    row, which go into its last column.
    """
    import numpy as np
    import pandas as pd

    fault_of = fault_text_by_row(faults)
    rejected = np.isin(batch.rows, [*fault_of])
    cells, rows = batch.frame[rejected], batch.rows[rejected]
    if batch.ragged:
        width = len(cells.columns)
        fitted = [_fit_width(row, width, delimiter) for row in batch.ragged.values()]
        cells = pd.concat([cells, pd.DataFrame(fitted, columns=cells.columns, dtype=object)])
        rows = np.append(rows, [*batch.ragged])
        order = np.argsort(rows)
        cells, rows = cells.iloc[order], rows[order]
    shown = source.encode(errors="backslashreplace").decode()  # a path need not be UTF-8
    sources = pd.Series([shown] * len(rows), cells.index, dtype=object)
    texts = pd.Series([fault_of[row] for row in rows], cells.index, dtype=object)
    names = rejection_columns(cells.columns)
    added: dict[str, Any] = dict(zip(names, (sources, rows, texts), strict=True))
    return cells.assign(**added)[[*names, *cells.columns]]


def _fit_width(cells: Sequence[str], width: int, delimiter: str) -> list[str]:
    """Give a row as many cells as there are columns: add blank ones, or join the last ones."""
    blank = [""] * (width - len(cells))
    return [*cells[: width - 1], delimiter.join(cells[width - 1 :]), *blank][:width]


def too_many_faults() -> Fault:
    """Describe an input that was read only in part, since it has so many faults."""
    return Fault(_("more than {limit} faults; the rest was not read", limit=number(FAULTS)))


class FaultCollector:
    """A collector of faults: it counts all, and stores the first ones for the message.

    Examples
    --------
    >>> faults = FaultCollector()
    >>> for row in range(1, 1001):
    ...     faults.add([Fault("torn", row=row)])
    >>> faults.count, len(faults.first)
    (1000, 20)
    """

    def __init__(self) -> None:
        self.count = 0
        self.first: list[Fault] = []
        self._skippable, self._of_column = True, False

    def add(self, faults: Sequence[Fault], *, skippable: bool = True) -> None:
        """Add faults.

        Parameters
        ----------
        faults : sequence of Fault
        skippable : bool
            Whether the table can be used without the rows of these faults.
        """
        self.count += len(faults)
        self.first += faults[: SHOWN_FAULTS - len(self.first)]
        self._skippable &= skippable and all(fault.is_skippable for fault in faults)
        self._of_column |= any(fault.is_of_column for fault in faults)

    def check(self) -> None:
        """Raise the faults, with a remedy if the table can be used without their rows.

        Raises
        ------
        InputError
            At least one fault was added.
        """
        if self.is_full:
            ending = too_many_faults()
            self.first = [ending, *self.first[:-1]]
        if self.count:
            remedy = Remedy.SKIP_BAD if self._skippable else None
            raise InputError(self.first, self.count, Remedy.WHOLE_COLUMN if self._of_column else remedy)

    @property
    def is_full(self) -> bool:
        """Whether there are so many faults that reading on helps nobody."""
        return self.count > FAULTS
