"""A table some thousand rows at a time, so that its size does not matter."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ..errors import Fault

if TYPE_CHECKING:
    from typing import Self

    import pandas as pd

Progress = Callable[[int, float], object]
"""Told how many rows were gone through, and which share of all."""


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
    rows: npt.NDArray[np.int64]
    torn: Mapping[int, Sequence[str]] = field(default_factory=dict)

    def torn_faults(self, source: str) -> list[Fault]:
        """Return the faults of rows with too many or too few cells."""
        expected = str(len(self.frame.columns))
        return [
            Fault("wrong number of cells", source, row, seen=str(len(cells)), expected=expected)
            for row, cells in self.torn.items()
        ]

    def without(self, rows: Collection[int | None]) -> "Batch":
        """Return the batch without rows of some numbers, and without torn ones."""
        good = ~np.isin(self.rows, [row for row in rows if row is not None])
        return Batch(self.frame[good], self.rows[good])

    def placed(self, faults: Iterable[Fault], source: str) -> list[Fault]:
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
        return sorted(numbered + self.torn_faults(source), key=lambda fault: fault.row or 0)


class Batches(ABC):
    """An opened table; it can be gone through again and again, once at a time, and has to be closed."""

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
    def share(self) -> float:
        """How much of the file has been read by now, from 0 to 1."""

    @abstractmethod
    def close(self) -> None:
        """Close the file."""

    def __enter__(self) -> "Self":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
