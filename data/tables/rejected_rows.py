"""Rows that cannot be used: their faults are counted and reported, or the rows go to another table."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import SHOWN_FAULTS, Fault, InputError, Remedy
from .base import Batch

if TYPE_CHECKING:
    import pandas as pd


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
        texts.setdefault(fault.row or 0, []).append(str(replace(fault, row=None, source="")))
    return {row: "; ".join(each) for row, each in texts.items()}


def rejected_frame(batch: Batch, faults: Iterable[Fault], source: str, delimiter: str) -> "pd.DataFrame":
    """Select the rows of a batch that have faults; columns for file, row and faults precede the cells.

    Parameters
    ----------
    batch : Batch
    faults : iterable of Fault
        Faults with the numbers of their rows, ragged rows included.
    source : str
        Name of the file.
    delimiter : str
        Joins surplus cells of a row, which go into its last column.

    Returns
    -------
    DataFrame
        The rows in their order.
    """
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
    sources = pd.Series([source] * len(rows), cells.index, dtype=object)
    texts = pd.Series([fault_of[row] for row in rows], cells.index, dtype=object)
    names = rejection_columns(cells.columns)
    added: dict[str, Any] = dict(zip(names, (sources, rows, texts), strict=True))
    return cells.assign(**added)[[*names, *cells.columns]]


def _fit_width(cells: Sequence[str], width: int, delimiter: str) -> list[str]:
    """Give a row as many cells as there are columns: add blank ones, or join the last ones."""
    blank = [""] * (width - len(cells))
    return [*cells[: width - 1], delimiter.join(cells[width - 1 :]), *blank][:width]


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
        self._skippable = True

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
        self._skippable &= skippable and all(fault.row is not None for fault in faults)

    def check(self) -> None:
        """Raise the faults, with a remedy if the table can be used without their rows.

        Raises
        ------
        InputError
            At least one fault was added.
        """
        if self.count:
            raise InputError(self.first, self.count, Remedy.SKIP_BAD if self._skippable else None)
