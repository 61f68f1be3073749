"""How far figures would have been off with other interviews of the same kind: the bootstrap."""

from collections.abc import Iterator

import numpy as np

from ...data.answers.observations import Floats

_CELLS = 100_000  # of a chunk: a megabyte
_DRAWS = 100_000_000  # rows drawn in all, at most
LEAST = 100  # resamples


def affordable(n: int, bootstraps: int) -> int:
    """Return how many resamples of ``n`` rows to draw: fewer of very large tables, never below 100.

    Examples
    --------
    >>> affordable(5_000, 1_000), affordable(500_000, 1_000)
    (1000, 200)
    """
    return min(bootstraps, max(LEAST, _DRAWS // max(n, 1)))


def resamples(n: int, bootstraps: int, seed: int) -> Iterator[Floats]:
    """Give resamples of ``n`` rows as counts, in chunks that fit into memory.

    Parameters
    ----------
    n : int
        Rows, at least one.
    bootstraps : int
        Resamples in all.
    seed : int
        The same seed gives the same resamples.

    Yields
    ------
    (m, n) array
        How often each row was drawn, a resample a row; each sums to ``n``.

    Examples
    --------
    >>> [chunk.sum(axis=1).tolist() for chunk in resamples(7, 3, seed=0)]
    [[7.0, 7.0, 7.0]]
    """
    rng = np.random.default_rng(seed)
    most = max(1, _CELLS // n)
    for done in range(0, bootstraps, most):
        m = min(most, bootstraps - done)
        drawn = rng.integers(0, n, (m, n)) + n * np.arange(m)[:, None]
        yield np.bincount(drawn.ravel(), minlength=m * n).reshape(m, n).astype(float)


def percentiles(draws: Floats, level: float) -> tuple[float, float] | None:
    """Return the percentile interval of a figure, or None where resampling cannot tell it.

    That is where more than ``(1 - level) / 2`` of the resamples left the figure undefined: an end of
    the interval could lie among them.

    Parameters
    ----------
    draws : (m,) array
        The figure in each resample, NaN where undefined.
    level : float
        Coverage, between 0 and 1.

    Returns
    -------
    tuple of float, or None
        Lower and upper end.

    References
    ----------
    Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 13.

    Examples
    --------
    >>> percentiles(np.arange(101.0), 0.50)
    (25.0, 75.0)
    >>> percentiles(np.array([1.0, np.nan]), 0.90) is None
    True
    """
    tail = (1 - level) / 2
    if np.isnan(draws).mean() > tail + 1e-9:
        return None
    low, high = np.nanquantile(draws, [tail, 1 - tail])
    return float(low), float(high)
