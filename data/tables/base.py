"""A table format: its names, the reader that gives rows in batches, and the writer that takes them.

Neither this module nor those of the formats load numpy, pandas or pyarrow: help texts list the formats.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from ..errors import Fault, FileError, clip

if TYPE_CHECKING:
    from typing import Self

    import numpy as np
    import numpy.typing as npt
    import pandas as pd


Progress = Callable[[int, float], object]
"""Told how many rows were gone through, and which share of all."""

SCORE_COLUMNS = ("probability", "low", "high")
"""The columns that scoring a table adds."""


@dataclass(frozen=True)
class Batch:
    """Some rows of a table, one after the other.

    Parameters
    ----------
    frame : DataFrame
        The rows that have a cell for each column.
    rows : (n,) array of int
        The number of each in its file, from 1 without the header.
    torn : mapping of int to sequence of str
        By number, the cells of rows that have too many or too few, as CSV can.
    """

    frame: "pd.DataFrame"
    rows: "npt.NDArray[np.int64]"
    ragged: Mapping[int, Sequence[str]] = field(default_factory=dict)

    def ragged_faults(self, source: str) -> list[Fault]:
        """Return the faults of rows with too many or too few cells."""
        expected = str(len(self.frame.columns))
        return [
            Fault("wrong number of cells", source, row, seen=str(len(cells)), expected=expected)
            for row, cells in self.ragged.items()
        ]

    def drop_rows(self, rows: Collection[int | None]) -> "Batch":
        """Return the batch without rows of some numbers, and without torn ones."""
        import numpy as np

        good = ~np.isin(self.rows, [row for row in rows if row is not None])
        return Batch(self.frame[good], self.rows[good])

    def locate_faults(self, faults: Iterable[Fault], source: str) -> list[Fault]:
        """Return the faults of the whole batch, with the file and the rows that they stand in there.

        Parameters
        ----------
        faults : iterable of Fault
            Of the frame, whose rows count from 1.
        source : str
            The file.

        Returns
        -------
        list of Fault
            Those of columns first, then row by row, torn rows among them.
        """
        numbered = [
            replace(fault, source=source, row=fault.row and int(self.rows[fault.row - 1])) for fault in faults
        ]
        return sorted(numbered + self.ragged_faults(source), key=lambda fault: fault.row or 0)


class TableReader(ABC):
    """An opened table, whose batches can be read any number of times, once at a time; close it at the end.

    A reader takes the path, the most rows of a batch (None for what suits the format), and the columns used
    beside the built-in ones, by which CSV finds its header.
    """

    names: tuple[str, ...]
    """The columns."""
    source: str
    """The file."""
    delimiter: str = ","
    """What stands between cells, where there is such a thing."""
    remarks: tuple[str, ...] = ()
    """How the file was read where that is not plain: lines skipped, columns without a name, the encoding."""

    @abstractmethod
    def __iter__(self) -> Iterator[Batch]:
        """Yield all rows from the first on; one batch at least, if without rows.

        Raises
        ------
        FileError
            The file turns out not to be what its beginning says.
        """

    @property
    @abstractmethod
    def fraction_read(self) -> float:
        """How much of the file has been read by now, from 0 to 1."""

    def read_all(self) -> "pd.DataFrame":
        """Read all rows into one frame, with the remarks as ``attrs["remarks"]``.

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
    """Writes a table to a file in batches; the first batch fixes the columns.

    Parameters
    ----------
    file : binary file
        It stays open.
    source : str
        Its name in messages.
    """

    def __init__(self, file: BinaryIO, source: str) -> None:
        self._file, self._source, self._begun = file, source, False

    def write(self, frame: "pd.DataFrame") -> None:
        """Write rows, which may be none.

        Raises
        ------
        FileError
            The file cannot be written, or cells do not go with its format.
        """
        try:
            self._write(frame)
        except FileError:
            raise
        except (ValueError, TypeError, NotImplementedError) as error:  # of pandas or pyarrow
            seen = clip(str(error).splitlines()[0], 100)
            raise FileError([Fault("cannot be written in this format", self._source, seen=seen)]) from None
        self._begun = True

    def __enter__(self) -> "Self":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._finish()

    @abstractmethod
    def _write(self, frame: "pd.DataFrame") -> None: ...

    def _finish(self) -> None:  # noqa: B027 (most formats have none)
        """Write what stands at the end."""


@dataclass(frozen=True)
class TableFormat:
    """A format of tables.

    Parameters
    ----------
    name : str
        As readers know it.
    suffixes : tuple of str
        Ends of file names, in lower case.
    media_type : str
        As a download declares it.
    reader : callable
        A class of `TableReader`, or what makes one.
    writer : callable
        Given a binary file and its name in messages.
    spark : mapping of str to object
        Arguments of Spark's ``DataFrameWriter.save``; empty where Spark does not know the format.
    package, extra : str
        The package that reads and writes it, and the extra of ours that installs this; blank where none is
        needed.
    """

    name: str
    suffixes: tuple[str, ...]
    media_type: str
    reader: Callable[[str | Path, int | None, Iterable[str]], TableReader]
    writer: Callable[[BinaryIO, str], TableWriter]
    spark: Mapping[str, Any] = field(default_factory=dict)
    package: str = ""
    extra: str = ""


def header_faults(header: Sequence[str], path: str | Path) -> list[Fault]:
    """Return what is wrong with the names of the columns."""
    names = [name.strip() for name in header]
    if not names:
        return [Fault("the table has no columns", source=str(path))]
    faults = [
        Fault("a column has no name", str(path), seen=f"column {i}")
        for i, name in enumerate(names, start=1)
        if not name
    ]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    faults += [Fault("two columns share this name", str(path), field=clip(name)) for name in twice]
    if len(names) == 1 and re.search(r"[|:]", names[0]):
        faults.append(
            Fault("wrong delimiter", str(path), seen=clip(names[0]), expected="comma, semicolon or tab")
        )
    return faults
