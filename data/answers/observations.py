"""Check the answers about one or more interviews against the catalogue, and hold them as numbers.

In a column, numbers are checked together, and other cells once per distinct value.
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

from ..catalogue.catalogue import Catalogue
from ..catalogue.question_schema import Question
from ..errors import AnswerError, Fault
from ..language import _
from ..name_matching import fold, fold_name, is_misspelt
from ..parallel import parallel_map
from .fields import CONTRADICTIONS, contradiction_fault, read_answers, resolve_fields, unknown_field_fault
from .parsing import (
    INTEGER_KINDS,
    InvalidAnswerError,
    answer_text,
    canonical,
    is_blank,
    is_part_of_minute,
    plain_name,
    read_answer,
)

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float64]
_WHOLE = re.compile(r"^([0-9]+)\.0$")
_In = TypeVar("_In")
_Out = TypeVar("_Out")
_MANY_ROWS = 100_000  # above the batches of a stream: pyarrow keeps memory for each thread
_BLOCK_ROWS = 8192  # the arrays that scoring one block needs fit a processor's cache
_COLUMN_ROWS = 32_768  # as does a block of one column


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

    def expand(self, values: Floats) -> Floats:
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
    except OverflowError:  # pandas cannot factorize a dictionary of Arrow with an unsigned index and nulls
        codes, uniques = column.astype(object).factorize()
    return FactorizedColumn(list(uniques), codes)


def read_column(question: Question, cells: ColumnData) -> tuple[Floats, list[Fault]]:
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
        if _are_plainly_valid(question, values):
            return values, []
        invalid = np.flatnonzero(~valid_answer_mask(question, values))
        return _shares(question, values), _read_uniques(
            question, FactorizedColumn.from_cells(cells[invalid]), invalid
        )[1]
    column = FactorizedColumn.from_cells(cells)
    return _read_uniques(question, column, np.arange(len(column)))


def valid_answer_mask(question: Question, values: Floats) -> npt.NDArray[np.bool_]:
    """Test which numbers `read_answer` accepts, NaN included: (n,) array to (n,) array of bool.

    Examples
    --------
    >>> from ..catalogue.catalogue import Catalogue
    >>> rapport = Catalogue.built_in().questions["rapport"]
    >>> valid_answer_mask(rapport, np.array([1.0, 4.5, 6.0, np.inf, np.nan])).tolist()
    [True, False, False, False, True]
    """
    return _within_limits(question, values) | np.isnan(values)


def table_contradiction_faults(
    questions: Mapping[str, Question],
    columns: Mapping[str, ColumnData],
    values: Mapping[str, Floats],
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


def _shares(question: Question, values: Floats) -> Floats:
    """Convert percentages, 2 or more, to shares, as `read_answer` does: (n,) array to (n,) array."""
    if question.kind != "probability" or not np.any(values >= 2):
        return values
    return np.where(values >= 2, values / 100, values)


def _within_limits(question: Question, values: Floats) -> npt.NDArray[np.bool_]:
    """Test which numbers are allowed by the kind and limits of a question: (n,) array of bool."""
    if question.kind in ("choice", "proportion"):  # answered in words only
        return np.zeros(values.shape, dtype=bool)
    if question.kind == "yes_no":
        return np.asarray((values == 0) | (values == 1))
    values = _shares(question, values)
    within = (values >= question.minimum) & (values <= question.maximum)
    if question.is_length:
        within &= ~is_part_of_minute(values)
    return np.asarray(within & (np.floor(values) == values) if question.kind in INTEGER_KINDS else within)


def _are_plainly_valid(question: Question, values: Floats) -> bool:
    """Test whether all numbers, an (n,) array, are answers as they are, or NaN; without an array of n bools.

    The usual column is valid, and minimum and maximum of a block in the cache take one pass each.
    """
    if question.kind in ("choice", "proportion"):  # answered in words only
        return False
    low, high = (0.0, 1.0) if question.kind == "yes_no" else (question.minimum, question.maximum)
    whole = question.kind == "yes_no" or question.kind in INTEGER_KINDS
    for start in range(0, values.size, _COLUMN_ROWS):
        block = values[start : start + _COLUMN_ROWS]
        if np.fmin.reduce(block) < low or np.fmax.reduce(block) > high:
            return False
        if whole and np.fmin.reduce(np.floor(block) - block) < 0:
            return False
        if question.is_length and np.any(is_part_of_minute(block)):
            return False
    return True


def _read_uniques(
    question: Question, column: FactorizedColumn, rows: npt.NDArray[np.intp]
) -> tuple[Floats, list[Fault]]:
    """Read each distinct cell once; ``rows``, an (n,) array from 0, places the faults.

    Returns the (n,) values and the faults.
    """
    values = np.full(len(column.uniques), np.nan)
    fault_of: dict[int, Fault] = {}  # by code
    for code, cell in enumerate(column.uniques):
        try:
            values[code] = read_answer(question, cell)
        except InvalidAnswerError as error:
            fault_of[code] = error.to_fault(question.id)
    invalid = np.flatnonzero(np.isin(column.codes, [*fault_of])) if fault_of else np.empty(0, dtype=np.intp)
    faults = [
        fault_of[code].at("", row + 1)
        for code, row in zip(column.codes[invalid].tolist(), rows[invalid].tolist(), strict=True)
    ]
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


@dataclass(frozen=True)
class Groups:
    """The employers of ``n`` interviews.

    Parameters
    ----------
    names : tuple of str
        The ``g`` different employers, in the form of `normalized`.
    codes : (n,) array of int
        Index into ``names`` for each interview, -1 where the employer is not named.
    """

    names: tuple[str, ...]
    codes: npt.NDArray[np.intp]

    @classmethod
    def from_cells(cls, cells: ColumnData) -> "Groups":
        """Group a column of ``n`` names; spellings that differ in case or spacing are one employer.

        Examples
        --------
        >>> Groups.from_cells(["Acme", None, "ACME ", "Byte"])
        Groups(names=('acme', 'byte'), codes=array([ 0, -1,  0,  1]))
        """
        column = FactorizedColumn.from_cells(cells)
        names = [normalized(each) for each in column.uniques]
        code_of = {name: code for code, name in enumerate(dict.fromkeys(filter(None, names)))}
        # code -1, of blank cells, picks the last
        codes = np.array([*(code_of.get(name, -1) for name in names), -1], dtype=np.intp)
        return cls(tuple(code_of), codes[column.codes])

    def select(self, rows: npt.NDArray[Any]) -> "Groups":
        """Select interviews by (m,) array of int or (n,) array of bool, and only their employers."""
        codes = self.codes[rows]
        used = np.flatnonzero(np.bincount(codes[codes >= 0]))
        recoded = np.full(len(self.names) + 1, -1, dtype=np.intp)
        recoded[used] = np.arange(used.size)
        return Groups(tuple(self.names[code] for code in used), recoded[codes])

    def codes_in(self, names: Sequence[str]) -> npt.NDArray[np.intp]:
        """Find each of ``n`` employers among other names: (n,) array of int, -1 where it is not there."""
        code_of = {name: code for code, name in enumerate(names)}
        codes = [*(code_of.get(name, -1) for name in self.names), -1]
        return np.array(codes, dtype=np.intp)[self.codes]  # code -1 picks the last


def normalized(employer: Any) -> str:
    """Normalize the name of an employer, as `fold_name` does; empty if it is blank.

    A whole number is the same with ``.0``, which pandas adds to a column with blanks.

    Examples
    --------
    >>> normalized("  ACME   Ltd "), normalized(7.0), normalized("7"), normalized(None)
    ('acme ltd', '7', '7', '')
    """
    return "" if is_blank(employer) else fold_name(plain_name(_WHOLE.sub(r"\1", str(employer))))


@dataclass(frozen=True)
class Observations:
    """The answers about ``n`` interviews as numbers.

    Parameters
    ----------
    catalogue : Catalogue
        Defines the fields.
    answers : mapping of str to (n,) array
        Answers by field, on the scale of its question, NaN where unanswered. Fields that nobody answered may
        be absent.
    n : int
        Number of interviews.
    ignored : tuple of str
        Columns of the table that are not in the catalogue.
    employers : Groups or None
        The employer of each interview, if they are to be used.
    """

    catalogue: Catalogue
    answers: Mapping[str, Floats]
    n: int
    ignored: tuple[str, ...] = ()
    employers: Groups | None = None

    def __getitem__(self, field: str) -> Floats:
        """Return the answers to one field: (n,) array, NaN where unanswered."""
        values = self.answers.get(field)
        return self._unanswered if values is None else values

    @cached_property
    def given(self) -> dict[str, float]:
        """The answers to the questions that are answered, of one interview."""
        numbers = ((field, value.item()) for field, value in self.answers.items())
        return {field: value for field, value in numbers if not math.isnan(value)}

    @cached_property
    def _unanswered(self) -> Floats:
        """An (n,) array of NaN, shared by all fields that nobody answered and therefore read-only."""
        values = np.full(self.n, np.nan)
        values.setflags(write=False)
        return values

    def row_blocks(self) -> list[range]:
        """Split the rows into blocks that fit a processor's cache; at least one block, which may be empty."""
        rows = range(self.n)
        return [rows[start : start + _BLOCK_ROWS] for start in range(0, max(self.n, 1), _BLOCK_ROWS)]

    def slice_rows(self, rows: range) -> "Observations":
        """Select a range of consecutive interviews, without a copy."""
        answers = {field: values[rows.start : rows.stop] for field, values in self.answers.items()}
        employers = self.employers
        if employers:
            employers = replace(employers, codes=employers.codes[rows.start : rows.stop])
        return replace(self, answers=answers, n=len(rows), employers=employers)

    def select_rows(self, rows: npt.NDArray[np.bool_]) -> "Observations":
        """Copy the interviews that an (n,) array of bool selects."""
        answers = {field: values[rows] for field, values in self.answers.items()}
        employers = self.employers
        if employers:
            employers = replace(employers, codes=employers.codes[rows])
        return replace(self, answers=answers, n=int(np.count_nonzero(rows)), employers=employers)

    def answer_text(self, field: str, row: int) -> str:
        """Word one answer for people; blank if unanswered."""
        return answer_text(self.catalogue.questions[field], float(self[field][row]))


def observe(catalogue: Catalogue, answers: Mapping[str, Any], group: str = "") -> Observations:
    """Check the answers about one interview.

    Parameters
    ----------
    catalogue : Catalogue
        Defines the fields.
    answers : mapping of str to object
        Answers by field; an absent field is unanswered.
    group : str
        The answer that names the employer; none by default.

    Returns
    -------
    Observations
        Of one interview.

    Raises
    ------
    AnswerError
        A field is unknown, an answer is invalid, or two answers contradict each other; every fault is listed.

    Examples
    --------
    >>> observations = observe(Catalogue.built_in(), {"rapport": "warm", "met_team": "unknown"})
    >>> observations["rapport"].tolist(), observations["met_team"].tolist()
    ([4.0], [nan])
    """
    employers = None
    if group:
        employers = Groups.from_cells([answers.get(group)])
        answers = {field: answer for field, answer in answers.items() if field != group}
    values = read_answers(catalogue, answers)
    columns = np.array([*values.values()], dtype=np.float64)[:, None]  # one (1,) row for each field
    return Observations(catalogue, dict(zip(values, columns, strict=True)), 1, employers=employers)


def observe_table(
    catalogue: Catalogue, columns: Mapping[str, ColumnData], n: int, group: str = ""
) -> Observations:
    """Check the answers of a table with one interview per row.

    A column whose name almost spells a field is refused as a typing error. Any other column that the
    catalogue does not define is ignored and listed in ``ignored``.

    Parameters
    ----------
    catalogue : Catalogue
        Defines the fields.
    columns : mapping of str to ColumnData
        The n cells of each column, by its name.
    n : int
        Number of rows.
    group : str
        The column that names the employer, in any spelling; none by default.

    Returns
    -------
    Observations

    Raises
    ------
    AnswerError
        A column is misspelt or repeated, a cell is not an answer, or two answers of a row contradict each
        other; every fault is listed.
    """
    employers = None
    if group:
        named = [name for name in columns if fold(str(name)) == fold(group)]
        employers = Groups.from_cells(columns[named[0]] if named else [None] * n)
        columns = {name: cells for name, cells in columns.items() if name not in named}
    field_of, faults = resolve_fields(catalogue, list(columns))
    unknown = [str(name) for name in columns if name not in field_of]
    faults += [
        unknown_field_fault(catalogue, name) for name in unknown if is_misspelt(name, catalogue.questions)
    ]
    answers: dict[str, Floats] = {}
    used = [(catalogue.questions[field], columns[name]) for name, field in field_of.items()]
    read = map_columns(lambda each: read_column(*each), used, n)
    for field, (values, column_faults) in zip(field_of.values(), read, strict=True):
        answers[field] = values
        faults += column_faults
    by_field = {field: columns[name] for name, field in field_of.items()}
    faults += table_contradiction_faults(catalogue.questions, by_field, answers)
    if faults:
        raise AnswerError(sorted(faults, key=lambda fault: (fault.row is not None, fault.row or 0)))
    return Observations(catalogue, answers, n, tuple(unknown), employers)


def split_columns(
    frame: "pd.DataFrame | Mapping[str, Any]", only: str = ""
) -> tuple[dict[str, ColumnData], int]:
    """Split a table into its columns, and count its n rows.

    Parameters
    ----------
    frame : DataFrame, or mapping of column to n cells
    only : str
        Name of the columns to return, in any spelling; all by default.

    Returns
    -------
    columns : dict of str to ColumnData
        The n cells of each column, by its name.
    n : int
        Number of rows.

    Raises
    ------
    AnswerError
        It is not a table, two columns share a name, or the columns differ in length.
    """
    if isinstance(frame, Mapping):
        columns: dict[str, ColumnData] = {str(name): _as_array(cells) for name, cells in frame.items()}
        lengths = {name: len(cells) for name, cells in columns.items()}
        if len(set(lengths.values())) > 1:
            seen = ", ".join(f"{name} {length}" for name, length in lengths.items())
            raise AnswerError([Fault("columns differ in length", seen=seen)])
        n = next(iter(lengths.values()), 0)
        return {name: cells for name, cells in columns.items() if not only or fold(name) == fold(only)}, n
    if not hasattr(frame, "columns"):
        seen = _("a {kind}", kind=type(frame).__name__)
        raise AnswerError([Fault("not a table", seen=seen, expected="a DataFrame or columns of cells")])
    names = [str(name) for name in frame.columns]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise AnswerError(Fault("two columns share this name", field=name) for name in repeated)
    wanted = [i for i, name in enumerate(names) if not only or fold(name) == fold(only)]
    data = map_columns(column_data, [frame.iloc[:, i] for i in wanted], len(frame))
    return {names[i]: cells for i, cells in zip(wanted, data, strict=True)}, len(frame)


def map_columns(function: Callable[[_In], _Out], columns: Sequence[_In], n: int) -> Iterable[_Out]:
    """Apply a function to each column of ``n`` cells, in parallel if they are many."""
    return parallel_map(function, columns) if n > _MANY_ROWS else map(function, columns)


def observe_frame(
    catalogue: Catalogue, frame: "pd.DataFrame | Mapping[str, Any]", group: str = ""
) -> Observations:
    """Check the answers of a table in memory: `split_columns`, then `observe_table`."""
    columns, n = split_columns(frame)
    return observe_table(catalogue, columns, n, group)


def _as_array(cells: Any) -> npt.NDArray[Any]:
    """Convert n cells to an (n,) array of objects; an array is returned as it is."""
    return cells if isinstance(cells, np.ndarray) else np.asarray(list(cells), dtype=object)
