"""What every table reader shares: batches of rows, and the checks of a header."""

import csv
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ..catalogue.catalogue import Catalogue
from ..errors import Fault, clip
from ..spelling import fold

if TYPE_CHECKING:
    from typing import Self

    import pandas as pd


Progress = Callable[[int, float], object]
"""Told how many rows were gone through, and which share of all."""

JOURNAL_COLUMNS = ("company", "role", "date", "outcome", "outcome_date", "notes")
SEARCHED = 10  # lines, blank ones not counted
_NAMES_DELIMITER = re.compile(r"""["']?sep=(.)["']?[,;\s]*""", re.IGNORECASE)


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


@dataclass(frozen=True)
class Header:
    """Where the header of a CSV is.

    Parameters
    ----------
    line : int
        Its line, from 0; those before it are skipped.
    delimiter : str
    remarks : tuple of str
        Which lines that are not blank are skipped.
    """

    line: int
    delimiter: str
    remarks: tuple[str, ...] = ()


def known_columns(others: Iterable[str] = ()) -> frozenset[str]:
    """Return the names of columns that are used: built-in signs, those of the journal, and others; folded."""
    return frozenset(map(fold, (*Catalogue.built_in().questions, *JOURNAL_COLUMNS, *others)))


def find_header(lines: Sequence[tuple[int, str]], known: AbstractSet[str]) -> Header | None:
    """Return where the header is among the first lines of a CSV.

    It is the first line. A later one is taken only if it is the first with a known column and every line
    before it has fewer cells that are not blank, as titles have. ``sep=;`` before it names the delimiter.

    Parameters
    ----------
    lines : sequence of (int, str)
        The first lines that are not blank, with their places from 0.
    known : set of str
        As `known_columns` gives them.

    Returns
    -------
    Header or None
        None where there is no line.

    Examples
    --------
    >>> found = find_header([(0, "MY JOB TRACKER,,"), (2, "Company,Role,Pay")], known_columns())
    >>> found.line, found.remarks
    (2, ("line 1 is above the column names and was skipped: 'MY JOB TRACKER'",))
    """
    named = _NAMES_DELIMITER.fullmatch(lines[0][1].strip()) if lines else None
    remarks = [f"line {lines[0][0] + 1} was skipped: it names the delimiter"] if named else []
    lines = lines[1:] if named else lines
    if not lines:
        return None
    rows = [_cells(text, named[1] if named else delimiter_of(text)) for _, text in lines]
    header = next((i for i, cells in enumerate(rows) if not known.isdisjoint(map(fold, cells))), 0)
    if any(len(cells) >= len(rows[header]) for cells in rows[:header]):
        header = 0
    for (place, _), cells in zip(lines[:header], rows, strict=False):
        seen = clip(" ".join(cells), 60)
        remarks.append(f"line {place + 1} is above the column names and was skipped: {seen}")
    place, text = lines[header]
    return Header(place, named[1] if named else delimiter_of(text), tuple(remarks))


def delimiter_of(header: str) -> str:
    """Return the delimiter of a CSV by its header: the one of comma, semicolon and tab that occurs most."""
    return max(",;\t", key=header.count)


def told_apart(names: Sequence[str], known: AbstractSet[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return names of columns that differ, and remarks on those that had none or had one twice.

    Twins of a known column stay as they are: which of them counts cannot be known.

    Examples
    --------
    >>> told_apart(["company", "Tag", "", "Tag"], known_columns())[0]
    ('company', 'Tag', 'column 3', 'Tag (2)')
    """
    found: list[str] = []
    remarks: list[str] = []
    taken, before = set(names), set[str]()
    for place, name in enumerate(names, start=1):
        new = name
        if not name or (name in before and fold(name) not in known):
            base = name or f"column {place}"
            new = next(each for n in count(1) if (each := base if n == 1 else f"{base} ({n})") not in taken)
            twin = f"two columns are called {clip(name)}; the second is not used, and named {clip(new)}"
            remarks.append(twin if name else f"column {place} has no name and is not used")
        taken.add(new)
        before.add(new)
        found.append(new)
    return tuple(found), tuple(remarks)


def header_faults(header: Sequence[str], path: str | Path) -> list[Fault]:
    """Return what is wrong with the names of the columns."""
    names = [name.strip() for name in header]
    if not names:
        return [no_columns(path)]
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


def no_columns(path: str | Path) -> Fault:
    """Return the fault of a table that has none."""
    return Fault("the table has no columns", source=str(path))


def _cells(line: str, delimiter: str) -> list[str]:
    """Return the cells of a line that are not blank; of quotes that are not closed, what there is."""
    try:
        cells = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:  # too long, or a line break within
        return []
    return [cell.strip() for cell in cells if cell.strip()]
