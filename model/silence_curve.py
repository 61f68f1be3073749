"""How the estimate of one interview changes while nothing is heard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..data.answers.observations import Observations, observe
from ..data.answers.parsing import check_probability
from .offer_model import OfferModel
from .predictive_distribution import estimate
from .scoring import PROMISE, SILENCE, Score
from .silence import silence_log_odds


@dataclass(frozen=True)
class Moment:
    """The estimate after so many days without an answer.

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


def while_waiting(
    model: OfferModel, answers: Mapping[str, Any], days: Sequence[float], level: float = 0.90
) -> list[Moment]:
    """Return the estimate after each of some numbers of days without an answer.

    Only the silence differs between them, so everything else is computed once.

    Parameters
    ----------
    model : OfferModel
    answers : mapping of str to object
        Field to answer; ``days_since_interview`` is replaced by each of the days.
    days : sequence of float
    level : float
        Coverage of the intervals.

    Returns
    -------
    list of Moment

    Raises
    ------
    AnswerError
        Unknown fields or answers that are none; every fault is listed.

    Examples
    --------
    >>> found = while_waiting(OfferModel.default(), {"stage": "final"}, [0, 20])
    >>> [round(moment.probability, 2) for moment in found]
    [0.32, 0.16]
    """
    check_probability("level", level)
    seen = observe(model.catalogue, answers)
    return waiting(seen, model.score(seen), days, level)


def waiting(seen: Observations, score: Score, days: Sequence[float], level: float) -> list[Moment]:
    """Return the same of the one interview observed and scored."""
    waited = np.asarray(days, dtype=float)
    promised = np.full(waited.shape, seen[PROMISE][0])
    update = np.zeros_like(waited)
    if SILENCE in seen.catalogue.questions:
        update = silence_log_odds(waited, promised, seen.catalogue.silence)
    estimates = estimate(score.eta, score.variance, level, update)
    return [Moment(*map(float, each)) for each in zip(waited, *estimates, strict=True)]
