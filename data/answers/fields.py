"""Fields: which one a name stands for, and the answers of one interview as numbers."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..catalogue.catalogue import Catalogue
from ..catalogue.questions import Question
from ..errors import AnswerError, Fault, Kind, Remedy
from ..spelling import fold, nearest
from .contradictions import contradiction_faults
from .parsing import InvalidAnswerError, read_answer


def read_answers(catalogue: Catalogue, given: Mapping[str, Any]) -> dict[str, float]:
    """Return the answers about one interview on the scales of their questions, NaN where blank.

    Parameters
    ----------
    catalogue : Catalogue
        Which fields there are.
    given : mapping of str to object
        Field to answer.

    Raises
    ------
    AnswerError
        Unknown fields, answers that are none, and answers that contradict each other; every fault is listed.

    Examples
    --------
    >>> read_answers(Catalogue.built_in(), {"rapport": "warm", "Met team": "unknown"})
    {'rapport': 4.0, 'met_team': nan}
    """
    if not isinstance(given, Mapping):
        kind = type(given).__name__
        raise AnswerError([Fault("not a form", seen=f"a {kind}", expected="fields with answers")])
    columns, faults = resolve_fields(catalogue, list(given))
    faults += [unknown_field_fault(catalogue, name) for name in given if name not in columns]
    answers: dict[str, float] = {}
    for name, field in columns.items():
        try:
            answers[field] = read_answer(catalogue.questions[field], given[name])
        except InvalidAnswerError as no:
            faults.append(Fault("not an answer", field=field, seen=no.seen, expected=no.expected))
    written = {field: given[name] for name, field in columns.items()}
    faults += contradiction_faults(catalogue.questions, written, answers)
    if faults:
        raise AnswerError(faults)
    return answers


def valid_answers(catalogue: Catalogue, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return those answers that are answers, and contradict no other.

    Examples
    --------
    >>> given = {"prompt_response": "yes", "days_since_interview": 30, "rapport": "icy"}
    >>> valid_answers(Catalogue.built_in(), given)
    {'days_since_interview': 30}
    """
    try:
        read_answers(catalogue, given)
    except AnswerError as error:
        wrong = {fault.field for fault in error.faults}
        return {field: answer for field, answer in given.items() if field not in wrong}
    return dict(given)


def resolve_names(catalogue: Catalogue, names: Iterable[Any]) -> dict[Any, Any]:
    """Return for each name the field it stands for, in the catalogue's own spelling; else the name.

    Examples
    --------
    >>> resolve_names(Catalogue.built_in(), ["Self rating", "company"])
    {'Self rating': 'self_rating', 'company': 'company'}
    """
    known, folded = catalogue.questions, catalogue.fields_by_folded_name
    return {name: name if name in known else folded.get(fold(str(name)), name) for name in names}


def resolve_fields(catalogue: Catalogue, names: Sequence[Any]) -> tuple[dict[Any, str], list[Fault]]:
    """Return the names that are fields, with the field each stands for, and those given twice."""
    if catalogue.questions.keys() >= set(names):
        return {name: name for name in names}, []
    spelt = resolve_names(catalogue, names)
    fields = {name: field for name, field in spelt.items() if field in catalogue.questions}
    times = Counter(fields.values())
    return fields, [Fault("given twice", field=field) for field in times for _ in range(times[field] - 1)]


def unknown_field_fault(catalogue: Catalogue, name: object) -> Fault:
    """Return the fault of a name that is no field, with what was probably meant."""
    if str(name) in catalogue:  # a ratio
        answered = " and ".join(catalogue[str(name)].of)
        return Fault("computed from other answers", field=str(name), expected=answered)
    return _unknown("unknown field", str(name), catalogue.questions)


def find_questions(catalogue: Catalogue, name: str | None = None) -> list[Question]:
    """Return every field and signal of a catalogue, or the one of a name in any spelling.

    Parameters
    ----------
    catalogue : Catalogue
    name : str, optional
        All unless told.

    Raises
    ------
    AnswerError
        There is none of this name.

    Examples
    --------
    >>> [entry.id for entry in find_questions(Catalogue.built_in(), "Met team")]
    ['met_team']
    """
    known: dict[str, Question] = {entry.id: entry for entry in (*catalogue.fields, *catalogue.signals)}
    if name is None:
        return list(known.values())
    if (wanted := fold(name)) not in known:
        raise AnswerError([replace(_unknown("no such signal", wanted, known), kind=Kind.NOT_FOUND)])
    return [known[wanted]]


def _unknown(problem: str, name: str, known: Iterable[str]) -> Fault:
    """Return the fault of an unknown name with the nearest known one, or else where to find them all."""
    near = nearest(name, known)
    return Fault(problem, field=name, nearest=near, remedy=None if near else Remedy.LIST_SIGNS)
