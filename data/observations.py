"""Observations: the answers about one or more interviews, checked against the catalogue."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .answers import NotAnAnswerError, read_answer, said
from .catalogue import Catalogue
from .errors import AnswerError, Fault
from .names import did_you_mean, fold, misspelt

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
        return np.full(self.n, np.nan) if found is None else found

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
    if not isinstance(given, Mapping):
        kind = type(given).__name__
        raise AnswerError([Fault("not a form", seen=f"a {kind}", expected="fields with answers")])
    columns, faults = _recognised(catalogue, list(given))
    faults += [_unknown(catalogue, name) for name in given if name not in columns]
    answers: dict[str, Floats] = {}
    for name, field in columns.items():
        try:
            answers[field] = np.array([read_answer(catalogue.questions[field], given[name])])
        except NotAnAnswerError as no:
            faults.append(Fault("not an answer", field=field, seen=no.seen, expected=no.expected))
    if faults:
        raise AnswerError(faults)
    return Observations(catalogue, answers, 1)


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
    known, faults = _recognised(catalogue, list(columns))
    strange = [str(name) for name in columns if name not in known]
    faults += [_unknown(catalogue, name) for name in strange if misspelt(name, catalogue.questions)]
    answers: dict[str, Floats] = {}
    for name, field in known.items():
        answers[field], wrong = _read_column(catalogue, field, columns[name])
        faults += wrong
    if faults:
        raise AnswerError(sorted(faults, key=lambda fault: (fault.row is not None, fault.row or 0)))
    return Observations(catalogue, answers, n, tuple(strange))


def spelling(catalogue: Catalogue, names: Iterable[Any]) -> dict[Any, Any]:
    """Return for each name the field it stands for, in the catalogue's own spelling; else the name.

    Examples
    --------
    >>> spelling(Catalogue.built_in(), ["Self rating", "company"])
    {'Self rating': 'self_rating', 'company': 'company'}
    """
    fields = {fold(field): field for field in catalogue.questions}
    return {name: fields.get(fold(str(name)), name) for name in names}


def _recognised(catalogue: Catalogue, names: Sequence[Any]) -> tuple[dict[Any, str], list[Fault]]:
    """Return the names that are fields, with the field each stands for, and those given twice."""
    found: dict[Any, str] = {}
    faults = []
    for name, field in spelling(catalogue, names).items():
        if field not in catalogue.questions:
            continue
        if field in found.values():
            faults.append(Fault("given twice", field=field))
        found[name] = field
    return found, faults


def _unknown(catalogue: Catalogue, name: object) -> Fault:
    """Return the fault of a name that is no field, with what was probably meant."""
    hint = did_you_mean(str(name), catalogue.questions)
    if str(name) in catalogue:  # a ratio, which is answered through others
        hint = f"answer {' and '.join(catalogue[str(name)].of)} instead"
    return Fault("unknown field", field=str(name), remedy=hint or "`offerodds signals` lists the fields")


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
