"""Calibration: the share of offers in bins of probability, with Wilson intervals."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from ...data.answers.observations import Floats
from ...model.predictive_distribution import quantile

MIN_OUTCOMES = 5  # outcomes: below it no rate is given
_WANTED = 10  # outcomes a band, where there are enough
_MOST = 10  # bands


def wilson_interval(successes: float, n: float, level: float = 0.90) -> tuple[float, float]:
    """Return the interval of a share of which ``successes`` in ``n`` were seen.

    ``(k + z²/2 ± z √(k (n - k) / n + z²/4)) / (n + z²)``: it stays within 0 and 1, and none or all seen
    is no certainty.

    Parameters
    ----------
    successes : float
        From 0 to ``n``.
    n : float
        Nothing seen says nothing: 0 gives 0 to 1.
    level : float
        Coverage, between 0 and 1.

    Returns
    -------
    tuple of float
        Lower and upper end.

    References
    ----------
    Wilson (1927), Probable inference, the law of succession, and statistical inference, Journal of the
    American Statistical Association 22(158):209-212.

    Examples
    --------
    >>> low, high = wilson_interval(2, 10, 0.95)
    >>> round(low, 3), round(high, 3)
    (0.057, 0.51)
    >>> wilson_interval(0, 0)
    (0.0, 1.0)
    """
    if n <= 0:
        return 0.0, 1.0
    z = quantile(level)
    middle = successes + z**2 / 2
    reach = z * sqrt(successes * (n - successes) / n + z**2 / 4)
    low, high = (middle - reach) / (n + z**2), (middle + reach) / (n + z**2)
    return (0.0 if successes <= 0 else low), (1.0 if successes >= n else high)


@dataclass(frozen=True)
class Band:
    """Interviews that were given similar probabilities.

    Parameters
    ----------
    low, high : float
        Smallest and largest probability given.
    n : int
        Interviews.
    expected : float
        Mean of the probabilities.
    observed : float
        Share that ended in an offer.
    observed_low, observed_high : float
        Its Wilson interval.
    """

    low: float
    high: float
    n: int
    expected: float
    observed: float
    observed_low: float
    observed_high: float


def reliability(p: Floats, y: Floats, level: float = 0.90) -> tuple[Band, ...]:
    """Return bands of similar probabilities with the share of offers in each.

    Bands are quantiles: some ten interviews each, at most ten bands, two where there are only ten to
    nineteen interviews. Equal probabilities stay together, so bands may be fewer and larger; none has
    fewer than five interviews, and fewer than five in all make no band.

    Parameters
    ----------
    p : (n,) array
        Probabilities of an offer.
    y : (n,) array
        1 for an offer, 0 for none.
    level : float
        Coverage of the intervals.

    Returns
    -------
    tuple of Band
        By rising probability; every interview is in one.

    Examples
    --------
    >>> p, y = np.repeat([0.2, 0.6], 5), np.array([0.0, 0, 0, 0, 1, 0, 0, 1, 1, 1])
    >>> [(round(band.expected, 6), band.observed, band.n) for band in reliability(p, y)]
    [(0.2, 0.2, 5), (0.6, 0.6, 5)]
    """
    if p.size < MIN_OUTCOMES:
        return ()
    order = np.argsort(p, kind="stable")
    p, y = p[order], y[order]
    cuts = _cuts(p)
    bands = zip(np.split(p, cuts), np.split(y, cuts), strict=True)
    return tuple(_band(given, happened, level) for given, happened in bands)


def _cuts(p: Floats) -> list[int]:
    """Return where the bands of sorted probabilities begin, the first one aside."""
    n = p.size
    bands = min(_MOST, max(n // _WANTED, min(2, n // MIN_OUTCOMES)))
    between = np.flatnonzero(np.diff(p)) + 1  # where a cut parts no equal probabilities
    cuts: list[int] = []
    for i in range(1, bands):
        start = cuts[-1] if cuts else 0
        allowed = between[(between >= start + MIN_OUTCOMES) & (between <= n - MIN_OUTCOMES)]
        if allowed.size:
            cuts.append(int(allowed[np.abs(allowed - i * n / bands).argmin()]))
    return cuts


def _band(p: Floats, y: Floats, level: float) -> Band:
    low, high = wilson_interval(float(y.sum()), y.size, level)
    return Band(float(p[0]), float(p[-1]), p.size, float(p.mean()), float(y.mean()), low, high)
