"""The cells of one column as numbers: numbers are checked all at once, other cells read once each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..catalogue.questions import Question
from ..errors import Fault
from .parsing import INTEGER_KINDS, InvalidAnswerError, read_answer

if TYPE_CHECKING:
    import pandas as pd

_Floats = npt.NDArray[np.float64]
_ROWS = 16_384  # so many at a time fit a processor's cache


@dataclass(frozen=True)
class FactorizedColumn:
    """A column as its distinct cells, and which of them stands in each row.

    Parameters
    ----------
    distinct : sequence of m cells
        Some of which may stand nowhere.
    places : (n,) array of int
        From 0 to ``m - 1``, or -1 where the cell is blank.
    """

    distinct: Sequence[Any]
    places: npt.NDArray[np.intp]

    @classmethod
    def of(cls, cells: "ColumnData") -> "FactorizedColumn":
        """Return cells of any kind coded; what Python takes for equal, as 1 and True, stays apart."""
        if isinstance(cells, FactorizedColumn):
            return cells
        if isinstance(cells, np.ndarray) and cells.dtype.kind in "fiub":
            distinct_numbers, inverse = np.unique(cells, return_inverse=True)
            return cls(list(distinct_numbers), inverse)
        first: dict[Any, int] = {}
        distinct: list[Any] = []
        places: list[int] = []
        for cell in cells:
            key = (type(cell), cell if isinstance(cell, str | int | float) else repr(cell))
            place = first.setdefault(key, len(distinct))
            if place == len(distinct):
                distinct.append(cell)
            places.append(place)
        return cls(distinct, np.array(places, dtype=np.intp))

    def __len__(self) -> int:
        return len(self.places)

    def __iter__(self) -> Iterator[Any]:
        cells = [*self.distinct, None]
        return (cells[place] for place in self.places)

    def spread(self, numbers: _Floats) -> _Floats:
        """Return a number for every row, given one for each distinct cell; NaN where it is blank."""
        return np.append(numbers, np.nan)[self.places]


ColumnData = Sequence[Any] | npt.NDArray[Any] | FactorizedColumn


def column_data(column: "pd.Series[Any]") -> ColumnData:
    """Return the cells of a pandas column: numbers and objects as an array, anything else coded.

    Numbers of Arrow are NaN where they are null.

    Examples
    --------
    >>> import pandas as pd
    >>> column_data(pd.Series([4.0, None]))
    array([ 4., nan])
    >>> list(column_data(pd.Series(["yes", None, "yes"])))
    ['yes', None, 'yes']
    """
    if isinstance(column.dtype, np.dtype) and not _is_text(column):
        return column.to_numpy()
    if _is_arrow_numbers(column):
        return np.asarray(column.array.__arrow_array__())
    try:
        places, distinct = column.factorize()
    except NotImplementedError:  # Arrow tells no lists apart
        return column.to_numpy(dtype=object)
    return FactorizedColumn(list(distinct), places)


def read_column(question: Question, cells: ColumnData) -> tuple[_Floats, list[Fault]]:
    """Return the answers of a column as numbers, NaN where unanswered, and its faults.

    Parameters
    ----------
    question : Question
        From the catalogue.
    cells : sequence of n, or FactorizedColumn
        An array of numbers that are all answers is returned itself, if it is one of float64.

    Returns
    -------
    numbers : (n,) array
    faults : list of Fault
        One for each cell that is no answer, with its row counted from 1.

    Examples
    --------
    >>> from ..catalogue.catalogue import Catalogue
    >>> rapport = Catalogue.built_in().questions["rapport"]
    >>> numbers, faults = read_column(rapport, np.array([4.0, np.nan, 4.5]))
    >>> numbers[:2], *map(str, faults)  # doctest: +ELLIPSIS
    (array([ 4., nan]), 'row 3, rapport: not an answer; seen 4.5, expected 1 to 5, or ...')
    """
    if isinstance(cells, np.ndarray) and cells.dtype.kind in "fiu":
        numbers = cells.astype(np.float64, copy=False)
        wrong = np.flatnonzero(~valid_answer_mask(question, numbers))
        return numbers, _read_each(question, FactorizedColumn.of(cells[wrong]), wrong)[1]
    coded = FactorizedColumn.of(cells)
    return _read_each(question, coded, np.arange(len(coded)))


def valid_answer_mask(question: Question, numbers: _Floats) -> npt.NDArray[np.bool_]:
    """Return which numbers `read_answer` takes, NaN among them: (n,) array.

    Examples
    --------
    >>> from ..catalogue.catalogue import Catalogue
    >>> rapport = Catalogue.built_in().questions["rapport"]
    >>> valid_answer_mask(rapport, np.array([1.0, 4.5, 6.0, np.inf, np.nan])).tolist()
    [True, False, False, False, True]
    """
    found = np.empty(numbers.shape, dtype=bool)
    for first in range(0, numbers.size, _ROWS):
        some = numbers[first : first + _ROWS]
        found[first : first + _ROWS] = _allowed(question, some) | np.isnan(some)
    return found


def _allowed(question: Question, numbers: _Floats) -> npt.NDArray[np.bool_]:
    """Return which numbers stand for an answer: (n,) array."""
    if question.kind == "choice":  # one of words
        return np.zeros(numbers.shape, dtype=bool)
    if question.kind == "yes_no":
        return np.asarray((numbers == 0) | (numbers == 1))
    within = (numbers >= question.minimum) & (numbers <= question.maximum)
    return np.asarray(within & (np.floor(numbers) == numbers) if question.kind in INTEGER_KINDS else within)


def _read_each(
    question: Question, coded: FactorizedColumn, rows: npt.NDArray[np.intp]
) -> tuple[_Floats, list[Fault]]:
    """Return the answers of cells by their distinct ones, and the faults of the rows they stand in."""
    numbers = np.full(len(coded.distinct), np.nan)
    faults: list[Fault] = []
    for i, cell in enumerate(coded.distinct):
        try:
            numbers[i] = read_answer(question, cell)
        except InvalidAnswerError as no:
            fault = Fault("not an answer", field=question.id, seen=no.seen, expected=no.expected)
            faults += [replace(fault, row=int(row) + 1) for row in rows[coded.places == i]]
    return coded.spread(numbers), faults


def _is_text(column: "pd.Series[Any]") -> bool:
    """Return whether a column of objects holds text alone, and blanks."""
    from pandas.api.types import infer_dtype

    return column.dtype == object and infer_dtype(column, skipna=True) == "string"


def _is_arrow_numbers(column: "pd.Series[Any]") -> bool:
    """Return whether a column of Arrow holds numbers that an array holds as they are, null as NaN."""
    import pandas as pd

    if not isinstance(column.dtype, pd.ArrowDtype):
        return False
    return column.dtype.kind == "f" or (column.dtype.kind in "iu" and not column.hasnans)
