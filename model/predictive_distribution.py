"""From uncertain log-odds to a probability."""

from functools import cache
from statistics import NormalDist

import numpy as np

from ..data.answers.observations import Floats

_GRID = 65  # points
_BEYOND = 4.0  # standard deviations that the grid goes beyond the ends
_LARGEST = 700.0  # log-odds: exp of more overflows
_LEAST_SD = 1e-9
_ROWS = 512  # so many at a time fit a processor's cache
_STRAIGHT = 1e-6


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
    """Return the probability and its interval, drawn out to hold it: (3, n) array.

    The ends are quantiles of the chance ``σ(η + update)``: ``σ(η ± z √v)`` without an update, and with one
    those of `updated_ends`. The probability is a mean: far out in a skew distribution it may lie beyond a
    quantile. Parameters are those of `probability`, and the coverage of the interval.
    """
    eta, variance, update = np.broadcast_arrays(eta, variance, update)
    sd = np.sqrt(variance)
    reach = quantile(level) * sd
    log_odds = np.array([shrinkage(variance) * eta, eta - reach, eta + reach])
    updated = np.flatnonzero(update)
    if updated.size:
        log_odds[1:, updated] = updated_ends(eta[updated], sd[updated], update[updated], level)
    found = sigmoid(log_odds + update)
    np.minimum(found[1], found[0], out=found[1])
    np.maximum(found[2], found[0], out=found[2])
    return found


def interval(
    eta: Floats, variance: Floats, level: float, update: Floats | float = 0.0
) -> tuple[Floats, Floats]:
    """Return the interval of `estimate` alone: two (n,) arrays."""
    _, low, high = estimate(eta, variance, level, update)
    return low, high


def updated_ends(eta: Floats, sd: Floats, update: Floats, level: float) -> Floats:
    """Return the ends of the interval of log-odds ``η`` after Bayes' rule: (2, n) array.

    An update is the log of how much more probable something seen is with an offer than without. It speaks
    about the log-odds too: their density ``N(η, sd²)`` is multiplied by ``1 - σ(x) + exp(update) σ(x)``, how
    probable what was seen is at log-odds ``x``. Days without an answer make high log-odds less probable.

    The density is integrated over an even grid. Within the cell of a quantile it is taken to be exponential.

    Parameters
    ----------
    eta, sd, update : (n,) array
        Mean and standard deviation of the log-odds, and the update.
    level : float
        Coverage of the interval.

    Examples
    --------
    >>> ends = updated_ends(np.array([-0.9, -0.9]), np.array([1.1, 1.1]), np.array([0.0, -1.4]), 0.90)
    >>> ends.round(2)
    array([[-2.71, -2.84],
           [ 0.91,  0.6 ]])
    """
    if eta.size > _ROWS:
        parts = (slice(i, i + _ROWS) for i in range(0, eta.size, _ROWS))
        return np.hstack([updated_ends(eta[part], sd[part], update[part], level) for part in parts])
    turn = np.where(update > 0, -1.0, 1.0)  # good news about η is bad news about -η
    eta, update = turn * eta, -np.abs(update)
    reach = quantile(level) + _BEYOND
    # how far the mode moves at most, in standard deviations
    pulled = np.minimum(sd, np.maximum(eta, 0.0) / np.maximum(sd, _LEAST_SD))
    first = -reach - pulled
    step = (reach - first) / (_GRID - 1)
    z = first + step * np.arange(_GRID)[:, None]
    odds = np.exp(np.minimum(eta + sd * z, _LARGEST))
    height = np.exp(-(z**2) / 2) * (1 + np.exp(update) * odds) / (1 + odds)
    below = _running_integral(height)
    rows = np.arange(eta.size)
    ends = np.empty((2, eta.size))
    for end, share in zip(ends, ((1 - level) / 2, (1 + level) / 2), strict=True):
        wanted = np.where(turn < 0, 1 - share, share) * below[-1]
        cell = np.clip(np.count_nonzero(below < wanted, axis=0) - 1, 0, _GRID - 2)
        start, left, right = below[cell, rows], height[cell, rows], height[cell + 1, rows]
        part = np.clip((wanted - start) / (below[cell + 1, rows] - start), 0.0, 1.0)
        bend = right / left - 1  # the density within a cell is exponential
        place = np.where(np.abs(bend) < _STRAIGHT, part, np.log1p(part * bend) / np.log1p(bend + (bend == 0)))
        end[:] = turn * (eta + sd * (first + step * (cell + place)))
    return ends


def _running_integral(height: Floats) -> Floats:
    """Return the integral from the first point on, in steps: (_GRID, n) array.

    Each cell is integrated under the cubic through the two points on either side of it.
    """
    found = np.zeros_like(height)
    found[1:] = (height[:-1] + height[1:]) / 2
    found[2:-1] += (found[2:-1] - (height[:-3] + height[3:]) / 2) / 12
    for i in range(1, _GRID):
        found[i] += found[i - 1]
    return found


@cache
def quantile(level: float) -> float:
    """Return z such that a standard normal lies within ±z with probability ``level``.

    Examples
    --------
    >>> round(quantile(0.90), 3)
    1.645
    """
    return NormalDist().inv_cdf((1 + level) / 2)
