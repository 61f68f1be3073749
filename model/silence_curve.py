"""How the prediction for one interview changes with the days without an answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..data.answers.observations import Observations
from ..data.answers.parsing import check_probability
from ..data.catalogue.question_schema import PROMISE_FIELD, SILENCE_FIELD
from .offer_model import OfferModel, observe_for
from .predictive_distribution import probability_and_interval
from .scoring import Score, silence_log_odds


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
    return silence_points(observations, model.score(observations), days, level)


def silence_points(
    observations: Observations, score: Score, days: Sequence[float], level: float
) -> list[SilencePoint]:
    """Compute the points of `predict_silence` from the score of the interview.

    Everything but the silence is the same for all of them, so it is computed once.

    Parameters
    ----------
    observations : Observations
        Of one interview.
    score : Score
        Of that interview.
    days : sequence of float
        Days without an answer.
    level : float
        Coverage of the intervals, between 0 and 1.
    """
    waited = np.asarray(days, dtype=float)
    promised = np.full(waited.shape, observations[PROMISE_FIELD][0])
    update = np.zeros_like(waited)
    if SILENCE_FIELD in observations.catalogue.questions:
        update = silence_log_odds(waited, promised, observations.catalogue.silence)
    eta, variance = (np.full(waited.shape, each.item()) for each in (score.eta, score.variance))
    columns = probability_and_interval(eta, variance, level, update)
    return [SilencePoint(*point) for point in zip(waited.tolist(), *columns.tolist(), strict=True)]
