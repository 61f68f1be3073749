"""Read columns of answers: numbers in one vectorised check, other cells once per distinct value."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..catalogue.questions import Question
from ..errors import Fault
from .fields import CONTRADICTIONS, contradiction_fault
from .parsing import INTEGER_KINDS, InvalidAnswerError, answer_text, canonical, read_answer

if TYPE_CHECKING:
    import pandas as pd

_Floats = npt.NDArray[np.float64]
_BLOCK_ROWS = 16_384  # float64 of one block (128 kB) fit a processor's second-level cache


@dataclass(frozen=True)
class FactorizedColumn:
    """A column as its distinct cells and an index for each row, as `pandas.factorize` gives it.

    Parameters
    ----------
    uniques : sequence of m cells
        The distinct cells; some may occur in no row.
    codes : (n,) array of int
        Index into ``uniques`` for each row, or -1 where the cell is blank.
    """

    uniques: Sequence[Any]
    codes: npt.NDArray[np.intp]

    @classmethod
    def from_cells(cls, cells: "ColumnData") -> "FactorizedColumn":
        """Factorize a column of n cells of any kind.

        Cells that Python calls equal, such as 1 and True, stay distinct if their types differ.
        """
        if isinstance(cells, FactorizedColumn):
            return cells
        if isinstance(cells, np.ndarray) and cells.dtype.kind in "fiub":
            distinct_numbers, inverse = np.unique(cells, return_inverse=True)
            return cls(list(distinct_numbers), inverse)
        code_of: dict[Any, int] = {}
        uniques: list[Any] = []
        codes: list[int] = []
        for cell in cells:
            # lists and the like cannot be hashed: their repr stands for them
            key = (type(cell), cell if isinstance(cell, str | int | float) else repr(cell))
            code = code_of.setdefault(key, len(uniques))
            if code == len(uniques):
                uniques.append(cell)
            codes.append(code)
        return cls(uniques, np.array(codes, dtype=np.intp))

    def __len__(self) -> int:
        return len(self.codes)

    def __iter__(self) -> Iterator[Any]:
        cells = [*self.uniques, None]  # code -1 picks the last one
        return (cells[code] for code in self.codes)

    def expand(self, values: _Floats) -> _Floats:
        """Expand (m,) values of the distinct cells to an (n,) array of the rows, NaN where blank."""
        return np.append(values, np.nan)[self.codes]  # code -1 picks the NaN


ColumnData = Sequence[Any] | npt.NDArray[Any] | FactorizedColumn


def column_data(column: "pd.Series[Any]") -> ColumnData:
    """Convert a pandas column of n cells: numbers and objects to an array, any other type factorized.

    Arrow's nulls become NaN.

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
        codes, uniques = column.factorize()
    except NotImplementedError:  # Arrow cannot factorize lists
        return column.to_numpy(dtype=object)
    return FactorizedColumn(list(uniques), codes)


def read_column(question: Question, cells: ColumnData) -> tuple[_Floats, list[Fault]]:
    """Read a column of answers as numbers, and collect its faults.

    Parameters
    ----------
    question : Question
        From the catalogue.
    cells : sequence of n cells, (n,) array or FactorizedColumn
        A float64 array of valid answers is returned as it is, without a copy, unless it has percentages.

    Returns
    -------
    values : (n,) array of float
        On the scale of the question; NaN where unanswered.
    faults : list of Fault
        One for each invalid cell, with its row counted from 1.

    Examples
    --------
    >>> from ..catalogue.catalogue import Catalogue
    >>> rapport = Catalogue.built_in().questions["rapport"]
    >>> values, faults = read_column(rapport, np.array([4.0, np.nan, 4.5]))
    >>> values[:2], *map(str, faults)  # doctest: +ELLIPSIS
    (array([ 4., nan]), 'row 3, rapport: not an answer; seen 4.5, expected 1 to 5, or ...')
    """
    if isinstance(cells, np.ndarray) and cells.dtype.kind in "fiu":
        values = cells.astype(np.float64, copy=False)
        invalid = np.flatnonzero(~valid_answer_mask(question, values))
        return _shares(question, values), _read_uniques(
            question, FactorizedColumn.from_cells(cells[invalid]), invalid
        )[1]
    column = FactorizedColumn.from_cells(cells)
    return _read_uniques(question, column, np.arange(len(column)))


def valid_answer_mask(question: Question, values: _Floats) -> npt.NDArray[np.bool_]:
    """Test which numbers `read_answer` accepts, NaN included: (n,) array to (n,) array of bool.

    Examples
    --------
    >>> from ..catalogue.catalogue import Catalogue
    >>> rapport = Catalogue.built_in().questions["rapport"]
    >>> valid_answer_mask(rapport, np.array([1.0, 4.5, 6.0, np.inf, np.nan])).tolist()
    [True, False, False, False, True]
    """
    valid = np.empty(values.shape, dtype=bool)
    for start in range(0, values.size, _BLOCK_ROWS):
        block = values[start : start + _BLOCK_ROWS]
        valid[start : start + _BLOCK_ROWS] = _within_limits(question, block) | np.isnan(block)
    return valid


def table_contradiction_faults(
    questions: Mapping[str, Question],
    columns: Mapping[str, ColumnData],
    values: Mapping[str, _Floats],
) -> Iterator[Fault]:
    """Find the contradictions of a table of n interviews, with their rows.

    Parameters
    ----------
    questions : mapping of str to Question
        By field.
    columns : mapping of str to ColumnData
        The n cells of each field.
    values : mapping of str to (n,) array
        The same answers as numbers, NaN where unanswered.

    Yields
    ------
    Fault
        Its row counts from 1.
    """
    for rule in CONTRADICTIONS:
        if not {rule.field, rule.other} <= values.keys():
            continue
        value, other, question = values[rule.field], values[rule.other], questions[rule.field]
        rows = np.flatnonzero((other > rule.other_above) & ~np.isnan(value))
        if rule.levels and rows.size:
            # levels are compared, not numbers: two levels of one question may have the same number
            column = FactorizedColumn.from_cells(columns[rule.field])
            levels = np.array([_level(question, cell) for cell in column.uniques], dtype=object)
            rows = rows[np.isin(levels[column.codes[rows]], [*rule.levels])]
        for row in rows.tolist():
            level = levels[column.codes[row]] if rule.levels else answer_text(question, float(value[row]))
            yield contradiction_fault(rule, level, float(other[row]), row + 1)


def _level(question: Question, cell: Any) -> str:
    """Convert a cell to its level; blank if it is invalid or unanswered."""
    try:
        return str(canonical(question, cell) or "")
    except InvalidAnswerError:
        return ""


def _shares(question: Question, values: _Floats) -> _Floats:
    """Convert percentages, 2 or more, to shares, as `read_answer` does: (n,) array to (n,) array."""
    if question.kind != "probability" or not np.any(values >= 2):
        return values
    return np.where(values >= 2, values / 100, values)


def _within_limits(question: Question, values: _Floats) -> npt.NDArray[np.bool_]:
    """Test which numbers are allowed by the kind and limits of a question: (n,) array of bool."""
    if question.kind in ("choice", "proportion"):  # answered in words only
        return np.zeros(values.shape, dtype=bool)
    if question.kind == "yes_no":
        return np.asarray((values == 0) | (values == 1))
    values = _shares(question, values)
    within = (values >= question.minimum) & (values <= question.maximum)
    return np.asarray(within & (np.floor(values) == values) if question.kind in INTEGER_KINDS else within)


def _read_uniques(
    question: Question, column: FactorizedColumn, rows: npt.NDArray[np.intp]
) -> tuple[_Floats, list[Fault]]:
    """Read each distinct cell once; ``rows``, an (n,) array from 0, places the faults.

    Returns the (n,) values and the faults.
    """
    values = np.full(len(column.uniques), np.nan)
    faults: list[Fault] = []
    for code, cell in enumerate(column.uniques):
        try:
            values[code] = read_answer(question, cell)
        except InvalidAnswerError as error:
            fault = Fault("not an answer", field=question.id, seen=error.seen, expected=error.expected)
            faults += [replace(fault, row=int(row) + 1) for row in rows[column.codes == code]]
    return column.expand(values), faults


def _is_text(column: "pd.Series[Any]") -> bool:
    """Test whether a column of objects holds only text and blanks."""
    from pandas.api.types import infer_dtype

    return column.dtype == object and infer_dtype(column, skipna=True) == "string"


def _is_arrow_numbers(column: "pd.Series[Any]") -> bool:
    """Test whether an Arrow column converts to a numeric array without loss, null as NaN."""
    import pandas as pd

    if not isinstance(column.dtype, pd.ArrowDtype):
        return False
    return column.dtype.kind == "f" or (column.dtype.kind in "iu" and not column.hasnans)
