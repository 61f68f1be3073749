"""Averages of the logistic function over a normal distribution, and a logistic density times a normal one.

The logistic distribution is a mixture of normal ones: standard deviation ``2 K`` with ``K`` distributed as
Kolmogorov's statistic. An average over a normal ``x`` is then a sum of normal distribution functions, over
points of ``K`` that an even grid in ``log K`` gives: the density falls off so fast on both sides that 20
points leave an error below 1e-12.

References
----------
Andrews & Mallows (1974), Scale mixtures of normal distributions, Journal of the Royal Statistical Society B
36:99-102. Stefanski (1991), A normal scale mixture representation of the logistic distribution, Statistics &
Probability Letters 11:69-70.
"""

import math
from collections.abc import Iterator
from functools import cache

import numpy as np

from ..data.answers.observations import Floats
from .predictive_distribution import sigmoid

_POINTS = 20
_ROWS = 4096  # so many at a time fit a processor's cache
_GRID = 161  # points of a density of one variable
_REACH = 16.0  # its standard deviations either side
_HALVINGS = 100
_TINY = 1e-12
_NARROW = 0.01  # variance below which five points of a Gauss-Hermite rule leave an error below 1e-12


def averages(mean: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """Return ``E[σ(x)]`` and ``E[σ'(x)]`` for normal ``x``: two (n,) arrays.

    Parameters
    ----------
    mean, variance : (n,) array

    Examples
    --------
    >>> chance, slope = averages(np.array([0.0, 1.0]), np.array([0.0, 4.0]))
    >>> chance.round(4), slope.round(4)
    (array([0.5   , 0.6477]), array([0.25  , 0.1405]))
    """
    if variance.max(initial=0.0) < _NARROW:
        weight, points = _near(mean, variance)
        p = sigmoid(points)
        return weight @ p, weight @ (p * (1 - p))
    blocks = [
        (weight @ below, weight @ (height / deviation))
        for weight, below, height, deviation, _ in _blocks(mean, variance)
    ]
    chance, slope = (np.concatenate(each) for each in zip(*blocks, strict=True))
    return chance, slope


def softplus_average(mean: Floats, variance: Floats) -> Floats:
    """Return ``E[log(1 + exp x)]`` for normal ``x``: (n,) array, the integral of `averages`' first.

    Examples
    --------
    >>> softplus_average(np.array([0.0]), np.array([0.0])).round(6)
    array([0.693147])
    """
    if variance.max(initial=0.0) < _NARROW:
        weight, points = _near(mean, variance)
        return weight @ np.logaddexp(0, points)
    return np.concatenate(
        [
            weight @ (middle * below + deviation * height)
            for weight, below, height, deviation, middle in _blocks(mean, variance)
        ]
    )


def tilted(precision: float, pull: float, rate: float) -> tuple[float, float]:
    """Compute mean and variance of the density ``∝ exp(-½ precision x² + pull x) · logistic(rate · x)``.

    Sums over an even grid are as exact as any rule for a density that falls off on both sides.

    Parameters
    ----------
    precision, pull : float
        Of the normal factor, not negative and, without any precision, ``|pull| < rate``.
    rate : float
        ``rate · x`` is standard logistic without that factor.

    Examples
    --------
    >>> mean, variance = tilted(0.0, 0.0, 1.0)
    >>> abs(round(mean, 9)), round(variance, 6), round(np.pi**2 / 3, 6)
    (0.0, 3.289868, 3.289868)
    """
    centre = _top(precision, pull, rate)
    # beyond the middle the logistic density falls off as exp(-rate |x|), against which the pull may work
    flattest = max(precision, (max(rate - abs(pull), 0.0) / 4) ** 2)
    reach = _REACH / np.sqrt(flattest)
    steps = np.linspace(-1, 1, _GRID)
    for _ in range(3):  # each pass starts from the centre and spread that the one before found
        x = centre + reach * steps
        log_height = -precision * x**2 / 2 + pull * x + rate * x - 2 * np.logaddexp(0, rate * x)
        height = np.exp(log_height - log_height.max())
        height /= height.sum()
        centre = float(height @ x)
        variance = float(height @ (x - centre) ** 2)
        reach = _REACH * np.sqrt(variance)
    return centre, variance


def _near(mean: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """Return weights (5,) and points (5, n) of a Gauss-Hermite rule: enough where the variance is small."""
    points, weight = _hermite()
    return weight, mean + np.sqrt(variance) * points[:, None]


@cache
def _hermite() -> tuple[Floats, Floats]:
    """Return points and weights of the rule of five points: two (5,) arrays."""
    points, weight = np.polynomial.hermite_e.hermegauss(5)
    return points, weight / weight.sum()


def _blocks(mean: Floats, variance: Floats) -> Iterator[tuple[Floats, ...]]:
    """Yield the normal parts of some rows at a time: weights (m,), then (m, rows) arrays, and the means.

    The arrays are distribution function and density at the mean, and standard deviation.
    """
    from scipy.special import ndtr  # only training averages like this, and it has scipy loaded

    own, weight = _mixture()
    for first in range(0, max(mean.size, 1), _ROWS):
        middle = mean[first : first + _ROWS]
        deviation = np.sqrt(own[:, None] + variance[first : first + _ROWS])
        z = middle / deviation
        yield weight, ndtr(z), np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi), deviation, middle


@cache
def _mixture() -> tuple[Floats, Floats]:
    """Return variances ``4 K²`` and their probabilities: two (m,) arrays."""
    k = np.exp(np.linspace(np.log(0.22), np.log(3.6), _POINTS))
    j = np.arange(1, 40)[:, None]
    near = np.sqrt(2 * np.pi) * ((2 * j - 1) ** 2 * np.pi**2 / (4 * k**4) - 1 / k**2)
    near = (near * np.exp(-((2 * j - 1) ** 2) * np.pi**2 / (8 * k**2))).sum(axis=0)
    far = (8 * k * (-1.0) ** (j + 1) * j**2 * np.exp(-2 * j**2 * k**2)).sum(axis=0)
    weight = k * np.where(k < 1, near, far)
    return 4 * k**2, weight / weight.sum()


def _top(precision: float, pull: float, rate: float) -> float:
    """Find the mode of that density, by bisection of its slope."""
    high = (abs(pull) + rate) / max(precision, _TINY)
    low = -high
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        rising = pull - precision * middle - rate * math.tanh(rate * middle / 2) > 0
        low, high = (middle, high) if rising else (low, middle)
    return (low + high) / 2
