"""The logistic density: like a normal one in the middle, with heavier tails."""

import math

import numpy as np

from ..data.answers.observations import Floats

_POINTS = 161
_REACH = 16.0  # standard deviations either side
_HALVINGS = 100
_TINY = 1e-12


def log_density(x: Floats, rate: float) -> Floats:
    """Return the log density of ``x`` where ``rate · x`` is standard logistic, up to a constant.

    It is the log likelihood of two interviews at ``x``, one with an offer and one without.
    """
    return np.asarray(rate * x - 2 * np.logaddexp(0, rate * x))


def tilted(precision: float, pull: float, rate: float) -> tuple[float, float]:
    """Return mean and variance of ``exp(-½ precision x² + pull x) · logistic(rate · x)``.

    By sums over an even grid, which for a density that falls off on both sides are as exact as any.

    Parameters
    ----------
    precision, pull : float
        Of the normal factor, not negative and, without any precision, ``|pull| < rate``.
    rate : float

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
    steps = np.linspace(-1, 1, _POINTS)
    for _ in range(3):  # each pass starts from the centre and spread that the one before found
        x = centre + reach * steps
        log_height = -precision * x**2 / 2 + pull * x + log_density(x, rate)
        height = np.exp(log_height - log_height.max())
        height /= height.sum()
        centre = float(height @ x)
        variance = float(height @ (x - centre) ** 2)
        reach = _REACH * np.sqrt(variance)
    return centre, variance


def _top(precision: float, pull: float, rate: float) -> float:
    """Return where the density is highest, by bisection of its slope."""
    high = (abs(pull) + rate) / max(precision, _TINY)
    low = -high
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        rising = pull - precision * middle - rate * math.tanh(rate * middle / 2) > 0
        low, high = (middle, high) if rising else (low, middle)
    return (low + high) / 2
