"""The estimate beside the form: one prediction as the page shows it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..data.answers.observations import Observations, observe
from ..data.catalogue.catalogue import Catalogue
from ..journal import clock
from ..journal.records import Interview
from ..journal.status import answers_as_of
from ..model.explanation import explain
from ..model.prediction import Contribution, Prediction
from ..model.scoring import PROMISE_FIELD, SILENCE_FIELD
from ..model.silence_curve import SilencePoint, silence_points
from ..reporting.prediction import input_remarks, largest_contributions, most_informative, remarks, sentence
from ..training.model_store import ActiveModel

AHEAD = 45  # days
LEVEL = 0.90
_STEP = 5


@dataclass(frozen=True)
class Row:
    """One contribution.

    Parameters
    ----------
    contribution : Contribution
    share : float
        Its points as a share of the largest, from -1 to 1.
    rests_on : str
        The evidence behind its weight.
    """

    contribution: Contribution
    share: float
    rests_on: str


@dataclass(frozen=True)
class Estimate:
    """Everything the page shows of one prediction.

    Parameters
    ----------
    prediction : Prediction
    sentence : str
    start : list of str
        What moved the start, or that no sign is answered.
    rows : list of Row
    remarks : list of str
    telling : list of (str, float, str)
        Unanswered signals that would move the estimate most, by how many points, and the field to answer.
    waiting : list of Moment
        The estimate by days without an answer; empty where none are counted.
    today : float
        Days without an answer so far.
    promised : float or None
        Days within which an answer was promised.
    before : Prediction or None
        What the estimate was before other answers were tried.
    model : str
        What the model rests on.
    """

    prediction: Prediction
    sentence: str
    start: list[str]
    rows: list[Row]
    remarks: list[str]
    telling: list[tuple[str, float, str]]
    silence_points: list[SilencePoint]
    today: float
    promised: float | None
    before: Prediction | None
    model: str


def estimate_of(
    chosen: ActiveModel,
    interview: Interview,
    answers: Mapping[str, Any] | None = None,
    before: Mapping[str, Any] | None = None,
) -> Estimate:
    """Return the estimate of an interview of the journal today; its own page and its form show the same.

    Parameters
    ----------
    chosen : Chosen
    interview : Interview
    answers : mapping of str to object, optional
        What the form says now, in place of what the journal holds.
    before : mapping of str to object, optional
        The answers before others were tried.
    """
    today, catalogue = clock.today(), chosen.model.catalogue

    def counted(given: Mapping[str, Any]) -> dict[str, Any]:
        changed = replace(interview, answers=given)
        if interview.status == "pending":
            return answers_as_of(changed, today, catalogue)
        return {
            field: answer for field, answer in given.items() if field != SILENCE_FIELD
        }  # nobody waits any more

    now = counted(interview.answers if answers is None else answers)
    return estimate(chosen, now, None if before is None else counted(before), waits=SILENCE_FIELD in now)


def estimate(
    chosen: ActiveModel,
    answers: Mapping[str, Any],
    before: Mapping[str, Any] | None = None,
    *,
    waits: bool = True,
) -> Estimate:
    """Return the estimate for some answers.

    Parameters
    ----------
    chosen : Chosen
    answers : mapping of str to object
    before : mapping of str to object, optional
        The answers before others were tried.
    waits : bool
        Whether to look at the days to come without an answer.

    Raises
    ------
    AnswerError
        Answers that are none; every fault is listed.
    """
    model = chosen.model
    seen = observe(model.catalogue, answers)
    score = model.score(seen)
    prediction = explain(seen, score, model.score, model.effects, LEVEL)
    worth, left_out = largest_contributions(prediction)
    largest = max((abs(c.points) for c in worth), default=1.0)
    telling = most_informative(prediction, model.catalogue)
    today = _days(seen, SILENCE_FIELD) or 0.0
    days = [today * i / 4 for i in range(4)] if today else []
    days += [today + ahead for ahead in range(0, AHEAD + 1, _STEP)]
    return Estimate(
        prediction=prediction,
        sentence=sentence(prediction),
        start=input_remarks(model, seen, prediction),
        rows=[_row(c, largest, model.catalogue) for c in worth],
        remarks=remarks(prediction, left_out, model.catalogue),
        telling=[(name, size, _field(model.catalogue, name)) for name, size in telling],
        silence_points=silence_points(seen, score, days, LEVEL)
        if waits and SILENCE_FIELD in model.catalogue.questions
        else [],
        today=today,
        promised=_days(seen, PROMISE_FIELD),
        before=None if before is None else model.predict(before),
        model=chosen.description,
    )


def _row(c: Contribution, largest: float, catalogue: Catalogue) -> Row:
    rests_on = "how long answers take" if c.signal == SILENCE_FIELD else catalogue[c.signal].evidence
    return Row(c, c.points / largest, rests_on)


def _field(catalogue: Catalogue, signal: str) -> str:
    """Return the field that a signal is answered by; a ratio by the last of those it is taken of."""
    return signal if signal in catalogue.questions else catalogue[signal].of[-1]


def _days(seen: Observations, field: str) -> float | None:
    """Return an answer in days, where it is given."""
    days = float(seen[field][0])
    return None if math.isnan(days) else days
