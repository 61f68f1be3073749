"""How the prediction for one interview changes with the days without an answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..data.answers.observations import Floats, Observations
from ..data.answers.parsing import check_probability
from ..data.catalogue.question_schema import PROMISE_FIELD, SILENCE_FIELD
from .explanation import Explanation
from .offer_model import OfferModel, observe_for
from .scoring import silence_log_odds


@dataclass(frozen=True)
class SilencePoint:
    """The prediction after a number of days without an answer.

    Parameters
    ----------
    days : float
        Days without an answer.
    probability, low, high : float
        As in `Prediction`.
    """

    days: float
    probability: float
    low: float
    high: float


def predict_silence(
    model: OfferModel, answers: Mapping[str, Any], days: Sequence[float], level: float = 0.90
) -> list[SilencePoint]:
    """Predict one interview after each of several numbers of days without an answer.

    Parameters
    ----------
    model : OfferModel
    answers : mapping of str to object
        Field to answer; ``days_since_interview`` is replaced by each of the days.
    days : sequence of float
        Days without an answer.
    level : float
        Coverage of the intervals, between 0 and 1.

    Returns
    -------
    list of SilencePoint
        One for each of the days.

    Raises
    ------
    AnswerError
        Unknown fields or invalid answers, every fault listed; or a level out of range.

    Examples
    --------
    >>> points = predict_silence(OfferModel.default(), {"stage": "final"}, [0, 20])
    >>> [round(point.probability, 2) for point in points]
    [0.32, 0.16]
    """
    check_probability("level", level)
    observations = observe_for(model, answers)
    updates = silence_updates(observations, days)
    explanation = Explanation(observations, model.score, model.effects, level, updates)
    return silence_points(explanation, days)


def silence_updates(observations: Observations, days: Sequence[float]) -> Floats:
    """Compute the log-odds that days without an answer would add to an interview: (m,) array for m days."""
    waited = np.asarray(days, dtype=float)
    if SILENCE_FIELD not in observations.catalogue.questions:
        return np.zeros_like(waited)
    promised = np.full(waited.shape, observations[PROMISE_FIELD][0])
    return silence_log_odds(waited, promised, observations.catalogue.silence)


def silence_points(explanation: Explanation, days: Sequence[float]) -> list[SilencePoint]:
    """Collect the points of an explanation with the `silence_updates` of these days."""
    points = zip(days, explanation.after_silences(), strict=True)
    return [SilencePoint(float(waited), *point) for waited, point in points]
