"""Bootstrap intervals of metrics, and the reasons why a metric is undefined."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...data.answers.observations import Floats
from ...data.language import N_
from ...model.predictive_distribution import sigmoid
from .evaluation_result import MetricEstimate, MetricEstimates
from .metrics import METRICS, log_odds

MIN_RESAMPLES = 100
PROBABILITY_DIGITS = 12  # decimal places, so that rounding errors do not break ties
OFTEN_UNDEFINED = N_("undefined in too many resamples")
_ALL_THE_SAME = N_("all outcomes are the same")
_NO_INTERVAL = N_("no interval, undefined in too many resamples")
MetricDraws = dict[str, dict[str, Floats]]  # by model and metric: (bootstraps,) array

_CHUNK_CELLS = 100_000  # counts in one chunk of resamples: a megabyte
_MAX_DRAWN_ROWS = 100_000_000  # over all resamples
_EXACT_UP_TO = 2_000  # interviews; log-odds of larger tables are rounded


def affordable_resamples(n: int, bootstraps: int) -> int:
    """Compute the number of resamples of ``n`` rows: fewer for very large tables, never below 100.

    Examples
    --------
    >>> affordable_resamples(5_000, 1_000), affordable_resamples(500_000, 1_000)
    (1000, 200)
    """
    return min(bootstraps, max(MIN_RESAMPLES, _MAX_DRAWN_ROWS // max(n, 1)))


def resample_counts(n: int, bootstraps: int, seed: int) -> Iterator[Floats]:
    """Draw resamples of ``n`` rows with replacement, as counts, in chunks that fit into memory.

    Parameters
    ----------
    n : int
        Rows, at least one.
    bootstraps : int
        Total number of resamples.
    seed : int
        The same seed gives the same resamples.

    Yields
    ------
    (m, n) array
        Number of times each row was drawn; one resample per row, which sums to ``n``.

    Examples
    --------
    >>> [chunk.sum(axis=1).tolist() for chunk in resample_counts(7, 3, seed=0)]
    [[7.0, 7.0, 7.0]]
    """
    rng = np.random.default_rng(seed)
    chunk_size = max(1, _CHUNK_CELLS // n)
    for start in range(0, bootstraps, chunk_size):
        m = min(chunk_size, bootstraps - start)
        # one bincount for all resamples: each has its own n bins
        drawn = rng.integers(0, n, (m, n)) + n * np.arange(m)[:, None]
        yield np.bincount(drawn.ravel(), minlength=m * n).reshape(m, n).astype(float)


def percentile_interval(draws: Floats, level: float) -> tuple[float, float] | None:
    """Compute the percentile interval of a metric, ``[q(α/2), q(1 - α/2)]`` with ``α = 1 - level``.

    It is None if the metric is undefined in more than ``α/2`` of the resamples, because an end of the
    interval could lie among them.

    Parameters
    ----------
    draws : (m,) array
        Value of the metric in each resample, NaN where undefined.
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
    """Interviews grouped by equal probability and outcome, which no metric distinguishes.

    Parameters
    ----------
    p : (g,) array
        Probability of each group.
    offers : (g,) array of 0 and 1
        Outcome of each group.
    order : (n,) array of int
        Indices of the interviews, group after group.
    starts : (g,) array of int
        Position in ``order`` at which each group starts.
    """

    p: Floats
    offers: Floats
    order: npt.NDArray[np.intp]
    starts: npt.NDArray[np.intp]

    @classmethod
    def of(cls, p: Floats, offers: Floats) -> "TiedGroups":
        """Group ``n`` interviews.

        For more than 2,000 interviews, log-odds are rounded to .01. This is small compared with the sampling
        error, and it limits the number of groups to a few thousand for a table of any size.

        Parameters
        ----------
        p : (n,) array
            Probabilities of an offer.
        offers : (n,) array of 0 and 1
            1 for an offer.

        Examples
        --------
        >>> groups = TiedGroups.of(np.array([0.3, 0.1, 0.3, 0.3]), np.array([0.0, 0.0, 1.0, 0.0]))
        >>> groups.aggregate(np.ones((1, 4)))
        array([[1., 2., 1.]])
        """
        if p.size > _EXACT_UP_TO:
            p = np.round(sigmoid(np.round(log_odds(p), 2)), PROBABILITY_DIGITS)
        order = np.lexsort([offers, p])
        p, offers = p[order], offers[order]
        is_new = (np.diff(p, prepend=-1.0) != 0) | (np.diff(offers, prepend=-1.0) != 0)
        starts = np.flatnonzero(is_new)
        return cls(p[starts], offers[starts], order, starts)

    def aggregate(self, counts: Floats) -> Floats:
        """Sum the (m, n) array of counts by interview to an (m, g) array of counts by group."""
        return np.asarray(np.add.reduceat(counts[:, self.order], self.starts, axis=1))


def undefined_reason(p: Floats, y: Floats, otherwise: str) -> str:
    """Find the reason why a metric is undefined, or ``otherwise`` if both vary.

    ``p``, ``y`` : (n,) arrays, outcomes 0 and 1.

    Examples
    --------
    >>> undefined_reason(np.array([0.2, 0.2]), np.array([0.0, 1.0]), "no overlap")
    'every interview has the same probability'
    """
    if np.ptp(y) == 0:
        return _ALL_THE_SAME
    if np.ptp(p) == 0:
        return N_("every interview has the same probability")
    return otherwise


def bootstrap_metrics(
    predictions: Mapping[str, Floats], offers: Floats, bootstraps: int, seed: int
) -> MetricDraws:
    """Compute every metric of every model in each resample; all models share the same resamples.

    ``predictions`` : (n,) array for each model; ``offers`` : (n,) array of 0 and 1. The result has a
    (bootstraps,) array by model and metric.
    """
    chunks: dict[str, dict[str, list[Floats]]] = {
        model: {name: [] for name in METRICS} for model in predictions
    }
    groups = {model: TiedGroups.of(p, offers) for model, p in predictions.items()}
    for counts in resample_counts(offers.size, bootstraps, seed):
        for model, group in groups.items():
            weights = group.aggregate(counts)
            for name, metric in METRICS.items():
                chunks[model][name].append(metric.function(group.p, group.offers, weights))
    return {
        model: {name: np.concatenate(parts) for name, parts in by_metric.items()}
        for model, by_metric in chunks.items()
    }


def estimate_metrics(p: Floats, offers: Floats, draws: Mapping[str, Floats], level: float) -> MetricEstimates:
    """Compute the metrics of one model with their intervals of this level.

    ``p``, ``offers`` : (n,) arrays, outcomes 0 and 1; ``draws`` : (m,) array of each metric, by resample.
    """
    estimates = {}
    for name, metric in METRICS.items():
        value = float(metric.function(p, offers, None))
        # a metric at a limit, such as an AUC of 1, has this value in every resample, however few interviews
        is_unclear = np.isnan(value) or value in metric.limits
        reason = undefined_reason(p, offers, metric.undefined) if is_unclear else ""
        estimates[name] = estimate_metric(value, draws[name], offers, level, reason)
    return MetricEstimates(estimates, expected=float(p.sum()))


def estimate_metric(
    value: float, draws: Floats, offers: Floats, level: float, reason: str = ""
) -> MetricEstimate:
    """Combine the value of a metric with its interval, or with the reason why it has none.

    ``draws`` : (m,) array, the value in each resample; ``offers`` : (n,) array of 0 and 1. A reason is one
    why resampling would mislead.
    """
    if np.ptp(offers) == 0:  # no resample has the other outcome
        reason = _ALL_THE_SAME
    if reason:
        return MetricEstimate(None if np.isnan(value) else value, None, None, reason)
    ends = percentile_interval(draws, level)
    if ends is None:
        return MetricEstimate(value, None, None, _NO_INTERVAL)
    return MetricEstimate(value, *ends)
