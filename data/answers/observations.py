"""Check the answers about one or more interviews against the catalogue, and hold them as numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..catalogue.catalogue import Catalogue
from ..errors import AnswerError, Fault
from ..spelling import fold, is_misspelt
from .columns import ColumnData, FactorizedColumn, column_data, read_column, table_contradiction_faults
from .fields import read_answers, resolve_fields, unknown_field_fault
from .parsing import answer_text, is_blank

if TYPE_CHECKING:
    import pandas as pd


Floats = npt.NDArray[np.float64]
_BLOCK_ROWS = 8192  # the arrays that scoring one block needs fit a processor's cache


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
        used = np.unique(codes[codes >= 0])
        recoded = np.full(len(self.names) + 1, -1, dtype=np.intp)
        recoded[used] = np.arange(used.size)
        return Groups(tuple(self.names[code] for code in used), recoded[codes])


def normalized(employer: Any) -> str:
    """Normalize the name of an employer: without differences of case and spacing; empty if it is blank.

    Examples
    --------
    >>> normalized("  ACME   Ltd "), normalized(None)
    ('acme ltd', '')
    """
    return "" if is_blank(employer) else " ".join(str(employer).split()).casefold()


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
    employers = Groups.from_cells([answers.get(group)]) if group else None
    values = read_answers(catalogue, {field: answer for field, answer in answers.items() if field != group})
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
    for name, field in field_of.items():
        answers[field], column_faults = read_column(catalogue.questions[field], columns[name])
        faults += column_faults
    by_field = {field: columns[name] for name, field in field_of.items()}
    faults += table_contradiction_faults(catalogue.questions, by_field, answers)
    if faults:
        raise AnswerError(sorted(faults, key=lambda fault: (fault.row is not None, fault.row or 0)))
    return Observations(catalogue, answers, n, tuple(unknown), employers)


def split_columns(frame: "pd.DataFrame | Mapping[str, Any]") -> tuple[dict[str, ColumnData], int]:
    """Split a table into its columns, and count its n rows.

    Parameters
    ----------
    frame : DataFrame, or mapping of column to n cells

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
        return columns, next(iter(lengths.values()), 0)
    if not hasattr(frame, "columns"):
        seen = f"a {type(frame).__name__}"
        raise AnswerError([Fault("not a table", seen=seen, expected="a DataFrame or columns of cells")])
    names = [str(name) for name in frame.columns]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise AnswerError(Fault("two columns share this name", field=name) for name in repeated)
    return {name: column_data(frame.iloc[:, i]) for i, name in enumerate(names)}, len(frame)


def observe_frame(
    catalogue: Catalogue, frame: "pd.DataFrame | Mapping[str, Any]", group: str = ""
) -> Observations:
    """Check the answers of a table in memory: `split_columns`, then `observe_table`."""
    columns, n = split_columns(frame)
    return observe_table(catalogue, columns, n, group)


def _as_array(cells: Any) -> npt.NDArray[Any]:
    """Convert n cells to an (n,) array of objects; an array is returned as it is."""
    return cells if isinstance(cells, np.ndarray) else np.asarray(list(cells), dtype=object)
