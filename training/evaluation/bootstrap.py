"""Bootstrap intervals of metrics, and why a metric is undefined."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...data.answers.observations import Floats
from ...model.predictive_distribution import sigmoid
from .evaluation_result import MetricEstimate, MetricEstimates
from .metrics import METRICS, log_odds

_CELLS = 100_000  # of a chunk: a megabyte
_DRAWS = 100_000_000  # rows drawn in all, at most
MIN_RESAMPLES = 100  # resamples
PROBABILITY_DIGITS = 12  # of probabilities, so that rounding errors put no order into equal ones
_EXACT = 2_000  # interviews
OFTEN_UNDEFINED = "undefined in too many resamples"
MetricDraws = dict[str, dict[str, Floats]]


def affordable_resamples(n: int, bootstraps: int) -> int:
    """Return how many resamples of ``n`` rows to draw: fewer of very large tables, never below 100.

    Examples
    --------
    >>> affordable_resamples(5_000, 1_000), affordable_resamples(500_000, 1_000)
    (1000, 200)
    """
    return min(bootstraps, max(MIN_RESAMPLES, _DRAWS // max(n, 1)))


def resample_counts(n: int, bootstraps: int, seed: int) -> Iterator[Floats]:
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
    >>> [chunk.sum(axis=1).tolist() for chunk in resample_counts(7, 3, seed=0)]
    [[7.0, 7.0, 7.0]]
    """
    rng = np.random.default_rng(seed)
    most = max(1, _CELLS // n)
    for done in range(0, bootstraps, most):
        m = min(most, bootstraps - done)
        drawn = rng.integers(0, n, (m, n)) + n * np.arange(m)[:, None]
        yield np.bincount(drawn.ravel(), minlength=m * n).reshape(m, n).astype(float)


def percentile_interval(draws: Floats, level: float) -> tuple[float, float] | None:
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
    >>> percentile_interval(np.arange(101.0), 0.50)
    (25.0, 75.0)
    >>> percentile_interval(np.array([1.0, np.nan]), 0.90) is None
    True
    """
    tail = (1 - level) / 2
    if np.isnan(draws).mean() > tail + 1e-9:
        return None
    low, high = np.nanquantile(draws, [tail, 1 - tail])
    return float(low), float(high)


@dataclass(frozen=True)
class TiedGroups:
    """Interviews that no figure tells apart.

    Parameters
    ----------
    p, offers : (g,) array
        Probability and outcome of each group.
    order : (n,) array of int
        The interviews, group after group.
    starts : (g,) array of int
        Where in ``order`` each group starts.
    """

    p: Floats
    offers: Floats
    order: npt.NDArray[np.intp]
    starts: npt.NDArray[np.intp]

    @classmethod
    def of(cls, p: Floats, offers: Floats) -> "Groups":
        """Return the groups of ``n`` interviews.

        Of more than 2,000 interviews the log-odds are taken to .01, a small part of what sampling
        leaves open, so that there are some thousand groups however many interviews there are.

        Parameters
        ----------
        p : (n,) array
            Probabilities of an offer.
        offers : (n,) array
            1 for an offer, 0 for none.

        Examples
        --------
        >>> groups = TiedGroups.of(np.array([0.3, 0.1, 0.3, 0.3]), np.array([0.0, 0.0, 1.0, 0.0]))
        >>> groups.aggregate(np.ones((1, 4)))
        array([[1., 2., 1.]])
        """
        if p.size > _EXACT:
            p = np.round(sigmoid(np.round(log_odds(p), 2)), PROBABILITY_DIGITS)
        order = np.lexsort([offers, p])
        p, offers = p[order], offers[order]
        new = (np.diff(p, prepend=-1.0) != 0) | (np.diff(offers, prepend=-1.0) != 0)
        starts = np.flatnonzero(new)
        return cls(p[starts], offers[starts], order, starts)

    def aggregate(self, counts: Floats) -> Floats:
        """Return how often each group was drawn, given how often each interview was: (m, n) to (m, g)."""
        return np.asarray(np.add.reduceat(counts[:, self.order], self.starts, axis=1))


def undefined_reason(p: Floats, y: Floats, otherwise: str) -> str:
    """Choose the reason why a metric of probabilities ``p`` and outcomes ``y``, (n,) arrays, is undefined.

    Examples
    --------
    >>> undefined_reason(np.array([0.2, 0.2]), np.array([0.0, 1.0]), "no overlap")
    'every interview has the same probability'
    """
    if np.ptp(y) == 0:
        return "all outcomes are the same"
    if np.ptp(p) == 0:
        return "every interview has the same probability"
    return otherwise


def bootstrap_metrics(given: Mapping[str, Floats], offers: Floats, bootstraps: int, seed: int) -> MetricDraws:
    """Return every figure of every model in each of the same resamples: (bootstraps,) arrays.

    Parameters
    ----------
    given : mapping of str to (n,) array
        Probabilities of an offer, by model.
    offers : (n,) array of 0 and 1
    bootstraps, seed : int
    """
    chunks: dict[str, dict[str, list[Floats]]] = {of: {name: [] for name in METRICS} for of in given}
    groups = {of: TiedGroups.of(p, offers) for of, p in given.items()}
    for counts in resample_counts(offers.size, bootstraps, seed):
        for of, group in groups.items():
            drawn = group.aggregate(counts)
            for name, metric in METRICS.items():
                chunks[of][name].append(metric.function(group.p, group.offers, drawn))
    return {
        of: {name: np.concatenate(parts) for name, parts in figures.items()} for of, figures in chunks.items()
    }


def estimate_metrics(p: Floats, offers: Floats, drawn: Mapping[str, Floats], level: float) -> MetricEstimates:
    """Compute the metrics of one model with their intervals.

    Parameters
    ----------
    p, offers : (n,) array
    drawn : mapping of str to (m,) array
        Each metric in each resample.
    level : float
    """
    found = {}
    for name, metric in METRICS.items():
        value = float(metric.function(p, offers, None))
        # a metric at a limit, as an AUC of 1, is there in every resample, however few interviews there are
        unclear = np.isnan(value) or value in metric.limits
        reason = undefined_reason(p, offers, metric.undefined) if unclear else ""
        found[name] = estimate_metric(value, drawn[name], offers, level, reason)
    return MetricEstimates(found, expected=float(p.sum()))


def estimate_metric(value: float, drawn: Floats, offers: Floats, level: float, reason: str = "") -> MetricEstimate:
    """Build a figure with its interval, or with the reason why there is none.

    Parameters
    ----------
    value : float
    drawn : (m,) array
        The figure in each resample.
    offers : (n,) array
    level : float
    reason : str
        Why resampling would mislead; empty where it does not.
    """
    if np.ptp(offers) == 0:  # no resample has the other outcome
        reason = "all outcomes are the same"
    if reason:
        return MetricEstimate(None if np.isnan(value) else value, None, None, reason)
    ends = percentile_interval(drawn, level)
    return MetricEstimate(value, *ends) if ends else MetricEstimate(value, None, None, f"no interval, {OFTEN_UNDEFINED}")
