"""Observations: the answers about one or more interviews, checked against the catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..catalogue.catalogue import Catalogue
from ..errors import AnswerError, Fault
from ..spelling import is_misspelt
from .columns import ColumnData, column_data, read_column
from .contradictions import table_contradiction_faults
from .fields import read_answers, resolve_fields, unknown_field_fault
from .parsing import answer_text

if TYPE_CHECKING:
    import pandas as pd


Floats = npt.NDArray[np.float64]
_ROWS = 8192


@dataclass(frozen=True)
class Observations:
    """The answers about ``n`` interviews as numbers.

    Parameters
    ----------
    catalogue : Catalogue
        What the fields mean.
    answers : mapping of str to (n,) array
        Field to answers on the scale of its question, NaN where unanswered; fields that nobody
        answered may be absent.
    n : int
        Number of interviews.
    ignored : tuple of str
        Columns of the table that are not in the catalogue.
    """

    catalogue: Catalogue
    answers: Mapping[str, Floats]
    n: int
    ignored: tuple[str, ...] = ()

    def __getitem__(self, field: str) -> Floats:
        """Return the answers to one field, shape (n,), NaN where unanswered."""
        found = self.answers.get(field)
        return self._unanswered if found is None else found

    @cached_property
    def _unanswered(self) -> Floats:
        """What every field is that nobody answered; one array for all of them, so it cannot be written to."""
        blank = np.full(self.n, np.nan)
        blank.setflags(write=False)
        return blank

    def row_blocks(self) -> list[range]:
        """Return the rows some thousand at a time, which fit a processor's cache; at least one part."""
        every = range(self.n)
        return [every[first : first + _ROWS] for first in range(0, max(self.n, 1), _ROWS)]

    def slice_rows(self, rows: range) -> "Observations":
        """Return some interviews, one after the other; nothing is copied."""
        answers = {field: numbers[rows.start : rows.stop] for field, numbers in self.answers.items()}
        return replace(self, answers=answers, n=len(rows))

    def answer_text(self, field: str, row: int) -> str:
        """Return one answer as a person would say it; blank when unanswered."""
        return answer_text(self.catalogue.questions[field], float(self[field][row]))


def observe(catalogue: Catalogue, given: Mapping[str, Any]) -> Observations:
    """Check the answers about one interview.

    Parameters
    ----------
    catalogue : Catalogue
        Which fields there are.
    given : mapping of str to object
        Field to answer; an absent field is unanswered.

    Returns
    -------
    Observations
        Of one interview.

    Raises
    ------
    AnswerError
        Unknown fields, answers that are none, and answers that contradict each other; every fault is listed.

    Examples
    --------
    >>> seen = observe(Catalogue.built_in(), {"rapport": "warm", "met_team": "unknown"})
    >>> seen["rapport"].tolist(), seen["met_team"].tolist()
    ([4.0], [nan])
    """
    read = read_answers(catalogue, given)
    columns = np.array([*read.values()], dtype=np.float64)[:, None]
    return Observations(catalogue, dict(zip(read, columns, strict=True)), 1)


def observe_table(catalogue: Catalogue, columns: Mapping[str, ColumnData], n: int) -> Observations:
    """Check the answers of a table, one interview a row.

    A column whose name is nearly that of a field is taken for a slip and refused; any other column
    the catalogue does not have is left alone and named in ``ignored``.

    Parameters
    ----------
    catalogue : Catalogue
        Which fields there are.
    columns : mapping of str to ColumnData
        Column name to ``n`` cells.
    n : int
        Number of rows.

    Returns
    -------
    Observations

    Raises
    ------
    AnswerError
        Misspelt or repeated columns, cells that are no answers, and answers of a row that contradict each
        other; every fault is listed.
    """
    known, faults = resolve_fields(catalogue, list(columns))
    strange = [str(name) for name in columns if name not in known]
    faults += [
        unknown_field_fault(catalogue, name) for name in strange if is_misspelt(name, catalogue.questions)
    ]
    answers: dict[str, Floats] = {}
    for name, field in known.items():
        answers[field], wrong = read_column(catalogue.questions[field], columns[name])
        faults += wrong
    written = {field: columns[name] for name, field in known.items()}
    faults += table_contradiction_faults(catalogue.questions, written, answers)
    if faults:
        raise AnswerError(sorted(faults, key=lambda fault: (fault.row is not None, fault.row or 0)))
    return Observations(catalogue, answers, n, tuple(strange))


def split_columns(frame: "pd.DataFrame | Mapping[str, Any]") -> tuple[dict[str, ColumnData], int]:
    """Return the cells of a table by column, and its number of rows.

    Parameters
    ----------
    frame : DataFrame, or mapping of column to cells

    Raises
    ------
    AnswerError
        It is no table, two columns share a name, or the columns differ in length.
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
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise AnswerError(Fault("two columns share this name", field=name) for name in twice)
    return {name: column_data(frame.iloc[:, i]) for i, name in enumerate(names)}, len(frame)


def observe_frame(catalogue: Catalogue, frame: "pd.DataFrame | Mapping[str, Any]") -> Observations:
    """Check the answers of a table in memory: `split_columns`, then `observe_table`."""
    columns, n = split_columns(frame)
    return observe_table(catalogue, columns, n)


def _as_array(cells: Any) -> npt.NDArray[Any]:
    """Return an array as it is, and any other cells as the objects they are."""
    return cells if isinstance(cells, np.ndarray) else np.asarray(list(cells), dtype=object)
