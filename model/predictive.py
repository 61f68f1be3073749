"""From uncertain log-odds to a probability."""

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
    return np.asarray(np.where(np.asarray(x) >= 0, 1 / (1 + decay), decay / (1 + decay)))


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


def interval(
    eta: Floats, variance: Floats, level: float, update: Floats | float = 0.0
) -> tuple[Floats, Floats]:
    """Return ``σ(η ± z √v + update)``, drawn out to hold the probability: two (n,) arrays.

    The probability is a mean and the ends are quantiles: far out in a skew distribution a mean may lie
    beyond a quantile. Parameters are those of `probability`.
    """
    reach, middle = quantile(level) * np.sqrt(variance), probability(eta, variance, update)
    low, high = (sigmoid(eta + side * reach + update) for side in (-1, 1))
    return np.minimum(low, middle), np.maximum(high, middle)


def quantile(level: float) -> float:
    """Return z such that a standard normal lies within ±z with probability ``level``.

    Examples
    --------
    >>> round(quantile(0.90), 3)
    1.645
    """
    return NormalDist().inv_cdf((1 + level) / 2)
