"""Answers that cannot both be true, for every catalogue that has the questions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .answers import NotAnAnswerError, canonical
from .errors import Fault, clip
from .question import Question

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from .cells import Cells


@dataclass(frozen=True)
class Contradiction:
    """An answer to one question that leaves no room for an answer to another.

    Parameters
    ----------
    field, other : str
        The two questions.
    words : frozenset of str
        The levels of ``field`` that contradict; every answer to it where there are none.
    above : float
        The answers to ``other`` that contradict are larger than this.
    remedy : str
        Which answer to leave out, and when.
    """

    field: str
    other: str
    remedy: str
    words: frozenset[str] = frozenset()
    above: float = -1.0


CONTRADICTIONS = (
    Contradiction(
        "prompt_response",
        "days_since_interview",
        "leave out prompt_response while you have heard nothing, and days_since_interview once they have "
        "answered",
        above=0.0,
    ),
    Contradiction(
        "timeline_given",
        "promised_days",
        "leave out promised_days where no day was named; else timeline_given is vague or specific",
        words=frozenset(["refused", "not_mentioned"]),
    ),
)


def contradictions(
    questions: Mapping[str, Question], given: Mapping[str, Any], numbers: Mapping[str, float]
) -> list[Fault]:
    """Return a fault for each two answers of one interview that cannot both be true.

    Parameters
    ----------
    questions : mapping of str to Question
        By field.
    given : mapping of str to object
        Field to what was written.
    numbers : mapping of str to float
        Field to the number that stands for, NaN where unanswered.

    Examples
    --------
    >>> from .catalogue import Catalogue
    >>> given = {"prompt_response": "yes", "days_since_interview": 30}
    >>> numbers = {"prompt_response": 1.0, "days_since_interview": 30.0}
    >>> (fault,) = contradictions(Catalogue.built_in().questions, given, numbers)
    >>> fault.field, fault.problem, fault.seen
    ('prompt_response', 'contradicts days_since_interview', "'yes' and 30")
    """
    return [
        _fault(rule, given)
        for rule in CONTRADICTIONS
        if rule.field in numbers
        and numbers.get(rule.other, -1.0) > rule.above
        and numbers[rule.field] == numbers[rule.field]  # not NaN
        and _is_of(rule, questions, given[rule.field])
    ]


def contradictions_in(
    questions: Mapping[str, Question],
    columns: "Mapping[str, Cells]",
    numbers: "Mapping[str, npt.NDArray[np.float64]]",
) -> Iterator[Fault]:
    """Yield the same for every row of a table, with its number.

    Parameters
    ----------
    questions : mapping of str to Question
        By field.
    columns : mapping of str to Cells
        Field to ``n`` cells.
    numbers : mapping of str to (n,) array
        Field to the numbers those stand for, NaN where unanswered.
    """
    import numpy as np  # which reading one form does not need

    from .cells import Coded

    for rule in CONTRADICTIONS:
        if not {rule.field, rule.other} <= numbers.keys():
            continue
        rows = np.flatnonzero((numbers[rule.other] > rule.above) & ~np.isnan(numbers[rule.field]))
        if rows.size:
            first, second = (Coded.of(columns[field]) for field in (rule.field, rule.other))
            wrong = np.array([_is_of(rule, questions, cell) for cell in first.distinct], dtype=bool)
            for row in rows[wrong[first.places[rows]]].tolist():
                cells = (coded.distinct[coded.places[row]] for coded in (first, second))
                yield _fault(rule, dict(zip((rule.field, rule.other), cells, strict=True)), row + 1)


def answers_that_end(wait: str) -> set[str]:
    """Return the fields whose answers say that the wait a field counts is over.

    Examples
    --------
    >>> answers_that_end("days_since_interview")
    {'prompt_response'}
    """
    return {rule.field for rule in CONTRADICTIONS if rule.other == wait and not rule.words}


def _is_of(rule: Contradiction, questions: Mapping[str, Question], given: Any) -> bool:
    """Return whether an answer is one of those that contradict."""
    if not rule.words:
        return True
    try:
        return canonical(questions[rule.field], given) in rule.words
    except NotAnAnswerError:
        return False


def _fault(rule: Contradiction, given: Mapping[str, Any], row: int | None = None) -> Fault:
    seen = f"{clip(given[rule.field])} and {clip(given[rule.other])}"
    problem = f"contradicts {rule.other}"
    return Fault(problem, row=row, field=rule.field, seen=seen, remedy=rule.remedy)
