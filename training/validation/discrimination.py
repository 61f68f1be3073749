"""Discrimination of the signs: their AUC, with an interval that holds at ten interviews."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from ...data.answers.observations import Floats
from ...model.predictive_distribution import normal_quantile, sigmoid
from ..evaluation.bootstrap import PROBABILITY_DIGITS
from ..evaluation.metrics import auc, log_loss, log_odds

_LOG_ODDS_DIGITS = PROBABILITY_DIGITS - 3  # the logit enlarges rounding errors; coarser rounding keeps ties
_BISECTIONS = 60  # halvings of [0, 1]: to the precision of a float


@dataclass(frozen=True)
class SignDiscrimination:
    """How well the signs rank interviews with an offer above those without.

    Parameters
    ----------
    auc, low, high : float
        Share of pairs of an offer and a non-offer in which the signs rank the offer higher, and its interval.
    gain : float
        Log loss of the base rate minus log loss with the signs.
    """

    auc: float
    low: float
    high: float
    gain: float


def sign_discrimination(
    model: Floats, base: Floats, outcome: Floats, weight: Floats, level: float = 0.90
) -> SignDiscrimination | None:
    """Compute the AUC of the signs with its interval; None if all outcomes are the same.

    Interviews are ranked by the contribution of the signs, ``logit(model) - logit(base)``. A base rate that
    differs between interviews, or changes when one is left out, therefore has no effect on the ranking.

    Parameters
    ----------
    model : (n,) array
        Out-of-sample probabilities with the signs.
    base : (n,) array
        Out-of-sample probabilities without the signs.
    outcome : (n,) array of 0 and 1
        1 for an offer.
    weight : (n,) array
        Number of interviews that each row represents.
    level : float
        Coverage of the interval.

    References
    ----------
    Hanley & McNeil (1982), The meaning and use of the area under a receiver operating characteristic
    (ROC) curve, Radiology 143(1):29-36. The interval is `auc_interval`.

    Examples
    --------
    >>> model, base, y = np.array([0.6, 0.5, 0.2]), np.full(3, 0.4), np.array([1.0, 0.0, 0.0])
    >>> signs = sign_discrimination(model, base, y, np.ones(3))
    >>> signs.auc, round(signs.low, 2), round(signs.high, 2)
    (1.0, 0.36, 1.0)
    """
    n_offer, n_no_offer = float(weight @ outcome), float(weight @ (1 - outcome))
    if not n_offer or not n_no_offer:
        return None
    contribution = np.round(log_odds(model) - log_odds(base), _LOG_ODDS_DIGITS)
    area = float(auc(sigmoid(contribution), outcome, weight))
    gain = float(log_loss(base, outcome, weight) - log_loss(model, outcome, weight))
    return SignDiscrimination(area, *auc_interval(area, n_offer, n_no_offer, level), gain)


def auc_interval(area: float, n_offer: float, n_no_offer: float, level: float = 0.90) -> tuple[float, float]:
    """Compute the interval of an AUC: all ``θ`` with ``|area - θ| <= z √V(θ)``.

    ``V(θ) = θ(1 - θ) [1 + N (1 - θ)/(2 - θ) + N θ/(1 + θ)] / (m n)`` with ``N = (m + n)/2 - 1``. At ``θ = ½``
    this is the variance of the Mann-Whitney test, ``(m + n + 1) / (12 m n)``, so the interval excludes ½
    exactly when that test finds a difference. Complete separation still has an interval of positive width.

    Parameters
    ----------
    area : float
        The AUC, from 0 to 1.
    n_offer, n_no_offer : float
        ``m`` interviews with an offer and ``n`` without, both above 0.
    level : float
        Coverage of the interval.

    Returns
    -------
    tuple of float
        Lower and upper end.

    References
    ----------
    Newcombe (2006), Confidence intervals for an effect size measure based on the Mann-Whitney
    statistic, part 2, Statistics in Medicine 25:559-573, method 5.

    Examples
    --------
    >>> low, high = auc_interval(0.66, 15, 35)
    >>> round(low, 3), round(high, 3)
    (0.512, 0.779)
    """
    z = normal_quantile(level)
    n = (n_offer + n_no_offer) / 2 - 1

    def margin(theta: float) -> float:
        inflation = 1 + n * (1 - theta) / (2 - theta) + n * theta / (1 + theta)
        return z * sqrt(theta * (1 - theta) * inflation / (n_offer * n_no_offer))

    def end(limit: float) -> float:
        inside, outside = area, limit
        for _ in range(_BISECTIONS):
            middle = (inside + outside) / 2
            if abs(area - middle) <= margin(middle):
                inside = middle
            else:
                outside = middle
        return inside

    return end(0.0), end(1.0)
