"""Answers that cannot both be true, for every catalogue that has the questions."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..catalogue.questions import Question
from ..errors import Fault, Remedy
from .parsing import InvalidAnswerError, answer_text, canonical

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from .columns import ColumnData


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
    remedy : Remedy
        Which answer to leave out, and when.
    """

    field: str
    other: str
    remedy: Remedy
    words: frozenset[str] = frozenset()
    above: float = -1.0


CONTRADICTIONS = (
    Contradiction(
        "prompt_response",
        "days_since_interview",
        Remedy.HEARD_OR_WAITING,
        above=0.0,
    ),
    Contradiction(
        "timeline_given",
        "promised_days",
        Remedy.DAY_NAMED_OR_NOT,
        words=frozenset(["refused", "not_mentioned"]),
    ),
)


def contradiction_faults(
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
    >>> from ..catalogue.catalogue import Catalogue
    >>> given = {"prompt_response": "yes", "days_since_interview": 30}
    >>> numbers = {"prompt_response": 1.0, "days_since_interview": 30.0}
    >>> (fault,) = contradiction_faults(Catalogue.built_in().questions, given, numbers)
    >>> fault.field, fault.problem, fault.seen
    ('prompt_response', 'contradicts days_since_interview', 'yes and 30')
    """
    faults = []
    for rule in CONTRADICTIONS:
        number, other = (numbers.get(field, math.nan) for field in (rule.field, rule.other))
        if other > rule.above and not math.isnan(number):
            question = questions[rule.field]
            word = canonical(question, given[rule.field]) if rule.words else answer_text(question, number)
            if not rule.words or word in rule.words:
                faults.append(_fault(rule, str(word), other))
    return faults


def table_contradiction_faults(
    questions: Mapping[str, Question],
    columns: "Mapping[str, ColumnData]",
    numbers: "Mapping[str, npt.NDArray[np.float64]]",
) -> Iterator[Fault]:
    """Yield the same for every row of a table, with its number.

    Parameters
    ----------
    questions : mapping of str to Question
        By field.
    columns : mapping of str to ColumnData
        Field to ``n`` cells.
    numbers : mapping of str to (n,) array
        Field to the numbers those stand for, NaN where unanswered.
    """
    import numpy as np  # which reading one form does not need

    from .columns import FactorizedColumn

    for rule in CONTRADICTIONS:
        if not {rule.field, rule.other} <= numbers.keys():
            continue
        number, other, question = numbers[rule.field], numbers[rule.other], questions[rule.field]
        rows = np.flatnonzero((other > rule.above) & ~np.isnan(number))
        if rule.words and rows.size:
            cells = FactorizedColumn.of(columns[rule.field])
            words = np.array([_word(question, cell) for cell in cells.distinct], dtype=object)
            rows = rows[np.isin(words[cells.places[rows]], [*rule.words])]
        for row in rows.tolist():
            word = words[cells.places[row]] if rule.words else answer_text(question, float(number[row]))
            yield _fault(rule, word, float(other[row]), row + 1)


def fields_ending_wait(wait: str) -> set[str]:
    """Return the fields whose answers say that the wait a field counts is over.

    Examples
    --------
    >>> fields_ending_wait("days_since_interview")
    {'prompt_response'}
    """
    return {rule.field for rule in CONTRADICTIONS if rule.other == wait and not rule.words}


def _word(question: Question, given: Any) -> str:
    """Return the level that a cell stands for; blank where it is no answer."""
    try:
        return str(canonical(question, given) or "")
    except InvalidAnswerError:
        return ""


def _fault(rule: Contradiction, word: str, number: float, row: int | None = None) -> Fault:
    seen = f"{word} and {number:g}"
    return Fault(f"contradicts {rule.other}", row=row, field=rule.field, seen=seen, remedy=rule.remedy)
