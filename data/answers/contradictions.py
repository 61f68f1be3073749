"""Detect pairs of answers that cannot both be true, for every catalogue that has both questions."""

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
    """A rule: some answers to one question exclude some answers to another.

    Parameters
    ----------
    field, other : str
        The two questions.
    remedy : Remedy
        Which of the two answers to leave out, and when.
    levels : frozenset of str
        The levels of ``field`` to which the rule applies; empty for every answer.
    other_above : float
        The rule applies where the answer to ``other`` is larger than this.
    """

    field: str
    other: str
    remedy: Remedy
    levels: frozenset[str] = frozenset()
    other_above: float = -1.0


CONTRADICTIONS = (
    Contradiction(
        "prompt_response",
        "days_since_interview",
        Remedy.HEARD_OR_WAITING,
        other_above=0.0,
    ),
    Contradiction(
        "timeline_given",
        "promised_days",
        Remedy.DAY_NAMED_OR_NOT,
        levels=frozenset(["refused", "not_mentioned"]),
    ),
)


def contradiction_faults(
    questions: Mapping[str, Question], answers: Mapping[str, Any], values: Mapping[str, float]
) -> list[Fault]:
    """Find the contradictions among the answers about one interview.

    Parameters
    ----------
    questions : mapping of str to Question
        By field.
    answers : mapping of str to object
        The answers as written, by field.
    values : mapping of str to float
        The same answers as numbers, NaN where unanswered.

    Returns
    -------
    list of Fault

    Examples
    --------
    >>> from ..catalogue.catalogue import Catalogue
    >>> given = {"prompt_response": "yes", "days_since_interview": 30}
    >>> values = {"prompt_response": 1.0, "days_since_interview": 30.0}
    >>> (fault,) = contradiction_faults(Catalogue.built_in().questions, given, values)
    >>> fault.field, fault.problem, fault.seen
    ('prompt_response', 'contradicts days_since_interview', 'yes and 30')
    """
    faults = []
    for rule in CONTRADICTIONS:
        value, other = (values.get(field, math.nan) for field in (rule.field, rule.other))
        if other > rule.other_above and not math.isnan(value):
            question = questions[rule.field]
            answer = canonical(question, answers[rule.field]) if rule.levels else answer_text(question, value)
            if not rule.levels or answer in rule.levels:
                faults.append(_fault(rule, str(answer), other))
    return faults


def table_contradiction_faults(
    questions: Mapping[str, Question],
    columns: "Mapping[str, ColumnData]",
    values: "Mapping[str, npt.NDArray[np.float64]]",
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
    import numpy as np  # not loaded to read a single form

    from .columns import FactorizedColumn

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
            yield _fault(rule, level, float(other[row]), row + 1)


def fields_ending_wait(wait: str) -> set[str]:
    """List the fields whose answer means that a wait, counted in days by the field ``wait``, is over.

    Examples
    --------
    >>> fields_ending_wait("days_since_interview")
    {'prompt_response'}
    """
    return {rule.field for rule in CONTRADICTIONS if rule.other == wait and not rule.levels}


def _level(question: Question, cell: Any) -> str:
    """Convert a cell to its level; blank if it is invalid or unanswered."""
    try:
        return str(canonical(question, cell) or "")
    except InvalidAnswerError:
        return ""


def _fault(rule: Contradiction, answer: str, other: float, row: int | None = None) -> Fault:
    """Describe a contradiction between ``answer`` and the number ``other`` (scalar)."""
    seen = f"{answer} and {other:g}"
    return Fault(f"contradicts {rule.other}", row=row, field=rule.field, seen=seen, remedy=rule.remedy)
