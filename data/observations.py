"""Observations: the answers about one or more interviews, checked against the catalogue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from .answers import NotAnAnswerError, read_answer, said
from .catalogue import Catalogue
from .errors import AnswerError, Fault
from .fields import read_answers, recognised, unknown_field
from .names import misspelt

Floats = npt.NDArray[np.float64]
Cells = Sequence[Any] | npt.NDArray[Any]


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

    def said(self, field: str, row: int) -> str:
        """Return one answer as a person would say it; blank when unanswered."""
        return said(self.catalogue.questions[field], float(self[field][row]))


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
        Unknown fields and answers that are none; every fault is listed.

    Examples
    --------
    >>> seen = observe(Catalogue.built_in(), {"rapport": "warm", "met_team": "unknown"})
    >>> seen["rapport"].tolist(), seen["met_team"].tolist()
    ([4.0], [nan])
    """
    read = read_answers(catalogue, given)
    return Observations(catalogue, {field: np.array([number]) for field, number in read.items()}, 1)


def observe_table(catalogue: Catalogue, columns: Mapping[str, Cells], n: int) -> Observations:
    """Check the answers of a table, one interview a row.

    A column whose name is nearly that of a field is taken for a slip and refused; any other column
    the catalogue does not have is left alone and named in ``ignored``.

    Parameters
    ----------
    catalogue : Catalogue
        Which fields there are.
    columns : mapping of str to sequence of length n
        Column name to cells.
    n : int
        Number of rows.

    Returns
    -------
    Observations

    Raises
    ------
    AnswerError
        Misspelt or repeated columns and cells that are no answers; every fault is listed.
    """
    known, faults = recognised(catalogue, list(columns))
    strange = [str(name) for name in columns if name not in known]
    faults += [unknown_field(catalogue, name) for name in strange if misspelt(name, catalogue.questions)]
    answers: dict[str, Floats] = {}
    for name, field in known.items():
        answers[field], wrong = _read_column(catalogue, field, columns[name])
        faults += wrong
    if faults:
        raise AnswerError(sorted(faults, key=lambda fault: (fault.row is not None, fault.row or 0)))
    return Observations(catalogue, answers, n, tuple(strange))


def _read_column(catalogue: Catalogue, field: str, cells: Cells) -> tuple[Floats, list[Fault]]:
    """Return a column as numbers and its faults; each distinct cell is read once."""
    question = catalogue.questions[field]
    distinct, places = _distinct(cells)
    numbers = np.full(len(distinct), np.nan)
    wrong: dict[int, NotAnAnswerError] = {}
    for i, cell in enumerate(distinct):
        try:
            numbers[i] = read_answer(question, cell)
        except NotAnAnswerError as no:
            wrong[i] = no
    faults = [
        Fault("not an answer", row=int(row) + 1, field=field, seen=no.seen, expected=no.expected)
        for i, no in wrong.items()
        for row in np.flatnonzero(places == i)
    ]
    return numbers[places], faults


def _distinct(cells: Cells) -> tuple[Cells, npt.NDArray[np.intp]]:
    """Return the distinct cells of a column, and for every row the place of its cell among them."""
    if isinstance(cells, np.ndarray) and cells.dtype.kind in "fiub":
        return np.unique(cells, return_inverse=True)
    first: dict[Any, int] = {}
    keys = ((type(cell), cell if isinstance(cell, str | int | float) else repr(cell)) for cell in cells)
    places = np.array([first.setdefault(key, len(first)) for key in keys], dtype=np.intp)
    found: list[Any] = [None] * len(first)
    for cell, place in zip(cells, places, strict=True):
        found[place] = cell
    return found, places
