"""Rows that cannot be scored: counted, reported with their place, or written to another table."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import SHOWN_FAULTS, Fault, InputError, Remedy
from .base import Batch

if TYPE_CHECKING:
    import pandas as pd


def rejection_columns(columns: Collection[str]) -> list[str]:
    """Return what the columns that stand before the cells are called, none as one of these is.

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
    """Return in one line for each row what is wrong with it.

    Examples
    --------
    >>> fault_text_by_row([Fault("not an answer", "mine.csv", 7, "rapport"), Fault("torn", row=7)])
    {7: 'rapport: not an answer; torn'}
    """
    said: dict[int, list[str]] = {}
    for fault in faults:
        said.setdefault(fault.row or 0, []).append(str(replace(fault, row=None, source="")))
    return {row: "; ".join(each) for row, each in said.items()}


def rejected_frame(batch: Batch, faults: Iterable[Fault], source: str, delimiter: str) -> "pd.DataFrame":
    """Return the rows of a batch that have faults, each with its file, number and faults before its cells.

    Parameters
    ----------
    batch : Batch
    faults : iterable of Fault
        With the numbers of their rows, torn ones among them.
    source : str
        The file.
    delimiter : str
        Put between the cells that a row has too many, which stay in its last column.
    """
    import pandas as pd

    why = fault_text_by_row(faults)
    bad = np.isin(batch.rows, [*why])
    cells, rows = batch.frame[bad], batch.rows[bad]
    if batch.ragged:
        width = len(cells.columns)
        whole = [_of_width(ragged, width, delimiter) for ragged in batch.ragged.values()]
        cells = pd.concat([cells, pd.DataFrame(whole, columns=cells.columns, dtype=object)])
        rows = np.append(rows, [*batch.ragged])
        order = np.argsort(rows)
        cells, rows = cells.iloc[order], rows[order]
    place, said = ([source] * len(rows), [why[row] for row in rows])
    told = pd.Series(place, cells.index, dtype=object), rows, pd.Series(said, cells.index, dtype=object)
    aside: dict[str, Any] = dict(zip(rejection_columns(cells.columns), told, strict=True))
    return cells.assign(**aside)[[*aside, *cells.columns]]


def _of_width(cells: Sequence[str], width: int, delimiter: str) -> list[str]:
    """Return a row with as many cells as it should have: blank ones added, or the last ones put in one."""
    blank = [""] * (width - len(cells))
    return [*cells[: width - 1], delimiter.join(cells[width - 1 :]), *blank][:width]


class FaultCollector:
    """Faults as they turn up: all are counted, and the first kept to be shown.

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
        self._of_rows = True

    def add(self, faults: Sequence[Fault], *, of_rows: bool = True) -> None:
        """Count some more.

        Parameters
        ----------
        faults : sequence of Fault
        of_rows : bool
            Whether the table could do without the rows they stand in.
        """
        self.count += len(faults)
        self.first += faults[: SHOWN_FAULTS - len(self.first)]
        self._of_rows &= of_rows and all(fault.row is not None for fault in faults)

    def check(self) -> None:
        """Raise them, with a remedy where the table could do without their rows.

        Raises
        ------
        InputError
            There are some.
        """
        if self.count:
            raise InputError(self.first, self.count, Remedy.SKIP_BAD if self._of_rows else None)
