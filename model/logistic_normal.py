"""Averages of the logistic function over a normal variable, and moments of a logistic times a normal density.

The logistic distribution is a scale mixture of normal distributions: their standard deviation is ``2 K``, and
``K`` has Kolmogorov's distribution. An average over a normal ``x`` is therefore a sum of normal distribution
functions over a grid of ``K``. The grid is even in ``log K``, where the density falls off so fast on both
sides that 20 points leave an error below 1e-12.

References
----------
Andrews & Mallows (1974), Scale mixtures of normal distributions, Journal of the Royal Statistical Society B
36:99-102. Stefanski (1991), A normal scale mixture representation of the logistic distribution, Statistics &
Probability Letters 11:69-70.
"""

from collections.abc import Iterator
from functools import cache

import numpy as np

from ..data.answers.observations import Floats

_MIXTURE_POINTS = 20
_BLOCK_ROWS = 4096  # a block fits in a processor's cache
_MAX_LOG_ODDS = 300.0  # cosh of more, squared, overflows
_LARGEST_K = 3.6
_FINE_POINTS = 80  # with K up to 10, for the tails
_LARGEST_TAIL_K = 10.0
# points of a Gauss-Hermite rule that leave an error below 1e-12 up to each variance
_HERMITE_POINTS = {0.01: 5, 0.1: 9, 0.2: 13}


def logistic_averages(mean: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """Compute ``E[σ(x)]`` and ``E[σ'(x)]`` for normal ``x``.

    Parameters
    ----------
    mean, variance : (..., n) array
        Of ``x``, log-odds.

    Returns
    -------
    p : (..., n) array
        Averaged probability.
    slope : (..., n) array
        Averaged ``σ' = σ (1 - σ)``.

    Examples
    --------
    >>> p, slope = logistic_averages(np.array([0.0, 1.0]), np.array([0.0, 4.0]))
    >>> p.round(4), slope.round(4)
    (array([0.5   , 0.6477]), array([0.25  , 0.1405]))
    """
    if n_points := _enough_points(variance):
        mean = np.clip(mean, -_MAX_LOG_ODDS, _MAX_LOG_ODDS)
        odds, cosh = np.exp(mean), np.cosh(mean)
        p, slope = np.zeros(mean.shape), np.zeros(mean.shape)
        for weight, cosh_d in _hermite_pairs(variance, n_points):
            inverse = 1 / (cosh + cosh_d)
            p += weight * inverse * (odds + cosh_d)
            slope += weight * inverse * (inverse + cosh * inverse * cosh_d)
        return p / 2, slope / 2
    blocks = [
        (weight @ cumulative, weight @ (density / sd))
        for weight, cumulative, density, sd, _ in _mixture_blocks(mean.ravel(), variance.ravel())
    ]
    p, slope = (np.concatenate(column).reshape(mean.shape) for column in zip(*blocks, strict=True))
    return p, slope


def softplus_average(mean: Floats, variance: Floats) -> Floats:
    """Compute ``E[log(1 + exp x)]`` for normal ``x``.

    Parameters
    ----------
    mean, variance : (..., n) array
        Of ``x``, log-odds.

    Returns
    -------
    (..., n) array

    Examples
    --------
    >>> softplus_average(np.array([0.0]), np.array([0.0])).round(6)
    array([0.693147])
    """
    if n_points := _enough_points(variance):
        near = np.clip(mean, -_MAX_LOG_ODDS, _MAX_LOG_ODDS)
        cosh, total = np.cosh(near), np.zeros(mean.shape)
        for weight, cosh_d in _hermite_pairs(variance, n_points):
            total += weight * np.log(cosh + cosh_d)
        # log 2 for each pair; beyond the limit the function is 0 or x itself
        return np.asarray((near + np.log(2) + total) / 2 + np.maximum(mean - near, 0.0))
    blocks = [
        weight @ (block_mean * cumulative + sd * density)
        for weight, cumulative, density, sd, block_mean in _mixture_blocks(mean.ravel(), variance.ravel())
    ]
    return np.concatenate(blocks).reshape(mean.shape)


def tilted_moments(precision: Floats, natural_mean: Floats, inverse_scale: Floats) -> tuple[Floats, Floats]:
    """Compute mean and variance of ``exp(-½ precision x² + natural_mean x) · logistic(inverse_scale x)``.

    Each normal component of the logistic density times the normal factor is normal again, so the result is
    a mixture too. In the tails of the logistic the components of large ``K`` matter, so there are more of
    them than for averages: enough for a mean of up to 50 standard deviations of the logistic density.

    Parameters
    ----------
    precision, natural_mean : array of any shape, or scalar
        Natural parameters of the normal factor: ``1 / variance``, not negative, and ``mean / variance``.
        With precision 0, ``|natural_mean| < inverse_scale``, or there is no such distribution.
    inverse_scale : array of that shape, or scalar
        ``inverse_scale x`` has the standard logistic distribution under the other factor.

    Returns
    -------
    mean, variance : array of that shape

    Examples
    --------
    >>> mean, variance = tilted_moments(0.0, 0.0, 1.0)
    >>> abs(mean.round(9)).item(), variance.round(6).item(), round(np.pi**2 / 3, 6)
    (0.0, 3.289868, 3.289868)
    """
    component_variance, weight = _mixture(_FINE_POINTS, _LARGEST_TAIL_K)
    precision, natural_mean, inverse_scale = (
        np.asarray(each)[..., None] for each in (precision, natural_mean, inverse_scale)
    )
    variance = 1 / (precision + inverse_scale**2 / component_variance)  # of each component times the factor
    log_weight = np.log(weight) + (natural_mean**2 * variance + np.log(variance / component_variance)) / 2
    weight = np.exp(log_weight - log_weight.max(axis=-1, keepdims=True))
    weight /= weight.sum(axis=-1, keepdims=True)
    means = variance * natural_mean
    mean = np.sum(weight * means, axis=-1)
    return mean, np.sum(weight * (variance + (means - mean[..., None]) ** 2), axis=-1)


def _enough_points(variance: Floats) -> int:
    """Count the points of a Gauss-Hermite rule for variances, (..., n) array; 0 if there are too many."""
    largest = variance.max(initial=0.0)
    return next((points for limit, points in _HERMITE_POINTS.items() if largest < limit), 0)


def _hermite_pairs(variance: Floats, n_points: int) -> Iterator[tuple[float, Floats]]:
    """Yield the pairs of points ``μ ± d`` of a Gauss-Hermite rule for normal variables of mean ``μ``.

    Both points have one ``cosh d``, which gives the averages over a pair with one division:
    ``[σ(μ + d) + σ(μ - d)] / 2 = (exp μ + cosh d) / (2 (cosh μ + cosh d))``. Its derivative is the average of
    ``σ'``, and its integral that of ``log(1 + exp x)``, ``(μ + log(2 (cosh μ + cosh d))) / 2``.

    ``variance`` : (..., n) array. Each pair has its weight, and ``cosh d`` as a (..., n) array. The number of
    points is odd: the one in the middle is a pair with ``d = 0``.
    """
    points, weight = _hermite(n_points)
    middle, sd = n_points // 2, np.sqrt(variance)
    yield float(weight[middle]), np.ones(variance.shape)
    for d, of_point in zip(points[middle + 1 :].tolist(), weight[middle + 1 :].tolist(), strict=True):
        yield 2 * of_point, np.cosh(sd * d)


@cache
def _hermite(n: int) -> tuple[Floats, Floats]:
    """Compute points and weights of the rule for a standard normal variable: two (n,) arrays."""
    points, weight = np.polynomial.hermite_e.hermegauss(n)
    return points, weight / weight.sum()


def _mixture_blocks(mean: Floats, variance: Floats) -> Iterator[tuple[Floats, ...]]:
    """Yield the normal components of a few thousand variables at a time.

    Parameters
    ----------
    mean, variance : (n,) array
        Log-odds.

    Yields
    ------
    weight : (m,) array
        Probability of each component.
    cumulative, density : (m, rows) array
        Standard normal distribution function and density at ``mean / sd``.
    sd : (m, rows) array
        Standard deviation of component and variable together.
    mean : (rows,) array
    """
    from scipy.special import ndtr  # only training needs these averages, and it has loaded scipy

    component_variance, weight = _mixture(_MIXTURE_POINTS, _LARGEST_K)
    for first in range(0, max(mean.size, 1), _BLOCK_ROWS):
        block_mean = mean[first : first + _BLOCK_ROWS]
        sd = np.sqrt(component_variance[:, None] + variance[first : first + _BLOCK_ROWS])
        z = block_mean / sd
        yield weight, ndtr(z), np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi), sd, block_mean


@cache
def _mixture(n: int, largest: float) -> tuple[Floats, Floats]:
    """Compute the variances ``4 K²`` of the components and their probabilities: two (n,) arrays.

    ``K`` goes from .22 to ``largest``. Kolmogorov's density has two series, one that converges fast for
    small ``K`` and one for large.
    """
    k = np.exp(np.linspace(np.log(0.22), np.log(largest), n))
    j = np.arange(1, 40)[:, None]
    small = np.sqrt(2 * np.pi) * ((2 * j - 1) ** 2 * np.pi**2 / (4 * k**4) - 1 / k**2)
    small = (small * np.exp(-((2 * j - 1) ** 2) * np.pi**2 / (8 * k**2))).sum(axis=0)
    large = (8 * k * (-1.0) ** (j + 1) * j**2 * np.exp(-2 * j**2 * k**2)).sum(axis=0)
    weight = k * np.where(k < 1, small, large)  # times dK / d log K
    return 4 * k**2, weight / weight.sum()
