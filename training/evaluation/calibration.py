"""Do 3 in 10 mean 3 in 10: observed shares beside the probabilities given."""

from dataclasses import dataclass

import numpy as np

from ...data.answers.observations import Floats
from .wilson import wilson

FEWEST = 5  # outcomes: below it no rate is given
_WANTED = 10  # outcomes a band, where there are enough
_MOST = 10  # bands


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
    if p.size < FEWEST:
        return ()
    order = np.argsort(p, kind="stable")
    p, y = p[order], y[order]
    cuts = _cuts(p)
    bands = zip(np.split(p, cuts), np.split(y, cuts), strict=True)
    return tuple(_band(given, happened, level) for given, happened in bands)


def _cuts(p: Floats) -> list[int]:
    """Return where the bands of sorted probabilities begin, the first one aside."""
    n = p.size
    bands = min(_MOST, max(n // _WANTED, min(2, n // FEWEST)))
    between = np.flatnonzero(np.diff(p)) + 1  # where a cut parts no equal probabilities
    cuts: list[int] = []
    for i in range(1, bands):
        start = cuts[-1] if cuts else 0
        allowed = between[(between >= start + FEWEST) & (between <= n - FEWEST)]
        if allowed.size:
            cuts.append(int(allowed[np.abs(allowed - i * n / bands).argmin()]))
    return cuts


def _band(p: Floats, y: Floats, level: float) -> Band:
    low, high = wilson(float(y.sum()), y.size, level)
    return Band(float(p[0]), float(p[-1]), p.size, float(p.mean()), float(y.mean()), low, high)
