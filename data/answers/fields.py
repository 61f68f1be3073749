"""Match names to the fields of the catalogue, and read the answers about one interview as numbers."""

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


def read_answers(catalogue: Catalogue, answers: Mapping[str, Any]) -> dict[str, float]:
    """Read the answers about one interview as numbers on the scales of their questions.

    Parameters
    ----------
    catalogue : Catalogue
        Defines the fields.
    answers : mapping of str to object
        Answers by field name.

    Returns
    -------
    dict of str to float
        Numbers by field, NaN where the answer is blank.

    Raises
    ------
    AnswerError
        A field is unknown, an answer is invalid, or two answers contradict each other; every fault is listed.

    Examples
    --------
    >>> read_answers(Catalogue.built_in(), {"rapport": "warm", "Met team": "unknown"})
    {'rapport': 4.0, 'met_team': nan}
    """
    if not isinstance(answers, Mapping):
        kind = type(answers).__name__
        raise AnswerError([Fault("not a form", seen=f"a {kind}", expected="fields with answers")])
    field_of, faults = resolve_fields(catalogue, list(answers))
    faults += [unknown_field_fault(catalogue, name) for name in answers if name not in field_of]
    values: dict[str, float] = {}
    for name, field in field_of.items():
        try:
            values[field] = read_answer(catalogue.questions[field], answers[name])
        except InvalidAnswerError as error:
            faults.append(Fault("not an answer", field=field, seen=error.seen, expected=error.expected))
    by_field = {field: answers[name] for name, field in field_of.items()}
    faults += contradiction_faults(catalogue.questions, by_field, values)
    if faults:
        raise AnswerError(faults)
    return values


def valid_answers(catalogue: Catalogue, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Select the answers that are valid and do not contradict another, as they were written.

    Examples
    --------
    >>> given = {"prompt_response": "yes", "days_since_interview": 30, "rapport": "icy"}
    >>> valid_answers(Catalogue.built_in(), given)
    {'days_since_interview': 30}
    """
    try:
        read_answers(catalogue, answers)
    except AnswerError as error:
        invalid = {fault.field for fault in error.faults}
        return {field: answer for field, answer in answers.items() if field not in invalid}
    return dict(answers)


def resolve_names(catalogue: Catalogue, names: Iterable[Any]) -> dict[Any, Any]:
    """Map each name to the field that it spells, or to itself if there is none.

    Examples
    --------
    >>> resolve_names(Catalogue.built_in(), ["Self rating", "company"])
    {'Self rating': 'self_rating', 'company': 'company'}
    """
    known, by_folded_name = catalogue.questions, catalogue.fields_by_folded_name
    return {name: name if name in known else by_folded_name.get(fold(str(name)), name) for name in names}


def resolve_fields(catalogue: Catalogue, names: Sequence[Any]) -> tuple[dict[Any, str], list[Fault]]:
    """Map the names that spell a field to that field, and report the fields that are named twice."""
    if catalogue.questions.keys() >= set(names):
        return {name: name for name in names}, []
    resolved = resolve_names(catalogue, names)
    field_of = {name: field for name, field in resolved.items() if field in catalogue.questions}
    counts = Counter(field_of.values())
    return field_of, [Fault("given twice", field=field) for field in counts for _ in range(counts[field] - 1)]


def unknown_field_fault(catalogue: Catalogue, name: object) -> Fault:
    """Describe a name that is not a field, with the likely field or the answers that it is computed from."""
    if str(name) in catalogue:  # a signal without an answer of its own: a ratio of two fields
        sources = " and ".join(catalogue[str(name)].of)
        return Fault("computed from other answers", field=str(name), expected=sources)
    return _unknown_name_fault("unknown field", str(name), catalogue.questions)


def find_questions(catalogue: Catalogue, name: str | None = None) -> list[Question]:
    """List every field and signal of a catalogue, or find the one of a name.

    Parameters
    ----------
    catalogue : Catalogue
    name : str, optional
        In any spelling; all questions by default.

    Returns
    -------
    list of Question

    Raises
    ------
    AnswerError
        No question has this name.

    Examples
    --------
    >>> [question.id for question in find_questions(Catalogue.built_in(), "Met team")]
    ['met_team']
    """
    known: dict[str, Question] = {entry.id: entry for entry in (*catalogue.fields, *catalogue.signals)}
    if name is None:
        return list(known.values())
    if (wanted := fold(name)) not in known:
        raise AnswerError([replace(_unknown_name_fault("no such sign", wanted, known), kind=Kind.NOT_FOUND)])
    return [known[wanted]]


def _unknown_name_fault(problem: str, name: str, known: Iterable[str]) -> Fault:
    """Describe an unknown name with the closest known one or, without one, how to list them all."""
    match = nearest(name, known)
    return Fault(problem, field=name, nearest=match, remedy=None if match else Remedy.LIST_SIGNS)
