"""Why a prediction is what it is: base rate, contributions, and what else would tell."""

import numpy as np

from ..data.observations import Floats, Observations
from .features import Effects, new_information
from .posterior import Posterior
from .prediction import Contribution, Prediction, Unanswered
from .predictive import quantile, shrinkage, sigmoid
from .scoring import SILENCE, Score


def explain(
    seen: Observations, score: Score, posterior: Posterior, effects: Effects, level: float
) -> Prediction:
    """Return the prediction for the one interview observed, with all that explains it.

    Parameters
    ----------
    seen : Observations
        Of one interview.
    score : Score
        What the posterior says of it.
    posterior : Posterior
    effects : Effects
    level : float
        Coverage of the intervals.

    Returns
    -------
    Prediction
        ``logit(base_rate)`` and the contributions add up to ``logit(probability)``.
    """
    kappa, kappa_0 = _shrinkages(score, posterior)
    low, high = score.interval(level)
    contributions = _signal_contributions(seen, score, posterior, level)
    if not np.isnan(seen[SILENCE][0]):
        worth = float(score.silence[0])
        contributions += (Contribution(SILENCE, seen.said(SILENCE, 0), None, worth, worth, worth),)
    return Prediction(
        probability=float(score.probability[0]),
        low=float(low[0]),
        high=float(high[0]),
        level=level,
        base_rate=float(sigmoid(kappa_0 * (score.context[0] + posterior.mean[0]))),
        halo_discount=float(score.discount[0]),
        contributions=contributions,
        unanswered=_unanswered(seen, score, posterior, effects, kappa),
    )


def _shrinkages(score: Score, posterior: Posterior) -> tuple[float, float]:
    """Return ``κ`` of this interview and ``κ₀`` of one with nothing answered."""
    return float(shrinkage(score.variance[0])), float(shrinkage(posterior.covariance[0, 0]))


def _log_odds(score: Score, posterior: Posterior) -> Floats:
    """Return what each coefficient adds to the log-odds of the base rate: (1 + k,) array.

    The base rate is what the model says with nothing answered, ``σ(κ₀ η₀)``. An answer adds ``κ β x``,
    and because its weight is uncertain it also draws the estimate towards even odds, ``κ < κ₀``.
    That pull, ``(κ - κ₀) η₀``, is shared in proportion to the variance that each answer brings, with
    ``κ - κ₀ = -(π/8) κ² κ₀² / (κ + κ₀)`` times the variance that all bring.
    """
    mean, covariance = posterior.mean, posterior.covariance
    kappa, kappa_0 = _shrinkages(score, posterior)
    x = score.design[0]
    brought = x * (covariance @ x + covariance[0])
    brought[0] = 0.0
    start = score.context[0] + mean[0]
    pull = -(np.pi / 8) * (kappa * kappa_0) ** 2 / (kappa + kappa_0) * start * brought
    return np.asarray(kappa * mean * x + pull)


def _signal_contributions(
    seen: Observations, score: Score, posterior: Posterior, level: float
) -> tuple[Contribution, ...]:
    """Return the contributions of the answered signals, in the order of the catalogue."""
    kappa, _ = _shrinkages(score, posterior)
    worth = _log_odds(score, posterior)[1:]
    sd = np.abs(score.design[0]) * np.sqrt(np.diag(posterior.covariance))
    reach = (quantile(level) * kappa * sd)[1:]
    return tuple(
        Contribution(
            signal=seen.catalogue.signals[j].id,
            answer=_answer(seen, int(j)),
            strength=float(score.strength[0, j]),
            log_odds=float(worth[j]),
            low=float(worth[j] - reach[j]),
            high=float(worth[j] + reach[j]),
        )
        for j in np.flatnonzero(~np.isnan(score.strength[0]))
    )


def _answer(seen: Observations, j: int) -> str:
    """Return the answer to the j-th signal as a person would say it."""
    signal = seen.catalogue.signals[j]
    if signal.kind == "ratio":
        return " of ".join(seen.said(part, 0) for part in signal.of)
    return seen.said(signal.id, 0)


def _unanswered(
    seen: Observations, score: Score, posterior: Posterior, effects: Effects, kappa: float
) -> tuple[Unanswered, ...]:
    """Return the unanswered signals, most informative first."""
    answered = (~np.isnan(score.strength[0])).astype(float)
    discount, sd = new_information(answered, effects)
    worth = kappa * discount * np.abs(posterior.mean[1:]) * sd
    order = sorted(np.flatnonzero(answered == 0), key=lambda j: -worth[j])
    return tuple(Unanswered(seen.catalogue.signals[j].id, float(worth[j])) for j in order)
