"""From uncertain log-odds to a probability and its interval.

Log-odds have mean ``η`` and variance ``v``; ``u`` is an update by Bayes' rule, the log likelihood ratio of an
observation that does not depend on the weights, such as days without an answer.
"""

import math
from functools import cache
from statistics import NormalDist

import numpy as np

from ..data.answers.observations import Floats

_GRID_POINTS = 65
_GRID = np.arange(_GRID_POINTS)[:, None]
_GRID_MARGIN = 4.0  # standard deviations that the grid extends beyond the ends of the interval
_MAX_LOG_ODDS = 700.0  # exp of more overflows
_MIN_SD = 1e-9  # log-odds: keeps a division by a standard deviation of 0 finite
_FEW_COLUMNS = 64  # fewer than grid points
_BLOCK_ROWS = 512  # a block's grid fits in a processor's cache
_LINEAR = 1e-6  # relative change of the density within a cell below which it is treated as constant


def sigmoid(x: Floats | float) -> Floats:
    """Compute ``σ(x) = 1 / (1 + exp(-x))``, without overflow.

    Parameters
    ----------
    x : array of any shape, or scalar
        Log-odds.

    Returns
    -------
    array
        Probabilities, in the shape of ``x``.

    Examples
    --------
    >>> float(sigmoid(0.0)), float(sigmoid(-1e4)) < 1e-300
    (0.5, True)
    """
    probability: Floats = 1 / (1 + np.exp(np.minimum(-x, _MAX_LOG_ODDS)))
    return probability


def logit(p: Floats | float) -> Floats:
    """Compute ``log(p / (1 - p))``, the inverse of `sigmoid`.

    Parameters
    ----------
    p : array of any shape, or scalar
        Probabilities.

    Returns
    -------
    array
        Log-odds, in the shape of ``p``.

    Examples
    --------
    >>> float(logit(0.5))
    0.0
    """
    return np.asarray(np.log(p) - np.log1p(-np.asarray(p)))


def shrinkage(variance: Floats | float) -> Floats:
    """Compute ``κ = 1 / √(1 + π v / 8)``, with which ``E[σ(x)] ≈ σ(κ η)`` for normal ``x`` of mean ``η``.

    Parameters
    ----------
    variance : (n,) array or scalar
        ``v``, of log-odds.

    Returns
    -------
    (n,) array
        ``κ``, above 0 and at most 1.

    References
    ----------
    MacKay (1992), The evidence framework applied to classification networks, Neural Computation
    4(5):720-736, equation 10.
    """
    kappa: Floats = 1 / np.sqrt(1 + np.pi / 8 * variance)
    return kappa


def probability(eta: Floats, variance: Floats, update: Floats | float = 0.0) -> Floats:
    """Compute ``σ(κ η + u)``: averaged over uncertain log-odds, then updated by Bayes' rule.

    Parameters
    ----------
    eta, variance : (n,) array
        Mean ``η`` and variance ``v`` of the log-odds.
    update : (n,) array or float
        ``u``, log-odds.

    Returns
    -------
    (n,) array
        Probabilities.
    """
    return sigmoid(shrinkage(variance) * eta + update)


def probability_and_interval(
    eta: Floats, variance: Floats, level: float, update: Floats | float = 0.0
) -> Floats:
    """Compute the probability and its interval.

    Without an update the ends are ``σ(η ± z* √v)``; with one they are quantiles of ``σ(x + u)`` for the
    log-odds ``x`` of `updated_interval`. The probability is a mean, and where the distribution is skewed it
    can lie beyond a quantile: the interval is then widened to contain it.

    Parameters
    ----------
    eta, variance : (n,) array
        Mean ``η`` and variance ``v`` of the log-odds.
    level : float
        Coverage, between 0 and 1.
    update : (n,) array or float
        ``u``, log-odds.

    Returns
    -------
    (3, n) array
        Probability, lower and upper end.
    """
    update = np.asarray(update)
    if not eta.shape == variance.shape == update.shape:
        eta, variance, update = np.broadcast_arrays(eta, variance, update)
    sd = np.sqrt(variance)
    half_width = normal_quantile(level) * sd
    log_odds = np.array([shrinkage(variance) * eta, eta - half_width, eta + half_width])
    (updated,) = update.nonzero()
    if updated.size:
        log_odds[1:, updated] = updated_interval(eta[updated], sd[updated], update[updated], level)
    result = sigmoid(log_odds + update)
    np.minimum(result[1], result[0], out=result[1])
    np.maximum(result[2], result[0], out=result[2])
    return result


def unchanged_interval(eta: float, variance: float, level: float) -> tuple[float, float, float]:
    """Compute `probability_and_interval` of one interview without an update, in a tenth of the time.

    Parameters
    ----------
    eta, variance : float
        Mean ``η`` and variance ``v`` of the log-odds.
    level : float
        Coverage, between 0 and 1.

    Returns
    -------
    probability, low, high : float
    """
    half_width = normal_quantile(level) * math.sqrt(variance)
    log_odds = eta / math.sqrt(1 + math.pi / 8 * variance), eta - half_width, eta + half_width
    p, low, high = (1 / (1 + math.exp(min(-x, _MAX_LOG_ODDS))) for x in log_odds)
    return p, min(low, p), max(high, p)


def interval(
    eta: Floats, variance: Floats, level: float, update: Floats | float = 0.0
) -> tuple[Floats, Floats]:
    """Compute the interval of `probability_and_interval` alone.

    Parameters
    ----------
    eta, variance : (n,) array
        Mean ``η`` and variance ``v`` of the log-odds.
    level : float
        Coverage, between 0 and 1.
    update : (n,) array or float
        ``u``, log-odds.

    Returns
    -------
    low, high : (n,) array
        Probabilities.
    """
    _, low, high = probability_and_interval(eta, variance, level, update)
    return low, high


def updated_interval(eta: Floats, sd: Floats, update: Floats, level: float) -> Floats:
    """Compute the interval of log-odds ``x ~ N(η, sd²)`` after an update.

    ``u`` is the log of how much more probable the observation is with an offer than without, so the
    observation is evidence about the log-odds as well: their density is multiplied by its probability,
    ``1 - σ(x) + σ(x) eᵘ``. Days without an answer make high log-odds less probable.

    The density is integrated over an even grid. Within the cell of a quantile it is treated as exponential.

    Parameters
    ----------
    eta, sd : (n,) array
        Mean and standard deviation of the log-odds.
    update : (n,) array
        ``u``, log-odds.
    level : float
        Coverage, between 0 and 1.

    Returns
    -------
    (2, n) array
        Lower and upper ends, log-odds.

    Examples
    --------
    >>> ends = updated_interval(np.array([-0.9, -0.9]), np.array([1.1, 1.1]), np.array([0.0, -1.4]), 0.90)
    >>> ends.round(2)
    array([[-2.71, -2.84],
           [ 0.91,  0.6 ]])
    """
    if eta.size > _BLOCK_ROWS:
        blocks = (slice(i, i + _BLOCK_ROWS) for i in range(0, eta.size, _BLOCK_ROWS))
        return np.hstack([updated_interval(eta[block], sd[block], update[block], level) for block in blocks])
    is_positive = update > 0
    if is_positive.any():  # evidence for high x is evidence against high -x
        sign = np.where(is_positive, -1.0, 1.0)
        ends = updated_interval(sign * eta, sd, -np.abs(update), level)
        return np.where(is_positive, -ends[::-1], ends)
    half_width = normal_quantile(level) + _GRID_MARGIN
    # A negative update moves the mode down, by at most so many standard deviations.
    shift = np.minimum(sd, np.maximum(eta, 0.0) / np.maximum(sd, _MIN_SD))
    first = -half_width - shift
    step = (half_width - first) / (_GRID_POINTS - 1)
    z = first + step * _GRID
    odds = np.exp(np.minimum(eta + sd * z, _MAX_LOG_ODDS))
    density = np.exp(z * z / -2) * (1 + np.exp(update) * odds) / (1 + odds)
    cumulative = _running_integral(density)
    target = np.array([[(1 - level) / 2], [(1 + level) / 2]]) * cumulative[-1]
    cell = (cumulative[1:-1, None] < target).sum(axis=0)
    at = cell * eta.size + np.arange(eta.size)  # of its start, in the flattened grid
    start, left, right = cumulative.take(at), density.take(at), density.take(at + eta.size)
    part = (target - start) / (cumulative.take(at + eta.size) - start)
    part = np.minimum(np.maximum(part, 0.0), 1.0)
    growth = right / left - 1  # of an exponential density over the cell; its integral is solved for part
    exponential = np.log1p(part * growth) / np.log1p(growth + (growth == 0))
    position = np.where(np.abs(growth) < _LINEAR, part, exponential)
    return np.asarray(eta + sd * (first + step * (cell + position)))


def _running_integral(density: Floats) -> Floats:
    """Integrate from the first grid point on, in units of the step: (grid points, n) array, as ``density``.

    Each cell is integrated under the cubic through the two points on either side of it.
    """
    if density.shape[1] <= _FEW_COLUMNS:
        return _integration_matrix() @ density
    integral = np.zeros_like(density)
    integral[1:] = (density[:-1] + density[1:]) / 2
    integral[2:-1] += (integral[2:-1] - (density[:-3] + density[3:]) / 2) / 12
    for i in range(1, len(density)):  # faster than a running sum of columns
        integral[i] += integral[i - 1]
    return integral


@cache
def _integration_matrix() -> Floats:
    """Compute the running integral as a matrix: (grid points, grid points) array."""
    return _running_integral(np.eye(_GRID_POINTS))


@cache
def normal_quantile(level: float) -> float:
    """Compute ``z*`` such that a standard normal variable lies within ``±z*`` with probability ``level``.

    Examples
    --------
    >>> round(normal_quantile(0.90), 3)
    1.645
    """
    return -NormalDist().inv_cdf((1 - level) / 2)  # (1 + level) / 2 can round to 1
