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


def quantile(level: float) -> float:
    """Return z such that a standard normal lies within ±z with probability ``level``.

    Examples
    --------
    >>> round(quantile(0.90), 3)
    1.645
    """
    return NormalDist().inv_cdf((1 + level) / 2)
