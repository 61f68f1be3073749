"""Why a prediction is what it is: base rate, contributions, and what else would tell."""

import math
from collections.abc import Callable
from functools import partial

import numpy as np

from ..data.answers.observations import Observations
from .contributions import base_log_odds, contributions
from .features import Effects, new_information
from .points import Moved
from .posterior import Posterior
from .prediction import Contribution, Prediction, Unanswered
from .predictive_distribution import quantile, shrinkage, sigmoid
from .scoring import SILENCE, Score


def explain(
    seen: Observations,
    score: Score,
    rescore: Callable[[Observations], Score],
    effects: Effects,
    level: float,
) -> Prediction:
    """Return the prediction for the one interview observed, with all that explains it.

    Parameters
    ----------
    seen : Observations
        Of one interview.
    score : Score
        What the posterior says of it.
    rescore : callable
        Gives the score of other interviews.
    effects : Effects
    level : float
        Coverage of the intervals.

    Returns
    -------
    Prediction
        ``logit(base_rate)`` and the contributions add up to ``logit(probability)``.
    """
    probability, low, high = score.estimate(level)[:, 0].tolist()
    posterior, moved = score.posterior, Moved(seen, probability, rescore)
    return Prediction(
        probability=probability,
        low=low,
        high=high,
        level=level,
        base_rate=partial(_base_rate, score, posterior),
        halo_discount=float(score.discount[0]),
        contributions=partial(_contributions, seen, score, posterior, moved, level),
        unanswered=partial(_unanswered, seen, score, posterior, effects),
        points=moved.by_field,
        catalogue=seen.catalogue,
    )


def _base_rate(score: Score, posterior: Posterior) -> float:
    """Return the probability with nothing answered."""
    return float(sigmoid(base_log_odds(score.context, posterior))[0])


def _contributions(
    seen: Observations, score: Score, posterior: Posterior, moved: Moved, level: float
) -> tuple[Contribution, ...]:
    """Return what each answer adds: the signals in the order of the catalogue, then the silence."""
    of_signals = _signal_contributions(seen, score, posterior, moved, level)
    if np.isnan(seen[SILENCE][0]):
        return of_signals
    worth, points = float(score.silence[0]), moved.by_sign[SILENCE]
    return (*of_signals, Contribution(SILENCE, seen.said(SILENCE, 0), None, worth, worth, worth, points))


def _signal_contributions(
    seen: Observations, score: Score, posterior: Posterior, moved: Moved, level: float
) -> tuple[Contribution, ...]:
    """Return the contributions of the answered signals, in the order of the catalogue."""
    kappa = shrinkage(score.variance[0])
    worth = contributions(score.design, score.context, posterior)[0]
    sd = np.abs(score.design[0]) * np.sqrt(np.diag(posterior.covariance))
    reach = (quantile(level) * kappa * sd)[1:]
    columns = (score.strength[0], worth, worth - reach, worth + reach)
    ids = seen.catalogue.ids
    return tuple(
        Contribution(ids[j], _answer(seen, j), z, adds, low, high, moved.by_sign[ids[j]])
        for j, (z, adds, low, high) in enumerate(zip(*(column.tolist() for column in columns), strict=True))
        if not math.isnan(z)
    )


def _answer(seen: Observations, j: int) -> str:
    """Return the answer to the j-th signal as a person would say it."""
    signal = seen.catalogue.signals[j]
    if signal.kind == "ratio":
        return " of ".join(seen.said(part, 0) for part in signal.of)
    return seen.said(signal.id, 0)


def _unanswered(
    seen: Observations, score: Score, posterior: Posterior, effects: Effects
) -> tuple[Unanswered, ...]:
    """Return the unanswered signals, most informative first."""
    answered = (~np.isnan(score.strength[0])).astype(float)
    discount, sd = new_information(answered, effects)
    worth = shrinkage(score.variance[0]) * discount * np.abs(posterior.mean[1:]) * sd
    order = sorted(np.flatnonzero(answered == 0).tolist(), key=(-worth).tolist().__getitem__)
    return tuple(Unanswered(seen.catalogue.signals[j].id, float(worth[j])) for j in order)
