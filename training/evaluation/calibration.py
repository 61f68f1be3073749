"""Calibration: the share of offers in bands of probability, with Wilson intervals."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from ...data.answers.observations import Floats
from ...model.predictive_distribution import normal_quantile

MIN_OUTCOMES = 5  # fewer give no metric and no rate
_BAND_SIZE = 10  # outcomes per band, if there are enough
_MAX_BANDS = 10


def wilson_interval(successes: float, n: float, level: float = 0.90) -> tuple[float, float]:
    """Compute the Wilson score interval of a proportion, from ``k`` successes in ``n`` trials.

    ``(k + z²/2 ± z √(k (n - k) / n + z²/4)) / (n + z²)``, with the normal quantile ``z``. It stays within 0
    and 1, and has a positive width even if ``k`` is 0 or ``n``.

    Parameters
    ----------
    successes : float
        ``k``, from 0 to ``n``.
    n : float
        Number of trials; 0 gives the interval from 0 to 1.
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
    z = normal_quantile(level)
    center = successes + z**2 / 2
    margin = z * sqrt(successes * (n - successes) / n + z**2 / 4)
    low, high = (center - margin) / (n + z**2), (center + margin) / (n + z**2)
    # exactly 0 and 1 at the limits, whatever the rounding
    return (0.0 if successes <= 0 else low), (1.0 if successes >= n else high)


@dataclass(frozen=True)
class Band:
    """A group of interviews with similar probabilities.

    Parameters
    ----------
    low, high : float
        Smallest and largest probability.
    n : int
        Number of interviews.
    expected : float
        Mean of the probabilities.
    observed : float
        Share that ended in an offer.
    observed_low, observed_high : float
        Wilson interval of that share.
    """

    low: float
    high: float
    n: int
    expected: float
    observed: float
    observed_low: float
    observed_high: float


def reliability(p: Floats, y: Floats, level: float = 0.90) -> tuple[Band, ...]:
    """Compare mean probability and share of offers in bands of similar probabilities.

    Bands are quantiles: about ten interviews each, at most ten bands, two for ten to nineteen interviews.
    Equal probabilities stay in one band, so there may be fewer and larger bands. No band has fewer than five
    interviews; fewer than five in total give no band.

    Parameters
    ----------
    p : (n,) array
        Probabilities of an offer.
    y : (n,) array of 0 and 1
        1 for an offer.
    level : float
        Coverage of the intervals.

    Returns
    -------
    tuple of Band
        In order of probability; every interview is in one.

    References
    ----------
    Niculescu-Mizil & Caruana (2005), Predicting good probabilities with supervised learning, ICML 625-632:
    the reliability diagram.

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
    starts = _band_starts(p)
    bands = zip(np.split(p, starts), np.split(y, starts), strict=True)
    return tuple(_band(p_band, y_band, level) for p_band, y_band in bands)


def _band_starts(p: Floats) -> list[int]:
    """Find the first index of each band but the first; ``p`` : (n,) array of sorted probabilities."""
    n = p.size
    n_bands = min(_MAX_BANDS, max(n // _BAND_SIZE, min(2, n // MIN_OUTCOMES)))
    boundaries = np.flatnonzero(np.diff(p)) + 1  # a start there separates no equal probabilities
    starts: list[int] = []
    for i in range(1, n_bands):
        previous = starts[-1] if starts else 0
        allowed = boundaries[(boundaries >= previous + MIN_OUTCOMES) & (boundaries <= n - MIN_OUTCOMES)]
        if allowed.size:
            starts.append(int(allowed[np.abs(allowed - i * n / n_bands).argmin()]))
    return starts


def _band(p: Floats, y: Floats, level: float) -> Band:
    """Summarise one band; ``p``, ``y`` : (m,) arrays, ``p`` sorted."""
    low, high = wilson_interval(float(y.sum()), y.size, level)
    return Band(float(p[0]), float(p[-1]), p.size, float(p.mean()), float(y.mean()), low, high)
