"""From uncertain log-odds to a probability."""

from functools import cache
from statistics import NormalDist

import numpy as np

from ..data.observations import Floats


def sigmoid(x: Floats | float) -> Floats:
    """Return ``σ(x) = 1 / (1 + exp(-x))``, without overflow.

    Examples
    --------
    >>> float(sigmoid(0.0)), float(sigmoid(-1e4))
    (0.5, 0.0)
    """
    decay = np.exp(-np.abs(x))
    return np.asarray(np.where(np.asarray(x) >= 0, 1.0, decay) / (1 + decay))


def logit(p: Floats | float) -> Floats:
    """Return ``log(p / (1 - p))``.

    Examples
    --------
    >>> float(logit(0.5))
    0.0
    """
    return np.asarray(np.log(p) - np.log1p(-np.asarray(p)))


def shrinkage(variance: Floats | float) -> Floats:
    """Return ``κ = 1 / sqrt(1 + π v / 8)``: ``E[σ(η)] ≈ σ(κ E[η])`` for normal ``η`` of variance v.

    References
    ----------
    MacKay (1992), The evidence framework applied to classification networks, Neural Computation
    4(5):720-736, equation 10.
    """
    return np.asarray(1 / np.sqrt(1 + np.pi * np.asarray(variance) / 8))


def probability(eta: Floats, variance: Floats, update: Floats | float = 0.0) -> Floats:
    """Return ``σ(κ η + update)``: log-odds ``η`` of this variance averaged, then moved by Bayes' rule.

    Parameters
    ----------
    eta, variance : (n,) array
        Mean and variance of the log-odds.
    update : (n,) array or float
        Log likelihood ratio that does not depend on the weights.

    Returns
    -------
    (n,) array
    """
    return sigmoid(shrinkage(variance) * eta + update)


def estimate(eta: Floats, variance: Floats, level: float, update: Floats | float = 0.0) -> Floats:
    """Return the probability and its interval, ``σ(η ± z √v + update)`` drawn out to hold it: (3, n) array.

    The probability is a mean and the ends are quantiles: far out in a skew distribution a mean may lie
    beyond a quantile. Parameters are those of `probability`, and the coverage of the interval.
    """
    reach = quantile(level) * np.sqrt(variance)
    found = sigmoid(np.array([shrinkage(variance) * eta, eta - reach, eta + reach]) + update)
    np.minimum(found[1], found[0], out=found[1])
    np.maximum(found[2], found[0], out=found[2])
    return found


def interval(
    eta: Floats, variance: Floats, level: float, update: Floats | float = 0.0
) -> tuple[Floats, Floats]:
    """Return the interval of `estimate` alone: two (n,) arrays."""
    _, low, high = estimate(eta, variance, level, update)
    return low, high


@cache
def quantile(level: float) -> float:
    """Return z such that a standard normal lies within ±z with probability ``level``.

    Examples
    --------
    >>> round(quantile(0.90), 3)
    1.645
    """
    return NormalDist().inv_cdf((1 + level) / 2)
