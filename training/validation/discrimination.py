"""How well signs tell offers from the others, with an interval that holds at ten interviews."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from ...data.answers.observations import Floats
from ...model.predictive_distribution import quantile, sigmoid
from ..evaluation.bootstrap import PROBABILITY_DIGITS
from ..evaluation.metrics import auc, log_loss, log_odds


@dataclass(frozen=True)
class SignDiscrimination:
    """How well the signs order interviews with an offer before those without.

    Parameters
    ----------
    auc, low, high : float
        Share of pairs of an offer and none in which the signs favour the offer, with its interval.
    gain : float
        Log loss of the base rate less that with the signs.
    """

    auc: float
    low: float
    high: float
    gain: float


def sign_discrimination(
    model: Floats, base: Floats, outcome: Floats, weight: Floats, level: float = 0.90
) -> SignDiscrimination | None:
    """Return how well the signs tell offers from the others, or None where all outcomes are the same.

    Interviews are ordered by what the signs add, ``logit(model) - logit(base)``, so that a base rate
    which differs between interviews, or moves when one is left out, orders nothing.

    Parameters
    ----------
    model, base : (n,) array
        Probabilities with the signs and without, of fits that have not seen the row.
    outcome : (n,) array of 0 and 1
    weight : (n,) array
    level : float
        Coverage of the interval.

    Examples
    --------
    >>> found = sign_discrimination(np.array([.6, .5, .2]), np.full(3, .4), np.array([1., 0., 0.]), np.ones(3))
    >>> found.auc, round(found.low, 2), round(found.high, 2)
    (1.0, 0.36, 1.0)
    """
    offers, others = float(weight @ outcome), float(weight @ (1 - outcome))
    if not offers or not others:
        return None
    added = np.round(log_odds(model) - log_odds(base), PROBABILITY_DIGITS - 3)
    share = float(auc(sigmoid(added), outcome, weight))
    gain = float(log_loss(base, outcome, weight) - log_loss(model, outcome, weight))
    return SignDiscrimination(share, *auc_interval(share, offers, others, level), gain)


def auc_interval(share: float, offers: float, others: float, level: float = 0.90) -> tuple[float, float]:
    """Return the interval of an AUC: the values ``θ`` with ``|share - θ| <= z √V(θ)``.

    ``V(θ) = θ(1 - θ) [1 + N (1 - θ)/(2 - θ) + N θ/(1 + θ)] / (m n)`` with ``N = (m + n)/2 - 1``. At
    ``θ = ½`` it is the variance of the Mann-Whitney test, ``(m + n + 1) / (12 m n)``, so the interval
    leaves out ½ just where that test finds a difference; and complete separation is no certainty.

    Parameters
    ----------
    share : float
        The AUC, from 0 to 1.
    offers, others : float
        How many interviews of either kind, above 0: ``m`` and ``n``.
    level : float

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
    z = quantile(level)
    n = (offers + others) / 2 - 1

    def reach(theta: float) -> float:
        more = 1 + n * (1 - theta) / (2 - theta) + n * theta / (1 + theta)
        return z * sqrt(theta * (1 - theta) * more / (offers * others))

    def end(outer: float) -> float:
        inside, outside = share, outer
        for _ in range(60):
            middle = (inside + outside) / 2
            if abs(share - middle) <= reach(middle):
                inside = middle
            else:
                outside = middle
        return inside

    return end(0.0), end(1.0)
